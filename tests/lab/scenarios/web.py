"""nginx, haproxy and TLS: how real servers come to reset."""

import ssl
import subprocess
import threading

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import (read_until, reset_expected, small_receive_buffer, wait_delivered,
                            wait_state, wait_unread)
from rstlab.topology import run
from rstlab.truth import Rst

_REQUEST = b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"
_KILOBYTE = "k" * 1024


def nginx(lab, port, *directives, location="return 200 'hello';"):
    """nginx with one server block; directives stand in it, each ends in its semicolon."""
    directory = lab.workdir / f"nginx{port}"
    (directory / "files").mkdir(parents=True)
    (directory / "files" / "big").write_text(_KILOBYTE * 4000)
    config = directory / "nginx.conf"
    config.write_text(f"""
daemon off; user root; worker_processes 1; pid {directory}/pid; error_log {directory}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fcgi; uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    server {{
        listen {lab.server.ip4}:{port};
        root {directory}/files;
        {' '.join(directives)}
        location = /big {{ }}
        location / {{ {location} }}
    }}
}}
""", encoding="ascii")
    return lab.daemon(lab.server, port, "nginx", "-e", str(directory / "error.log"),
                      "-c", str(config))


def haproxy(lab, port, text):
    """haproxy on the server with this configuration behind the defaults."""
    config = lab.workdir / f"haproxy{port}.cfg"
    config.write_text("defaults\n timeout connect 1s\n timeout client 5s\n timeout server 5s\n"
                      f"{text}\n", encoding="ascii")
    return lab.daemon(lab.server, port, "haproxy", "-db", "-f", str(config))


# --- nginx ---------------------------------------------------------------------------------------

@scenario("nginx-keepalive-race",
          "nginx closes the idle connection after keepalive_timeout; the client's next request is "
          "reset.",
          "data_after_close", program="nginx")
def nginx_keepalive(lab):
    nginx(lab, 8080, "keepalive_timeout 1s;")
    client = lab.connect(lab.client, lab.server.ip4, 8080)
    client.sendall(_REQUEST)
    read_until(client, b"hello")
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.3)
    client.sendall(_REQUEST)
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("nginx-reset-timedout-connection",
          "The client downloads but does not read; nginx's send_timeout runs out, and "
          "reset_timedout_connection makes it abort.",
          "zero_window_timeout", program="nginx")
def nginx_timedout(lab):
    nginx(lab, 8081, "send_timeout 1s;", "reset_timedout_connection on;")
    client = lab.connect(lab.client, lab.server.ip4, 8081, prepare=small_receive_buffer)
    client.sendall(b"GET /big HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    lab.pause(3.5)
    return [Rst("zero_window_timeout", "server", "TCP_STATE", "CLOSE")]


@scenario("nginx-444-reset",
          "nginx is told to drop the request (return 444) with reset_timedout_connection on: it "
          "aborts after reading the request.",
          "linger0", program="nginx")
def nginx_444_reset(lab):
    nginx(lab, 8082, "reset_timedout_connection on;", location="return 444;")
    client = lab.connect(lab.client, lab.server.ip4, 8082)
    client.sendall(_REQUEST)
    with reset_expected():
        client.recv(1)
    # An unanswered request: nothing shows that nginx had read it.
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE", inseparable=("unread_data",))]


@scenario("silent-nginx-444", "nginx drops the request (return 444) by FIN.", program="nginx")
def nginx_444(lab):
    nginx(lab, 8083, location="return 444;")
    client = lab.connect(lab.client, lab.server.ip4, 8083)
    client.sendall(_REQUEST)
    sockets.read_to_end(client)
    client.close()
    return []


@scenario("nginx-client-abandons-download",
          "The client reads the head of a large file from nginx and closes.",
          "unread_data", "late_segment", program="nginx")
def nginx_abandoned(lab):
    nginx(lab, 8085)
    client = lab.connect(lab.client, lab.server.ip4, 8085)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "8085", delay=0.02):
        client.sendall(b"GET /big HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
        read_until(client, b"k")
        wait_unread(client, 3000)
        client.close()
        lab.pause(0.3)
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE"),
            Rst("late_segment", "client", "NO_SOCKET", "UNKNOWN", count=(1, 400))]


@scenario("nginx-client-header-timeout-race",
          "The client is slow to finish its request head; nginx times out and closes, then the "
          "rest of the head arrives.",
          "data_after_close", program="nginx")
def nginx_slow_head(lab):
    nginx(lab, 8086, "client_header_timeout 1s;")
    client = lab.connect(lab.client, lab.server.ip4, 8086)
    client.sendall(b"GET / HTTP/1.1\r\n")
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.2)
    client.sendall(b"Host: www.example.com\r\n\r\n")
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("nginx-stopped",
          "nginx is stopped (SIGTERM): an idle kept-alive client gets a FIN, the next connection "
          "is refused.",
          "port_closed", program="nginx")
def nginx_stopped(lab):
    server = nginx(lab, 8087)
    client = lab.connect(lab.client, lab.server.ip4, 8087)
    client.sendall(_REQUEST)
    read_until(client, b"hello")
    lab.signal(server)
    sockets.read_to_end(client)
    client.close()
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 8087)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


# --- haproxy -------------------------------------------------------------------------------------

@scenario("haproxy-health-check",
          "haproxy checks its backend's port ten times a second: SYN, SYN-ACK, RST.",
          "connect_probe", program="haproxy")
def haproxy_checks(lab):
    lab.listen(lab.client, 9600, backlog=64)
    haproxy(lab, 9601, f"listen web\n mode tcp\n bind {lab.server.ip4}:9601\n"
            f" server one {lab.client.ip4}:9600 check inter 100ms\n")
    lab.pause(1.5)
    return [Rst("connect_probe", "server", "TCP_STATE", "CLOSE", count=(5, 40), origin="client")]


@scenario("haproxy-reject",
          "haproxy's access list rejects a client at once (tcp-request connection reject); "
          "another address is served.",
          "accept_then_abort", program="haproxy")
def haproxy_reject(lab):
    base, host = lab.client.ip4.rsplit(".", 1)
    stranger = lab.client.add_address(f"{base}.{int(host) + 4}")
    haproxy(lab, 9602, f"listen web\n mode http\n bind {lab.server.ip4}:9602\n"
            f" tcp-request connection reject if {{ src {stranger} }}\n"
            " http-request return status 200 content-type text/plain string hello\n")
    served = lab.connect(lab.client, lab.server.ip4, 9602)
    served.sendall(_REQUEST)
    read_until(served, b"hello")
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 9602, source=stranger).recv(1)
    return [Rst("accept_then_abort", "server", "TCP_STATE", "CLOSE",
                when=lambda segment: segment.dst == stranger)]


@scenario("haproxy-nolinger-timeout",
          "haproxy with 'option nolinger' ends an idle client after its timeout: FIN and RST "
          "in one moment.",
          "linger0", program="haproxy")
def haproxy_nolinger(lab):
    haproxy(lab, 9603, f"listen web\n mode http\n bind {lab.server.ip4}:9603\n"
            " option nolinger\n timeout http-keep-alive 1s\n"
            " http-request return status 200 content-type text/plain string hello\n")
    client = lab.connect(lab.client, lab.server.ip4, 9603)
    client.sendall(_REQUEST)
    read_until(client, b"hello")
    lab.pause(1.5)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE")]


@scenario("haproxy-backend-down",
          "haproxy in TCP mode finds its backend's port closed; the client is told by FIN, and "
          "the refusal stays on the other leg.",
          "port_closed", program="haproxy")
def haproxy_backend_down(lab):
    haproxy(lab, 9604, f"listen web\n mode tcp\n retries 0\n bind {lab.server.ip4}:9604\n"
            f" server one {lab.client.ip4}:9605\n")
    client = lab.connect(lab.client, lab.server.ip4, 9604)
    sockets.read_to_end(client)
    client.close()
    return [Rst("port_closed", "client", "NO_SOCKET", "UNKNOWN", flow=9605, count=(1, 3),
                origin="server")]


@scenario("haproxy-nolinger-backend-down",
          "haproxy in TCP mode with 'option nolinger' accepts the client, finds its backend's port "
          "closed, and passes that on by FIN and RST.",
          "port_closed", "proxy_upstream_refused", program="haproxy")
def haproxy_nolinger_backend_down(lab):
    # Either capture has both legs: the backend is the client's host.
    haproxy(lab, 9607, f"listen web\n mode tcp\n option nolinger\n retries 0\n"
            f" bind {lab.server.ip4}:9607\n server one {lab.client.ip4}:9608\n")
    client = lab.connect(lab.client, lab.server.ip4, 9607)
    with reset_expected():
        sockets.read_to_end(client)
        lab.pause(0.1)
        client.sendall(b"x")
    return [Rst("port_closed", "client", "NO_SOCKET", "UNKNOWN", flow=9608, count=(1, 3),
                origin="server"),
            Rst("proxy_upstream_refused", "server", "TCP_STATE", "CLOSE", flow=9607,
                origin="middlebox",
                note="haproxy's own socket; what moved it is the backend's refusal")]


@scenario("haproxy-keepalive-race",
          "haproxy ends a kept-alive connection in order after its timeout; the client's next "
          "request is reset.",
          "data_after_close", program="haproxy")
def haproxy_keepalive(lab):
    haproxy(lab, 9606, f"listen web\n mode http\n bind {lab.server.ip4}:9606\n"
            " timeout http-keep-alive 500ms\n"
            " http-request return status 200 content-type text/plain string hello\n")
    client = lab.connect(lab.client, lab.server.ip4, 9606)
    client.sendall(_REQUEST)
    read_until(client, b"hello")
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.3)
    client.sendall(_REQUEST)
    lab.pause(0.1)
    return [Rst("data_after_close", "server",
                ("TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA", "TCP_FLAGS"))]


# --- TLS -----------------------------------------------------------------------------------------

def make_certificate(lab):
    """A key and a certificate for www.example.com that nobody has signed."""
    key, certificate = lab.workdir / "key.pem", lab.workdir / "cert.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "2", "-subj", "/CN=www.example.com", "-keyout", str(key),
        "-out", str(certificate))
    return key, certificate


def tls_server(lab, port, *options):
    """openssl s_server; it closes its connection when its standard input ends."""
    key, certificate = make_certificate(lab)
    return lab.daemon(lab.server, port, "openssl", "s_server", "-accept",
                      f"{lab.server.ip4}:{port}", "-key", str(key), "-cert", str(certificate),
                      "-quiet", *options, stdin=subprocess.PIPE)


def _tls_client(verify=False, newest=ssl.TLSVersion.TLSv1_3):
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.maximum_version = newest
    return context


def _handshake(lab, port, context):
    """A TLS connection over a socket of the lab."""
    return lab.keep(context.wrap_socket(lab.connect(lab.client, lab.server.ip4, port),
                                        server_hostname="www.example.com"))


@scenario("tls13-tickets-unread",
          "A TLS 1.3 client finishes the handshake and closes without reading the server's "
          "session tickets.",
          "unread_data", program="openssl")
def tls_tickets(lab):
    tls_server(lab, 4433, "-tls1_3")
    client = _handshake(lab, 4433, _tls_client())
    wait_unread(client, 200)
    client.close()
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE")]


@scenario("tls-certificate-rejected",
          "The client does not trust the certificate: it sends an alert and closes with the rest "
          "of the server's flight unread.",
          "unread_data", program="openssl")
def tls_rejected(lab):
    tls_server(lab, 4434, "-tls1_2")
    try:
        _handshake(lab, 4434, _tls_client(verify=True, newest=ssl.TLSVersion.TLSv1_2))
    except ssl.SSLCertVerificationError:
        pass
    lab.pause(0.2)
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE")]


@scenario("tls-plain-http-to-tls-port",
          "A client speaks plain HTTP to a TLS port; the server's TLS library refuses the first "
          "record and the program closes with the rest unread.",
          "unread_data", program="openssl")
def tls_plain(lab):
    key, certificate = make_certificate(lab)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    client, server = lab.pair(4435)
    client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\nCookie: " + b"c" * 3000
                   + b"\r\n\r\n")
    wait_unread(server, 3000)
    try:
        lab.keep(context.wrap_socket(server, server_side=True))
    except ssl.SSLError:
        pass
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE")]


@scenario("tls-close-notify-race",
          "The TLS server's program ends: FIN without close_notify. The client says its own "
          "close_notify, into a connection that is fully closed on the other side.",
          "data_after_close", program="openssl")
def tls_close_notify(lab):
    server = tls_server(lab, 4436, "-tls1_2")
    client = _handshake(lab, 4436, _tls_client(newest=ssl.TLSVersion.TLSv1_2))
    lab.pause(0.1)
    lab.signal(server)
    wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.2)
    try:
        client.unwrap()
    except (ssl.SSLError, OSError):
        pass
    lab.pause(0.2)
    return [Rst("data_after_close", "server",
                ("TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA", "NO_SOCKET"))]


def tls_connect(lab, port, newest=ssl.TLSVersion.TLSv1_3):
    """A TLS connection to the server that asks for no proof of its name."""
    return _handshake(lab, port, _tls_client(newest=newest))


@scenario("tls-answer-read-linger0",
          "A TLS 1.3 client sends a request, reads the answer (and the tickets before it) and "
          "aborts.",
          "linger0", program="openssl")
def tls_answer_read(lab):
    tls_server(lab, 4437, "-tls1_3", "-rev")
    client = tls_connect(lab, 4437)
    client.sendall(b"hello\n")
    read_until(client, b"olleh\n")
    sockets.abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("tls-close-notify-unread",
          "The TLS server ends an idle connection in order; a pool closes its end a while later "
          "without reading the close_notify.",
          "unread_data", program="openssl")
def tls_close_notify_unread(lab):
    key, certificate = make_certificate(lab)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    client, server = lab.pair(4438)
    served = []
    thread = threading.Thread(
        target=lambda: served.append(context.wrap_socket(server, server_side=True)))
    thread.start()
    wrapped = lab.keep(_tls_client(newest=ssl.TLSVersion.TLSv1_2)
                       .wrap_socket(client, server_hostname="www.example.com"))
    thread.join()
    wrapped.sendall(b"request")
    served[0].recv(100)
    served[0].sendall(b"answer")
    wrapped.recv(100)
    served[0].settimeout(0.2)
    try:
        served[0].unwrap()
    except (TimeoutError, ssl.SSLError, OSError):
        pass
    lab.pause(0.3)
    wait_unread(client if client.fileno() >= 0 else wrapped, 1)
    wrapped.close()
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE")]


@scenario("http-read-late-linger0",
          "A client asks for 30 KB, is busy while they arrive, then reads all in one go and "
          "aborts: the window looks as if nobody had read.",
          "linger0")
def read_late(lab):
    client, server = lab.pair(8090)
    client.sendall(_REQUEST)
    read_until(server, b"\r\n\r\n")
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\n"
    server.sendall(head + b"b" * 30000)
    wait_unread(client, len(head) + 30000)
    lab.pause(0.1)
    sockets.read_exactly(client, len(head) + 30000)
    sockets.abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("http-whole-upload-linger0",
          "The server reads a whole upload, answers it whole, and aborts.",
          "linger0")
def whole_upload(lab):
    client, server = lab.pair(8091)
    head = b"POST /up HTTP/1.1\r\nHost: www.example.com\r\nContent-Length: 4000\r\n\r\n"
    client.sendall(head + b"u" * 4000)
    sockets.read_exactly(server, len(head) + 4000)
    server.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
    wait_delivered(server)
    lab.pause(0.1)
    sockets.abort(server)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE")]


@scenario("http-pool-evicts-linger0",
          "A pool's kept-alive connection is idle for a second after its last whole exchange; "
          "the pool aborts it.",
          "linger0", program="nginx")
def pool_evicts(lab):
    nginx(lab, 8092)
    client = lab.connect(lab.client, lab.server.ip4, 8092)
    client.sendall(_REQUEST)
    read_until(client, b"hello")
    lab.pause(1.2)
    sockets.abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("http-early-401-unread",
          "The server answers 401 while the upload still flows and closes with body unread.",
          "unread_data")
def early_401(lab):
    client, server = lab.pair(8093)
    head = (b"PUT /up HTTP/1.1\r\nHost: www.example.com\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2000\r\n")
    client.sendall(head + b"c" * 4000)
    wait_unread(server, 4000)
    sockets.read_exactly(server, len(head))
    server.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
    wait_delivered(server)
    server.close()
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE")]
