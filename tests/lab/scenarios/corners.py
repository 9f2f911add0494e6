# SPDX-License-Identifier: GPL-2.0-or-later
"""Corners of TCP that few programs visit, and that captures show all the same."""

import socket

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import (abort, exchange, fill, keepalive, read_exactly, read_to_end,
                            reset_expected, small_receive_buffer, wait_reset, wait_until)
from rstlab.truth import Rst
from scenarios.liveness import FORGOTTEN, forget_by_repair
from scenarios.silent import signing


@scenario("self-connection-aborted",
          "A program looks for a local service on a port of the ephemeral range, gets that port "
          "for its own and so connects to itself; it reads what it has written, and aborts.",
          "linger0", points=("loopback",))
def with_itself(lab):
    both = lab.connect(lab.server, lab.server.ip4, 20601, source_port=20601)
    both.sendall(b"anybody there?")
    read_exactly(both, 14)
    lab.pause(0.2)
    abort(both)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", origin="client")]


@scenario("unread-urgent-octet",
          "A client sends an urgent octet (telnet's interrupt) behind an answered request; the "
          "server never fetches it and closes.",
          "unread_data")
def urgent(lab):
    client, server = lab.pair(20602)
    exchange(client, server)
    client.send(b"!", socket.MSG_OOB)
    lab.pause(0.3)
    server.close()
    wait_reset(client)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", inseparable=("linger0",))]


@scenario("md5-connection-forgotten",
          "Two routers' BGP, signed by TCP-MD5: one has lost the connection, though its listener "
          "has the key; the next message is reset, and the RST is signed as well.",
          "connection_unknown")
def signed(lab):
    listener = lab.listen(lab.server, 20603, prepare=signing(lab.client))
    client = lab.connect(lab.client, lab.server.ip4, 20603, prepare=signing(lab.server))
    server = lab.accept(listener)
    exchange(client, server)
    forget_by_repair(server)
    lab.pause(0.3)
    client.sendall(b"keepalive")
    wait_reset(client)
    return [Rst("connection_unknown", "server", "TCP_FLAGS", "LISTEN", inseparable=FORGOTTEN)]


@scenario("output-filter-cuts-the-answer",
          "A rule in the server's output chain rejects one long answer by TCP reset: the RST goes "
          "to the server's own socket and never leaves. With the answer went the acknowledgment "
          "of the request, which so comes again and finds no connection.",
          "connection_unknown", program="nft")
def own_output(lab):
    client, server = lab.pair(20604)
    exchange(client, server)
    lab.server.filter("output", "tcp sport 20604 ip length > 600 reject with tcp reset")
    client.sendall(b"q" * 200)
    read_exactly(server, 200)
    with reset_expected():
        server.sendall(b"a" * 800)
        wait_reset(server)
        server.recv(1)
    lab.pause(0.8)
    return [Rst("connection_unknown", "server", "TCP_FLAGS", "LISTEN", inseparable=FORGOTTEN)]


@scenario("time-wait-assassinated",
          "Both ends have closed. An old duplicate of the server's answer, which had strayed in "
          "the network, reaches the client's TIME_WAIT; its ACK finds nothing at the server, and "
          "the RST ends the TIME_WAIT (RFC 1337).",
          "late_segment")
def assassinated(lab):
    client, server = lab.pair(20605)
    tap = lab.router.listen_in("to-server")
    exchange(client, server)
    strayed = tap.wait(lambda segment: segment.sport == 20605 and segment.payload)
    tap.close()
    client.close()
    read_to_end(server)
    server.close()
    lab.pause(0.6)
    lab.router.inject(strayed, towards=lab.client)
    lab.pause(0.2)
    return [Rst("late_segment", "server", "TCP_FLAGS", "LISTEN")]


@scenario("window-probe-finds-nobody",
          "A client reads nothing of a download and its host loses the connection without a word; "
          "the server's next window probe is reset.",
          "connection_unknown")
def probe(lab):
    client, server = lab.pair(20606, prepare=small_receive_buffer)
    client.sendall(b"GET /big")
    read_exactly(server, 8)
    fill(server)
    forget_by_repair(client)
    wait_reset(server, seconds=10)
    lab.pause(0.1)
    return [Rst("connection_unknown", "client", "NO_SOCKET", "UNKNOWN", inseparable=FORGOTTEN)]


def _aborts_cross(lab, port, server_ends):
    """Client and server end the connection in the same instant: neither has heard of it."""
    client, server = lab.pair(port)
    exchange(client, server)
    lab.pause(0.3)
    with lab.router.holding("--dport", str(port)) as up:
        client.sendall(b"half a request")
        up.wait(1)
        up.release()
        lab.pause(0.1)
        with lab.router.holding("--sport", str(port), "--tcp-flags", "RST", "RST") as down:
            server_ends(server)
            abort(client)
            up.wait(1)
            down.wait(1)
    lab.pause(0.2)


@scenario("both-abort-at-once",
          "Client and server both run into the same time-out and abort in the same instant; their "
          "RSTs cross.",
          "linger0")
def both(lab):
    def reads_and_aborts(server):
        read_exactly(server, 14)
        abort(server)
    _aborts_cross(lab, 20607, reads_and_aborts)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", inseparable=("unread_data",)),
            Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("abort-crosses-a-close-with-data-unread",
          "The server closes with half a request unread while the client gives the request up and "
          "aborts; the two RSTs cross.",
          "linger0", "unread_data")
def crossing(lab):
    _aborts_cross(lab, 20608, lambda server: server.close())
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", inseparable=("linger0",)),
            Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("fin-lost-then-data",
          "The server closes an idle connection, and the path loses its FIN and the repetitions; "
          "the client's next request is the first word that either hears.",
          "data_after_close")
def fin_lost(lab):
    client, server = lab.pair(20609)
    exchange(client, server)
    lab.pause(0.3)
    with lab.router.filtering("forward", "tcp sport 20609 tcp flags & fin == fin drop"):
        server.close()
        lab.pause(1)
        client.sendall(b"next request")
        wait_reset(client)
    return [Rst("data_after_close", "server", "TCP_ABORT_ON_DATA", "CLOSE",
                inseparable_at={"client": FORGOTTEN + ("connection_unknown",)})]


@scenario("listener-destroyed-by-operator",
          "An operator destroys a listening socket with ss -K, with two connections waiting that "
          "its program had not accepted; a third client is refused.",
          "listener_closed", "port_closed")
def destroyed(lab):
    lab.listen(lab.server, 20610)
    waiting = [lab.connect(lab.client, lab.server.ip4, 20610) for _ in range(2)]
    lab.pause(0.3)
    lab.server.run("ss", "-K", "state", "listening", "sport", "=", "20610")
    for client in waiting:
        wait_reset(client)
    lab.pause(0.2)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 20610)
    return [Rst("listener_closed", "server", "TCP_STATE", "CLOSE", count=2),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


@scenario("keepalive-probe-past-a-nat-that-forgot",
          "A NAT box forgets an idle connection and takes up nothing in the middle: the client's "
          "keepalive probe leaves with its inner address, and the server resets the stranger.",
          "nat_state_lost", program="nft")
def leaking_probe(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 1)
    lab.router.nat("postrouting", "oifname to-server masquerade")
    client, server = lab.pair(20611)
    exchange(client, server)
    keepalive(client, 3, 1, 5)
    wait_until(lambda: sockets.tcp_state(client) == sockets.CLOSE, "the probe is reset", 10)
    return [Rst("nat_state_lost", "server", "TCP_FLAGS", "LISTEN",
                inseparable_at={"server": ("connection_unknown", "capture_incomplete"),
                                "client": FORGOTTEN + ("connection_unknown",)})]
