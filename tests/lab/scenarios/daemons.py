# SPDX-License-Identifier: GPL-2.0-or-later
"""Web servers, proxies, application servers at their limits: time-outs, sizes, reloads, kills."""

import contextlib
import os
import signal
import subprocess
import tempfile

from rstlab import sockets
from rstlab.scenario import needs, scenario
from rstlab.sockets import (abort, nodelay, port_of, read_until, small_receive_buffer,
                            wait_delivered, wait_reset, wait_state, wait_until)
from rstlab.topology import run
from rstlab.truth import Rst
from scenarios.web import haproxy, nginx

GET = b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
#: After a close in order: from the time-wait socket, the closing one, a listener, or nobody.
LATE = ("TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA", "TCP_FLAGS", "NO_SOCKET")
GONE = ("TCP_FLAGS", "NO_SOCKET")
UNREAD = ("TCP_ABORT_ON_CLOSE", "CLOSE")
#: A client's RST of its own after a server's: it never reads what is on its way any more.
_BROKEN = (BrokenPipeError, ConnectionResetError)


def post(length):
    return (f"POST /upload HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: {length}\r\n"
            "\r\n").encode()


def upload(sock, octets, step=4000):
    """Write until all is sent or the server's reset ends it; returns what was sent."""
    sent = 0
    with contextlib.suppress(*_BROKEN):
        while sent < octets:
            sent += sock.send(b"u" * min(step, octets - sent))
    return sent


def visit(lab, port, request=GET, mark=b"hello", **options):
    """A connection that has asked once and has the whole answer."""
    client = lab.connect(lab.client, lab.server.ip4, port, **options)
    client.sendall(request)
    read_until(client, mark)
    return client


def speak_after_close(lab, client, words, pause=0.3, seconds=10):
    """Wait for the server's FIN and speak all the same."""
    wait_state(client, sockets.CLOSE_WAIT, seconds=seconds)
    lab.pause(pause)
    client.sendall(words)
    wait_reset(client)


# --- lighttpd ------------------------------------------------------------------------------------

def _lighttpd(lab, port, *directives):
    needs("lighttpd")
    root = lab.workdir / "www"
    root.mkdir()
    (root / "index.html").write_text("hello", encoding="ascii")
    config = lab.workdir / "lighttpd.conf"
    config.write_text("\n".join([f'server.document-root = "{root}"', f"server.port = {port}",
                                 f'server.bind = "{lab.server.ip4}"',
                                 'index-file.names = ( "index.html" )', *directives, ""]),
                      encoding="ascii")
    return lab.daemon(lab.server, port, "lighttpd", "-D", "-f", str(config))


@scenario("lighttpd-idle-then-post",
          "lighttpd ends a kept-alive connection after an idle second and lingers for some more; "
          "seven seconds later the client sends a POST's header and body as two segments.",
          "data_after_close", may=("late_segment",), points=("server",), program="lighttpd")
def lighttpd_idle(lab):
    _lighttpd(lab, 20001, "server.max-keep-alive-idle = 1")
    client = visit(lab, 20001)
    nodelay(client)
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(7)
    with contextlib.suppress(*_BROKEN):
        client.sendall(post(300))
        client.sendall(b"b" * 300)
    wait_reset(client)
    return [Rst("data_after_close", "server", LATE),
            Rst("late_segment", "server", GONE, count=(0, 1))]


@scenario("lighttpd-413-to-a-slow-upload",
          "lighttpd refuses an upload that is too large (server.max-request-size): 413 and FIN. "
          "For five seconds it takes what comes and throws it away; the client uploads on.",
          "data_after_close", program="lighttpd")
def lighttpd_413(lab):
    _lighttpd(lab, 20002, "server.max-request-size = 1")
    client = lab.connect(lab.client, lab.server.ip4, 20002)
    client.sendall(post(3_000_000))
    with contextlib.suppress(*_BROKEN):
        for _ in range(12):
            lab.pause(0.7)
            client.sendall(b"u" * 1000)
    return [Rst("data_after_close", "server", LATE)]


# --- Apache --------------------------------------------------------------------------------------

def _apache(lab, port, *directives, mpm="event"):
    """Apache httpd; directives after the usual ones."""
    needs("apache2")
    os.chmod(lab.workdir, 0o755)
    root = lab.workdir / "htdocs"
    root.mkdir()
    (root / "index.html").write_text("hello", encoding="ascii")
    (root / "big").write_text("k" * 4_000_000, encoding="ascii")
    modules = {"mpm_" + mpm, "authz_core", "reqtimeout", "dir"}
    config = lab.workdir / "httpd.conf"
    config.write_text("\n".join([
        f'ServerRoot "{lab.workdir}"', "ServerName www.example.com", "User www-data",
        "Group www-data", f"Listen {lab.server.ip4}:{port}", "PidFile httpd.pid",
        f'DefaultRuntimeDir "{lab.workdir}"', f'ErrorLog "{lab.workdir}/error.log"',
        *(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
          for name in sorted(modules)),
        f'DocumentRoot "{root}"', "DirectoryIndex index.html", *directives, ""]), encoding="ascii")
    return lab.daemon(lab.server, port, "apache2", "-D", "FOREGROUND", "-f", str(config))


def _children(pid):
    return [int(child) for child in run("pgrep", "-P", str(pid), check=False).split()]


@scenario("apache-child-killed-behind-a-slow-reader",
          "An Apache child (prefork) is writing a large file to a client that does not read; the "
          "client's second request lies in its socket when the child is killed by SIGKILL.",
          "unread_data", program="apache2")
def apache_killed(lab):
    server = _apache(lab, 20003, "StartServers 1", "MinSpareServers 1", "MaxSpareServers 1",
                     mpm="prefork")
    client = lab.connect(lab.client, lab.server.ip4, 20003, prepare=small_receive_buffer)
    client.sendall(b"GET /big HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    lab.pause(0.8)
    client.sendall(GET)
    lab.pause(0.5)
    for child in _children(server.pid):
        os.kill(child, signal.SIGKILL)
    lab.pause(0.5)
    # Behind a shut window the server's patience may have been over as well.
    return [Rst("unread_data", "server", *UNREAD, inseparable=("zero_window_timeout",))]


@scenario("apache-body-too-slow",
          "Apache (mod_reqtimeout) gives a client one second for its body, answers 408 and "
          "closes; the client goes on with its upload four seconds later.",
          "data_after_close", points=("client",), program="apache2")
def apache_slow_body(lab):
    _apache(lab, 20004, "RequestReadTimeout header=5 body=1", "KeepAlive On")
    client = lab.connect(lab.client, lab.server.ip4, 20004)
    client.sendall(post(100_000) + b"b" * 3000)
    wait_state(client, sockets.CLOSE_WAIT, seconds=10)
    lab.pause(4)
    client.sendall(b"b" * 1000)
    wait_reset(client)
    return [Rst("data_after_close", "server", LATE)]


@scenario("apache-graceful-under-idle-clients",
          "'apachectl graceful': Apache ends its idle kept-alive connections and lingers; some "
          "seconds later two of three clients use theirs once more.",
          "data_after_close", points=("server",), program="apache2")
def apache_graceful(lab):
    _apache(lab, 20005, "KeepAlive On", "KeepAliveTimeout 60")
    clients = [visit(lab, 20005) for _ in range(3)]
    lab.pause(0.5)
    real = int((lab.workdir / "httpd.pid").read_text())
    os.kill(real, signal.SIGUSR1)
    for client in clients:
        wait_state(client, sockets.CLOSE_WAIT, seconds=20)
    lab.pause(3.5)
    for client in clients[:2]:
        client.sendall(GET)
        wait_reset(client)
        lab.pause(0.1)
    return [Rst("data_after_close", "server", LATE, count=2)]


@scenario("apache-connection-used-a-minute-late",
          "A client that watches nothing uses a connection which Apache ended 75 seconds ago: the "
          "server's FIN_WAIT_2 is over.",
          "half_close_expired", points=("server",), snaplen=80, program="apache2")
def apache_minute(lab):
    _apache(lab, 20006, "KeepAlive On", "KeepAliveTimeout 1")
    client = visit(lab, 20006)
    wait_state(client, sockets.CLOSE_WAIT, seconds=20)
    # The kernel's timers of a minute may be some seconds late.
    lab.pause(75)
    client.sendall(GET)
    wait_reset(client)
    return [Rst("half_close_expired", "server", GONE)]


# --- caches and proxies --------------------------------------------------------------------------

def _varnish(lab, port, backend_port, *options, probe=""):
    needs("varnishd")
    os.chmod(lab.workdir, 0o755)
    vcl = lab.workdir / "default.vcl"
    vcl.write_text(f'vcl 4.1;\nbackend default {{ .host = "{lab.client.ip4}"; '
                   f'.port = "{backend_port}"; {probe} }}\n', encoding="ascii")
    return lab.daemon(lab.server, port, "varnishd", "-F", "-j", "none", "-n",
                      str(lab.workdir / "varnish"), "-a", f"{lab.server.ip4}:{port}",
                      "-f", str(vcl), "-s", "malloc,1m", *options)


@scenario("varnish-request-too-large",
          "A client sends Varnish 60 kB of headers; Varnish reads as much as it takes and closes.",
          "unread_data", program="varnishd")
def varnish_large(lab):
    _varnish(lab, 20011, 20012)
    client = lab.connect(lab.client, lab.server.ip4, 20011)
    head = b"GET / HTTP/1.1\r\nHost: www.example.com\r\n"
    with contextlib.suppress(*_BROKEN):
        client.sendall(head + b"".join(b"X-%d: %s\r\n" % (n, b"h" * 1000) for n in range(60)))
    lab.pause(1)
    return [Rst("unread_data", "server", *UNREAD),
            Rst("late_segment", "server", GONE, count=(0, 40))]


@scenario("varnish-first-byte-timeout",
          "Varnish waits 600 ms for its backend's first octet, answers 503 to its client and "
          "closes the backend's connection; the backend answers all the same.",
          "data_after_close", points=("server",), program="varnishd")
def varnish_first_byte(lab):
    backend = lab.listen(lab.client, 20014)
    _varnish(lab, 20013, 20014, probe=".first_byte_timeout = 0.6s;")
    caller = lab.connect(lab.client, lab.server.ip4, 20013)
    caller.sendall(GET)
    behind = lab.accept(backend)
    read_until(behind, b"\r\n\r\n")
    wait_state(behind, sockets.CLOSE_WAIT)
    lab.pause(0.4)
    behind.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    wait_reset(behind)
    return [Rst("data_after_close", "server", LATE, origin="client", flow=20014)]


@scenario("squid-origin-aborts-the-body",
          "An origin server aborts (SO_LINGER 0) in the middle of its answer to squid, which "
          "tells its client by FIN alone.",
          "linger0", points=("client",), program="squid")
def squid_origin(lab):
    needs("squid")
    os.chmod(lab.workdir, 0o777)
    origin = lab.listen(lab.client, 20016)
    config = lab.workdir / "squid.conf"
    config.write_text(f"http_port {lab.server.ip4}:20015\nhttp_access allow all\n"
                      f"pid_filename {lab.workdir}/squid.pid\naccess_log none\ncache deny all\n"
                      f"cache_log {lab.workdir}/cache.log\ncoredump_dir {lab.workdir}\n"
                      "cache_effective_user proxy\nshutdown_lifetime 0 seconds\n"
                      "pinger_enable off\nnetdb_filename none\n", encoding="ascii")
    lab.daemon(lab.server, 20015, "squid", "-N", "-f", str(config))
    caller = lab.connect(lab.client, lab.server.ip4, 20015)
    caller.sendall(f"GET http://{lab.client.ip4}:20016/film HTTP/1.1\r\n"
                   "Host: film\r\n\r\n".encode())
    behind = lab.accept(origin)
    read_until(behind, b"\r\n\r\n")
    behind.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + b"f" * 3000)
    lab.pause(0.6)
    abort(behind)
    lab.pause(0.8)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", flow=20016, origin="server")]


@scenario("tinyproxy-tunnel-idle",
          "tinyproxy ends an idle CONNECT tunnel after its time-out, both ways in order; then "
          "both the client and the origin server speak.",
          "data_after_close", points=("client",), program="tinyproxy")
def tinyproxy_idle(lab):
    needs("tinyproxy")
    origin = lab.listen(lab.client, 20018)
    config = lab.workdir / "tinyproxy.conf"
    config.write_text(f"Port 20017\nListen {lab.server.ip4}\nTimeout 1\nMaxClients 10\n",
                      encoding="ascii")
    lab.daemon(lab.server, 20017, "tinyproxy", "-d", "-c", str(config))
    caller = lab.connect(lab.client, lab.server.ip4, 20017)
    where = f"{lab.client.ip4}:20018"
    caller.sendall(f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n\r\n".encode())
    behind = lab.accept(origin)
    read_until(caller, b"\r\n\r\n")
    sockets.exchange(caller, behind)
    for end in (behind, caller):
        wait_state(end, sockets.CLOSE_WAIT, seconds=20)
    lab.pause(0.5)
    for end in (behind, caller):
        end.sendall(b"still there?")
        wait_reset(end)
    return [Rst("data_after_close", "server", LATE, flow=20018, origin="client"),
            Rst("data_after_close", "server", LATE, flow=20017)]


@scenario("haproxy-misses-a-proxy-header",
          "haproxy expects a PROXY header (accept-proxy): a balancer's connection begins with one "
          "and is served; a client that comes past the balancer sends none, and is closed.",
          "unread_data", points=("client",), program="haproxy")
def proxy_header_missing(lab):
    port = 20029
    haproxy(lab, port, f"listen web\n mode http\n bind {lab.server.ip4}:{port} accept-proxy\n"
            " http-request return status 200 content-type text/plain string hello\n")
    header = f"PROXY TCP4 {lab.client.ip4} {lab.server.ip4} 5000 {port}\r\n".encode()
    served = visit(lab, port, header + GET)
    served.close()
    lab.pause(0.2)
    client = lab.connect(lab.client, lab.server.ip4, port)
    client.sendall(GET)
    wait_reset(client)
    return [Rst("unread_data", "server", *UNREAD, flow=port_of(client))]


@scenario("nginx-gets-a-proxy-header",
          "A balancer is told to send PROXY headers (send-proxy) to an nginx that expects none: 400 "
          "and a close, and what the balancer sends next is reset. A request without one is served.",
          "data_after_close", points=("client",), program="nginx")
def proxy_header_unwanted(lab):
    port = 20030
    nginx(lab, port, "lingering_close off;")
    visit(lab, port).close()
    header = f"PROXY TCP4 {lab.client.ip4} {lab.server.ip4} 5000 {port}\r\n".encode()
    client = lab.connect(lab.client, lab.server.ip4, port)
    client.sendall(header + GET)
    speak_after_close(lab, client, GET)
    return [Rst("data_after_close", "server", LATE, flow=port_of(client))]


@scenario("haproxy-silent-drop-then-more",
          "haproxy is told to drop a client in silence (http-request silent-drop): its socket "
          "vanishes. The client asks on, and the host knows no such connection.",
          "connection_unknown", program="haproxy")
def silent_drop(lab):
    haproxy(lab, 20019, f"listen web\n mode http\n bind {lab.server.ip4}:20019\n"
            " http-request silent-drop if { path /admin }\n"
            " http-request return status 200 content-type text/plain string hello\n")
    client = visit(lab, 20019)
    lab.pause(0.2)
    client.sendall(b"GET /admin HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    wait_delivered(client)
    lab.pause(1.2)
    client.sendall(GET)
    wait_reset(client)
    return [Rst("connection_unknown", "server", GONE,
                inseparable=("nat_state_lost", "gave_up_silently", "peer_restarted",
                             "idle_timeout"))]


# --- application servers -------------------------------------------------------------------------

@scenario("gunicorn-worker-timeout",
          "A gunicorn worker hangs in its application with an upload unread; after its time-out "
          "the arbiter kills it.",
          "unread_data", points=("server",), snaplen=96, program="gunicorn")
def gunicorn(lab):
    needs("gunicorn")
    (lab.workdir / "app.py").write_text(
        "import time\ndef app(environ, start):\n    time.sleep(60)\n", encoding="ascii")
    lab.daemon(lab.server, 20021, "gunicorn", "--timeout", "1", "--graceful-timeout", "1",
               "-b", f"{lab.server.ip4}:20021", "--chdir", str(lab.workdir), "app:app")
    client = lab.connect(lab.client, lab.server.ip4, 20021)
    client.sendall(post(30_000) + b"b" * 30_000)
    wait_reset(client, 12)
    lab.pause(0.2)
    return [Rst("unread_data", "server", *UNREAD)]


@scenario("uwsgi-limit-post",
          "uwsgi refuses an upload above its --limit-post: it closes without a word and a look.",
          "unread_data", may=("late_segment",), points=("client",), program="uwsgi")
def uwsgi(lab):
    needs("uwsgi")
    (lab.workdir / "app.py").write_text(
        "def application(environ, start):\n    start('200 OK', [])\n    return [b'hello']\n",
        encoding="ascii")
    lab.daemon(lab.server, 20022, "uwsgi", "--plugin", "python3", "--http-socket",
               f"{lab.server.ip4}:20022", "--limit-post", "1000", "--wsgi-file",
               str(lab.workdir / "app.py"))
    client = lab.connect(lab.client, lab.server.ip4, 20022)
    client.sendall(post(60_000) + b"b" * 60_000)
    wait_reset(client)
    return [Rst("unread_data", "server", *UNREAD),
            Rst("late_segment", "server", GONE, count=(0, 60))]


@scenario("php-fpm-stranger",
          "A client that is not among php-fpm's listen.allowed_clients sends a FastCGI request; "
          "fpm, busy for a moment, finds it waiting and closes.",
          "unread_data", program="php-fpm8.2")
def php_fpm(lab):
    needs("php-fpm8.2")
    config = lab.workdir / "fpm.conf"
    config.write_text(f"[global]\nerror_log = {lab.workdir}/fpm.log\ndaemonize = no\n[www]\n"
                      f"user = www-data\nlisten = {lab.server.ip4}:20023\n"
                      "listen.allowed_clients = 203.0.113.250\npm = static\npm.max_children = 1\n",
                      encoding="ascii")
    master = lab.daemon(lab.server, 20023, "php-fpm8.2", "-F", "-y", str(config))
    wait_until(lambda: _children(master.pid), "a worker")
    worker = _children(master.pid)[0]
    lab.pause(0.3)
    os.kill(worker, signal.SIGSTOP)
    client = lab.connect(lab.client, lab.server.ip4, 20023)
    # BEGIN_REQUEST, responder.
    client.sendall(bytes([1, 1, 0, 1, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
    wait_delivered(client)
    os.kill(worker, signal.SIGCONT)
    wait_reset(client)
    # A request without an answer: nothing shows whether it was read.
    return [Rst("unread_data", "server", *UNREAD, inseparable=("linger0",))]


@scenario("node-431-header-too-long",
          "A client sends Node's http server a header of 200 kB; the server answers 431 and "
          "closes with most of it unread.",
          "unread_data", may=("late_segment",), program="node")
def node_431(lab):
    lab.daemon(lab.server, 20024, "node", "-e",
               f"require('http').createServer().listen(20024, '{lab.server.ip4}')")
    client = lab.connect(lab.client, lab.server.ip4, 20024)
    with contextlib.suppress(*_BROKEN):
        client.sendall(GET[:-2] + b"".join(b"X-%d: %s\r\n" % (n, b"h" * 1000)
                                           for n in range(200)) + b"\r\n")
    lab.pause(0.8)
    return [Rst("unread_data", "server", *UNREAD),
            Rst("late_segment", "server", GONE, count=(0, 200))]


@scenario("node-closes-all-connections",
          "A Node server is shut down hard (closeAllConnections): one client's upload is unread "
          "behind back-pressure, another waits for its answer, a third one is idle and asks on.",
          "unread_data", "data_after_close", program="node")
def node_closes(lab):
    process = lab.daemon(lab.server, 20025, "node", "-e", f"""
const server = require('http').createServer((request, response) => {{
    if (request.method == 'POST') request.pause();
    else if (request.url == '/slow') setTimeout(() => response.end('hello'), 60000);
    else response.end('hello');
}}).listen(20025, '{lab.server.ip4}');
process.on('SIGTERM', () => {{ server.close(); server.closeAllConnections(); }});
""")
    idle = visit(lab, 20025)
    waiting = lab.connect(lab.client, lab.server.ip4, 20025)
    waiting.sendall(b"GET /slow HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    uploading = lab.connect(lab.client, lab.server.ip4, 20025)
    uploading.sendall(post(400_000) + b"b" * 300_000)
    lab.pause(0.6)
    process.send_signal(signal.SIGTERM)
    wait_reset(uploading)
    wait_state(idle, sockets.CLOSE_WAIT)
    lab.pause(0.4)
    idle.sendall(GET)
    wait_reset(idle)
    return [Rst("unread_data", "server", *UNREAD, flow=port_of(uploading)),
            Rst("data_after_close", "server", LATE, flow=port_of(idle))]


@scenario("py-http-server-501",
          "A client POSTs a form of 30 kB to Python's http.server, which knows no such method: "
          "501, and a close with the body unread.",
          "unread_data", may=("late_segment",), points=("client",), program="python3")
def py_501(lab):
    lab.daemon(lab.server, 20026, "python3", "-m", "http.server", "-b", lab.server.ip4, "-d",
               str(lab.workdir), "20026", cwd=lab.workdir)
    client = lab.connect(lab.client, lab.server.ip4, 20026)
    nodelay(client)
    with contextlib.suppress(*_BROKEN):
        client.sendall(post(30_000))
        client.sendall(b"b" * 30_000)
    wait_reset(client)
    return [Rst("unread_data", "server", *UNREAD),
            Rst("late_segment", "server", GONE, count=(0, 30))]


@scenario("go-max-bytes-reader",
          "A Go server answers 413 when an upload exceeds its MaxBytesReader, shuts its sending "
          "half, waits half a second for the client to heed it, and closes with the rest unread.",
          "unread_data", may=("late_segment",), program="go")
def go_max_bytes(lab):
    _go_server(lab, 20027, """
http.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
    r.Body = http.MaxBytesReader(w, r.Body, 1000)
    if _, err := io.ReadAll(r.Body); err != nil {
        http.Error(w, "too large", 413)
    }
})""")
    client = lab.connect(lab.client, lab.server.ip4, 20027)
    client.sendall(post(3_000_000))
    upload(client, 3_000_000)
    wait_reset(client, 10)
    lab.pause(0.2)
    return [Rst("unread_data", "server", *UNREAD),
            Rst("late_segment", "server", GONE, count=(0, 400))]


def build_go(lab, text):
    """A program of this text; skipped without Go."""
    needs("go")
    source = lab.workdir / "main.go"
    source.write_text(text, encoding="ascii")
    subprocess.run(["go", "build", "-o", str(lab.workdir / "program"), str(source)], check=True,
                   capture_output=True, timeout=300,
                   env={**os.environ, "GO111MODULE": "off",
                        "GOCACHE": os.path.join(tempfile.gettempdir(), "rstlab-go-cache")})
    return str(lab.workdir / "program")


def _go_server(lab, port, body, imports=("io", "net/http")):
    lines = "\n".join(f'"{name}"' for name in imports)
    program = build_go(lab, f"""package main
import (
{lines}
)
func main() {{
{body}
http.ListenAndServe("{lab.server.ip4}:{port}", nil)
}}
""")
    return lab.daemon(lab.server, port, program)


@scenario("gunicorn-backlog-full-abort",
          "gunicorn's only worker is busy, four clients wait, its backlog is four, and the host "
          "answers an overflow by RST (tcp_abort_on_overflow): of a herd of clients some are "
          "turned away.",
          "accept_queue_full", program="gunicorn")
def gunicorn_backlog(lab):
    needs("gunicorn")
    (lab.workdir / "app.py").write_text(
        "import time\ndef app(environ, start):\n    time.sleep(2)\n    start('200 OK', [])\n"
        "    return [b'hello']\n", encoding="ascii")
    lab.server.sysctl("net.ipv4.tcp_abort_on_overflow", 1)
    lab.server.sysctl("net.ipv4.tcp_syncookies", 0)
    lab.daemon(lab.server, 20028, "gunicorn", "--backlog", "4", "-b", f"{lab.server.ip4}:20028",
               "--chdir", str(lab.workdir), "app:app")
    lab.pause(1)
    busy = lab.connect(lab.client, lab.server.ip4, 20028)
    busy.sendall(GET)
    lab.pause(0.3)
    queue = [lab.connect(lab.client, lab.server.ip4, 20028) for _ in range(4)]
    # The last ACKs of the herd arrive together.
    with lab.router.holding("-d", lab.server.ip4, "--dport", "20028", "--tcp-flags",
                            "SYN,ACK", "ACK"):
        queue += [lab.connecting(lab.client, lab.server.ip4, 20028) for _ in range(6)]
        lab.pause(0.4)
    lab.pause(0.5)
    return [Rst("accept_queue_full", "server", "INVALID_SYN", count=(2, 6))]
