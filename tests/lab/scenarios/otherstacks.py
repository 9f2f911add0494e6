"""Stacks other than Linux, played by hand after their sources and documentation.

Every segment of the non-Linux end is crafted; what it answers to is a real Linux socket.
"""

import struct

from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, FIN, PSH, RST, SYN
from rstlab.sockets import nodelay, read_exactly, reset_expected, wait_reset
from rstlab.truth import Rst

_WINDOWS = {"ttl": 128}
_BSD_WINDOW = 1026


def _crafted(token, by, **more):
    return Rst(token, by, crafted=True, **more)


def _timestamps(value, echo=0):
    return struct.pack("!BBBBII", 1, 1, 8, 10, value, echo)


def _server_by_hand(lab, port, accept=True, **stack):
    """A Linux client connects to a hand-made server: (client socket, server)."""
    client_port = port + 31000
    server = RawPeer(lab, lab.server, port, lab.client.ip4, client_port)
    client = lab.connecting(lab.client, lab.server.ip4, port, source_port=client_port,
                            prepare=nodelay)
    server.expect("S")
    if accept:
        server.send(SYN | ACK, options=bytes.fromhex("020405b40103030801010402"), **stack)
        server.expect("A")
        client.setblocking(True)
        client.settimeout(5)
    return client, server


@scenario("windows-refuses-connection",
          "A Windows host refuses a SYN: RST,ACK of TTL 128 with a running IP ID; Linux repeats "
          "nothing.",
          "port_closed")
def windows_refuses(lab):
    client, server = _server_by_hand(lab, 9700, accept=False, **_WINDOWS)
    server.send(RST | ACK, seq=0, window=0, **_WINDOWS)
    wait_reset(client)
    return [_crafted("port_closed", "server")]


@scenario("windows-backlog-full",
          "A Windows server's backlog is full: it answers the SYN by RST,ACK, and the repeated "
          "one by SYN-ACK.",
          "accept_queue_full")
def windows_backlog(lab):
    client, server = _server_by_hand(lab, 9701, accept=False, **_WINDOWS)
    server.send(RST | ACK, seq=0, window=0, **_WINDOWS)
    wait_reset(client)
    lab.pause(0.5)
    second, again = _server_by_hand(lab, 9702, **_WINDOWS)
    second.sendall(b"served after all")
    again.expect("PA")
    again.send(ACK, **_WINDOWS)
    return [_crafted("accept_queue_full", "server", inseparable=("port_closed",))]


@scenario("windows-abort",
          "A Windows server aborts after its answer: RST,ACK with window 0, no options, TTL 128.",
          "linger0")
def windows_abort(lab):
    client, server = _server_by_hand(lab, 9703, **_WINDOWS)
    client.sendall(b"question")
    server.expect("PA")
    server.send(ACK | PSH, payload=b"answer", **_WINDOWS)
    read_exactly(client, 6)
    server.expect("A")
    lab.pause(0.2)
    server.send(RST | ACK, window=0, **_WINDOWS)
    with reset_expected():
        client.recv(1)
    return [_crafted("linger0", "server", inseparable=("admin_abort",))]


@scenario("windows-retransmit-timeout",
          "A Windows server repeats its answer five times, unacknowledged, and resets.",
          "retransmit_timeout", points=("server",))
def windows_retransmit(lab):
    client, server = _server_by_hand(lab, 9704, **_WINDOWS)
    client.sendall(b"question")
    server.expect("PA")
    server.send(ACK, **_WINDOWS)
    lab.router.filter("forward", f"ip saddr {lab.client.ip4} drop",
                      f"ip daddr {lab.client.ip4} drop")
    answer = server.send(ACK | PSH, payload=b"answer", **_WINDOWS)
    for doubling in range(5):
        lab.pause(0.15 * 2 ** doubling)
        server.send(ACK | PSH, seq=answer.seq, payload=b"answer", **_WINDOWS)
    lab.pause(1)
    server.send(RST | ACK, window=0, **_WINDOWS)
    return [_crafted("retransmit_timeout", "server")]


@scenario("bsd-retransmit-timeout",
          "A BSD client repeats its request in vain and resets with a live window and "
          "timestamps (its twelve tries shortened to seven).",
          "retransmit_timeout", points=("client",))
def bsd_retransmit(lab):
    lab.listen(lab.server, 9705)
    client = RawPeer(lab, lab.client, 40705, lab.server.ip4, 9705)
    client.open(options=_timestamps(1000))
    lab.router.filter("forward", f"ip saddr {lab.client.ip4} drop")
    request = client.send(ACK | PSH, payload=b"request", window=_BSD_WINDOW,
                          options=_timestamps(1100))
    for turn in range(7):
        lab.pause(0.1 * 1.5 ** turn)
        client.send(ACK | PSH, seq=request.seq, payload=b"request", window=_BSD_WINDOW,
                    options=_timestamps(1200 + 100 * turn))
    lab.pause(1.2)
    client.send(RST | ACK, window=_BSD_WINDOW, options=_timestamps(2500))
    return [_crafted("retransmit_timeout", "client")]


@scenario("bsd-persist-limit",
          "A BSD server probes a shut window of its Linux client again and again and resets at "
          "its limit.",
          "zero_window_timeout", points=("server",))
def bsd_persist(lab):
    server = RawPeer(lab, lab.server, 9706, lab.client.ip4, 40706)
    client = RawPeer(lab, lab.client, 40706, lab.server.ip4, 9706, isn=5_000_000)
    client.send(SYN)
    server.expect("S")
    server.send(SYN | ACK)
    client.expect("SA")
    client.send(ACK)
    client.send(ACK | PSH, payload=b"GET /big")
    server.expect("PA")
    server.send(ACK | PSH, payload=b"b" * 1000)
    client.expect("PA")
    client.send(ACK, window=0)
    for turn in range(5):
        lab.pause(0.15 * 1.6 ** turn)
        server.send(ACK, payload=b"b", seq=server.seq)
        lab.pause(0.02)
        client.send(ACK, window=0)
    lab.pause(1.5)
    server.send(RST | ACK, window=_BSD_WINDOW)
    return [_crafted("zero_window_timeout", "server", inseparable=("linger0",))]


@scenario("bsd-close-with-unread-data",
          "A BSD server closes with data unread: not a RST but a FIN; the client's next segment "
          "is reset.",
          "data_after_close")
def bsd_close(lab):
    client, server = _server_by_hand(lab, 9707)
    client.sendall(b"first request")
    server.expect("PA")
    server.send(ACK)
    lab.pause(0.1)
    server.send(FIN | ACK)
    server.expect("A")
    lab.pause(0.2)
    client.sendall(b"second request")
    late = server.expect("PA")
    server.send(RST, seq=late.ack, window=0)
    wait_reset(client)
    return [_crafted("data_after_close", "server")]


@scenario("bsd-keepalive-limit",
          "A BSD server probes its silent client and resets after the eighth probe (interval "
          "shortened).",
          "keepalive_timeout", points=("server",))
def bsd_keepalive(lab):
    client, server = _server_by_hand(lab, 9708)
    client.sendall(b"hello")
    server.expect("PA")
    server.send(ACK, window=_BSD_WINDOW)
    lab.router.filter("forward", f"ip saddr {lab.client.ip4} drop")
    lab.pause(2)
    for _ in range(8):
        server.send(ACK, seq=server.seq - 1, window=_BSD_WINDOW)
        lab.pause(0.5)
    server.send(RST | ACK, window=_BSD_WINDOW)
    return [_crafted("keepalive_timeout", "server")]


@scenario("gvisor-reply-to-stray",
          "An older gVisor host answers a segment of a connection that it has forgotten: RST,ACK "
          "with both numbers, window 0.",
          "connection_unknown")
def gvisor(lab):
    client, server = _server_by_hand(lab, 9709)
    client.sendall(b"first")
    server.expect("PA")
    server.send(ACK)
    lab.pause(0.4)
    client.sendall(b"second")
    stray = server.expect("PA")
    server.send(RST | ACK, seq=stray.ack, ack=stray.next_seq, window=0)
    wait_reset(client)
    return [_crafted("connection_unknown", "server",
                     inseparable=("linger0", "unread_data", "admin_abort"))]
