"""Replies to what comes after the end: late data, half-closed leftovers, follow-ups."""

import socket

from rstlab import sockets
from rstlab.forger import Forger
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, FIN, PSH
from rstlab.sockets import (abort, exchange, nodelay, port_of, read_exactly, read_until,
                            reset_expected, wait_delivered, wait_reset, wait_state, wait_until)
from rstlab.truth import Rst

_REQUEST = b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def _served_once(lab, port, v6=False):
    """A keep-alive connection that has seen one request and its answer."""
    client, server = lab.pair(port, v6=v6)
    exchange(client, server, _REQUEST, _ANSWER)
    return client, server


@scenario("data-after-close",
          "A keep-alive race: the server closes the idle connection, the client sends its next "
          "request into it.",
          "data_after_close", sample="client")
def keepalive_race(lab):
    client, server = _served_once(lab, 8080)
    lab.pause(0.4)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.2)
    client.sendall(_REQUEST)
    wait_reset(client)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("data-after-close-ipv6",
          "The keep-alive race over IPv6.",
          "data_after_close")
def keepalive_race_ipv6(lab):
    client, server = _served_once(lab, 8080, v6=True)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.1)
    client.sendall(_REQUEST)
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("data-after-close-crossing",
          "Request and FIN cross on the wire: the server has closed, its FIN is not yet "
          "acknowledged.",
          "data_after_close")
def crossing(lab):
    client, server = _served_once(lab, 8120)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8120") as queue:
        server.close()
        queue.wait(1)
        client.sendall(_REQUEST)
        lab.pause(0.1)
        queue.release()
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_ABORT_ON_DATA", "CLOSE",
                note="in FIN_WAIT1: a pure race")]


@scenario("data-after-close-streaming",
          "A client streams records and does not look for the server's FIN: several go into the "
          "closed connection, each draws a RST.",
          "data_after_close", "late_segment")
def streaming(lab):
    client, server = _served_once(lab, 8121)
    nodelay(client)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8121") as queue:
        server.close()
        queue.wait(1)
        for _ in range(4):
            client.sendall(b"record" * 20)
            lab.pause(0.02)
        queue.release()
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_ABORT_ON_DATA", "CLOSE"),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN", count=(3, 8))]


@scenario("data-after-close-listener-stopped",
          "The service closes its connections and its listener and is gone; the client's next "
          "request meets what is left of the connection.",
          "data_after_close", "late_segment")
def listener_stopped(lab):
    listener = lab.listen(lab.server, 8122)
    client = lab.connect(lab.client, lab.server.ip4, 8122, prepare=nodelay)
    server = lab.accept(listener)
    exchange(client, server, _REQUEST, _ANSWER)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8122") as queue:
        server.close()
        listener.close()
        queue.wait(1)
        client.sendall(b"first")
        lab.pause(0.02)
        client.sendall(b"second")
        lab.pause(0.02)
        queue.release()
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_ABORT_ON_DATA", "CLOSE"),
            Rst("late_segment", "server", "NO_SOCKET", "UNKNOWN", count=(1, 4))]


@scenario("data-after-close-by-client",
          "The client closes without waiting for the answer, which then arrives.",
          "data_after_close")
def client_left(lab):
    client, server = lab.pair(8123)
    client.sendall(_REQUEST)
    read_until(server, b"\r\n\r\n")
    client.close()
    wait_state(server, sockets.CLOSE_WAIT)
    lab.pause(0.3)
    server.sendall(_ANSWER)
    lab.pause(0.1)
    return [Rst("data_after_close", "client", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("data-after-shutdown-both",
          "The client calls shutdown(SHUT_RDWR) but keeps the socket; the answer is reset.",
          "data_after_close")
def shutdown_both(lab):
    client, server = lab.pair(8124)
    client.sendall(b"question")
    read_exactly(server, 8)
    client.shutdown(socket.SHUT_RDWR)
    wait_state(server, sockets.CLOSE_WAIT)
    server.sendall(b"an answer that nobody wants")
    lab.pause(0.1)
    return [Rst("data_after_close", "client", "TCP_ABORT_ON_DATA", "CLOSE")]


@scenario("data-after-close-long-fin-timeout",
          "tcp_fin_timeout is two minutes, so a full socket is still in FIN_WAIT2 when the data "
          "comes.",
          "data_after_close")
def long_fin_timeout(lab):
    lab.server.sysctl("net.ipv4.tcp_fin_timeout", 120)
    client, server = _served_once(lab, 8125)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    client.sendall(b"hi")
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_ABORT_ON_DATA", "CLOSE")]


@scenario("data-after-close-last-ack-of-upload",
          "The server closes after an early 'too large' answer, everything read so far; the next "
          "piece of the upload is reset.",
          "data_after_close")
def upload_goes_on(lab):
    client, server = lab.pair(8126)
    client.sendall(b"PUT /big HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 500000\r\n\r\n")
    read_until(server, b"\r\n\r\n")
    client.sendall(b"p" * 2000)
    read_exactly(server, 2000)
    server.sendall(b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\n")
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.1)
    client.sendall(b"p" * 1000)
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("half-close-expired",
          "The server closed and its FIN_WAIT2 ended in silence; the half that the client kept "
          "open is used afterwards.",
          "half_close_expired")
def half_close_expired(lab):
    return _half_close(lab, 8127, "TCP_FLAGS", "LISTEN")


@scenario("half-close-expired-no-listener",
          "The same, and the service is gone by then.",
          "half_close_expired")
def half_close_expired_no_listener(lab):
    return _half_close(lab, 8128, "NO_SOCKET", "UNKNOWN")


@scenario("half-close-expired-default",
          "The same with the kernel's own FIN_WAIT2 of sixty seconds.",
          "half_close_expired")
def half_close_expired_default(lab):
    return _half_close(lab, 8137, "TCP_FLAGS", "LISTEN", fin_timeout=60)


def _half_close(lab, port, reason, state, fin_timeout=2):
    lab.server.sysctl("net.ipv4.tcp_fin_timeout", fin_timeout)
    listener = lab.listen(lab.server, port)
    client = lab.connect(lab.client, lab.server.ip4, port)
    server = lab.accept(listener)
    exchange(client, server, _REQUEST, _ANSWER)
    server.close()
    if reason == "NO_SOCKET":
        listener.close()
    wait_state(client, sockets.CLOSE_WAIT)
    wait_until(lambda: not lab.server.remembers(port), "FIN_WAIT2 is over", fin_timeout + 8)
    lab.pause(0.3)
    client.sendall(_REQUEST)
    wait_reset(client)
    # A shorter time than the usual one: the wire does not show how long the server waits.
    return [Rst("half_close_expired", "server", reason, state,
                note=f"tcp_fin_timeout = {fin_timeout}",
                inseparable=() if fin_timeout == 60 else ("data_after_close",))]


@scenario("late-segments-after-abort",
          "The client aborts while a burst of the server is on its way: each segment of it draws "
          "one more RST.",
          "linger0", "late_segment", sample="client")
def late_segments(lab):
    client, server = lab.pair(8129)
    exchange(client, server)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8129") as queue:
        server.sendall(b"d" * 4000)
        queue.wait(3)
        abort(client)
        lab.pause(0.02)
        queue.release()
    lab.pause(0.1)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE"),
            Rst("late_segment", "client", "NO_SOCKET", "UNKNOWN", count=3)]


@scenario("late-segment-after-unread-close",
          "The server closes with a request unread; a further request, sent meanwhile, meets the "
          "listener.",
          "unread_data", "late_segment")
def late_after_unread(lab):
    client, server = lab.pair(8130)
    client.sendall(_REQUEST)
    wait_delivered(client)
    with lab.router.holding("-d", lab.server.ip4, "--dport", "8130") as queue:
        client.sendall(_REQUEST)
        queue.wait(1)
        server.close()
        queue.release()
    lab.pause(0.1)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE"),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN")]


@scenario("late-segment-after-both-fins",
          "Both FINs have crossed when the server, in LAST_ACK, forgets the connection without a "
          "word (SO_LINGER 0); the client's repeated FIN is reset.",
          "late_segment")
def last_ack_forgotten(lab):
    listener = lab.listen(lab.server, 8131)
    peer = RawPeer(lab, lab.client, 40131, lab.server.ip4, 8131)
    peer.open()
    server = lab.accept(listener)
    listener.close()
    fin = peer.send(FIN | ACK)
    peer.expect("A")
    server.shutdown(socket.SHUT_WR)
    peer.expect("FA")
    abort(server)
    lab.pause(0.2)
    peer.send(FIN | ACK, seq=fin.seq)
    lab.pause(0.1)
    return [Rst("late_segment", "server", "NO_SOCKET", "UNKNOWN",
                note="SO_LINGER 0 in LAST_ACK is silent")]


@scenario("late-segment-duplicate-data",
          "The server aborts; copies of an old segment, delayed on the way, arrive afterwards.",
          "linger0", "late_segment")
def duplicate_data(lab):
    listener = lab.listen(lab.server, 8133)
    peer = RawPeer(lab, lab.client, 40133, lab.server.ip4, 8133)
    peer.open()
    server = lab.accept(listener)
    data = peer.send(ACK | PSH, payload=b"once is enough")
    read_exactly(server, 14)
    lab.pause(0.05)
    abort(server)
    for _ in range(2):
        lab.pause(0.1)
        peer.send(ACK | PSH, seq=data.seq, payload=data.payload)
    lab.pause(0.1)
    # Nothing shows whether the server had read the one message.
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", inseparable=("unread_data",)),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN", count=2)]


@scenario("reset-echo",
          "Somebody forges a RST towards the client in the server's name; the client's socket is "
          "gone, and it resets what the server still sends.",
          "injected", "reset_echo", sample="client")
def reset_echo(lab):
    forger = Forger(lab)
    client, server = lab.pair(8132)
    exchange(client, server)
    forger.reset(lab.server.ip4, 8132, lab.client.ip4, port_of(client))
    with reset_expected():
        client.recv(1)
    lab.pause(0.1)
    server.sendall(b"the answer that the client still waits for")
    lab.pause(0.1)
    return [Rst("injected", "router", claims="server", at=("client",), crafted=True,
                note="forged at the router"),
            Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN",
                inseparable_at={"server": ("connection_unknown",)})]


@scenario("late-segment-crossing-abort",
          "The server aborts while the client's next request is on its way to it.",
          "linger0", "late_segment")
def crossing_abort(lab):
    client, server = lab.pair(8134)
    exchange(client, server)
    with lab.router.holding("-d", lab.server.ip4, "--dport", "8134") as queue:
        client.sendall(b"sent before the RST came")
        queue.wait(1)
        abort(server)
        lab.pause(0.05)
        queue.release()
    lab.pause(0.1)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE"),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN")]


@scenario("data-after-close-own-ttl",
          "The server's socket has a TTL and TOS of its own; the reply to late data has the "
          "host's default TTL.",
          "data_after_close")
def own_ttl(lab):
    client, server = lab.pair(8136)
    server.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 33)
    server.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x48)
    exchange(client, server, _REQUEST, _ANSWER)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.1)
    client.sendall(_REQUEST)
    wait_reset(client)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("half-close-expired-bucket-overflow",
          "The server may remember no closed connection at all (tcp_max_tw_buckets = 0): data "
          "after its FIN meets the listener at once.",
          "half_close_expired")
def bucket_overflow(lab):
    lab.server.sysctl("net.ipv4.tcp_max_tw_buckets", 0)
    client, server = _served_once(lab, 8137)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    wait_until(lambda: not lab.server.remembers(8137), "nothing is remembered")
    lab.pause(0.2)
    client.sendall(_REQUEST)
    wait_reset(client)
    return [Rst("half_close_expired", "server", "TCP_FLAGS", "LISTEN",
                inseparable=("data_after_close",))]
