"""The end of patience: handshakes and silences given up by a RST, and a FIN that never left.

Where the end that gives up is no Linux it is crafted, after captures of the stack named; what it
speaks to is a real Linux socket. Long timers pass in the captures alone (lab.leap).
"""

from rstlab import sockets
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, PSH, RST, SYN
from rstlab.sockets import (exchange, fill, nodelay, read_exactly, reset_expected,
                            small_receive_buffer, wait_reset)
from rstlab.truth import Rst

_MSS = bytes.fromhex("020405b4")
_FRONT_END = {"ttl": 255}


def _crafted(token, by, **more):
    return Rst(token, by, crafted=True, **more)


def _silent(lab):
    """Nothing passes the router any more."""
    lab.router.filter("forward", f"ip saddr {lab.client.ip4} drop",
                      f"ip daddr {lab.client.ip4} drop")


def _peer_by_hand(lab, port, **stack):
    """A Linux client connects to a hand-made server: (client socket, server)."""
    lab.client.sysctl("net.ipv4.tcp_timestamps", 0)
    server = RawPeer(lab, lab.server, port, lab.client.ip4, port + 31000)
    client = lab.connecting(lab.client, lab.server.ip4, port, source_port=port + 31000,
                            prepare=nodelay)
    server.expect("S")
    server.send(SYN | ACK, options=_MSS, **stack)
    server.expect("A")
    client.setblocking(True)
    client.settimeout(5)
    return client, server


def _answered(client, server, **stack):
    client.sendall(b"question")
    server.expect("PA")
    server.send(ACK | PSH, payload=b"answer", **stack)
    read_exactly(client, 6)
    server.expect("A")


@scenario("syn-given-up-by-reset",
          "A macOS client's SYN stays unanswered: seven at 1, 2, 4 ... 32 s, then RST,ACK with the "
          "number of the SYN (clock of the capture leapt).",
          "retransmit_timeout", points=("client",))
def syn_given_up(lab):
    client = RawPeer(lab, lab.client, 49740, lab.server.ip4, 9740)
    lab.router.filter("forward", "tcp dport 9740 drop")
    syn = client.send(SYN, options=_MSS, window=65535)
    for wait in (1, 2, 4, 8, 16, 32):
        lab.leap(wait)
        client.send(SYN, seq=syn.seq, options=_MSS, window=65535)
    lab.leap(64)
    client.send(RST | ACK, seq=syn.seq, window=65535)
    return [_crafted("retransmit_timeout", "client")]


@scenario("synack-given-up-by-reset",
          "A user-mode NAT's SYN-ACK stays unacknowledged: six repetitions in 76 s, then RST,ACK "
          "(as libslirp does; clock of the capture leapt).",
          "retransmit_timeout", points=("server",))
def synack_given_up(lab):
    lab.client.sysctl("net.ipv4.tcp_timestamps", 0)
    server = RawPeer(lab, lab.server, 9741, lab.client.ip4, 40741)
    lab.router.filter("forward", f"ip saddr {lab.server.ip4} drop")
    client = RawPeer(lab, lab.client, 40741, lab.server.ip4, 9741, isn=5_000_000)
    client.send(SYN, options=_MSS)
    server.expect("S")
    answer = server.send(SYN | ACK, options=_MSS, window=65535)
    for wait in (7, 14, 14, 14, 14, 14):
        lab.leap(wait)
        server.send(SYN | ACK, seq=answer.seq, options=_MSS, window=65535)
    lab.leap(11)
    server.send(RST | ACK, window=65535)
    return [_crafted("retransmit_timeout", "server")]


@scenario("retransmit-given-up-behind-the-first",
          "A Windows server repeats the first of two segments in vain; its RST stands behind that "
          "one, not behind all that it had sent (clock of the capture leapt).",
          "retransmit_timeout", points=("server",))
def given_up_behind_the_first(lab):
    client, server = _peer_by_hand(lab, 9742, ttl=128)
    client.sendall(b"question")
    server.expect("PA")
    _silent(lab)
    first = server.send(ACK, payload=b"a" * 1000, ttl=128)
    server.send(ACK | PSH, payload=b"b" * 300, ttl=128)
    for turn in range(5):
        lab.leap(0.3 * 2 ** turn + 0.2)
        server.send(ACK, seq=first.seq, payload=first.payload, ttl=128)
    lab.leap(0.3 * 2 ** 5 + 0.2)
    server.send(RST | ACK, seq=first.next_seq, window=0, ttl=128)
    return [_crafted("retransmit_timeout", "server")]


@scenario("program-gives-up-before-its-tcp",
          "A real client's request is repeated in vain; its program has waited long enough soon "
          "after the third repetition and aborts.",
          "linger0", points=("client",))
def program_gives_up(lab):
    client, server = lab.pair(9743)
    exchange(client, server)
    _silent(lab)
    client.sendall(b"is anybody there?")
    lab.pause(1.75)
    sockets.abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE",
                inseparable=("retransmit_timeout", "unread_data", "admin_abort"))]


@scenario("front-end-ends-idle-connection",
          "A load balancer by its SYN-ACK (window 4380, TTL 255) ends a kept-alive connection after "
          "12 s of silence: RST,ACK with its live window (clock of the capture leapt).",
          "idle_timeout")
def front_end(lab):
    client, server = _peer_by_hand(lab, 9744, window=4380, **_FRONT_END)
    _answered(client, server, window=5558, **_FRONT_END)
    lab.leap(12)
    server.send(RST | ACK, window=5558, **_FRONT_END)
    wait_reset(client)
    return [_crafted("idle_timeout", "server", inseparable=("linger0", "unread_data"))]


@scenario("program-ends-idle-connection",
          "A real server's program waits for the next request for three seconds and aborts: the "
          "twin of the load balancer.",
          "linger0")
def program_ends_idle(lab):
    client, server = lab.pair(9745)
    exchange(client, server)
    lab.pause(3)
    sockets.abort(server)
    wait_reset(client)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE",
                inseparable=("admin_abort", "unread_data"))]


@scenario("notice-after-300-s",
          "A device gives the server's name to a RST,ACK after 300 s of silence: window 0, IP ID 0, "
          "to the client alone (clock of the capture leapt).",
          "idle_timeout", points=("client",))
def notice(lab):
    client, server = _peer_by_hand(lab, 9746, ttl=128)
    _answered(client, server, ttl=128)
    lab.leap(300)
    server._ip_id = -1  # counts one more
    server.send(RST | ACK, window=0, ttl=128)
    wait_reset(client)
    return [Rst("idle_timeout", "router", claims="server", crafted=True, at=("client",),
                note="300 s")]


@scenario("ended-by-age",
          "A connection in use is ended 120 s after its SYN, three seconds after its last exchange "
          "(clock of the capture leapt).",
          "linger0")
def ended_by_age(lab):
    client, server = _peer_by_hand(lab, 9747)
    _answered(client, server)
    lab.leap(117)
    _answered(client, server)
    lab.leap(3)
    server.send(RST | ACK, window=501)
    wait_reset(client)
    return [_crafted("linger0", "server",
                     inseparable=("idle_timeout", "unread_data", "admin_abort"))]


def _fin_behind_a_shut_window(lab, port, words, v6=False):
    """The server sends more than the client takes, and closes; then the client speaks."""
    client, server = lab.pair(port, v6=v6, prepare=small_receive_buffer)
    client.sendall(b"GET /big")
    read_exactly(server, 8)
    fill(server)
    server.close()
    lab.pause(0.5)
    client.sendall(words)
    with reset_expected():
        while client.recv(4096):
            pass
    return [Rst("data_after_close", "server", "TCP_ABORT_ON_DATA", "CLOSE", count=(1, 2))]


@scenario("fin-waits-behind-a-shut-window",
          "A real server sends more than its client reads and closes: the FIN waits behind data "
          "that never leaves. The client's next request is reset.",
          "data_after_close")
def fin_waits(lab):
    return _fin_behind_a_shut_window(lab, 9748, b"next request")


@scenario("fin-waits-behind-a-shut-window-ipv6",
          "The same over IPv6, and the client says goodbye.",
          "data_after_close")
def fin_waits_ipv6(lab):
    return _fin_behind_a_shut_window(lab, 9749, b"bye", v6=True)
