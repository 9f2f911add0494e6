"""False friends of forgery: resets that look strange and are their sender's own word."""

import socket

from rstlab import sockets
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK, PSH
from rstlab.sockets import abort, exchange, reset_expected, wait_delivered, wait_reset, wait_state
from rstlab.truth import Rst


_REQUEST = b"GET /small HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"


def _detour(lab):
    """From now on the server's packets come over three routers more."""
    lab.router.nft("table ip detour {\nchain on {\ntype filter hook postrouting priority mangle;\n"
                   f"ip saddr {lab.server.ip4} ip ttl set 60\n}}\n}}\n")


@scenario("friend-route-changes-before-the-abort",
          "The route of the server's packets changes in mid-connection: its abort arrives with "
          "another TTL than all that it sent before.",
          "unread_data", points=("client",), program="nft")
def detour_abort(lab):
    client, server = lab.pair(8920)
    for _ in range(3):
        exchange(client, server)
    _detour(lab)
    client.sendall(b"one more request")
    wait_delivered(client)
    server.close()
    lab.pause(0.1)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", inseparable=("linger0",))]


@scenario("friend-route-changes-before-the-answer",
          "The same with the kernel's answer to data after the close, which has neither an IP ID "
          "nor options that would show whose it is.",
          "data_after_close", points=("client",), program="nft")
def detour_answer(lab):
    client, server = lab.pair(8921)
    exchange(client, server)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    _detour(lab)
    lab.pause(0.1)
    client.sendall(b"one more request")
    wait_reset(client)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("friend-ttl-security",
          "Both ends use the generalized TTL security mechanism, as BGP speakers do (TTL 255); the "
          "kernel's answer to late data has the host's default.",
          "data_after_close")
def ttl_security(lab):
    client, server = lab.pair(8922)
    for end in (client, server):
        end.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 255)
    exchange(client, server)
    server.close()
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.1)
    client.sendall(b"late")
    wait_reset(client)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("friend-short-ttl-reply",
          "The server's program gives its socket a TTL that no path has (5), as multihop BGP "
          "speakers do; the kernel knows nothing of the connection any more and answers with the "
          "host's default.",
          "connection_unknown")
def short_ttl(lab):
    listener = lab.listen(lab.server, 8923)
    client = lab.connect(lab.client, lab.server.ip4, 8923)
    server = lab.accept(listener)
    server.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 5)
    for _ in range(2):
        exchange(client, server)
    wait_delivered(server)
    lab.server.forget(8923)
    lab.pause(0.2)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("connection_unknown", "server", ("NO_SOCKET", "TCP_FLAGS"))]


@scenario("friend-ttl-set-before-the-close",
          "The server's program lowers its socket's TTL right before it aborts, so that the RST "
          "goes no farther than it must.",
          "linger0")
def ttl_before_close(lab):
    client, server = lab.pair(8924)
    exchange(client, server, _REQUEST, _ANSWER)
    wait_delivered(server)
    lab.pause(1.2)
    server.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 8)
    abort(server)
    lab.pause(0.1)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE")]


@scenario("friend-volley-of-answers",
          "The client's five segments are on their way when the server aborts: the kernel answers "
          "each of them, five RSTs of one number in one instant.",
          "linger0", "late_segment")
def volley_of_answers(lab):
    client, server = lab.pair(8925)
    sockets.nodelay(client)
    exchange(client, server)
    with lab.router.holding("-d", lab.server.ip4, "--dport", "8925") as queue:
        for number in range(5):
            client.sendall(b"piece %d" % number)
        queue.wait(5)
        abort(server)
        lab.pause(0.05)
        queue.release()
    lab.pause(0.1)
    # Whether all of the first request had been read, the client cannot see.
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE",
                inseparable_at={"client": ("unread_data",)}),
            Rst("late_segment", "server", ("NO_SOCKET", "TCP_FLAGS"), count=(3, 8))]


@scenario("friend-one-direction",
          "The other direction takes another path: only what the server sends is captured, its "
          "abort among it.",
          "linger0", points=("router",))
def one_direction(lab):
    # The router's own address is the client's gateway, so both directions pass it; transforms of
    # the lab take one of them away (transform.py, client_only and server_only). Here the two
    # directions have TTLs of their own.
    lab.router.nft("table ip detour {\nchain on {\ntype filter hook prerouting priority mangle;\n"
                   f"ip saddr {lab.client.ip4} ip ttl set 41\n}}\n}}\n")
    client, server = lab.pair(8926)
    exchange(client, server, _REQUEST, _ANSWER)
    lab.pause(1.2)
    abort(server)
    lab.pause(0.1)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE")]


@scenario("friend-raw-client",
          "A program with a raw socket speaks TCP by itself, with a TTL, window and IP ID of its "
          "own; when it has ended, its host's kernel resets what the server still sends.",
          "connection_unknown")
def raw_client(lab):
    listener = lab.listen(lab.server, 8927)
    peer = RawPeer(lab, lab.client, 40927, lab.server.ip4, 8927)
    peer.open(ttl=128, window=8192)
    server = lab.accept(listener)
    peer.send(ACK | PSH, payload=b"hello", ttl=128, window=8192)
    lab.pause(0.2)
    for table in lab.client.run("nft", "list", "tables").splitlines():
        lab.client.nft("delete " + table + "\n")
    server.sendall(b"welcome")
    lab.pause(0.2)
    return [Rst("connection_unknown", "client", "NO_SOCKET", "UNKNOWN", count=(1, 2))]
