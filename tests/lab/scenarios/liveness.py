"""Peers that fall silent, timers that run out, connections that are forgotten."""

import socket

from rstlab import sockets
from rstlab.rawpeer import RawPeer
from rstlab.scenario import scenario
from rstlab.segment import ACK
from rstlab.sockets import (TCP_REPAIR, TCP_USER_TIMEOUT, exchange, fill, keepalive, port_of,
                            read_exactly, reset_expected, small_receive_buffer,
                            wait_delivered, wait_until)
from rstlab.truth import Rst


#: A host that knows nothing of a connection does not say how it came to that.
FORGOTTEN = ("nat_state_lost", "gave_up_silently", "idle_timeout", "peer_restarted")


def silencing(lab, host):
    """Nothing that this host sends passes the router."""
    return lab.router.filtering("forward", f"ip saddr {host.ip4} drop")


def _gone(sock):
    """The kernel has given this connection up."""
    return sockets.tcp_state(sock) == sockets.CLOSE


@scenario("keepalive-gives-up",
          "The peer falls silent; three keepalive probes stay unanswered, and the client aborts.",
          "keepalive_timeout", sample="client")
def keepalive_gives_up(lab):
    client, server = lab.pair(8200)
    keepalive(client, 1, 1, 3)
    exchange(client, server)
    with silencing(lab, lab.server):
        wait_until(lambda: _gone(client), "keepalive gives up", 10)
        lab.pause(0.2)
    return [Rst("keepalive_timeout", "client", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED")]


@scenario("keepalive-gives-up-server",
          "A database server probes its idle client, whose machine is gone, and aborts.",
          "keepalive_timeout")
def keepalive_server(lab):
    client, server = lab.pair(5432)
    exchange(client, server)
    keepalive(server, 1, 1, 2)
    with silencing(lab, lab.client):
        wait_until(lambda: _gone(server), "keepalive gives up", 10)
        lab.pause(0.2)
    said = ("keepalive_timeout", "server", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED")
    return [Rst(*said, at=("server",)),
            Rst(*said, at=("client",), inseparable=("linger0", "admin_abort"),
                note="the client's answers to the probes were lost behind this capture point")]


@scenario("keepalive-gives-up-ipv6",
          "Over IPv6 the client's probes stay unanswered.",
          "keepalive_timeout")
def keepalive_ipv6(lab):
    client, server = lab.pair(8201, v6=True)
    keepalive(client, 1, 1, 2)
    exchange(client, server)
    with lab.router.filtering("forward", f"ip6 saddr {lab.server.ip6} drop"):
        wait_until(lambda: _gone(client), "keepalive gives up", 10)
        lab.pause(0.2)
    return [Rst("keepalive_timeout", "client", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED")]


@scenario("keepalive-user-timeout",
          "Keepalive with TCP_USER_TIMEOUT: the client gives up by the clock, after fewer probes.",
          "keepalive_timeout")
def keepalive_user_timeout(lab):
    client, server = lab.pair(8202)
    keepalive(client, 1, 1, 9)
    client.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 2500)
    exchange(client, server)
    with silencing(lab, lab.server):
        wait_until(lambda: _gone(client), "user timeout", 10)
        lab.pause(0.2)
    return [Rst("keepalive_timeout", "client", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED")]


@scenario("keepalive-gives-up-peer-returns",
          "After the client has given up the silent server comes back and speaks: its data draws "
          "one more RST.",
          "keepalive_timeout", "late_segment", points=("client",))
def peer_returns(lab):
    client, server = lab.pair(8203)
    keepalive(client, 1, 1, 2)
    exchange(client, server)
    with lab.router.filtering("forward", "tcp dport 8203 drop", "tcp sport 8203 drop"):
        wait_until(lambda: _gone(client), "keepalive gives up", 10)
        lab.pause(0.2)
    server.sendall(b"are you there?")
    lab.pause(0.1)
    return [Rst("keepalive_timeout", "client", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED"),
            Rst("late_segment", "client", "NO_SOCKET", "UNKNOWN")]


@scenario("gave-up-silently",
          "The client's data stays unacknowledged, TCP_USER_TIMEOUT runs out without a word; "
          "when the server speaks again it meets a RST.",
          "gave_up_silently")
def gave_up_silently(lab):
    client, server = lab.pair(8204)
    client.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 1500)
    exchange(client, server)
    with silencing(lab, lab.server):
        client.sendall(b"ping")
        wait_until(lambda: _gone(client), "user timeout", 10)
        lab.pause(0.2)
    lab.pause(0.3)
    server.sendall(b"late answer")
    lab.pause(0.1)
    return [Rst("gave_up_silently", "client", "NO_SOCKET", "UNKNOWN", count=(1, 3))]


@scenario("gave-up-silently-retries2",
          "tcp_retries2 is spent: the server's repeated answer stays unacknowledged, the server "
          "forgets the connection, and the client's next request is reset.",
          "gave_up_silently")
def gave_up_retries2(lab):
    lab.server.sysctl("net.ipv4.tcp_retries2", 3)
    listener = lab.listen(lab.server, 8205)
    client = lab.connect(lab.client, lab.server.ip4, 8205)
    server = lab.accept(listener)
    exchange(client, server)
    client.sendall(b"question")
    read_exactly(server, 8)
    wait_delivered(client)
    with silencing(lab, lab.client), silencing(lab, lab.server):
        server.sendall(b"answer")
        wait_until(lambda: _gone(server), "retries spent", 20)
        lab.pause(0.2)
    client.sendall(b"question again")
    with reset_expected():
        client.recv(1)
    return [Rst("gave_up_silently", "server", "TCP_FLAGS", "LISTEN", at=("server",),
                note="tcp_retries2 = 3"),
            Rst("gave_up_silently", "server", "TCP_FLAGS", "LISTEN", at=("client",),
                inseparable=("connection_unknown", "idle_timeout"),
                note="tcp_retries2 = 3; the repetitions were lost before this capture point")]


@scenario("gave-up-silently-orphan-probes",
          "The server closes while the client's window is shut, probes in vain, gives up in "
          "silence; the client's window update comes too late.",
          "gave_up_silently")
def orphan_probes(lab):
    lab.server.sysctl("net.ipv4.tcp_orphan_retries", 1)
    listener = lab.listen(lab.server, 8206)
    peer = RawPeer(lab, lab.client, 40206, lab.server.ip4, 8206)
    peer.open(window=0)
    server = lab.accept(listener)
    server.sendall(b"w" * 1000)
    server.close()
    peer.expect("A")
    wait_until(lambda: not lab.server.remembers(8206), "orphan given up", 20)
    lab.pause(0.2)
    peer.send(ACK, window=5000)
    peer.expect("R")
    return [Rst("gave_up_silently", "server", "TCP_FLAGS", "LISTEN")]


@scenario("zero-window-timeout",
          "The client reads nothing; the server's send timeout runs out and it aborts.",
          "zero_window_timeout")
def zero_window(lab):
    client, server = lab.pair(8207, prepare=small_receive_buffer)
    client.sendall(b"GET /big")
    read_exactly(server, 8)
    fill(server)
    lab.pause(2)
    sockets.abort(server)
    return [Rst("zero_window_timeout", "server", "TCP_STATE", "CLOSE",
                inseparable=("linger0", "admin_abort"),
                note="the application aborts with SO_LINGER 0 after its send timeout")]


@scenario("connection-unknown-no-listener",
          "The server's host has lost the connection without a word and runs no such service any "
          "more; the client's next request is reset.",
          "connection_unknown")
def unknown_no_listener(lab):
    return _forgotten(lab, 8208, "NO_SOCKET", "UNKNOWN")


@scenario("connection-unknown",
          "The server has lost the connection without a word, though its listener is up; the "
          "client's next request is reset.",
          "connection_unknown", sample="client")
def unknown(lab):
    return _forgotten(lab, 8209, "TCP_FLAGS", "LISTEN")


def _forgotten(lab, port, reason, state):
    listener = lab.listen(lab.server, port)
    client = lab.connect(lab.client, lab.server.ip4, port)
    server = lab.accept(listener)
    exchange(client, server)
    forget_by_repair(server)
    if reason == "NO_SOCKET":
        listener.close()
    lab.pause(0.3)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("connection_unknown", "server", reason, state, inseparable=FORGOTTEN)]


def forget_by_repair(sock):
    """close() in repair mode says nothing on the wire."""
    wait_delivered(sock)
    sock.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    sock.close()


@scenario("connection-unknown-client-side",
          "The client machine has lost the connection; what the server pushes is reset.",
          "connection_unknown")
def unknown_client_side(lab):
    client, server = lab.pair(8210)
    exchange(client, server)
    forget_by_repair(client)
    lab.pause(0.3)
    server.sendall(b"event: something happened")
    with reset_expected():
        server.recv(1)
    return [Rst("connection_unknown", "client", "NO_SOCKET", "UNKNOWN", inseparable=FORGOTTEN)]


@scenario("connection-unknown-ipv6",
          "Over IPv6 the server has lost the connection; the next request is reset.",
          "connection_unknown")
def unknown_ipv6(lab):
    client, server = lab.pair(8211, v6=True)
    exchange(client, server)
    forget_by_repair(server)
    lab.pause(0.2)
    client.sendall(b"next request")
    with reset_expected():
        client.recv(1)
    return [Rst("connection_unknown", "server", "TCP_FLAGS", "LISTEN", inseparable=FORGOTTEN)]


@scenario("connection-unknown-keepalive-probe",
          "The client's keepalive probe finds that the server knows no such connection any more.",
          "connection_unknown")
def unknown_probe(lab):
    client, server = lab.pair(8212)
    exchange(client, server)
    keepalive(client, 1, 1, 3)
    forget_by_repair(server)
    wait_until(lambda: _gone(client), "the probe is answered", 5)
    return [Rst("connection_unknown", "server", "TCP_FLAGS", "LISTEN", inseparable=FORGOTTEN)]


@scenario("peer-restarted",
          "The server's host falls silent, then comes back without any memory: three old "
          "connections are reset when their clients repeat their data, new ones are served.",
          "peer_restarted")
def peer_restarted(lab):
    listener = lab.listen(lab.server, 8213)
    clients, servers = [], []
    for _ in range(3):
        clients.append(lab.connect(lab.client, lab.server.ip4, 8213))
        servers.append(lab.accept(listener))
        exchange(clients[-1], servers[-1])
    lab.pause(0.1)
    with lab.router.filtering("forward", f"ip saddr {lab.server.ip4} drop",
                              f"ip daddr {lab.server.ip4} drop"):
        for client in clients:
            client.sendall(b"next request")
        lab.pause(0.8)
        for server in servers:
            forget_by_repair(server)
        listener.close()
        lab.pause(0.3)
        listener = lab.listen(lab.server, 8213)
    for client in clients:
        with reset_expected():
            client.recv(1)
    fresh = lab.connect(lab.client, lab.server.ip4, 8213)
    exchange(fresh, lab.accept(listener))
    return [Rst("peer_restarted", "server", "TCP_FLAGS", "LISTEN", count=3)]


@scenario("peer-restarted-service-not-up",
          "The server's host is back but its service is not: old connections and new ones are "
          "reset alike.",
          "peer_restarted", "port_closed")
def peer_restarted_down(lab):
    listener = lab.listen(lab.server, 8214)
    clients, servers = [], []
    for _ in range(3):
        clients.append(lab.connect(lab.client, lab.server.ip4, 8214))
        servers.append(lab.accept(listener))
        exchange(clients[-1], servers[-1])
    lab.pause(0.1)
    with lab.router.filtering("forward", f"ip saddr {lab.server.ip4} drop",
                              f"ip daddr {lab.server.ip4} drop"):
        for client in clients:
            client.sendall(b"next request")
        lab.pause(0.6)
        for server in servers:
            forget_by_repair(server)
        listener.close()
    for client in clients:
        with reset_expected():
            client.recv(1)
    ports = [port_of(client) for client in clients]
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8214)
    return [Rst("peer_restarted", "server", "NO_SOCKET", "UNKNOWN", count=3, flow=ports),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


@scenario("idle-timeout-host",
          "The server forgets a connection after a few idle seconds without telling; the first "
          "request after the pause is reset.",
          "idle_timeout")
def idle_timeout(lab):
    client, server = lab.pair(8215)
    for _ in range(3):
        exchange(client, server)
        lab.pause(0.2)
    lab.pause(4)
    forget_by_repair(server)
    lab.pause(1)
    client.sendall(b"after the pause")
    with reset_expected():
        client.recv(1)
    return [Rst("idle_timeout", "server", "TCP_FLAGS", "LISTEN",
                inseparable=("connection_unknown",))]
