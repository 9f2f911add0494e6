# SPDX-License-Identifier: GPL-2.0-or-later
"""Uploads that are refused early, shut windows, and halves that are closed."""

import contextlib
import signal
import socket
import subprocess

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import (exchange, fill, read_exactly, read_to_end, small_receive_buffer,
                            wait_reset, wait_state)
from rstlab.truth import Rst
from scenarios.web import haproxy

_UNREAD = ("TCP_ABORT_ON_CLOSE", "CLOSE")
_LATE = ("TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA", "TCP_FLAGS", "NO_SOCKET")


def _active(segment):
    return segment.letters == "RA"


def _reply(segment):
    return segment.letters == "R"


def _upload(lab, port, octets, piece=4000, pause=0.01, before=0):
    """POST so much, piece for piece, whatever the server says; returns when it is reset."""
    client = lab.connect(lab.client, lab.server.ip4, port)
    client.sendall(b"POST /files HTTP/1.1\r\nHost: www.example.com\r\n"
                   + f"Content-Length: {octets}\r\n\r\n".encode())
    lab.pause(before)
    with contextlib.suppress(ConnectionResetError, BrokenPipeError):
        for _ in range(octets // piece):
            client.sendall(b"u" * piece)
            lab.pause(pause)
    lab.pause(0.3)
    return client


@scenario("node-413-and-destroy",
          "A Node.js server answers 413 to the header of a large upload and destroys the socket as "
          "soon as that is written, the body that has come meanwhile unread.",
          "unread_data", may=("late_segment", "data_after_close"), program="node")
def node_413(lab):
    lab.daemon(lab.server, 7701, "node", "-e", f"""
require('http').createServer((req, res) => {{
    req.pause();
    setTimeout(() => {{
        res.writeHead(413, {{'Connection': 'close', 'Content-Length': 9}});
        res.end('too large', () => req.socket.destroy());
    }}, 100);
}}).listen(7701, '{lab.server.ip4}');
""")
    _upload(lab, 7701, 400_000)
    return [Rst("unread_data", "server", *_UNREAD, when=_active),
            Rst("late_segment", "server", "TCP_FLAGS", "LISTEN", when=_reply, count=(0, 100))]


@scenario("haproxy-denies-upload",
          "haproxy denies a large upload by 413 after its header and closes in order; the client, who "
          "looks at neither, then sends the body.",
          "data_after_close", may=("late_segment",), program="haproxy")
def haproxy_413(lab):
    haproxy(lab, 7703, f"listen web\n mode http\n bind {lab.server.ip4}:7703\n"
            " http-request deny deny_status 413 if { req.hdr_val(content-length) gt 10000 }\n"
            " http-request return status 200\n")
    _upload(lab, 7703, 400_000, before=0.2)
    return [Rst("data_after_close", "server", ("TCP_ABORT_ON_DATA", "TCP_TIMEWAIT_SOCKET", "TCP_FLAGS")),
            Rst("late_segment", "server", ("TCP_FLAGS", "TCP_TIMEWAIT_SOCKET"), count=(0, 100))]


@scenario("fin-stuck-behind-shut-window-then-data",
          "The server has filled its client's window and closed: its FIN waits behind unsent data "
          "and never leaves. The client, who reads nothing, sends its next command and is reset.",
          "data_after_close")
def fin_stuck(lab):
    client, server = lab.pair(7704, prepare=small_receive_buffer)
    client.sendall(b"SUBSCRIBE everything\r\n")
    read_exactly(server, 22)
    fill(server)
    server.close()
    lab.pause(1.5)
    client.sendall(b"PING\r\n")
    wait_reset(client)
    return [Rst("data_after_close", "server", "TCP_ABORT_ON_DATA")]


@scenario("fin-stuck-then-the-reader-wakes",
          "The same, but the client reads on at last, gets all that was waiting and the FIN behind "
          "it, and answers into the closed connection.",
          "data_after_close")
def fin_stuck_woken(lab):
    client, server = lab.pair(7705, prepare=small_receive_buffer)
    client.sendall(b"GET report\r\n")
    read_exactly(server, 12)
    fill(server)
    server.close()
    lab.pause(1)
    read_to_end(client)
    lab.pause(0.3)
    client.sendall(b"thank you\r\n")
    wait_reset(client)
    return [Rst("data_after_close", "server", _LATE)]


@scenario("nc-N-killed-in-the-answer",
          "nc -N has sent its question and shut its sending half; the answer pours into a pipe that "
          "nobody reads, and nc is killed.",
          "unread_data", may=("late_segment",), program="nc")
def nc_killed(lab):
    listener = lab.listen(lab.server, 7706)
    nc = lab.spawn(lab.client, "sh", "-c",
                   f"echo question | exec nc -N {lab.server.ip4} 7706", stdout=subprocess.PIPE)
    server = lab.accept(listener)
    read_to_end(server)
    server.settimeout(1)
    with contextlib.suppress(TimeoutError):
        for _ in range(400):
            server.sendall(b"answer " * 1000)
    lab.client.run("pkill", "-KILL", "-n", "-f", f"^nc -N {lab.server.ip4} 7706", check=False)
    lab.pause(0.5)
    return [Rst("unread_data", "client", *_UNREAD, when=_active),
            Rst("late_segment", "client", "NO_SOCKET", "UNKNOWN", when=_reply, count=(0, 400))]


@scenario("half-closed-server-leaves-the-rest",
          "The server shuts its sending half after its answer and reads on for a while; then it "
          "closes with the rest of the client's stream unread.",
          "unread_data", may=("late_segment",))
def half_closed_server(lab):
    client, server = lab.pair(7707)
    exchange(client, server)
    server.shutdown(socket.SHUT_WR)
    wait_state(client, sockets.CLOSE_WAIT)
    for _ in range(3):
        client.sendall(b"s" * 5000)
        read_exactly(server, 5000)
    client.sendall(b"s" * 5000)
    lab.pause(0.4)
    server.close()
    wait_reset(client)
    return [Rst("unread_data", "server", *_UNREAD)]


@scenario("half-closed-client-killed-later",
          "A client has shut its sending half, gets its answer line by line and is killed with the "
          "last line unread.",
          "unread_data", program="python3")
def half_closed_client(lab):
    text = lab.workdir / "client.py"
    text.write_text("""
import socket, sys, time
s = socket.create_connection((sys.argv[1], 7708))
s.sendall(b"tail -f log\\n"); s.shutdown(socket.SHUT_WR)
for _ in range(3): s.recv(100)
time.sleep(60)
""", encoding="ascii")
    listener = lab.listen(lab.server, 7708)
    program = lab.spawn(lab.client, "python3", str(text), lab.server.ip4)
    server = lab.accept(listener)
    read_to_end(server)
    for number in range(4):
        server.sendall(f"line {number}\n".encode())
        lab.pause(0.2)
    lab.signal(program, signal.SIGKILL)
    wait_reset(server)
    # So few octets do not show in the window.
    return [Rst("unread_data", "client", *_UNREAD, inseparable=("linger0",))]
