# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that begin in the middle of a story, and ends that give a dead path up."""

import socket

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import (exchange, fill, keepalive, port_of, read_exactly, read_to_end,
                            small_receive_buffer, wait_reset, wait_state, wait_until)
from rstlab.truth import Rst
from scenarios.liveness import silencing
from scenarios.web import haproxy

_LATE = {"starts_late": True}


def _gone(sock):
    return sockets.tcp_state(sock) == sockets.CLOSE


@scenario("begun-late-while-probing",
          "The capture begins while a client probes a silent server; two more probes, then its "
          "reset.",
          "keepalive_timeout", points=("client",), **_LATE)
def probing(lab):
    client, server = lab.pair(7901)
    keepalive(client, 1, 1, 5)
    exchange(client, server)
    with silencing(lab, lab.server):
        lab.pause(3.5)
        lab.start_captures()
        wait_until(lambda: _gone(client), "keepalive gives up", 10)
        lab.pause(0.2)
    return [Rst("keepalive_timeout", "client", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED")]


@scenario("begun-late-then-ss-K",
          "The capture begins in the middle of a busy connection; an operator destroys it with ss "
          "-K on the server.",
          "admin_abort", **_LATE)
def operator(lab):
    client, server = lab.pair(7902)
    for _ in range(3):
        exchange(client, server)
    lab.start_captures()
    for _ in range(2):
        exchange(client, server)
    lab.pause(0.6)
    lab.server.run("ss", "-K", "sport = 7902", "and", "dport", "=", str(port_of(client)))
    wait_reset(client)
    # Alone, with all read and nothing on its way: an abort of the program's own looks the same.
    return [Rst("admin_abort", "server", "TCP_STATE", "ESTABLISHED", inseparable=("linger0",))]


@scenario("begun-late-after-a-fin",
          "The client's FIN came before the capture; the server streams on, the client's host "
          "resets what comes.",
          "data_after_close", may=("late_segment",), **_LATE)
def after_fin(lab):
    client, server = lab.pair(7903)
    exchange(client, server)
    client.close()
    wait_state(server, sockets.CLOSE_WAIT)
    lab.start_captures()
    lab.pause(0.3)
    server.sendall(b"event: first")
    wait_reset(server)
    # The acknowledgment in the data counts the FIN, but nothing shows that it was one.
    return [Rst("data_after_close", "client", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT",
                inseparable=("connection_unknown", "capture_incomplete"))]


@scenario("begun-late-behind-a-shut-window",
          "The capture begins while a server probes the shut window of a client that reads "
          "nothing; its program gives up after its send time-out.",
          "zero_window_timeout", **_LATE)
def shut_window(lab):
    client, server = lab.pair(7904, prepare=small_receive_buffer)
    client.sendall(b"GET /big")
    read_exactly(server, 8)
    fill(server)
    lab.start_captures()
    lab.pause(2.5)
    sockets.abort(server)
    lab.pause(0.1)
    return [Rst("zero_window_timeout", "server", "TCP_STATE", "CLOSE",
                inseparable=("linger0", "admin_abort"))]


@scenario("begun-late-half-closed",
          "The capture begins when the client has half closed and the server's answer is under "
          "way; the client is stopped with the end of it unread.",
          "unread_data", **_LATE)
def half_closed(lab):
    client, server = lab.pair(7905)
    client.sendall(b"question")
    client.shutdown(socket.SHUT_WR)
    read_to_end(server)
    lab.start_captures()
    server.sendall(b"a" * 20_000)
    read_exactly(client, 2_000)
    lab.pause(0.4)
    client.close()
    wait_reset(server)
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE")]


@scenario("haproxy-server-on-a-dead-path",
          "The path to haproxy's server dies; haproxy's host repeats the request in vain until "
          "'timeout server' is over and haproxy aborts: 504 for its client.",
          "linger0", points=("server",), program="haproxy")
def dead_path(lab):
    backend = lab.listen(lab.client, 7907)
    haproxy(lab, 7906, f"listen web\n mode http\n timeout server 2500ms\n retries 0\n"
            f" bind {lab.server.ip4}:7906\n server one {lab.client.ip4}:7907\n")
    caller = lab.connect(lab.server, lab.server.ip4, 7906)
    caller.sendall(b"GET /first HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    behind = lab.accept(backend)
    sockets.read_until(behind, b"\r\n\r\n")
    behind.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    sockets.read_until(caller, b"hello")
    with silencing(lab, lab.client):
        caller.sendall(b"GET /second HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
        caller.recv(1000)
        lab.pause(0.3)
    # Linux never says by RST that it gave repeating up: the program did.
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", origin="client", flow=7907)]


@scenario("pool-of-three-behind-a-cut-cable",
          "Three pooled connections over IPv6 probe a server behind a cut cable, each by its own "
          "clock, and give up one after the other; a fourth was closed in order before.",
          "keepalive_timeout", points=("client",))
def cut_cable(lab):
    listener = lab.listen(lab.server, 7908, v6=True)
    pool = []
    for number in range(4):
        client = lab.connect(lab.client, lab.server.ip6, 7908)
        server = lab.accept(listener)
        exchange(client, server)
        keepalive(client, 1, 1, 2)
        pool.append(client)
        lab.pause(0.3)
        if number == 3:
            client.close()
            read_to_end(server)
            server.close()
    with lab.router.filtering("forward", f"ip6 saddr {lab.server.ip6} drop"):
        for client in pool[:3]:
            wait_until(lambda client=client: _gone(client), "keepalive gives up", 10)
        lab.pause(0.2)
    return [Rst("keepalive_timeout", "client", "TCP_KEEPALIVE_TIMEOUT", "ESTABLISHED", count=3)]
