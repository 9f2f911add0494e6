"""Resets by the end that listens: the queue overflown, the request expired, the last ACK wrong."""

from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, PSH, SYN
from rstlab.sockets import exchange, port_of, read_exactly, reset_expected, wait_until
from rstlab.truth import Rst

#: With tcp_abort_on_overflow a full queue answers the last ACK alike; only whether the listener
#: lives on would tell, and no later SYN asks it.
_NOBODY_AFTERWARDS = ("accept_queue_full",)
PING = b"\x04PING"


def length_prefixed_exchange(lab, client, server):
    """The article's little protocol: one octet of length, then the word."""
    exchange(client, server, PING, b"\x04PONG")


def holding_last_acks(lab, port):
    """The router holds back what ends a handshake: ACKs to that port."""
    return lab.router.holding("--dport", str(port), "--tcp-flags", "SYN,ACK", "ACK")


def half_open_requests(lab, port):
    """Whether the server holds a request in SYN_RECV."""
    return lab.server.remembers(port, "SYN-RECV")


@scenario("netty-accept-queue-full",
          "The article's second story: a server with SO_BACKLOG 1 accepts one client and then no "
          "more. Two last handshakes end while one place is left: the second client believes "
          "itself connected, the server drops its ACK, repeats the SYN-ACK, forgets the request "
          "and answers the client's PING by RST.",
          "accept_queue_full", sample="client")
def accept_queue_full(lab):
    return _overflow(lab, lab.server.ip4, 18088)


@scenario("accept-queue-full-ipv6",
          "The same over IPv6: the accept queue is full, the client's data is answered by RST.",
          "accept_queue_full")
def accept_queue_full_ipv6(lab):
    return _overflow(lab, lab.server.ip6, 18090)


def _overflow(lab, address, port):
    """Fill an accept queue of two while a further handshake is under way."""
    lab.server.sysctl("net.ipv4.tcp_syncookies", 0)
    lab.server.sysctl("net.ipv4.tcp_synack_retries", 1)
    listener = lab.listen(lab.server, port, backlog=1, v6=":" in address)
    served = lab.connect(lab.client, address, port)
    length_prefixed_exchange(lab, served, lab.accept(listener))
    lab.connect(lab.client, address, port).sendall(PING)
    with holding_last_acks(lab, port) as queue:
        last_in = lab.connect(lab.client, address, port)
        queue.wait(1)
        victim = lab.connect(lab.client, address, port)
        queue.wait(2)
        queue.release()
    last_in.sendall(PING)
    wait_until(lambda: half_open_requests(lab, port), "the victim's request is half open")
    wait_until(lambda: not half_open_requests(lab, port), "the victim's request is forgotten", 10)
    lab.pause(0.2)
    victim.sendall(PING)
    with reset_expected():
        read_exactly(victim, 5)
    return [Rst("accept_queue_full", "server", "TCP_FLAGS", "LISTEN", flow=port_of(victim),
                note="tcp_abort_on_overflow = 0")]


@scenario("accept-queue-full-data-before-expiry",
          "As before, but the client speaks while the server still repeats its SYN-ACK; its data "
          "is repeated until the request is forgotten and then reset.",
          "accept_queue_full")
def accept_queue_full_early_data(lab):
    port = 18089
    lab.server.sysctl("net.ipv4.tcp_syncookies", 0)
    lab.server.sysctl("net.ipv4.tcp_synack_retries", 1)
    lab.listen(lab.server, port, backlog=1)
    lab.connect(lab.client, lab.server.ip4, port)
    with holding_last_acks(lab, port) as queue:
        lab.connect(lab.client, lab.server.ip4, port)
        queue.wait(1)
        victim = lab.connect(lab.client, lab.server.ip4, port)
        queue.wait(2)
        queue.release()
    lab.pause(0.1)
    victim.sendall(PING)
    victim.settimeout(10)
    with reset_expected():
        read_exactly(victim, 5)
    return [Rst("accept_queue_full", "server", "TCP_FLAGS", "LISTEN", flow=port_of(victim),
                note="tcp_abort_on_overflow = 0, data repeated meanwhile")]


@scenario("accept-queue-full-abort",
          "With tcp_abort_on_overflow = 1 the last ACK of each handshake that finds the accept "
          "queue full is answered by RST at once.",
          "accept_queue_full", sample="client")
def accept_queue_full_abort(lab):
    port = 8009
    lab.server.sysctl("net.ipv4.tcp_syncookies", 0)
    lab.server.sysctl("net.ipv4.tcp_abort_on_overflow", 1)
    lab.listen(lab.server, port, backlog=2)
    for _ in range(2):
        lab.connect(lab.client, lab.server.ip4, port)
    with holding_last_acks(lab, port) as queue:
        late = [lab.connect(lab.client, lab.server.ip4, port) for _ in range(3)]
        queue.wait(3)
        queue.release()
    lab.pause(0.2)
    return [Rst("accept_queue_full", "server", "INVALID_SYN", "LISTEN", count=2,
                flow=[port_of(sock) for sock in late[1:]], note="tcp_abort_on_overflow = 1")]


@scenario("listener-gone",
          "The service stops between its SYN-ACK and the client's ACK.",
          "listener_gone")
def listener_gone(lab):
    listener = lab.listen(lab.server, 8010)
    with holding_last_acks(lab, 8010) as queue:
        client = lab.connect(lab.client, lab.server.ip4, 8010)
        queue.wait(1)
        listener.close()
        lab.pause(0.1)
        queue.release()
    lab.pause(0.1)
    with reset_expected():
        client.recv(1)
    return [Rst("listener_gone", "server", "NO_SOCKET", "UNKNOWN", inseparable=_NOBODY_AFTERWARDS)]


@scenario("listener-gone-client-speaks",
          "The service stops between SYN-ACK and ACK; the client has already sent its request, so "
          "ACK and request are both answered by RST.",
          "listener_gone", "late_segment")
def listener_gone_request(lab):
    listener = lab.listen(lab.server, 8011)
    with holding_last_acks(lab, 8011) as queue:
        client = lab.connect(lab.client, lab.server.ip4, 8011)
        client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
        queue.wait(2)
        listener.close()
        queue.release()
    lab.pause(0.2)
    return [Rst("listener_gone", "server", "NO_SOCKET", "UNKNOWN",
                inseparable=_NOBODY_AFTERWARDS),
            Rst("late_segment", "server", "NO_SOCKET", "UNKNOWN",
                note="the request sent with the ACK")]


@scenario("synack-expired",
          "The client's ACKs are lost on the way until the server has given its request up; then "
          "the client's data arrives.",
          "synack_expired")
def synack_expired(lab):
    lab.server.sysctl("net.ipv4.tcp_synack_retries", 1)
    lab.listen(lab.server, 8012)
    with lab.router.filtering(
            "forward", "tcp dport 8012 tcp flags & (syn | ack) == ack drop"):
        client = lab.connect(lab.client, lab.server.ip4, 8012)
        wait_until(lambda: half_open_requests(lab, 8012), "half open")
        wait_until(lambda: not half_open_requests(lab, 8012), "request given up", 10)
        lab.pause(0.1)
    client.sendall(b"HELO client.example.com\r\n")
    with reset_expected():
        client.recv(1)
    return [Rst("synack_expired", "server", "TCP_FLAGS", "LISTEN", at=("server",)),
            Rst("synack_expired", "server", "TCP_FLAGS", "LISTEN", at=("client",),
                inseparable=("accept_queue_full",),
                note="this capture has the ACKs, which the server never got")]


@scenario("synack-expired-late-ack",
          "A very slow client: its ACK to the SYN-ACK comes after the server has given up.",
          "synack_expired")
def synack_expired_late_ack(lab):
    lab.server.sysctl("net.ipv4.tcp_synack_retries", 1)
    lab.listen(lab.server, 8013)
    peer = RawPeer(lab, lab.client, 40013, lab.server.ip4, 8013)
    peer.send(SYN)
    peer.expect("SA")
    wait_until(lambda: not half_open_requests(lab, 8013), "request given up", 10)
    peer.send(ACK)
    peer.expect("R")
    return [Rst("synack_expired", "server", "TCP_FLAGS", "LISTEN")]


@scenario("bad-handshake-ack",
          "The third packet acknowledges a number that the server never sent.",
          "bad_handshake_ack")
def bad_handshake_ack(lab):
    lab.listen(lab.server, 8014)
    peer = RawPeer(lab, lab.client, 40014, lab.server.ip4, 8014)
    peer.send(SYN)
    peer.expect("SA")
    peer.send(ACK, ack=peer.ack + 98)
    peer.expect("R")
    return [Rst("bad_handshake_ack", "server", "TCP_FLAGS", "LISTEN")]


@scenario("bad-handshake-ack-then-right-one",
          "A wrong ACK is reset, the right one follows and the connection opens all the same.",
          "bad_handshake_ack")
def bad_then_right(lab):
    listener = lab.listen(lab.server, 8015)
    peer = RawPeer(lab, lab.client, 40015, lab.server.ip4, 8015)
    peer.send(SYN)
    peer.expect("SA")
    right = peer.ack
    peer.send(ACK, ack=right + 5000)
    peer.expect("R")
    peer.ack = right
    peer.send(ACK)
    server = lab.accept(listener)
    peer.send(ACK | PSH, payload=b"hello")
    read_exactly(server, 5)
    return [Rst("bad_handshake_ack", "server", "TCP_FLAGS", "LISTEN",
                note="the connection opens nevertheless")]


@scenario("syn-cookie-invalid",
          "The server uses SYN cookies; an ACK brings a cookie that it never gave.",
          "bad_handshake_ack")
def syn_cookie_invalid(lab):
    lab.server.sysctl("net.ipv4.tcp_syncookies", 2)
    lab.listen(lab.server, 8016)
    peer = RawPeer(lab, lab.client, 40016, lab.server.ip4, 8016)
    peer.send(SYN)
    peer.expect("SA")
    peer.send(ACK, ack=peer.ack + 12345)
    peer.expect("R")
    return [Rst("bad_handshake_ack", "server", "TCP_FLAGS", "LISTEN", note="SYN cookie")]


@scenario("syn-in-synrecv",
          "A half-open request meets a second, different SYN of the same ports inside its window.",
          "syn_in_synrecv")
def syn_in_synrecv(lab):
    lab.listen(lab.server, 8017)
    peer = RawPeer(lab, lab.client, 40017, lab.server.ip4, 8017)
    first = peer.send(SYN)
    peer.expect("SA")
    peer.send(SYN, seq=first.seq + 101)
    peer.expect("RA")
    return [Rst("syn_in_synrecv", "server", "INVALID_SYN", "LISTEN")]


@scenario("old-syn-after-time-wait-no-listener",
          "A port pair is used again while the other end still remembers the old connection in "
          "TIME_WAIT: its ACK is reset, and the repeated SYN finds the service stopped.",
          "half_open_recovery", "port_closed")
def syn_to_time_wait(lab):
    listener = lab.listen(lab.server, 8025)
    client = lab.connect(lab.client, lab.server.ip4, 8025, source_port=41010)
    server = lab.accept(listener)
    server.close()
    lab.pause(0.05)
    client.close()
    lab.pause(0.1)
    listener.close()
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8025, source_port=41010)
    return [Rst("half_open_recovery", "client", "TCP_INVALID_ACK_SEQUENCE", "SYN_SENT",
                count=(0, 1), note="the TIME_WAIT's ACK answered"),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


@scenario("bad-handshake-ack-ipv6",
          "Over IPv6 the third packet acknowledges a number that the server never sent.",
          "bad_handshake_ack")
def bad_handshake_ack_ipv6(lab):
    lab.listen(lab.server, 8026, v6=True)
    peer = RawPeer(lab, lab.client, 40026, lab.server.ip6, 8026)
    peer.send(SYN)
    peer.expect("SA")
    peer.send(ACK, ack=peer.ack + 98)
    peer.expect("R")
    return [Rst("bad_handshake_ack", "server", "TCP_FLAGS", "LISTEN")]


@scenario("syn-in-synrecv-ipv6",
          "Over IPv6 a half-open request meets a second, different SYN inside its window.",
          "syn_in_synrecv")
def syn_in_synrecv_ipv6(lab):
    lab.listen(lab.server, 8027, v6=True)
    peer = RawPeer(lab, lab.client, 40027, lab.server.ip6, 8027)
    first = peer.send(SYN)
    peer.expect("SA")
    peer.send(SYN, seq=first.seq + 4000)
    peer.expect("RA")
    return [Rst("syn_in_synrecv", "server", "INVALID_SYN", "LISTEN")]


@scenario("listener-gone-ipv6",
          "Over IPv6 the service stops between its SYN-ACK and the client's ACK.",
          "listener_gone")
def listener_gone_ipv6(lab):
    listener = lab.listen(lab.server, 8029, v6=True)
    with holding_last_acks(lab, 8029) as queue:
        lab.connect(lab.client, lab.server.ip6, 8029)
        queue.wait(1)
        listener.close()
        lab.pause(0.1)
        queue.release()
    lab.pause(0.1)
    return [Rst("listener_gone", "server", "NO_SOCKET", "UNKNOWN", inseparable=_NOBODY_AFTERWARDS)]
