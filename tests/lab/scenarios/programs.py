"""Programs and runtimes of everyday use, and how each comes to reset."""

import signal
import subprocess

from rstlab.scenario import scenario
from rstlab.sockets import abort, read_exactly, read_until, wait_reset, wait_until
from rstlab.truth import Rst
from scenarios.web import nginx

_LINGER0 = Rst("linger0", "client", "TCP_STATE", "CLOSE")
_UNREAD = Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE")
_RUNTIME_PATIENCE = 20


def _accept_slow_starter(lab, listener):
    """The connection of a program whose runtime takes its time to start."""
    listener.settimeout(_RUNTIME_PATIENCE)
    sock, _ = listener.accept()
    sock.settimeout(_RUNTIME_PATIENCE)
    return lab.keep(sock)


@scenario("java-so-linger",
          "A Java client (setSoLinger(true, 0)) asks once, reads the answer and closes.",
          "linger0", program="java")
def java(lab):
    source = lab.workdir / "Client.java"
    source.write_text("""
import java.io.*;
import java.net.*;
public class Client {
    public static void main(String[] where) throws Exception {
        Socket socket = new Socket(where[0], Integer.parseInt(where[1]));
        socket.setSoLinger(true, 0);
        socket.getOutputStream().write("PING\\r\\n".getBytes());
        new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
        socket.close();
    }
}
""", encoding="ascii")
    listener = lab.listen(lab.server, 9950)
    lab.spawn(lab.client, "java", str(source), lab.server.ip4, "9950")
    server = _accept_slow_starter(lab, listener)
    read_exactly(server, 6)
    server.sendall(b"+PONG\r\n")
    wait_reset(server)
    return [_LINGER0]


def _node(lab, port, script):
    """A Node.js client: `socket` is connected; returns the server's end."""
    listener = lab.listen(lab.server, port)
    lab.spawn(lab.client, "node", "-e",
              f"const socket = require('net').connect({port}, '{lab.server.ip4}');\n{script}")
    return _accept_slow_starter(lab, listener)


@scenario("node-reset-and-destroy",
          "A Node.js client calls socket.resetAndDestroy() on its first answer.",
          "linger0", program="node")
def node_reset(lab):
    server = _node(lab, 9951, "socket.write('GET / HTTP/1.1\\r\\n\\r\\n');\n"
                   "socket.on('data', () => socket.resetAndDestroy());")
    read_exactly(server, 18)
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    wait_reset(server)
    return [_LINGER0]


@scenario("node-destroyed-while-paused",
          "A Node.js client has paused its stream (back-pressure); it destroys the socket with a "
          "large answer unread.",
          "unread_data", program="node")
def node_paused(lab):
    server = _node(lab, 9952, "socket.pause();\nsocket.write('GET / HTTP/1.1\\r\\n\\r\\n');\n"
                   "setTimeout(() => socket.destroy(), 700);")
    read_exactly(server, 18)
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n" + b"n" * 40000)
    wait_reset(server)
    return [_UNREAD]


@scenario("curl-killed-behind-full-pipe",
          "curl downloads into a pipe that nobody reads and is killed; what waits in its socket is "
          "lost.",
          "unread_data", program="curl")
def curl_killed(lab):
    nginx(lab, 9953)
    curl = lab.spawn(lab.client, "curl", "-s", f"http://{lab.server.ip4}:9953/big",
                     stdout=subprocess.PIPE)
    wait_until(lambda: _receive_queue(lab, 9953) > 30_000, "the pipe is full")
    lab.pause(0.2)
    lab.signal(curl, signal.SIGKILL)
    lab.pause(0.2)
    return [_UNREAD, Rst("late_segment", "client", "NO_SOCKET", "UNKNOWN", count=(0, 400))]


def _receive_queue(lab, port):
    """Octets unread in the client's connection to that port."""
    listed = lab.client.run("ss", "-Htn", f"dport = {port}").split()
    return int(listed[1]) if listed else 0


@scenario("silent-curl-max-time",
          "curl --max-time runs out in the middle of a slow download of which it has read all so "
          "far: it closes in order, and so does nginx.",
          program="curl")
def curl_timeout(lab):
    nginx(lab, 9954, "limit_rate 4k;")
    lab.client.run("curl", "-s", "--max-time", "1.5", "-o", "/dev/null",
                   f"http://{lab.server.ip4}:9954/big", check=False)
    lab.pause(1)
    return []


@scenario("socat-linger",
          "socat with the option linger=0 hands over its input and ends: FIN and RST.",
          "linger0", program="socat")
def socat(lab):
    listener = lab.listen(lab.server, 9955)
    lab.spawn(lab.client, "sh", "-c", "echo status | "
              f"socat -t 0.3 - TCP4:{lab.server.ip4}:9955,linger=0")
    server = lab.accept(listener)
    read_exactly(server, 7)
    server.sendall(b"fine\n")
    wait_reset(server)
    # Too little came after the FIN for the window to show whether it was read.
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", inseparable=("unread_data",))]


@scenario("nginx-upstream-resets",
          "nginx passes a request to a local backend, which aborts it (SO_LINGER 0) after reading "
          "it; the client is told 502. Seen on the server's loopback.",
          "linger0", points=("client", "loopback"), program="nginx")
def upstream_resets(lab):
    backend = lab.listen(lab.server, 9957)
    nginx(lab, 9956, location=f"proxy_pass http://{lab.server.ip4}:9957;")
    client = lab.connect(lab.client, lab.server.ip4, 9956)
    client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    served = lab.accept(backend)
    read_until(served, b"\r\n\r\n")
    lab.pause(0.3)
    abort(served)
    client.recv(1000)
    # An unanswered request: nothing shows that the backend had read it.
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", at=("loopback",), flow=9957,
                inseparable=("unread_data",))]
