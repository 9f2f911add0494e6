"""A little of everything at once, as real captures have it."""

from rstlab.scenario import scenario
from rstlab.sockets import (abort, exchange, port_of, read_to_end, reset_expected, wait_reset,
                            wait_unread)
from rstlab.truth import Rst

_PORTS = {"web": 80, "api": 8080, "cache": 6400}


def _orderly(lab, listener, port):
    """A connection that is used and closed as it should be."""
    client = lab.connect(lab.client, lab.server.ip4, port)
    server = lab.accept(listener)
    exchange(client, server)
    client.close()
    read_to_end(server)
    server.close()


def _busy(lab):
    """Forty orderly connections to three services, and resets of five causes among them."""
    listeners = {name: lab.listen(lab.server, port) for name, port in _PORTS.items()}
    tokens = {}

    def open_one(name, token):
        client = lab.connect(lab.client, lab.server.ip4, _PORTS[name])
        tokens.setdefault(token, []).append(port_of(client))
        return client, lab.accept(listeners[name])

    for turn in range(10):
        for name, listener in listeners.items():
            _orderly(lab, listener, _PORTS[name])
        _orderly(lab, listeners["web"], 80)
        if turn % 3 == 0:
            client, server = open_one("cache", "linger0")
            exchange(client, server, b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n")
            abort(client)
        if turn % 4 == 1:
            client, server = open_one("api", "unread_data")
            client.sendall(b"POST /orders HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
            wait_unread(server)
            server.close()
        if turn % 4 == 2:
            client, server = open_one("web", "data_after_close")
            exchange(client, server)
            server.close()
            lab.pause(0.1)
            client.sendall(b"GET /again HTTP/1.1\r\n\r\n")
            wait_reset(client)
        if turn % 5 == 0:
            client, _ = open_one("web", "connect_probe")
            abort(client)
        if turn == 7:
            with reset_expected():
                lab.connect(lab.client, lab.server.ip4, 81)
    return tokens


def _truth(tokens):
    reasons = {"linger0": ("client", "TCP_STATE"), "unread_data": ("server", "TCP_ABORT_ON_CLOSE"),
               "data_after_close": ("server", "TCP_TIMEWAIT_SOCKET"),
               "connect_probe": ("client", "TCP_STATE")}
    # The server that drops a request unread serves others: it also accepts and aborts at once.
    also = {"unread_data": ("accept_then_abort",)}
    rules = [Rst(token, *reasons[token], flow=ports, count=len(ports),
                 inseparable=also.get(token, ()))
             for token, ports in tokens.items()]
    return [*rules, Rst("port_closed", "server", "NO_SOCKET", flow=81)]


_TOKENS = ("linger0", "unread_data", "data_after_close", "connect_probe", "port_closed")


@scenario("mixed-traffic",
          "Forty orderly connections to three services, and among them resets of five causes.",
          *_TOKENS)
def mixed(lab):
    return _truth(_busy(lab))


@scenario("mixed-traffic-offloads",
          "The same with segmentation and checksum offload left on.",
          *_TOKENS, offloads=True)
def mixed_offloads(lab):
    return _truth(_busy(lab))


@scenario("mixed-traffic-all-interfaces",
          "The same, captured on all interfaces of the router: every frame twice.",
          *_TOKENS, points=("router",))
def mixed_copies(lab):
    return _truth(_busy(lab))
