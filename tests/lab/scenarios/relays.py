# SPDX-License-Identifier: GPL-2.0-or-later
"""Relays of TCP on a gateway whose service is down: some hand the refusal on, some end in order."""

import contextlib
import ssl

from rstlab import sockets
from rstlab.scenario import needs, needs_files, scenario
from rstlab.sockets import exchange, wait_until
from rstlab.truth import Rst
from scenarios.daemons import GET, GONE, LATE, speak_after_close
from scenarios.web import make_certificate

#: Where no relay with the request unread shows, the request's reader may as well have aborted.
_REFUSED = ("unread_data", "linger0")
_HANDED_ON = ("TCP_ABORT_ON_CLOSE", "TCP_STATE")
_CLOSED_PORT = 5001


def _gate(lab):
    """The gateway's address towards the client."""
    return lab.router.links["to-client"].address


@contextlib.contextmanager
def _refusal_held_back(lab):
    """The service's refusal reaches the relay when the client's request lies there already."""
    with lab.router.holding("--sport", str(_CLOSED_PORT), chain="INPUT") as queue:
        yield
        queue.wait(1, 6)
        lab.pause(0.1)
        queue.release()


def _ended(lab, client):
    """Wait until the relay has ended the connection, one way or the other."""
    wait_until(lambda: sockets.tcp_state(client) != sockets.ESTABLISHED, "the end", 10)
    lab.pause(0.3)


def _refused(lab, port, address=None):
    """A client whose request lies there when the relay hears that its service is down."""
    with _refusal_held_back(lab):
        client = lab.connect(lab.client, address or _gate(lab), port)
        client.sendall(GET)
    _ended(lab, client)
    return client


def _once_more(lab, client):
    """The relay has ended the connection in order; the client, who watches nothing, asks again."""
    client.sendall(GET)
    lab.pause(0.3)


@scenario("rinetd-finds-its-service-down",
          "rinetd on a gateway accepts a client, finds its service's port closed, and closes in "
          "order, the request read; the client asks once more.",
          "data_after_close", points=("client",), program="rinetd")
def rinetd(lab):
    needs("rinetd")
    config = lab.workdir / "rinetd.conf"
    config.write_text(f"{_gate(lab)} 24001 {lab.server.ip4} {_CLOSED_PORT}\n", encoding="ascii")
    lab.daemon(lab.router, 24001, "rinetd", "-f", "-c", str(config))
    _once_more(lab, _refused(lab, 24001))
    return [Rst("data_after_close", "router", LATE)]


@scenario("simpleproxy-finds-its-service-down",
          "simpleproxy on a gateway forks for a client, is refused by its service, and its child "
          "exits with the request unread. Each side of the gateway has a capture of its own.",
          "proxy_upstream_refused", "port_closed", program="simpleproxy")
def simpleproxy(lab):
    needs("simpleproxy")
    lab.daemon(lab.router, 24002, "simpleproxy", "-L", f"{_gate(lab)}:24002", "-R",
               f"{lab.server.ip4}:{_CLOSED_PORT}")
    _refused(lab, 24002)
    return [Rst("proxy_upstream_refused", "router", _HANDED_ON, at=("client",),
                inseparable=_REFUSED),
            Rst("port_closed", "server", "NO_SOCKET", at=("server",), count=(1, 3))]


@scenario("pen-has-no-server-left",
          "pen, a TCP balancer, has one server, which is down: it accepts a client, tries in vain, "
          "and closes with the request unread.",
          "proxy_upstream_refused", points=("client",), program="pen")
def pen(lab):
    needs("pen")
    lab.daemon(lab.router, 24003, "pen", "-f", "-r", f"{_gate(lab)}:24003",
               f"{lab.server.ip4}:{_CLOSED_PORT}")
    _refused(lab, 24003)
    return [Rst("proxy_upstream_refused", "router", _HANDED_ON, inseparable=_REFUSED)]


@scenario("redsocks-without-its-socks-server",
          "A gateway redirects a client's connection to redsocks, whose SOCKS server is down: the "
          "client, who believes to be connected to the server, gets a FIN, asks once more and is "
          "reset, all in the server's name.",
          "data_after_close", points=("client",), program="redsocks")
def redsocks(lab):
    needs("redsocks")
    config = lab.workdir / "redsocks.conf"
    config.write_text("base { log_info = off; daemon = off; redirector = iptables; }\n"
                      f"redsocks {{ local_ip = 0.0.0.0; local_port = 24004; ip = {lab.server.ip4}; "
                      f"port = {_CLOSED_PORT}; type = socks5; }}\n", encoding="ascii")
    lab.daemon(lab.router, 24004, "redsocks", "-c", str(config))
    lab.router.nat("prerouting", "iifname to-client tcp dport 8443 redirect to :24004")
    _once_more(lab, _refused(lab, 8443, lab.server.ip4))
    return [Rst("data_after_close", "router", claims="server",
                note="the gateway's kernel spoke of port 24004, before translation")]


@scenario("hitch-finds-its-backend-down",
          "hitch has done the TLS handshake with a client and finds its backend's port closed: it "
          "ends the client's connection in order, and the client's next record is reset.",
          "data_after_close", may=("late_segment",), points=("client",), program="hitch")
def hitch(lab):
    needs("hitch")
    key, certificate = make_certificate(lab)
    both = lab.workdir / "both.pem"
    both.write_text(key.read_text() + certificate.read_text(), encoding="ascii")
    lab.daemon(lab.router, 24005, "hitch", f"--frontend=[{_gate(lab)}]:24005",
               f"--backend=[{lab.server.ip4}]:{_CLOSED_PORT}", "-u", "root", "--workers=1",
               str(both))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with _refusal_held_back(lab):
        client = lab.keep(context.wrap_socket(lab.connect(lab.client, _gate(lab), 24005)))
        client.sendall(GET)
    _ended(lab, client)
    with contextlib.suppress(OSError):
        _once_more(lab, client)
    return [Rst("data_after_close", "router", LATE),
            Rst("late_segment", "router", GONE, count=(0, 2))]


@scenario("nginx-stream-finds-its-service-down",
          "nginx passes a TCP stream on a gateway; its service's port is closed, and it ends the "
          "client's connection with the request unread.",
          "proxy_upstream_refused", points=("client",), program="nginx")
def nginx_stream(lab):
    needs("nginx")
    module = "/usr/lib/nginx/modules/ngx_stream_module.so"
    needs_files("libnginx-mod-stream", module)
    config = lab.workdir / "nginx.conf"
    config.write_text(f"load_module {module};\n"
                      f"daemon off; user root; worker_processes 1; pid {lab.workdir}/pid;\n"
                      f"error_log {lab.workdir}/error.log;\nevents {{ }}\n"
                      f"stream {{ server {{ listen {_gate(lab)}:24006;\n"
                      f"proxy_pass {lab.server.ip4}:{_CLOSED_PORT}; }} }}\n", encoding="ascii")
    lab.daemon(lab.router, 24006, "nginx", "-e", str(lab.workdir / "error.log"), "-c", str(config))
    _refused(lab, 24006)
    return [Rst("proxy_upstream_refused", "router", _HANDED_ON, inseparable=_REFUSED)]


@scenario("haproxy-marks-its-server-down",
          "haproxy's health check fails and it ends the sessions of that server (on-marked-down "
          "shutdown-sessions): two clients' tunnels get a FIN, one speaks all the same.",
          "data_after_close", points=("client",), program="haproxy")
def haproxy_marks_down(lab):
    listener = lab.listen(lab.server, 24008)
    health = lab.listen(lab.server, 24009)
    config = lab.workdir / "haproxy.cfg"
    config.write_text("defaults\n mode tcp\n timeout connect 1s\n timeout client 30s\n"
                      f" timeout server 30s\nlisten tunnel\n bind {_gate(lab)}:24007\n"
                      f" server one {lab.server.ip4}:24008 check port 24009 inter 300 fall 2 "
                      "on-marked-down shutdown-sessions\n", encoding="ascii")
    lab.daemon(lab.router, 24007, "haproxy", "-db", "-f", str(config))
    lab.pause(0.8)
    clients = []
    for _ in range(2):
        clients.append(lab.connect(lab.client, _gate(lab), 24007))
        exchange(clients[-1], lab.accept(listener))
    health.close()
    speak_after_close(lab, clients[0], b"next command\r\n")
    return [Rst("data_after_close", "router", LATE)]


@scenario("docker-proxy-finds-no-service",
          "A published port whose container listens nowhere: docker-proxy accepts, is refused, and "
          "closes with the client's request unread (curl: (56) Recv failure: Connection reset by "
          "peer).",
          "proxy_upstream_refused", "port_closed", program="docker-proxy")
def docker_proxy(lab):
    """After the reports moby/moby#13847 and #8022."""
    needs("docker-proxy")
    # It tells its parent by descriptor 3 that it listens.
    lab.daemon(lab.router, 22001, "sh", "-c", 'exec docker-proxy "$@" 3>/dev/null', "sh",
               "-proto", "tcp", "-host-ip", _gate(lab), "-host-port", "22001",
               "-container-ip", lab.server.ip4, "-container-port", str(_CLOSED_PORT))
    _refused(lab, 22001)
    return [Rst("proxy_upstream_refused", "router", "TCP_ABORT_ON_CLOSE", "CLOSE", at=("client",),
                inseparable=_REFUSED),
            Rst("port_closed", "server", "NO_SOCKET", at=("server",))]
