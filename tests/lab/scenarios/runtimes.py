# SPDX-License-Identifier: GPL-2.0-or-later
"""Python, Go, Java and the tools of the command line at their edges."""

import contextlib
import os
import signal
import socket
import subprocess

from rstlab import sockets
from rstlab.scenario import needs, scenario
from rstlab.sockets import port_of, read_until, wait_reset, wait_unread
from rstlab.truth import Rst
from scenarios.daemons import GET, GONE, LATE, UNREAD, build_go, post, speak_after_close, visit
from scenarios.field import serve_python
from scenarios.libraries import BODY, answers_too_late, asked, serve_with
from scenarios.web import make_certificate, nginx, tls_connect

_BROKEN = (BrokenPipeError, ConnectionResetError)
_MAY = {"may": ("late_segment",)}
_LATE_TO_CLIENT = Rst("late_segment", "client", GONE, count=(0, 3000))
_LATE_TO_SERVER = Rst("late_segment", "server", GONE, count=(0, 3000))


# --- curl, wget, openssl, redis-cli --------------------------------------------------------------

@scenario("curl-tires-of-waiting-for-100",
          "curl waits a second for '100 Continue' that a busy server does not send, sends its body "
          "all the same, and gets 413 and a close with the body unread.",
          "unread_data", program="curl")
def curl_expects(lab):
    needs("curl")
    listener = lab.listen(lab.server, 21007)
    body = lab.workdir / "body"
    body.write_bytes(b"u" * 30000)
    lab.spawn(lab.client, "curl", "-s", "-H", "Expect: 100-continue", "--expect100-timeout", "1",
              "--data-binary", f"@{body}", f"http://{lab.server.ip4}:21007/")
    server = asked(lab, listener)
    wait_unread(server, 30000, 8)
    server.sendall(b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n"
                   b"Connection: close\r\n\r\n")
    server.close()
    lab.pause(0.5)
    return [Rst("unread_data", "server", *UNREAD)]


@scenario("curl-too-slow-for-its-limit",
          "curl --speed-limit gives a trickling download up after two seconds (exit 28): all read, "
          "closed in order; the next trickle is reset.",
          "data_after_close", points=("client",), program="curl")
def curl_speed_limit(lab):
    needs("curl")
    listener = lab.listen(lab.server, 21008)
    lab.spawn(lab.client, "curl", "-s", "-o", "/dev/null", "--speed-limit", "5000",
              "--speed-time", "2", f"http://{lab.server.ip4}:21008/")
    server = asked(lab, listener)
    server.sendall(BODY % 100000)
    for _ in range(40):
        if sockets.tcp_state(server) == sockets.CLOSE_WAIT:
            break
        server.sendall(b"b" * 100)
        lab.pause(0.4)
    with contextlib.suppress(*_BROKEN):
        server.sendall(b"b" * 100)
    wait_reset(server)
    return [Rst("data_after_close", "client", LATE)]


@scenario("curl-max-time-over-a-lossy-path",
          "curl --max-time is over in the middle of a download on a path that loses four packets "
          "of a hundred: its host resets what still comes.",
          "data_after_close", may=("unread_data", "late_segment"), points=("client",),
          program="curl")
def curl_lossy(lab):
    needs("curl")
    nginx(lab, 22033, "limit_rate 900k;")
    lab.router.filter("forward",
                      "tcp sport 22033 meta length > 500 numgen random mod 100 < 4 drop")
    # A path of some length: there is always something on its way.
    with lab.router.holding("-s", lab.server.ip4, "--sport", "22033", delay=0.04):
        lab.spawn(lab.client, "curl", "-s", "-o", "/dev/null", "--max-time", "2.5",
                  f"http://{lab.server.ip4}:22033/big")
        lab.pause(8)
    return [Rst("unread_data", "client", *UNREAD, count=(0, 1),
                when=lambda segment: segment.letters == "RA"),
            Rst("data_after_close", "client", LATE, count=(0, 1),
                when=lambda segment: segment.letters == "R"), _LATE_TO_CLIENT]


@scenario("curl-tries-ipv6-then-ipv4",
          "curl gets two addresses for a name: at the IPv6 one nothing listens, at the IPv4 one it "
          "is served. Heard on the router.",
          "port_closed", points=("router",), program="curl")
def curl_both(lab):
    needs("curl")
    nginx(lab, 21023)
    addresses = f"www.example.com:21023:{lab.server.ip6},{lab.server.ip4}"
    for _ in range(2):
        lab.spawn(lab.client, "curl", "-s", "-o", "/dev/null", "--resolve", addresses,
                  "http://www.example.com:21023/").wait(8)
        lab.pause(0.3)
    return [Rst("port_closed", "server", "NO_SOCKET", count=2)]


@scenario("wget-times-out-and-tries-again",
          "wget -T 1 -t 2 gives up waiting for a head, closes, tries again; the server answers "
          "each of the two a second too late.",
          "data_after_close", program="wget")
def wget_twice(lab):
    needs("wget")
    listener = lab.listen(lab.server, 21009)
    lab.spawn(lab.client, "wget", "-q", "-T", "1", "-t", "2", "-O", "/dev/null",
              f"http://{lab.server.ip4}:21009/")
    for _ in range(2):
        answers_too_late(lab, asked(lab, listener))
    return [Rst("data_after_close", "client", LATE, count=2)]


@scenario("s-client-killed-with-the-answer-unread",
          "openssl s_client has sent a request and is stopped (Ctrl-Z); the answer comes a second "
          "later, and the terminal is closed (SIGKILL).",
          "unread_data", program="openssl", **_MAY)
def s_client(lab):
    _tls_server(lab, 21013, """
tls.recv(1000)
time.sleep(1)
tls.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + b"k" * 9000)
""")
    client = lab.spawn(lab.client, "openssl", "s_client", "-quiet", "-connect",
                       f"{lab.server.ip4}:21013", stdin=subprocess.PIPE)
    lab.pause(0.6)
    client.stdin.write(b"GET /page HTTP/1.0\r\n\r\n")
    client.stdin.flush()
    lab.pause(0.4)
    client.send_signal(signal.SIGSTOP)
    lab.pause(1.2)
    client.kill()
    lab.pause(0.5)
    return [Rst("unread_data", "client", *UNREAD, inseparable=("linger0",)), _LATE_TO_CLIENT]


@scenario("redis-cli-interrupted-behind-a-stopped-pager",
          "redis-cli SUBSCRIBE writes into a pager that has stopped; messages pile up in its "
          "socket, and the user presses Ctrl-C. The tap hears redis-cli's host alone.",
          "unread_data", points=("server",), heard="in", program="redis-cli", **_MAY)
def redis_cli(lab):
    needs("redis-server", "redis-cli")
    lab.daemon(lab.server, 21018, "redis-server", "--port", "21018", "--bind", lab.server.ip4,
               "--save", "", "--protected-mode", "no", "--client-output-buffer-limit",
               "pubsub 0 0 0")
    reader, writer = os.pipe()
    cli = lab.spawn(lab.client, "redis-cli", "-h", lab.server.ip4, "-p", "21018", "SUBSCRIBE", "c",
                    stdout=writer)
    lab.pause(0.6)
    with lab.server, socket.create_connection((lab.server.ip4, 21018)) as publisher:
        publisher.sendall((b"PUBLISH c " + b"m" * 1000 + b"\r\n") * 600)
        lab.pause(1)
        cli.send_signal(signal.SIGINT)
        lab.pause(0.6)
    os.close(writer)
    os.close(reader)
    return [Rst("unread_data", "client", *UNREAD), _LATE_TO_CLIENT]


# --- Go and Java ---------------------------------------------------------------------------------

@scenario("go-server-closed-with-an-upload-unread",
          "http.Server.Close() of a Go program: a handler that has read nothing of an upload, and "
          "an idle connection that its client uses again.",
          "unread_data", "data_after_close", program="go", **_MAY)
def go_close(lab):
    lab.daemon(lab.server, 21010, build_go(lab, """
package main
import ("fmt"; "net/http"; "os"; "time")
func main() {
    server := &http.Server{Addr: os.Args[1] + ":21010"}
    http.HandleFunc("/upload", func(w http.ResponseWriter, r *http.Request) {
        time.Sleep(time.Minute)
    })
    http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") })
    go func() { time.Sleep(3 * time.Second); server.Close() }()
    server.ListenAndServe()
    time.Sleep(time.Minute)
}
"""), lab.server.ip4)
    idle = visit(lab, 21010)
    busy = lab.connect(lab.client, lab.server.ip4, 21010)
    busy.sendall(post(20000))
    busy.sendall(b"u" * 20000)
    wait_reset(busy, 8)
    speak_after_close(lab, idle, GET)
    return [Rst("unread_data", "server", *UNREAD, flow=port_of(busy)),
            Rst("data_after_close", "server", LATE, flow=port_of(idle)), _LATE_TO_SERVER]


@scenario("go-request-cancelled-by-its-context",
          "A Go client's context is cancelled before the answer's head: the transport closes the "
          "connection, and the answer is reset.",
          "data_after_close", points=("server",), program="go")
def go_cancel(lab):
    program = build_go(lab, """
package main
import ("context"; "net/http"; "os"; "time")
func main() {
    limited, cancel := context.WithTimeout(context.Background(), 700 * time.Millisecond)
    defer cancel()
    url := "http://[" + os.Args[1] + "]:21011/"
    request, _ := http.NewRequestWithContext(limited, "GET", url, nil)
    http.DefaultClient.Do(request)
    time.Sleep(time.Minute)
}
""")
    listener = lab.listen(lab.server, 21011, v6=True)
    lab.spawn(lab.client, program, lab.server.ip6)
    answers_too_late(lab, asked(lab, listener))
    return [Rst("data_after_close", "client", LATE)]


@scenario("go-tls-server-is-spoken-to-in-plain-text",
          "A client speaks HTTP, with a body, to a Go TLS server: it reads the first octets, "
          "answers 400 in plain text and closes with the rest unread.",
          "unread_data", may=("data_after_close", "late_segment"), points=("client",),
          program="go")
def go_tls(lab):
    program = build_go(lab, """
package main
import ("net/http"; "os")
func main() { panic(http.ListenAndServeTLS(os.Args[1] + ":21024", os.Args[2], os.Args[3], nil)) }
""")
    key, certificate = make_certificate(lab)
    lab.daemon(lab.server, 21024, program, lab.server.ip4, str(certificate), str(key))
    client = lab.connect(lab.client, lab.server.ip4, 21024)
    with contextlib.suppress(*_BROKEN):
        client.sendall(post(20000) + b"u" * 20000)
    lab.pause(0.8)
    return [Rst("unread_data", "server", *UNREAD), _LATE_TO_SERVER]


@scenario("java-http-client-cancelled-in-a-body",
          "java.net.http's HttpClient reads a large body slowly; the program is done with it and "
          "exits (System.exit) with octets in the socket.",
          "unread_data", points=("client",), program="java", **_MAY)
def java_exits(lab):
    needs("java", "javac")
    nginx(lab, 21012)
    source = lab.workdir / "Load.java"
    source.write_text("""
import java.net.URI;
import java.net.http.*;
public class Load {
    public static void main(String[] arguments) throws Exception {
        var request = HttpRequest.newBuilder(
            URI.create("http://" + arguments[0] + ":21012/big")).build();
        var answer = HttpClient.newHttpClient().send(
            request, HttpResponse.BodyHandlers.ofInputStream());
        answer.body().read(new byte[1000]);
        Thread.sleep(1500);
        System.exit(0);
    }
}
""", encoding="ascii")
    subprocess.run(["javac", "-d", str(lab.workdir), str(source)], check=True)
    lab.spawn(lab.client, "java", "-cp", str(lab.workdir), "Load", lab.server.ip4).wait(30)
    lab.pause(0.6)
    return [Rst("unread_data", "client", *UNREAD), _LATE_TO_CLIENT]


# --- Python --------------------------------------------------------------------------------------

def _tls_server(lab, port, session):
    """A Python TLS server; its session with one client, "tls", is this text."""
    key, certificate = make_certificate(lab)
    serve_python(lab, lab.server, port, f"""
import socket, ssl, sys, time
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("{certificate}", "{key}")
listener = socket.create_server((sys.argv[1], {port}))
tls = context.wrap_socket(listener.accept()[0], server_side=True)
{session}
time.sleep(60)
""", lab.server.ip4)


@scenario("python-ssl-server-without-unwrap",
          "A Python TLS server writes its answer and closes without unwrap(); the client's "
          "close_notify comes into a closed connection.",
          "data_after_close", program="python3", **_MAY)
def no_unwrap(lab):
    _tls_server(lab, 21019, """
tls.recv(1000)
tls.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\nhello")
tls.close()
""")
    client = tls_connect(lab, 21019)
    client.sendall(GET)
    read_until(client, b"hello")
    lab.pause(0.5)
    with contextlib.suppress(OSError):
        client.unwrap()
    lab.pause(0.3)
    return [Rst("data_after_close", "server", LATE), _LATE_TO_SERVER]


@scenario("aiohttp-server-refuses-a-large-body",
          "aiohttp's web server answers 413 to an upload that exceeds client_max_size and closes; "
          "the uploader goes on.",
          "data_after_close", may=("unread_data", "late_segment"), program="python3-aiohttp")
def aiohttp_large(lab):
    serve_with(lab, "aiohttp", lab.server, 21017, """
from aiohttp import web
import sys
async def take(request):
    await request.post()
    return web.Response(text="hello")
app = web.Application(client_max_size=1000)
app.router.add_post("/upload", take)
web.run_app(app, host=sys.argv[1], port=21017, print=None)
""", lab.server.ip4)
    client = lab.connect(lab.client, lab.server.ip4, 21017)
    client.sendall(post(400000)[:-2] + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
    with contextlib.suppress(*_BROKEN):
        for _ in range(45):
            client.sendall(b"u" * 1000)
            lab.pause(0.7)
    return [Rst("data_after_close", "server", LATE), _LATE_TO_SERVER]


@scenario("asyncio-server-killed-behind-its-back-pressure-ipv6",
          "A Python asyncio server over IPv6 has paused its reading (its buffer is full) and is "
          "killed: what lies in the socket is lost. Heard on the router alone, 88 octets a frame.",
          "unread_data", points=("router",), snaplen=88, program="python3", **_MAY)
def asyncio_killed(lab):
    server = serve_python(lab, lab.server, 21022, """
import asyncio, sys
async def serve(reader, writer):
    await reader.readexactly(100)
    writer.write(b"220 go on\\r\\n")
    await asyncio.sleep(60)
async def main():
    await (await asyncio.start_server(serve, sys.argv[1], 21022, limit=2000)).serve_forever()
asyncio.run(main())
""", lab.server.ip6)
    client = lab.connect(lab.client, lab.server.ip6, 21022)
    client.sendall(b"q" * 100)
    read_until(client, b"\r\n")
    for _ in range(12):
        client.sendall(b"d" * 3000)
        lab.pause(0.02)
    lab.pause(0.5)
    server.kill()
    wait_reset(client)
    return [Rst("unread_data", "server", *UNREAD), _LATE_TO_SERVER]
