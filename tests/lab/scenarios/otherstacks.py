"""Stacks and devices other than Linux, played by hand after their sources and documentation.

Every segment of the non-Linux end is crafted; what it answers to is a real Linux socket. Where the
form of a reset follows from no source, the story says that it is modelled. lwip.py has a stack
that is real.

Sources: FreeBSD sys/netinet (tcp_timer.c, tcp_subr.c, tcp_usrreq.c, tcp_syncache.c), XNU
bsd/netinet/tcp_usrreq.c, Linux net/ipv4/tcp_input.c (tcp_reset_check), gVisor
pkg/tcpip/transport/tcp, p0f's p0fr.fp, the documentation of AWS Elastic Load Balancing and of
Azure Load Balancer (idle time-outs, TCP reset).
"""

import struct

from rstlab.forger import Forger
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, FIN, PSH, RST, SYN, Segment
from rstlab.sockets import (exchange, nodelay, port_of, read_exactly, reset_expected,
                            wait_reset)
from rstlab.truth import Rst

_WINDOWS = {"ttl": 128}
_BSD_WINDOW = 1026


def _crafted(token, by, **more):
    return Rst(token, by, crafted=True, **more)


def _timestamps(value, echo=0):
    return struct.pack("!BBBBII", 1, 1, 8, 10, value, echo)


def _server_by_hand(lab, port, accept=True, client_port=None, **stack):
    """A Linux client connects to a hand-made server: (client socket, server)."""
    client_port = client_port or port + 31000
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
          "A Windows server's backlog is full: it answers a SYN by RST,ACK, and half a second later "
          "another by SYN-ACK.",
          "accept_queue_full")
def windows_backlog(lab):
    client, server = _server_by_hand(lab, 9701, accept=False, **_WINDOWS)
    server.send(RST | ACK, seq=0, window=0, **_WINDOWS)
    wait_reset(client)
    lab.pause(0.5)
    second, again = _server_by_hand(lab, 9701, client_port=40702, **_WINDOWS)
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
    return [_crafted("linger0", "server")]


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
          "A BSD server probes a shut window; its client has gone silent, and after the last probe "
          "the server resets (FreeBSD tcp_timer.c: tcp_timer_persist drops only when nobody answers "
          "the probes).",
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
    lab.pause(1.5)
    server.send(RST | ACK, window=_BSD_WINDOW)
    return [_crafted("zero_window_timeout", "server")]


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


def _answered(client, server, **stack):
    """One request of the client, answered by the hand-made server."""
    client.sendall(b"question")
    server.expect("PA")
    server.send(ACK | PSH, payload=b"answer", **stack)
    read_exactly(client, 6)
    server.expect("A")


@scenario("windows-data-after-close",
          "A Windows server closes in order; the client's next request meets its FIN_WAIT_2: "
          "RST,ACK, window 0, TTL 128 (modelled).",
          "data_after_close")
def windows_late(lab):
    client, server = _server_by_hand(lab, 9710, **_WINDOWS)
    _answered(client, server, **_WINDOWS)
    server.send(FIN | ACK, **_WINDOWS)
    server.expect("A")
    lab.pause(0.2)
    client.sendall(b"next request")
    server.expect("PA")
    server.send(RST | ACK, window=0, **_WINDOWS)
    wait_reset(client)
    return [_crafted("data_after_close", "server")]


@scenario("windows-old-reply",
          "An old Windows answers data after its close by a RST without ACK flag whose ACK field "
          "is not zero (p0f p0fr.fp).",
          "data_after_close")
def windows_old(lab):
    client, server = _server_by_hand(lab, 9711, **_WINDOWS)
    _answered(client, server, **_WINDOWS)
    server.send(FIN | ACK, **_WINDOWS)
    server.expect("A")
    lab.pause(0.2)
    client.sendall(b"next request")
    late = server.expect("PA")
    lab.server.inject(Segment(lab.server.ip4, 9711, lab.client.ip4, 9711 + 31000, RST,
                              seq=late.ack, ack=late.next_seq, window=0, ip_id=0x1010, ttl=128))
    wait_reset(client)
    return [_crafted("data_after_close", "server")]


@scenario("windows-client-tries-thrice",
          "A Windows client meets a closed port of a Linux server and repeats its SYN half a second "
          "after each refusal, three times in all; the refusals are real.",
          "port_closed")
def windows_insists(lab):
    client = RawPeer(lab, lab.client, 49712, lab.server.ip4, 9712, isn=7_000_000)
    for _ in range(3):
        client.send(SYN, seq=7_000_000, options=bytes.fromhex("020405b40103030801010402"),
                    **_WINDOWS)
        client.expect("RA")
        lab.pause(0.5)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=3)]


@scenario("macos-unread-behind-a-hole",
          "A macOS server closes with nothing but data behind a hole in its queue: unlike Linux it "
          "resets (XNU tcp_usrreq.c).",
          "unread_data")
def macos_hole(lab):
    server = RawPeer(lab, lab.server, 9713, lab.client.ip4, 40713)
    client = RawPeer(lab, lab.client, 40713, lab.server.ip4, 9713, isn=8_000_000)
    client.send(SYN)
    server.expect("S")
    server.send(SYN | ACK)
    client.expect("SA")
    client.send(ACK)
    client.send(ACK | PSH, seq=client.seq + 100, payload=b"behind the hole")
    server.expect("PA")
    server.ack = client.seq
    server.send(ACK)
    lab.pause(0.1)
    server.send(RST | ACK, window=2058)
    # That the stack resets for what Linux would not is known of its kind, not seen.
    return [_crafted("unread_data", "server", inseparable=("linger0", "accept_then_abort",
                                                           "listener_closed"))]


@scenario("macos-interrupted",
          "A macOS program is interrupted: FIN, and at once a RST of the FIN's own number (the "
          "pattern for which Linux has tcp_reset_check).",
          "linger0")
def macos_interrupted(lab):
    client, server = _server_by_hand(lab, 9714)
    _answered(client, server)
    lab.pause(0.1)
    fin = server.send(FIN | ACK)
    server.send(RST, seq=fin.seq, window=0)
    lab.pause(0.2)
    return [_crafted("linger0", "server", inseparable=("unread_data", "data_after_close"))]


@scenario("bsd-accept-queue-full",
          "A FreeBSD server's accept queue is full: the handshake's last ACK is reset "
          "(net.inet.tcp.syncache.rst_on_sock_fail); a later client is served.",
          "accept_queue_full")
def bsd_queue_full(lab):
    for client_port in (40715, 40716):
        client, server = _server_by_hand(lab, 9715, client_port=client_port)
        server.send(RST, window=0)
        wait_reset(client)
    _answered(*_server_by_hand(lab, 9715, client_port=40717))
    return [_crafted("accept_queue_full", "server", count=2)]


@scenario("bsd-fin-retransmit-limit",
          "A BSD server's FIN stays unacknowledged; after its last repetition it resets.",
          "retransmit_timeout", points=("server",))
def bsd_fin(lab):
    client, server = _server_by_hand(lab, 9718)
    _answered(client, server)
    lab.router.filter("forward", f"ip saddr {lab.client.ip4} drop",
                      f"ip daddr {lab.client.ip4} drop")
    fin = server.send(FIN | ACK, window=_BSD_WINDOW)
    for turn in range(6):
        lab.pause(0.1 * 1.6 ** turn)
        server.send(FIN | ACK, seq=fin.seq, window=_BSD_WINDOW)
    lab.pause(1.5)
    server.send(RST | ACK, window=_BSD_WINDOW)
    return [_crafted("retransmit_timeout", "server")]


@scenario("gear-refuses",
          "A router of its own stack, whose TTL begins at 255, refuses a SYN.",
          "port_closed")
def gear_refuses(lab):
    client, server = _server_by_hand(lab, 9719, accept=False)
    server.send(RST | ACK, seq=0, window=0, ttl=255)
    wait_reset(client)
    return [_crafted("port_closed", "server")]


def _unstamped_pair(lab, port):
    """A connection without TCP timestamps: a leap of the clock would show in them."""
    lab.client.sysctl("net.ipv4.tcp_timestamps", 0)
    client, server = lab.pair(port)
    exchange(client, server)
    return client, server


def _box(token, claims, count=1, **more):
    return Rst(token, "router", claims=claims, crafted=True, count=count,
               at=("client",) if claims == "server" else ("server",), **more)


@scenario("aws-nlb-idle",
          "A network load balancer's idle time-out of 350 s has passed; the client's next segment "
          "is answered by a RST (clock of the capture leapt; form modelled).",
          "idle_timeout", points=("client",))
def aws_nlb(lab):
    forger = Forger(lab)
    client, _ = _unstamped_pair(lab, 9720)
    lab.leap(355)
    lab.router.filter("forward", "tcp dport 9720 drop")
    client.sendall(b"after the pause")
    lab.pause(0.05)
    late = forger.newest(lab.client.ip4, port_of(client), lab.server.ip4, 9720)
    lab.router.inject(Segment(lab.server.ip4, 9720, lab.client.ip4, late.sport, RST, seq=late.ack,
                              window=0, ttl=255))
    wait_reset(client)
    return [_box("idle_timeout", "server", note="350 s")]


@scenario("azure-lb-idle-both",
          "Azure Load Balancer with 'TCP reset' on: at 240 idle seconds it sends a RST to both ends "
          "(clock of the capture leapt; form modelled).",
          "idle_timeout")
def azure_lb(lab):
    forger = Forger(lab)
    client, server = _unstamped_pair(lab, 9721)
    lab.leap(240)
    here, there = (lab.client.ip4, port_of(client)), (lab.server.ip4, 9721)
    for source, destination in ((there, here), (here, there)):
        forger.reset(*source, *destination, flags=RST | ACK, ttl=128, ip_id=0)
    wait_reset(client)
    wait_reset(server)
    return [_box("idle_timeout", "server", note="240 s"),
            _box("idle_timeout", "client", note="240 s")]


@scenario("aws-alb-keepalive-race",
          "An application load balancer ends a kept-alive connection in order after 60 s; the "
          "client's next request meets a closed connection (clock of the capture leapt).",
          "data_after_close")
def aws_alb(lab):
    lab.client.sysctl("net.ipv4.tcp_timestamps", 0)
    client, server = _server_by_hand(lab, 9722)
    _answered(client, server)
    lab.leap(60)
    server.send(FIN | ACK)
    server.expect("A")
    lab.pause(0.05)
    client.sendall(b"next request")
    late = server.expect("PA")
    server.send(RST, seq=late.ack, window=0)
    wait_reset(client)
    return [_crafted("data_after_close", "server")]


@scenario("linux-keepalive-defaults",
          "Keepalive with the kernel's defaults, 7200 s and nine probes of 75 s (clock of the "
          "capture leapt, the Linux end crafted).",
          "keepalive_timeout", points=("server",))
def keepalive_defaults(lab):
    lab.client.sysctl("net.ipv4.tcp_timestamps", 0)
    client, server = _server_by_hand(lab, 9723)
    _answered(client, server, window=63)
    lab.router.filter("forward", f"ip saddr {lab.client.ip4} drop",
                      f"ip daddr {lab.client.ip4} drop")
    for wait in (7200, *(75,) * 8):
        lab.leap(wait)
        server.send(ACK, seq=server.seq - 1, window=63)
    lab.leap(75)
    server.send(RST | ACK, window=63)
    return [_crafted("keepalive_timeout", "server")]


@scenario("linux-memory-pressure",
          "A busy Linux server sheds orphans (tcp_out_of_resources): four connections that it has "
          "closed, their last answers unacknowledged, are reset when they would be repeated again. "
          "Crafted, because tcp_max_orphans counts the whole machine, not a namespace.",
          "memory_pressure", points=("server",))
def memory_pressure(lab):
    orphans = []
    for port in range(9724, 9728):
        client, server = _server_by_hand(lab, port)
        _answered(client, server, window=64)
        orphans.append(server)
    lab.router.filter("forward", f"ip saddr {lab.client.ip4} drop")
    last = [server.send(FIN | PSH | ACK, payload=b"the rest", window=64) for server in orphans]
    for turn in range(2):
        lab.pause(0.3 * 2 ** turn)
        for server, answer in zip(orphans, last):
            server.send(FIN | PSH | ACK, seq=answer.seq, payload=answer.payload, window=64)
    lab.pause(1.2)
    for server in orphans:
        server.send(RST | ACK, window=64)
        lab.pause(0.05)
    return [_crafted("memory_pressure", "server", count=4,
                     inseparable=("linger0", "admin_abort", "retransmit_timeout"))]
