"""What operators meet: stories written as an outsider would, without knowledge of the rules."""

import signal
import socket
import subprocess

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import (abort, exchange, port_of, read_exactly, read_to_end, read_until,
                            reset_expected, wait_delivered, wait_reset, wait_state)
from rstlab.truth import Rst

ALL = ("client", "server", "router")
UNREAD = ("TCP_ABORT_ON_CLOSE", "CLOSE")


def accept_slow(lab, listener):
    """The connection of a program whose runtime takes its time to start."""
    listener.settimeout(30)
    sock, _ = listener.accept()
    sock.settimeout(30)
    return lab.keep(sock)


def _script(lab, text):
    path = lab.workdir / f"script{len(list(lab.workdir.glob('script*.py')))}.py"
    path.write_text(text, encoding="ascii")
    return str(path)


def run_python(lab, host, text, *arguments, **options):
    """A Python client."""
    return lab.spawn(host, "python3", "-u", _script(lab, text), *arguments, **options)


def serve_python(lab, host, port, text, *arguments, **options):
    """A Python server; returns when it listens."""
    return lab.daemon(host, port, "python3", "-u", _script(lab, text), *arguments, **options)


@scenario("py-http-client-timeout",
          "Python's http.client with timeout=0.4 gives up on a slow answer and closes; the server "
          "answers half a second later, header and body in two writes.",
          "data_after_close", program="python3")
def py_timeout(lab):
    listener = lab.listen(lab.server, 8000)
    run_python(lab, lab.client, """
import http.client, sys, time
c = http.client.HTTPConnection(sys.argv[1], 8000, timeout=0.4)
try:
    c.request("GET", "/slow"); c.getresponse()
except TimeoutError:
    c.close()
time.sleep(30)
""", lab.server.ip4)
    server = accept_slow(lab, listener)
    read_until(server, b"\r\n\r\n")
    wait_state(server, sockets.CLOSE_WAIT)
    lab.pause(0.5)
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    wait_reset(server)
    return [Rst("data_after_close", "client", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("asyncio-push-consumer-paused-abort",
          "An asyncio client of a push feed has paused reading; thirty ticks of 1000 octets pile "
          "up, then it calls transport.abort().",
          "unread_data", program="python3")
def asyncio_abort(lab):
    listener = lab.listen(lab.server, 8001)
    run_python(lab, lab.client, """
import asyncio, sys
async def main():
    r, w = await asyncio.open_connection(sys.argv[1], 8001)
    w.write(b"SUBSCRIBE ticks\\r\\n")
    await r.read(100)
    w.transport.pause_reading()
    await asyncio.sleep(2)
    w.transport.abort()
    await asyncio.sleep(30)
asyncio.run(main())
""", lab.server.ip4)
    server = accept_slow(lab, listener)
    read_until(server, b"\r\n")
    server.sendall(b"OK\r\n")
    lab.pause(0.3)
    for _ in range(30):
        server.sendall(b"t" * 1000)
        lab.pause(0.02)
    wait_reset(server)
    return [Rst("unread_data", "client", *UNREAD)]


@scenario("pool-of-twenty-killed",
          "A program with twenty connections dies by SIGKILL; on five of them answers had come "
          "that it had not read. The fifteen others end by FIN.",
          "unread_data", program="python3")
def pool_killed(lab):
    listener = lab.listen(lab.server, 8006, backlog=32)
    client = run_python(lab, lab.client, """
import socket, sys, time
cs = [socket.create_connection((sys.argv[1], 8006)) for _ in range(20)]
for c in cs:
    c.sendall(b"HELLO\\r\\n"); c.recv(100)
for c in cs[::4]:
    c.sendall(b"GET key\\r\\n")
time.sleep(30)
""", lab.server.ip4)
    servers = []
    for _ in range(20):
        servers.append(accept_slow(lab, listener))
    for server in servers:
        read_until(server, b"\r\n")
        server.sendall(b"OK\r\n")
    for server in servers[::4]:
        read_until(server, b"\r\n")
        server.sendall(b"value\r\n")
    for server in servers[::4]:
        wait_delivered(server)
    lab.pause(0.2)
    client.kill()
    for server in servers[::4]:
        wait_reset(server)
    # Twenty end in one millisecond and only those whose last answer was not followed by anything
    # reset; all of one program, and the answered ones end by FIN: SO_LINGER 0 is set on sockets
    # of a program alike, so that FIN beside RST speaks for what was unread.
    return [Rst("unread_data", "client", *UNREAD, count=5)]


@scenario("java-closes-without-reading-the-answer",
          "Java: try-with-resources around a Socket that writes a command; the answer is not read.",
          "unread_data", program="java")
def java_unread(lab):
    source = lab.workdir / "Client.java"
    source.write_text("""
import java.net.*;
public class Client {
    public static void main(String[] where) throws Exception {
        try (Socket socket = new Socket(where[0], 8008)) {
            socket.getOutputStream().write("SET a b\\r\\n".getBytes());
            Thread.sleep(500);
        }
        Thread.sleep(30000);
    }
}
""", encoding="ascii")
    listener = lab.listen(lab.server, 8008)
    lab.spawn(lab.client, "java", str(source), lab.server.ip4)
    server = accept_slow(lab, listener)
    read_until(server, b"\r\n")
    server.sendall(b"+OK\r\n")
    sockets.wait_state(server, sockets.CLOSE, seconds=30)
    # An answer complete by its protocol, then RST: README counts that for linger0 alone. What the
    # client had read it does not show.
    return [Rst("unread_data", "client", *UNREAD, inseparable=("linger0",))]


@scenario("haproxy-checks-redis",
          "haproxy's tcp-check sends PING to redis, reads +PONG and aborts, each second.",
          "linger0", program="haproxy")
def haproxy_redis(lab):
    lab.daemon(lab.server, 6379, "redis-server", "--port", "6379", "--save", "", "--bind",
               lab.server.ip4, "--protected-mode", "no", "--dir", str(lab.workdir))
    config = lab.workdir / "check.cfg"
    config.write_text(f"""
defaults
 timeout connect 1s
 timeout client 5s
 timeout server 5s
 mode tcp
backend r
 option tcp-check
 tcp-check connect
 tcp-check send PING\\r\\n
 tcp-check expect string +PONG
 server r1 {lab.server.ip4}:6379 check inter 800ms
frontend f
 bind 127.0.0.1:9
 default_backend r
""", encoding="ascii")
    lab.spawn(lab.client, "haproxy", "-db", "-f", str(config))
    lab.pause(3.5)
    lab.router.filter("forward", "tcp flags & syn == syn drop")
    lab.pause(0.3)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", count=(2, 6))]


@scenario("sse-tab-closed",
          "A browser tab with an event stream is closed with all read; the server pushes on over a "
          "path of 20 ms.",
          "data_after_close", "late_segment", starts_late=True)
def sse(lab):
    client, server = lab.pair(8010)
    sockets.nodelay(server)
    client.sendall(b"GET /events HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    read_until(server, b"\r\n\r\n")
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    with lab.router.holding("-s", lab.client.ip4, delay=0.03):
        for number in range(8):
            server.sendall(b"data: %d\n\n" % number)
            lab.pause(0.05)
            if number == 2:
                lab.start_captures()
        read_until(client, b"7\n\n")
        client.close()
        server.sendall(b"data: 8\n\n")
        lab.pause(0.004)
        server.sendall(b"data: 9\n\n")
        lab.pause(0.004)
        server.sendall(b"data: 10\n\n")
        lab.pause(0.3)
    return [Rst("data_after_close", "client", ("TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA")),
            Rst("late_segment", "client", "NO_SOCKET", "UNKNOWN", count=(1, 3))]


@scenario("mptcp-falls-back-then-linger0",
          "A Multipath TCP client meets a server without it; the connection falls back, is used "
          "and closed with SO_LINGER 0.",
          "linger0")
def mptcp_fallback(lab):
    listener = lab.listen(lab.server, 8011)
    client = lab.connect(lab.client, lab.server.ip4, 8011, protocol=262)
    server = lab.accept(listener)
    exchange(client, server)
    lab.pause(0.2)
    abort(client)
    wait_reset(server)
    return [Rst("linger0", "client", ("TCP_STATE", "TCP_ABORT_ON_CLOSE"), "CLOSE")]


@scenario("socketserver-413",
          "Python's socketserver answers 413 after the header of a POST and returns: shutdown(WR), "
          "then close with 20 kB of body unread.",
          "unread_data", program="python3")
def server_413(lab):
    serve_python(lab, lab.server, 8100, """
import socketserver, sys, time
class H(socketserver.StreamRequestHandler):
    rbufsize = 0
    def handle(self):
        while self.rfile.readline().strip():
            pass
        time.sleep(0.4)
        self.wfile.write(b"HTTP/1.1 413 Too Large\\r\\n"
                         b"Content-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer((sys.argv[1], 8100), H).serve_forever()
""", lab.server.ip4)
    client = lab.connect(lab.client, lab.server.ip4, 8100)
    client.sendall(b"POST /up HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 20000\r\n\r\n"
                   + b"b" * 20000)
    wait_delivered(client)
    wait_reset(client)
    return [Rst("unread_data", "server", *UNREAD)]


@scenario("node-slowloris-408",
          "Node's http server answers 408 to a client that drips its header, and closes; the next "
          "drop is reset.",
          "data_after_close", program="node")
def node_408(lab):
    lab.daemon(lab.server, 8102, "node", "-e",
               "const s = require('http').createServer({headersTimeout: 800, requestTimeout: 900,"
               "connectionsCheckingInterval: 200}, (q, r) => r.end('x'));"
               f"s.listen(8102, '{lab.server.ip4}')")
    client = lab.connect(lab.client, lab.server.ip4, 8102)
    client.sendall(b"GET / HTTP/1.1\r\n")
    for number in range(60):
        if sockets.tcp_state(client) != sockets.ESTABLISHED:
            break
        client.sendall(b"X-%d: y\r\n" % number)
        lab.pause(0.1)
    lab.pause(0.2)
    if sockets.tcp_state(client) == sockets.CLOSE_WAIT:
        client.sendall(b"X-last: y\r\n")
    wait_reset(client)
    return [Rst("data_after_close", "server", ("TCP_TIMEWAIT_SOCKET", "NO_SOCKET", "TCP_FLAGS"))]


@scenario("redis-client-kill-five-of-twenty",
          "redis closes five of a pool's twenty connections (CLIENT KILL); the pool notices when "
          "it uses them: five resets, fifteen answers.",
          "data_after_close", program="redis-server")
def redis_kill(lab):
    lab.daemon(lab.server, 6380, "redis-server", "--port", "6380", "--save", "", "--bind",
               lab.server.ip4, "--protected-mode", "no", "--dir", str(lab.workdir))
    pool = [lab.connect(lab.client, lab.server.ip4, 6380) for _ in range(20)]
    for client in pool:
        client.sendall(b"*1\r\n$4\r\nPING\r\n")
        read_until(client, b"PONG\r\n")
    admin = lab.connect(lab.client, lab.server.ip4, 6380)
    for client in pool[2::4]:
        admin.sendall(b"CLIENT KILL %s:%d\r\n" % (lab.client.ip4.encode(), port_of(client)))
        read_until(admin, b"OK\r\n")
    lab.pause(0.6)
    for client in pool:
        client.sendall(b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n")
    lab.pause(0.4)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT", count=5)]


@scenario("socket-activated-worker-killed",
          "The supervisor holds the listening socket. Its worker has accepted one client and is "
          "killed with the request unread; the next worker serves the client that waited.",
          "unread_data", program="python3")
def socket_activation(lab):
    supervisor = serve_python(lab, lab.server, 8105, """
import os, signal, socket, sys, time
l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.bind((sys.argv[1], 8105)); l.listen(16)
def worker(slow):
    pid = os.fork()
    if pid: return pid
    while True:
        c, _ = l.accept()
        if slow: time.sleep(60)
        c.recv(1000); c.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\nhi"); c.close()
pid = worker(True)
sys.stdin.read(1)
os.kill(pid, signal.SIGKILL); os.wait()
time.sleep(0.2)
worker(False)
time.sleep(60)
""", lab.server.ip4, stdin=subprocess.PIPE)
    first = lab.connect(lab.client, lab.server.ip4, 8105)
    first.sendall(b"GET /1 HTTP/1.0\r\n\r\n")
    lab.pause(0.2)
    second = lab.connect(lab.client, lab.server.ip4, 8105)
    second.sendall(b"GET /2 HTTP/1.0\r\n\r\n")
    lab.pause(0.2)
    supervisor.stdin.write(b"x")
    supervisor.stdin.flush()
    wait_reset(first)
    read_to_end(second)
    subprocess.run(["pkill", "-P", str(supervisor.pid)], check=False)
    return [Rst("unread_data", "server", *UNREAD, inseparable=("linger0",))]


@scenario("haproxy-server-timeout",
          "haproxy (on the router) waits 600 ms for its HTTP server, answers 504 to its client and "
          "aborts the server's connection.",
          "linger0", program="haproxy")
def haproxy_504(lab):
    config = lab.workdir / "h.cfg"
    config.write_text(f"""
defaults
 mode http
 timeout connect 1s
 timeout client 5s
 timeout server 600ms
listen f
 bind 0.0.0.0:8107
 server s1 {lab.server.ip4}:8108
""", encoding="ascii")
    listener = lab.listen(lab.server, 8108)
    lab.daemon(lab.router, 8107, "haproxy", "-db", "-f", str(config))
    gateway = lab.router.links["to-client"].address
    client = lab.connect(lab.client, gateway, 8107)
    client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    server = lab.accept(listener)
    read_until(server, b"\r\n\r\n")
    lab.pause(1.2)
    try:
        server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    except OSError:
        pass
    lab.pause(0.2)
    return [Rst("linger0", "router", "TCP_STATE", "CLOSE", origin="client", at=("server",))]


@scenario("silent-linger2-after-half-close",
          "TCP_LINGER2 of -1 on a server that closes after its client has: LAST_ACK knows no "
          "FIN_WAIT_2, nothing is reset.")
def linger2_silent(lab):
    client, server = lab.pair(8113)
    server.setsockopt(socket.IPPROTO_TCP, sockets.TCP_LINGER2, -1)
    client.sendall(b"q" * 3000)
    client.shutdown(socket.SHUT_WR)
    read_to_end(server)
    server.sendall(b"a" * 3000)
    server.close()
    read_to_end(client)
    client.close()
    return []


@scenario("linger2-four-at-once-over-40-ms",
          "A server with TCP_LINGER2 of -1 closes four connections at once over IPv6 and 40 ms.",
          "linger2")
def linger2_four(lab):
    listener = lab.listen(lab.server, 8114, v6=True)
    pairs = []
    for _ in range(4):
        client = lab.connect(lab.client, lab.server.ip6, 8114)
        server = lab.accept(listener)
        server.setsockopt(socket.IPPROTO_TCP, sockets.TCP_LINGER2, -1)
        exchange(client, server)
        pairs.append((client, server))
    with lab.router.holding("-s", lab.client.ip6, delay=0.02):
        for _, server in pairs:
            server.close()
        for client, _ in pairs:
            wait_reset(client)
    return [Rst("linger2", "server", "TCP_ABORT_ON_DATA", count=4)]


@scenario("ss-K-four-stuck-uploads",
          "A server process is stopped (SIGSTOP): four uploads fill its buffers. The operator "
          "destroys them with one ss -K.",
          "admin_abort", program="ss")
def ss_k(lab):
    script = lab.workdir / "s.py"
    script.write_text("""
import socket, sys, time
l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
l.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
l.bind((sys.argv[1], 8200)); l.listen(16)
cs = []
while True:
    c, _ = l.accept(); cs.append(c); c.recv(100); c.sendall(b"ok")
""", encoding="ascii")
    server = lab.daemon(lab.server, 8200, "python3", str(script), lab.server.ip4)
    clients = []
    for _ in range(4):
        client = lab.connect(lab.client, lab.server.ip4, 8200)
        client.sendall(b"PUT /x\r\n")
        read_exactly(client, 2)
        clients.append(client)
    server.send_signal(signal.SIGSTOP)
    for client in clients:
        sockets.fill(client)
    lab.server.run("ss", "-K", "state", "established", "sport = :8200")
    for client in clients:
        wait_reset(client)
    lab.pause(0.1)
    return [Rst("admin_abort", "server", "TCP_STATE", count=4)]


@scenario("nat-table-flushed",
          "The operator flushes the NAT box's table; what the client sends next reaches the server "
          "with another source address and is reset there.",
          "nat_state_lost", points=ALL, program="conntrack")
def nat_flushed(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.nat("postrouting", "oifname to-server masquerade")
    listener = lab.listen(lab.server, 8214)
    pairs = [(lab.connect(lab.client, lab.server.ip4, 8214), lab.accept(listener))
             for _ in range(2)]
    for client, server in pairs:
        exchange(client, server)
    lab.router.run("conntrack", "-F")
    for client, _ in pairs:
        client.sendall(b"hello again")
        wait_reset(client)
        lab.pause(0.1)
    # No frame of a single side tells of the table: the client sees its server disown it, the
    # server sees a stranger in the middle of a sentence.
    return [Rst("nat_state_lost", "server", ("TCP_FLAGS", "NO_SOCKET"), count=2,
                inseparable_at={"client": ("connection_unknown",),
                                "server": ("connection_unknown", "capture_incomplete")})]


@scenario("container-recreated-with-its-address",
          "A container is recreated: the link is down for a moment, then a machine without memory "
          "has the same address. Old connections of three services are reset when they speak.",
          "peer_restarted")
def container(lab):
    listeners = [lab.listen(lab.server, port) for port in (8218, 8219, 8220)]
    pairs = []
    for listener, port in zip(listeners, (8218, 8219, 8220)):
        for _ in range(2):
            client = lab.connect(lab.client, lab.server.ip4, port)
            server = lab.accept(listener)
            exchange(client, server)
            pairs.append((client, server))
    with lab.router.filtering("forward", f"ip daddr {lab.server.ip4} drop",
                              f"ip saddr {lab.server.ip4} drop"):
        for port in (8218, 8219, 8220):
            lab.server.forget(port)
        for client, _ in pairs:
            client.sendall(b"is anybody there?")
        lab.pause(1.5)
    for client, _ in pairs:
        wait_state(client, sockets.CLOSE, seconds=15)
    again = lab.connect(lab.client, lab.server.ip4, 8218)
    exchange(again, lab.accept(listeners[0]))
    return [Rst("peer_restarted", "server", ("TCP_FLAGS", "NO_SOCKET"), count=6)]


@scenario("conntrack-three-seconds",
          "A stateful firewall forgets after three idle seconds and refuses what it does not know: "
          "of three connections the two that paused are cut, each after its pause.",
          "idle_timeout", points=ALL, program="nft")
def conntrack_idle(lab):
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_loose", 0)
    lab.router.sysctl("net.netfilter.nf_conntrack_tcp_timeout_established", 3)
    lab.router.filter("forward", "ct state invalid reject with tcp reset",
                      "ct state new tcp flags & syn != syn reject with tcp reset")
    listener = lab.listen(lab.server, 8211)
    pairs = [(lab.connect(lab.client, lab.server.ip4, 8211), lab.accept(listener))
             for _ in range(3)]
    for client, server in pairs:
        exchange(client, server)
    for tick in range(14):
        lab.pause(0.5)
        exchange(*pairs[0])
        if tick == 8:
            with reset_expected():
                pairs[1][0].sendall(b"after a pause of four and a half seconds")
                pairs[1][0].recv(1)
    with reset_expected():
        pairs[2][0].sendall(b"after a pause of seven seconds")
        pairs[2][0].recv(1)
    exchange(*pairs[0])
    return [Rst("idle_timeout", "router", claims="server", at=("client", "router"), count=2)]


@scenario("cookie-listener-stopped-in-between",
          "SYN cookies always; the service stops while the client's ACK is under way, and a later "
          "SYN finds the port closed.",
          "listener_gone", "port_closed")
def cookie_gone(lab):
    lab.server.sysctl("net.ipv4.tcp_syncookies", 2)
    listener = lab.listen(lab.server, 8221)
    with lab.router.holding("-s", lab.client.ip4, "--dport", "8221", "!", "--syn") as queue:
        lab.connect(lab.client, lab.server.ip4, 8221)
        queue.wait(1)
        listener.close()
        queue.release()
        lab.pause(0.2)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8221)
    return [Rst("listener_gone", "server", "NO_SOCKET", "UNKNOWN", when=lambda s: s.seq != 0),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", when=lambda s: s.seq == 0)]
