# SPDX-License-Identifier: GPL-2.0-or-later
"""More of the forgers, and of honest resets that look like theirs."""

import signal

from rstlab.forger import Forger
from rstlab.scenario import scenario
from rstlab.segment import ACK, RST, Segment
from rstlab.sockets import (abort, exchange, nodelay, port_of, read_exactly, reset_expected,
                            wait_delivered, wait_reset)
from rstlab.truth import Rst


def _ways(lab, client, port):
    return (lab.client.ip4, port_of(client)), (lab.server.ip4, port)


@scenario("tcpkill-meets-an-old-connection",
          "tcpkill is started while a connection is in use, and the capture with it: at the next "
          "request it resets both ends.",
          "injected", points=("client", "server"), starts_late=True, program="tcpkill")
def tcpkill(lab):
    client, server = lab.pair(8101, prepare=nodelay)
    for _ in range(3):
        exchange(client, server)
    lab.start_captures()
    exchange(client, server)
    killer = lab.spawn(lab.router, "tcpkill", "-i", "to-client", "-3", "port", "8101")
    lab.pause(1.0)
    client.sendall(b"one more request")
    lab.pause(1.0)
    lab.signal(killer, signal.SIGTERM)
    return [Rst("injected", "router", claims=claims, at=(point,), crafted=True, count=(1, 12))
            for claims, point in (("server", "client"), ("client", "server"))]


@scenario("forged-in-the-middle-of-an-upload",
          "Somebody resets the client's upload with the server's TTL, two numbers of which one is "
          "right; the server, which heard nothing, acknowledges what was on its way.",
          "injected", "reset_echo", points=("client",))
def upload(lab):
    forger = Forger(lab)
    client, server = lab.pair(8102)
    exchange(client, server)
    here, there = _ways(lab, client, 8102)
    with lab.router.holding("-d", lab.client.ip4, "--sport", "8102", delay=0.02):
        for _ in range(10):
            client.sendall(b"u" * 1400)
            lab.pause(0.005)
        seen = forger.newest(*there, *here)
        for offset in (0, 2920):
            lab.router.inject(Segment(*there, *here, RST | ACK, seq=seen.next_seq + offset,
                                      ack=forger.newest(*here, *there).next_seq, window=0,
                                      ttl=63, ip_id=0x1357 + offset % 7))
        lab.pause(0.2)
    return [Rst("injected", "router", claims="server", crafted=True, count=2),
            Rst("reset_echo", "client", ("NO_SOCKET", "TCP_FLAGS"), count=(1, 30))]


@scenario("forged-towards-a-silent-server",
          "Somebody resets the server's end in the client's name with a perfect number, a TTL of "
          "128 and an IP ID far off; the client asks on and is reset by a server that has "
          "forgotten it.",
          "injected", "reset_echo", points=("server",))
def towards_server(lab):
    forger = Forger(lab)
    listener = lab.listen(lab.server, 8103)
    client = lab.connect(lab.client, lab.server.ip4, 8103)
    server = lab.accept(listener)
    for _ in range(3):
        exchange(client, server)
    wait_delivered(server)
    here, there = _ways(lab, client, 8103)
    lab.pause(0.3)
    forger.reset(*here, *there, ttl=127, ip_id=0xBEEF)
    wait_reset(server)
    lab.pause(0.2)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("injected", "router", claims="client", crafted=True),
            Rst("reset_echo", "server", "TCP_FLAGS", "LISTEN")]


@scenario("abort-overtakes-its-own-data",
          "A server answers and aborts, and on the way the reset overtakes the answer, which the "
          "network had held back: frames of the sender follow its reset.",
          "linger0", "late_segment", "reset_echo")
def overtakes(lab):
    client, server = lab.pair(8104, prepare=nodelay)
    exchange(client, server)
    client.sendall(b"question")
    read_exactly(server, 8)
    # The way back takes its time, so that the kernel's words about the resets stay apart.
    with (lab.router.holding("--dport", "8104", delay=0.1),
          lab.router.holding("--sport", "8104", "--tcp-flags", "PSH", "PSH") as queue):
        server.sendall(b"answer one")
        lab.pause(0.02)
        server.sendall(b"answer two")
        queue.wait(2)
        abort(server)
        lab.pause(0.3)
        queue.release()
        lab.pause(0.3)
    # The reset is beyond what the client has, who asks back by a challenge ACK; that meets a server
    # that knows the connection no more, and its bare reset ends it. The answers come too late.
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", when=lambda s: s.letters == "RA"),
            Rst("late_segment", "server", ("TCP_FLAGS", "NO_SOCKET")),
            Rst("reset_echo", "client", "NO_SOCKET", "UNKNOWN", count=2)]


@scenario("balancer-with-another-ttl-then-honest-abort",
          "A SYN proxy answers the handshake with a TTL of 255 in the server's name, whose own "
          "packets arrive with 63: the server's abort is honest all the same.",
          "unread_data", program="nft")
def synproxy_ttl(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.sysctl("net.ipv4.ip_default_ttl", 255)
    lab.router.nft("table ip proxy {\nchain raw {\n"
                   "type filter hook prerouting priority raw;\n"
                   "tcp dport 8105 tcp flags syn notrack\n}\nchain forward {\n"
                   "type filter hook forward priority filter;\n"
                   "tcp dport 8105 ct state invalid,untracked synproxy mss 1460 wscale 7 "
                   "timestamp sack-perm\nct state invalid drop\n}\n}\n")
    client, server = lab.pair(8105)
    exchange(client, server)
    client.sendall(b"q" * 4000)
    wait_delivered(client)
    lab.pause(0.2)
    server.close()
    lab.pause(0.3)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", at=("server",),
                inseparable=("linger0",)),
            Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", at=("client",),
                translated=True, inseparable=("linger0",))]


@scenario("guesses-at-a-long-lived-session",
          "Somebody off the path sends forty resets in steps of 60000 numbers against a session "
          "between two ends, which goes on untouched before, between and after.",
          "blind_reset_attack", points=("client", "server"))
def guesses(lab):
    forger = Forger(lab)
    client, server = lab.pair(8106)
    exchange(client, server)
    here, there = _ways(lab, client, 8106)
    base = forger.newest(*there, *here).next_seq
    for number in range(40):
        lab.router.inject(Segment(*there, *here, RST, seq=base + 500_000 + 60_000 * number,
                                  window=0, ttl=50 + number % 3, ip_id=number * 7))
        if number % 10 == 0:
            exchange(client, server)
        lab.pause(0.01)
    exchange(client, server)
    lab.pause(0.1)
    return [Rst("blind_reset_attack", "router", claims="server", at=("client",), crafted=True,
                count=40)]
