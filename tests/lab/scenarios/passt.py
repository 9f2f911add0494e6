# SPDX-License-Identifier: GPL-2.0-or-later
"""pasta (passt), the gateway of rootless containers that keeps no TCP buffers of its own.

As in slirp.py two TCP connections stand for one; capture point "guest" sees the one that pasta
speaks, "server" the one of the router's sockets.
"""

import signal

from rstlab import sockets
from rstlab.gateway import Gateway
from rstlab.scenario import scenario
from rstlab.sockets import (abort, exchange, nodelay, read_exactly, read_to_end, wait_reset,
                            wait_unread, wait_until)
from rstlab.truth import Rst
from scenarios.daemons import GET
from scenarios.field import serve_python

_OPTIONS = {"program": "pasta", "points": ("guest", "server"), "starts_late": True}


def _gateway(lab, *arguments):
    gateway = Gateway(lab, "pasta", *arguments)
    lab.start_captures()
    return gateway


@scenario("pasta-refuses",
          "A container's program tries a closed port of the server; pasta refuses by a RST without "
          "ACK flag, which Linux in SYN_SENT does not heed: it repeats its SYN, and each is refused.",
          "port_closed", **_OPTIONS)
def refuses(lab):
    _gateway(lab)
    exchange(*lab.pair(7200))
    lab.connecting(lab.client, lab.server.ip4, 7201)
    lab.pause(3.5)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", at=("server",), count=(3, 5)),
            Rst("port_closed", "server", at=("guest",), count=(3, 5))]


@scenario("pasta-server-aborts",
          "The server answers the container's request and aborts half a second later (SO_LINGER "
          "0); pasta hands the reset on.",
          "linger0", **_OPTIONS)
def server_aborts(lab):
    _gateway(lab)
    client, server = lab.pair(7204)
    exchange(client, server)
    lab.pause(0.5)
    abort(server)
    wait_reset(client)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", at=("server",)),
            Rst("linger0", "server", at=("guest",))]


@scenario("pasta-server-leaves-request-unread",
          "The server takes the first request, answers, and closes with the second one unread; "
          "pasta hands that reset on.",
          "unread_data", **_OPTIONS)
def server_unread(lab):
    _gateway(lab)
    client, server = lab.pair(7205)
    exchange(client, server)
    client.sendall(b"GET /second HTTP/1.1\r\n\r\n")
    wait_unread(server)
    lab.pause(0.2)
    server.close()
    wait_reset(client)
    # An unanswered request: nothing shows whether the server had read it.
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", at=("server",),
                inseparable=("linger0",)),
            Rst("unread_data", "server", at=("guest",), inseparable=("linger0",))]


@scenario("pasta-container-killed",
          "A container's program is killed with an answer unread; its kernel resets, and pasta "
          "drops its own socket.",
          "unread_data", **_OPTIONS)
def container_killed(lab):
    _gateway(lab)
    listener = lab.listen(lab.server, 7206)
    program = lab.spawn(lab.client, "python3", "-c",
                        "import socket, time\n"
                        f"s = socket.create_connection(('{lab.server.ip4}', 7206))\n"
                        "s.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')\n"
                        "time.sleep(60)\n")
    server = lab.accept(listener)
    read_exactly(server, 18)
    server.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + b"h" * 5000)
    lab.pause(0.5)
    lab.signal(program, signal.SIGKILL)
    lab.pause(0.5)
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE", at=("guest",))]


@scenario("pasta-keepalive-race",
          "The server ends an idle connection in order; the container's next request reaches it "
          "all the same.",
          "data_after_close", **_OPTIONS)
def keepalive_race(lab):
    _gateway(lab)
    client, server = lab.pair(7207)
    exchange(client, server)
    lab.pause(0.6)
    server.close()
    read_to_end(client)
    lab.pause(0.3)
    client.sendall(b"GET /next HTTP/1.1\r\n\r\n")
    lab.pause(0.8)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT", at=("server",)),
            Rst("data_after_close", "server", at=("guest",), count=(1, 3))]


@scenario("pasta-forwards-to-closed-port",
          "A port of the host is forwarded into a container in which nothing listens.",
          "port_closed", **_OPTIONS)
def forwards(lab):
    _gateway(lab, "-t", "7208")
    client = lab.connect(lab.server, lab.router.links["to-server"].address, 7208)
    try:
        client.recv(1)
    except ConnectionResetError:
        pass
    lab.pause(0.4)
    return [Rst("port_closed", "client", "NO_SOCKET", "UNKNOWN", at=("guest",), origin="server",
                count=(1, 9))]


@scenario("pasta-killed-holding-the-answer",
          "pasta is killed and started anew. It reads a server's octets only when the container has "
          "acknowledged them (it peeks until then), and that acknowledgment was lost: the kernel closes "
          "its socket with the answer unread. The container's next request draws nothing.",
          "unread_data", **_OPTIONS)
def killed(lab):
    gateway = _gateway(lab)
    client, server = lab.pair(7209, prepare=nodelay)
    client.sendall(b"GET /state HTTP/1.1\r\n\r\n")
    read_exactly(server, 23)
    # The container's acknowledgment is lost before pasta gets it.
    with lab.client.filtering("output", "tcp dport 7209 drop"):
        server.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        read_exactly(client, 27)
        lab.pause(0.1)
        gateway.stop(signal.SIGKILL)
        lab.pause(0.2)
    gateway.start()
    client.sendall(b"next request")
    lab.pause(2)
    # A whole answer came; that it had only been looked at, no frame shows.
    return [Rst("unread_data", "router", "TCP_ABORT_ON_CLOSE", "CLOSE", at=("server",),
                origin="client", inseparable=("linger0",))]


@scenario("pasta-guest-aborts-after-its-answer",
          "A container's program reads its whole answer and closes with SO_LINGER 0; pasta ends "
          "its own connection.",
          "linger0", **_OPTIONS)
def guest_aborts(lab):
    _gateway(lab)
    client, server = lab.pair(23041)
    exchange(client, server, GET, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    lab.pause(0.6)
    abort(client)
    lab.pause(0.5)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", at=("guest",)),
            Rst("linger0", "router", at=("server",), count=(0, 1))]


@scenario("pasta-server-dies-in-a-download",
          "A server's program is killed with a guest's second request unread, in the middle of "
          "what it sends; pasta hands the reset on. Only what reaches the container is heard.",
          "unread_data", program="pasta", points=("guest",), heard="in", starts_late=True)
def server_dies(lab):
    _gateway(lab)
    server = serve_python(lab, lab.server, 23042, """
import socket, sys, time
sock, _ = socket.create_server((sys.argv[1], 23042)).accept()
sock.recv(10)
for _ in range(400):
    sock.sendall(b"k" * 3000)
    time.sleep(0.05)
""", lab.server.ip4)
    client = lab.connect(lab.client, lab.server.ip4, 23042)
    client.sendall(b"GET 1\r\n")
    read_exactly(client, 9000)
    client.sendall(b"q" * 3000)
    lab.pause(0.4)
    server.kill()
    wait_until(lambda: sockets.tcp_state(client) != sockets.ESTABLISHED, "the end", 10)
    lab.pause(0.3)
    return [Rst("unread_data", "server", inseparable=("linger0", "capture_incomplete"))]
