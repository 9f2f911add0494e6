# SPDX-License-Identifier: GPL-2.0-or-later
"""Web servers, their upstreams and applications, rebuilt from public reports with shorter timers.

Each function names the reports: project and number of the issue at GitHub.
"""

import contextlib
import os
import signal

from rstlab import sockets
from rstlab.scenario import needs, scenario
from rstlab.sockets import (exchange, read_until, wait_delivered, wait_reset, wait_state)
from rstlab.truth import Rst
from scenarios.daemons import GET, GONE, LATE, UNREAD, post, speak_after_close, visit
from scenarios.web import nginx

_BROKEN = (BrokenPipeError, ConnectionResetError)
_MANY = Rst("late_segment", "server", GONE, count=(0, 3000))
_HTTP_FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
#: The server's RST for data that came before its close, and the one for what came later.
_ABORT, _REPLY = (lambda segment: segment.letters == "RA"), (lambda segment: segment.letters == "R")


def _own_nginx(lab, host, address, port, server, before="", connections=512):
    """nginx on that host with this server block, and what stands before it; returns its master."""
    needs("nginx")
    folder = lab.workdir / f"nginx{port}"
    folder.mkdir()
    folders = " ".join(f"{name}_temp_path {folder}/{name};" for name in _HTTP_FOLDERS)
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; user root; worker_processes 1; pid {folder}/pid;\n"
        f"error_log {folder}/error.log;\nevents {{ worker_connections {connections}; }}\n"
        f"http {{ access_log off; {folders}\n{before}\n"
        f"server {{ listen {address}:{port}; location / {{ {server} }} }} }}\n", encoding="ascii")
    return lab.daemon(host, port, "nginx", "-e", str(folder / "error.log"), "-c", str(config))


def _front(lab, port, server, before=""):
    """nginx on the client's host, for a curl beside it: what it asks the server is captured."""
    _own_nginx(lab, lab.client, "127.0.0.1", port, server, before)


def _curl(lab, port, *options, path="/"):
    needs("curl")
    return lab.spawn(lab.client, "curl", "-s", "-o", "/dev/null", *options,
                     f"http://127.0.0.1:{port}{path}")


# --- nginx ---------------------------------------------------------------------------------------

@scenario("nginx-out-of-worker-connections",
          "nginx has all the connections that it may have (worker_connections); it accepts further "
          "clients, whose requests are there already or come at once, and closes.",
          "unread_data", may=("data_after_close",), program="nginx")
def out_of_connections(lab):
    """kinecosystem/blockchain-ops#49."""
    master = _own_nginx(lab, lab.server, lab.server.ip4, 22002, "return 200 'hello';",
                        connections=6)
    lab.pause(0.3)
    worker = int(lab.server.run("pgrep", "-P", str(master.pid)).split()[0])
    for _ in range(9):
        client = lab.connect(lab.client, lab.server.ip4, 22002)
        client.sendall(b"GET / HT")
        lab.pause(0.1)
        if sockets.tcp_state(client) in (sockets.CLOSE_WAIT, sockets.CLOSE):
            break
    os.kill(worker, signal.SIGSTOP)
    late = [lab.connect(lab.client, lab.server.ip4, 22002) for _ in range(2)]
    for client in late:
        client.sendall(GET)
        wait_delivered(client)
    os.kill(worker, signal.SIGCONT)
    for client in late:
        wait_reset(client)
    return [Rst("unread_data", "server", *UNREAD, count=(2, 3), when=_ABORT,
                inseparable=("linger0", "accept_then_abort")),
            Rst("data_after_close", "server", LATE, count=(0, 1), when=_REPLY)]


@scenario("nginx-upstream-keepalive-meets-node",
          "nginx keeps connections to a Node server, whose keepAliveTimeout is the shorter one: "
          "now and then a request crosses Node's FIN, nginx reads '104: Connection reset by peer', "
          "the client gets 502.",
          "data_after_close", may=("late_segment",), program="node")
def upstream_keepalive(lab):
    """nodejs/node#17749, #20256."""
    needs("node")
    lab.daemon(lab.server, 22004, "node", "-e", f"""
const server = require('http').createServer((request, response) => response.end('hello'));
server.keepAliveTimeout = 1000;
server.listen(22004, '{lab.server.ip4}');
""")
    _front(lab, 8098, "proxy_http_version 1.1; proxy_set_header Connection '';"
           "proxy_pass http://node;",
           f"upstream node {{ server {lab.server.ip4}:22004 max_fails=0; keepalive 4; }}")
    for _ in range(2):
        _curl(lab, 8098).wait(5)
        lab.pause(0.2)
    # The FIN is on its way while the request comes; so is the reset that the request draws.
    with lab.router.holding("-s", lab.server.ip4, "--sport", "22004") as queue:
        queue.wait(1, 8)
        _curl(lab, 8098)
        queue.wait(2, 8)
        queue.release()
    lab.pause(0.6)
    # nginx' FIN comes behind its request.
    return [Rst("data_after_close", "server", LATE),
            Rst("late_segment", "server", GONE, count=(0, 3))]


@scenario("nginx-proxy-read-timeout",
          "nginx' proxy_read_timeout is over: 504 for its client, and a close towards the "
          "application, whose answer comes a second later.",
          "data_after_close", may=("late_segment",), points=("server",), program="nginx")
def proxy_read_timeout(lab):
    """kubernetes/ingress-nginx#9063, #12019."""
    listener = lab.listen(lab.server, 22017)
    _front(lab, 8097, f"proxy_read_timeout 1s; proxy_pass http://{lab.server.ip4}:22017;")
    _curl(lab, 8097, path="/report?a=1")
    server = lab.accept(listener)
    read_until(server, b"\r\n\r\n")
    wait_state(server, sockets.CLOSE_WAIT)
    lab.pause(1)
    server.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + b"r" * 5000)
    wait_reset(server)
    return [Rst("data_after_close", "client", LATE),
            Rst("late_segment", "client", GONE, count=(0, 3000))]


@scenario("path-mtu-black-hole-and-send-timeout",
          "A tunnel on the way carries 1400 octets and no ICMP comes back: nginx' full-sized "
          "segments vanish and are repeated; after send_timeout it resets "
          "(reset_timedout_connection), and that small packet arrives.",
          "linger0", may=("late_segment",), program="nginx")
def black_hole(lab):
    """projectcalico/calico#2141, tailscale/tailscale#18565."""
    nginx(lab, 22019, "send_timeout 3s;", "reset_timedout_connection on;")
    lab.router.filter("forward", "tcp sport 22019 meta length > 1400 drop")
    client = lab.connect(lab.client, lab.server.ip4, 22019)
    client.sendall(b"GET /big HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    wait_reset(client, 15)
    # Its number lies beyond the hole: the client asks by a challenge ACK, which draws another.
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", inseparable=("retransmit_timeout",)),
            Rst("late_segment", "server", GONE, count=(0, 1))]


@scenario("nginx-keepalive-requests-reached-begun-late",
          "The capture begins in the middle: nginx has served as many requests on a connection as "
          "it may (keepalive_requests) and closes; the client, busy, overlooks that and asks once "
          "more six seconds later.",
          "data_after_close", may=("late_segment",), starts_late=True, program="nginx")
def requests_reached(lab):
    nginx(lab, 21030, "keepalive_requests 4;", "lingering_close off;")
    client = visit(lab, 21030)
    client.sendall(GET)
    read_until(client, b"hello")
    lab.start_captures()
    for _ in range(2):
        client.sendall(GET)
        read_until(client, b"hello")
        lab.pause(0.2)
    speak_after_close(lab, client, GET, pause=6)
    return [Rst("data_after_close", "server", LATE), _MANY]


# --- applications --------------------------------------------------------------------------------

def _fpm(lab, port, *options):
    needs("php-fpm8.2")
    config = lab.workdir / "fpm.conf"
    config.write_text("\n".join((
        "[global]", f"error_log = {lab.workdir}/fpm.log", "daemonize = no", "[www]",
        "user = www-data", f"listen = {lab.server.ip4}:{port}", "pm = static",
        "pm.max_children = 2", *options, "")), encoding="ascii")
    os.chmod(lab.workdir, 0o755)
    lab.daemon(lab.server, port, "php-fpm8.2", "-F", "-y", str(config))


@scenario("php-fpm-terminates-a-slow-request",
          "nginx hands a POST to php-fpm; the script sleeps, and after request_terminate_timeout "
          "fpm kills its child with the body unread: '104: Connection reset by peer while reading "
          "response header from upstream', 502.",
          "unread_data", program="php-fpm8.2")
def fpm_terminates(lab):
    """docker-library/php#1323."""
    _fpm(lab, 22003, "request_terminate_timeout = 2s")
    script = lab.workdir / "slow.php"
    script.write_text("<?php sleep(20); echo strlen(file_get_contents('php://input'));",
                      encoding="ascii")
    _front(lab, 8099, f"fastcgi_pass {lab.server.ip4}:22003;"
           f"fastcgi_param SCRIPT_FILENAME {script}; fastcgi_param REQUEST_METHOD $request_method;"
           "fastcgi_param CONTENT_LENGTH $content_length;"
           "fastcgi_param CONTENT_TYPE $content_type;")
    body = lab.workdir / "body"
    body.write_bytes(b"u" * 60000)
    _curl(lab, 8099, "-H", "Content-Type: text/plain", "--data-binary", f"@{body}").wait(12)
    lab.pause(0.3)
    return [Rst("unread_data", "server", *UNREAD, inseparable=("linger0",))]


@scenario("gunicorn-application-ignores-the-body",
          "A WSGI application behind gunicorn answers a POST without reading its body: gunicorn "
          "writes the answer and closes, the body unread ('Connection reset by peer' in place of "
          "the answer).",
          "unread_data", may=("late_segment",), program="gunicorn")
def body_ignored(lab):
    """benoitc/gunicorn#2622, #840."""
    needs("gunicorn")
    (lab.workdir / "app.py").write_text("""
def app(environ, start):
    start("403 Forbidden", [("Content-Length", "5")])
    return [b"never"]
""", encoding="ascii")
    lab.daemon(lab.server, 22018, "gunicorn", "-w", "1", "-b", f"{lab.server.ip4}:22018",
               "--chdir", str(lab.workdir), "app:app")
    client = lab.connect(lab.client, lab.server.ip4, 22018)
    client.sendall(post(200000)[:-2] + b"Connection: close\r\n\r\n")
    with contextlib.suppress(*_BROKEN):
        client.sendall(b"u" * 60000)
    wait_reset(client)
    return [Rst("unread_data", "server", *UNREAD), _MANY]


# --- haproxy -------------------------------------------------------------------------------------

@scenario("haproxy-hard-stop-after",
          "haproxy is reloaded; 'hard-stop-after' ends the old process with its tunnels: idle "
          "clients get a FIN, and what they say next is reset.",
          "data_after_close", points=("client",), program="haproxy")
def hard_stop(lab):
    """haproxytech/kubernetes-ingress#247, jcmoraisjr/haproxy-ingress#865."""
    needs("haproxy")
    backend = lab.router.links["to-server"].address
    listener = lab.listen(lab.router, 22015, address=backend)
    config = lab.workdir / "haproxy.cfg"
    config.write_text("global\n hard-stop-after 1s\ndefaults\n mode tcp\n timeout connect 1s\n"
                      " timeout client 30s\n timeout server 30s\nlisten tunnel\n"
                      f" bind {lab.server.ip4}:22014\n server one {backend}:22015\n",
                      encoding="ascii")
    old = lab.daemon(lab.server, 22014, "haproxy", "-db", "-f", str(config))
    clients = []
    for _ in range(3):
        clients.append(lab.connect(lab.client, lab.server.ip4, 22014))
        exchange(clients[-1], lab.accept(listener))
    lab.spawn(lab.server, "haproxy", "-db", "-f", str(config), "-sf", str(old.pid))
    old.wait(10)
    for client in clients[:2]:
        speak_after_close(lab, client, b"next request\n")
    return [Rst("data_after_close", "server", LATE, count=2)]


@scenario("haproxy-stopped-with-clients-in-its-queue",
          "haproxy is too busy to accept (stopped) when it is killed in a restart: each client "
          "that had completed its handshake is reset, whether its request was there or not; the "
          "new process serves the next one.",
          "listener_closed", snaplen=80, program="haproxy")
def killed_with_queue(lab):
    """jcmoraisjr/haproxy-ingress#899, openshift/router#429."""
    needs("haproxy")
    config = lab.workdir / "haproxy.cfg"
    config.write_text("defaults\n mode http\n timeout connect 1s\n timeout client 9s\n"
                      f" timeout server 9s\nlisten web\n bind {lab.server.ip4}:22032\n"
                      " http-request return status 200 content-type text/plain string hello\n",
                      encoding="ascii")
    old = lab.daemon(lab.server, 22032, "haproxy", "-db", "-f", str(config))
    old.send_signal(signal.SIGSTOP)
    lab.pause(0.2)
    clients = [lab.connect(lab.client, lab.server.ip4, 22032) for _ in range(5)]
    for client in clients[:2]:
        client.sendall(GET)
        wait_delivered(client)
    old.kill()
    old.wait()
    for client in clients:
        wait_reset(client)
    lab.daemon(lab.server, 22032, "haproxy", "-db", "-f", str(config))
    visit(lab, 22032)
    return [Rst("listener_closed", "server", "TCP_STATE", count=5)]
