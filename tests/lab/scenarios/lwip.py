"""A stack that is not Linux, for real: lwIP, as on many small devices.

Its resets are its own; no tracepoint speaks of them.
"""

import socket

from rstlab.lwip import Machine
from rstlab.scenario import scenario
from rstlab.segment import ACK, Segment
from rstlab.sockets import (abort, read_exactly, read_to_end, reset_expected,
                            wait_delivered, wait_reset)
from rstlab.truth import Rst

_OPTIONS = {"program": "lwip"}


def _served(lab, port):
    """A Linux client connected to the machine: (machine, client, the machine's socket)."""
    machine = Machine(lab)
    listener = machine.call("listen", port, 4)
    client = lab.connect(lab.client, machine.address, port)
    return machine, client, machine.call("accept", listener)


def _exchange(machine, client, sock):
    client.sendall(b"q" * 100)
    machine.call("receive", sock, 100)
    machine.call("send", sock, "a" * 50)
    read_exactly(client, 50)


def _linger0(machine, sock):
    machine.call("option", sock, socket.SOL_SOCKET, socket.SO_LINGER, 1, 0)


@scenario("lwip-refuses", "Nothing listens on the device's port: it refuses two SYNs.",
          "port_closed", **_OPTIONS)
def refuses(lab):
    machine = Machine(lab)
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, machine.address, 9900)
    return [Rst("port_closed", "server", count=2)]


@scenario("lwip-unread",
          "The device closes with a request unread: lwIP, too, resets then.",
          "unread_data", **_OPTIONS)
def unread(lab):
    machine, client, sock = _served(lab, 9901)
    client.sendall(b"GET / HTTP/1.1\r\nHost: device\r\n\r\n")
    wait_delivered(client)
    lab.pause(0.2)
    machine.call("close", sock)
    wait_reset(client)
    return [Rst("unread_data", "server")]


@scenario("lwip-linger0",
          "The device closes with SO_LINGER 0 before its last answer is acknowledged: RST, and one "
          "more for the acknowledgement.",
          "linger0", "late_segment", **_OPTIONS)
def aborts(lab):
    machine, client, sock = _served(lab, 9902)
    _exchange(machine, client, sock)
    lab.pause(0.5)
    client.sendall(b"q" * 100)
    machine.call("receive", sock, 100)
    _linger0(machine, sock)
    with lab.router.holding("-s", lab.client.ip4, "--dport", "9902"):
        machine.call("send", sock, "a" * 50)
        read_exactly(client, 50)
        machine.call("close", sock)
        wait_reset(client)
    return [Rst("linger0", "server"),
            Rst("late_segment", "server")]


@scenario("silent-lwip-linger0",
          "The device closes with SO_LINGER 0 when all is acknowledged: lwIP then sends a FIN.",
          **_OPTIONS)
def orderly_all_the_same(lab):
    machine, client, sock = _served(lab, 9910)
    _exchange(machine, client, sock)
    lab.pause(0.5)
    _linger0(machine, sock)
    machine.call("close", sock)
    read_to_end(client)
    client.close()
    lab.pause(0.3)
    return []


@scenario("lwip-data-after-close",
          "The device closes in order; the client's next request draws a RST with both numbers.",
          "data_after_close", **_OPTIONS)
def late(lab):
    machine, client, sock = _served(lab, 9903)
    _exchange(machine, client, sock)
    machine.call("close", sock)
    read_to_end(client)
    lab.pause(0.3)
    client.sendall(b"next request")
    wait_reset(client)
    return [Rst("data_after_close", "server")]


@scenario("lwip-restarted",
          "The device loses power and boots anew; the client's next request meets a stack that "
          "knows nothing of it.",
          "peer_restarted", **_OPTIONS)
def restarted(lab):
    machine, client, sock = _served(lab, 9904)
    _exchange(machine, client, sock)
    machine.stop()
    client.sendall(b"is anybody there?")
    lab.pause(1)
    machine.start()
    wait_reset(client)
    return [Rst("peer_restarted", "server")]


@scenario("lwip-keepalive",
          "The device probes a client that has gone silent, and resets when its probes stay "
          "unanswered.",
          "keepalive_timeout", points=("server",), **_OPTIONS)
def keepalive(lab):
    machine, client, sock = _served(lab, 9905)
    _exchange(machine, client, sock)
    machine.call("option", sock, socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1),
                        (socket.TCP_KEEPCNT, 3)):
        machine.call("option", sock, socket.IPPROTO_TCP, name, value)
    lab.router.filter("forward", f"ip saddr {lab.client.ip4} drop",
                      f"ip daddr {lab.client.ip4} drop")
    lab.pause(6)
    return [Rst("keepalive_timeout", "server")]


@scenario("lwip-client-aborted-by-linux",
          "The device is the client; the Linux server aborts with SO_LINGER 0, and what the "
          "device has on its way is reset as well.",
          "linger0", "late_segment", **_OPTIONS)
def device_is_client(lab):
    machine = Machine(lab)
    listener = lab.listen(lab.client, 9906)
    sock = machine.call("connect", lab.client.ip4, 9906)
    server = lab.accept(listener)
    machine.call("send", sock, "GET / HTTP/1.0")
    read_exactly(server, 14)
    server.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
    wait_delivered(server)
    with lab.router.holding("--sport", "9906", "--tcp-flags", "RST", "RST") as queue:
        abort(server)
        queue.wait(1)
        machine.call("send", sock, "GET /more HTTP/1.0")
        lab.pause(0.2)
    lab.pause(0.2)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", origin="server"),
            Rst("late_segment", "client", "TCP_FLAGS", "LISTEN", origin="server")]


@scenario("lwip-stray-ack", "ACKs of no connection reach the device: each draws a RST.",
          "scan_probe", **_OPTIONS)
def stray(lab):
    machine = Machine(lab)
    for port in (9907, 9908):
        lab.client.inject(Segment(lab.client.ip4, 41000 + port % 10, machine.address, port, ACK,
                                  seq=1000, ack=77_000, ip_id=54321, window=1024))
        lab.pause(0.1)
    return [Rst("scan_probe", "server", count=2)]


@scenario("lwip-half-open-scan", "hping3 -S at the device's open port; the scanning host resets.",
          "syn_scan", **_OPTIONS)
def scanned(lab):
    machine = Machine(lab)
    machine.call("listen", 9909, 4)
    lab.client.run("hping3", "-S", "-p", "9909", "-c", "2", "-i", "u100000", machine.address,
                   check=False)
    return [Rst("syn_scan", "client", "NO_SOCKET", "UNKNOWN", count=2)]
