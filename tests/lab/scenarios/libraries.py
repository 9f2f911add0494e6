# SPDX-License-Identifier: GPL-2.0-or-later
"""Client libraries and tools: time-outs, cancellation, bodies not read, pools, kills, signals."""

import os
import pathlib
import signal
import subprocess

from rstlab import sockets
from rstlab.scenario import NotHere, needs, scenario
from rstlab.sockets import read_exactly, read_until, wait_reset, wait_state
from rstlab.truth import Rst
from scenarios.brokers import mqtt_connect
from scenarios.daemons import GONE, LATE, UNREAD, build_go
from scenarios.field import accept_slow
from scenarios.web import nginx

_MANY = Rst("late_segment", "client", GONE, count=(0, 2000))
BODY = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
_MAY = {"may": ("late_segment",)}


#: The system's Python, which has the packaged libraries.
_PYTHON = "/usr/bin/python3"


def _with_module(lab, module, text):
    """The command of a program of the system's Python; skipped where it has no such module."""
    if subprocess.run([_PYTHON, "-c", f"import {module}"], check=False,
                      capture_output=True).returncode:
        raise NotHere(f"Python's {module} is not installed")
    script = lab.workdir / "program.py"
    script.write_text(text, encoding="ascii")
    return [_PYTHON, "-u", str(script)]


def python_with(lab, module, host, text, *arguments):
    """A client that uses this module."""
    return lab.spawn(host, *_with_module(lab, module, text), *arguments)


def serve_with(lab, module, host, port, text, *arguments):
    """A server that uses this module; returns when it listens."""
    return lab.daemon(host, port, *_with_module(lab, module, text), *arguments)


def first_of_its_flow():
    """A condition: this is the first reset of its connection."""
    first = {}

    def when(segment):
        flow = frozenset(((segment.src, segment.sport), (segment.dst, segment.dport)))
        return first.setdefault(flow, segment.frame) == segment.frame
    return when


def asked(lab, listener):
    """The connection of a client that has sent its request's head."""
    server = accept_slow(lab, listener)
    read_until(server, b"\r\n\r\n")
    return server


def answers_too_late(lab, server, answer=BODY % 5 + b"hello"):
    """The client has closed in order; the answer comes all the same."""
    wait_state(server, sockets.CLOSE_WAIT, seconds=20)
    lab.pause(0.3)
    server.sendall(answer)
    wait_reset(server)


# --- Python --------------------------------------------------------------------------------------

@scenario("requests-stream-closed-early",
          "python-requests with stream=True reads the first 1000 octets of a large body and "
          "closes the response. The tap hears the client alone, whose window shuts octet for "
          "octet.",
          "unread_data", points=("server",), heard="in", program="python3-requests", **_MAY)
def requests_stream(lab):
    nginx(lab, 20201)
    python_with(lab, "requests", lab.client, """
import requests, sys, time
session = requests.Session()
with session.get("http://%s:20201/big" % sys.argv[1], stream=True) as answer:
    answer.raw.read(1000)
    time.sleep(0.5)
time.sleep(30)
""", lab.server.ip4)
    lab.pause(2.2)
    return [Rst("unread_data", "client", *UNREAD), _MANY]


@scenario("aiohttp-client-timeout-in-the-body",
          "aiohttp's total time-out ends a request whose body trickles: it closes in order, all "
          "read so far, and the next trickle is reset.",
          "data_after_close", points=("client",), program="python3-aiohttp")
def aiohttp_timeout(lab):
    listener = lab.listen(lab.server, 20202)
    python_with(lab, "aiohttp", lab.client, """
import aiohttp, asyncio, sys
async def main():
    limit = aiohttp.ClientTimeout(total=1)
    async with aiohttp.ClientSession(timeout=limit) as session:
        try:
            async with session.get("http://%s:20202/" % sys.argv[1]) as answer:
                await answer.read()
        except asyncio.TimeoutError:
            pass
        await asyncio.sleep(30)
asyncio.run(main())
""", lab.server.ip4)
    server = asked(lab, listener)
    server.sendall(BODY % 100_000 + b"b" * 1000)
    lab.pause(0.3)
    server.sendall(b"b" * 1000)
    answers_too_late(lab, server, b"b" * 1000)
    return [Rst("data_after_close", "client", LATE)]


@scenario("redis-py-socket-timeout",
          "redis-py has 700 ms for an answer; the server is stuck in a slow command, and what it "
          "says at last meets a closed socket.",
          "data_after_close", program="python3-redis")
def redis_py(lab):
    needs("redis-server")
    lab.daemon(lab.server, 20203, "redis-server", "--port", "20203", "--bind", lab.server.ip4,
               "--save", "", "--protected-mode", "no", "--enable-debug-command", "yes")
    lab.observe_redis(20203)
    python_with(lab, "redis", lab.client, """
import redis, sys, time
r = redis.Redis(sys.argv[1], 20203, socket_timeout=0.7)
r.ping()
try:
    r.execute_command("DEBUG", "SLEEP", "1.5")
except redis.TimeoutError:
    pass
time.sleep(30)
""", lab.server.ip4)
    lab.pause(3.5)
    return [Rst("data_after_close", "client", LATE)]


@scenario("paho-killed-in-a-callback",
          "A paho-mqtt subscriber's callback hangs while messages of two hundred octets come; the "
          "program is killed.",
          "unread_data", points=("client",), snaplen=100, program="python3-paho-mqtt")
def paho(lab):
    needs("mosquitto")
    config = lab.workdir / "mosquitto.conf"
    config.write_text(f"listener 20204 {lab.server.ip4}\nallow_anonymous true\nuser root\n",
                      encoding="ascii")
    lab.daemon(lab.server, 20204, "mosquitto", "-c", str(config))
    subscriber = python_with(lab, "paho.mqtt.client", lab.client, """
import paho.mqtt.client as mqtt, sys, time
client = mqtt.Client()
client.on_connect = lambda c, *rest: c.subscribe("t")
client.on_message = lambda *rest: time.sleep(60)
client.connect(sys.argv[1], 20204)
client.loop_forever()
""", lab.server.ip4)
    lab.pause(1.5)
    publisher = lab.connect(lab.client, lab.server.ip4, 20204)
    publisher.sendall(mqtt_connect(b"thermometer"))
    read_exactly(publisher, 4)
    for _ in range(100):
        publisher.sendall(b"\x30\xcb\x01\0\x01t" + b"m" * 200)
        lab.pause(0.01)
    lab.pause(0.3)
    subscriber.kill()
    lab.pause(0.4)
    return [Rst("unread_data", "client", *UNREAD)]


@scenario("python-child-keeps-the-socket",
          "A Python server forks a child that inherits a client's connection; the server closes "
          "it, nothing leaves, and only when the child is killed, with a request unread, comes "
          "the reset.",
          "unread_data", points=("server",), program="python3")
def child_keeps(lab):
    lab.daemon(lab.server, 20206, "python3", "-c", """
import os, socket, sys, time
listener = socket.create_server((sys.argv[1], 20206))
client, _ = listener.accept()
client.sendall(client.recv(100))
pid = os.fork()
if not pid:
    time.sleep(60)
client.close()
time.sleep(2)
os.kill(pid, 9)
time.sleep(60)
""", lab.server.ip4)
    client = lab.connect(lab.client, lab.server.ip4, 20206)
    client.sendall(b"hello\r\n")
    read_exactly(client, 7)
    lab.pause(1)
    client.sendall(b"are you there?\r\n")
    wait_reset(client)
    # A request without an answer: nothing shows whether it was read.
    return [Rst("unread_data", "server", *UNREAD, inseparable=("linger0",))]


# --- Node ----------------------------------------------------------------------------------------

@scenario("node-fetch-aborted",
          "Node's fetch (undici) is aborted by an AbortController in the middle of a large body.",
          "unread_data", points=("client",), program="node", **_MAY)
def node_fetch(lab):
    needs("node")
    nginx(lab, 20211, "limit_rate 2m;")
    lab.spawn(lab.client, "node", "-e", f"""
const controller = new AbortController();
setTimeout(() => controller.abort(), 600);
fetch('http://{lab.server.ip4}:20211/big', {{signal: controller.signal}}).then(async answer => {{
    for await (const part of answer.body) await new Promise(done => setTimeout(done, 200));
}}).catch(() => setTimeout(() => 0, 30000));
""")
    lab.pause(2.2)
    return [Rst("unread_data", "client", *UNREAD), _MANY]


@scenario("node-agent-timeout-answer-late",
          "Node's http client has a socket time-out of 500 ms and destroys a request that waits "
          "for its answer; the answer comes in three writes.",
          "data_after_close", may=("late_segment",), points=("server",), program="node")
def node_timeout(lab):
    needs("node")
    listener = lab.listen(lab.server, 20212)
    lab.spawn(lab.client, "node", "-e", f"""
const request = require('http').get({{host: '{lab.server.ip4}', port: 20212, timeout: 500}});
request.on('timeout', () => request.destroy()).on('error', () => setTimeout(() => 0, 30000));
""")
    server = asked(lab, listener)
    answers_too_late(lab, server)
    return [Rst("data_after_close", "client", LATE)]


def npm_package(lab, package):
    """Where this npm package is installed (RSTLAB_NPM, a folder with node_modules)."""
    needs("node")
    home = pathlib.Path(os.environ.get("RSTLAB_NPM", "/usr/share/nodejs"))
    for folder in (home / "node_modules" / package, home / package):
        if folder.exists():
            return str(folder)
    raise NotHere(f"npm's {package} is not installed")


@scenario("pg-query-timeout-then-end",
          "node-postgres gives up on a query (query_timeout), the program ends its client, and "
          "the server's late answer meets a closed socket.",
          "data_after_close", points=("server",), program="node")
def node_pg(lab):
    package = npm_package(lab, "pg")
    listener = lab.listen(lab.server, 20213)
    lab.spawn(lab.client, "node", "-e", f"""
const {{Client}} = require('{package}');
const client = new Client({{host: '{lab.server.ip4}', port: 20213, user: 'lab',
    query_timeout: 500}});
client.connect().then(() => client.query('select pg_sleep(9)'))
    .catch(() => {{ client.connection.stream.destroy(); setTimeout(() => 0, 30000); }});
""")
    server = accept_slow(lab, listener)
    server.recv(1000)
    server.sendall(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I")
    read_until(server, b"\0")
    answers_too_late(lab, server, b"T\0\0\0\x06\0\0C\0\0\0\x0dSELECT 1\0Z\0\0\0\x05I")
    return [Rst("data_after_close", "client", LATE)]


@scenario("mqtt-js-connack-late",
          "MQTT.js waits one second for the broker's CONNACK and gives up by destroying the "
          "socket; the busy broker's CONNACK comes two seconds later.",
          "data_after_close", points=("client",), program="node")
def mqtt_js(lab):
    package = npm_package(lab, "mqtt")
    listener = lab.listen(lab.server, 20214)
    lab.spawn(lab.client, "node", "-e", f"""
const client = require('{package}').connect('mqtt://{lab.server.ip4}:20214',
    {{connectTimeout: 1000, reconnectPeriod: 0}});
client.on('error', () => 0);
""")
    server = accept_slow(lab, listener)
    server.recv(1000)
    answers_too_late(lab, server, b"\x20\x02\0\0")
    return [Rst("data_after_close", "client", LATE)]


@scenario("undici-headers-timeout-two-waiting",
          "undici has two connections to a slow server; its headersTimeout ends both, and the "
          "server answers both.",
          "data_after_close", points=("client",), snaplen=90, program="node")
def undici(lab):
    package = npm_package(lab, "undici")
    listener = lab.listen(lab.server, 20215)
    lab.spawn(lab.client, "node", "-e", f"""
const {{Pool}} = require('{package}');
const pool = new Pool('http://{lab.server.ip4}:20215', {{headersTimeout: 800, connections: 2}});
for (const path of ['/1', '/2']) pool.request({{path, method: 'GET'}}).catch(() => 0);
setTimeout(() => 0, 30000);
""")
    for server in [asked(lab, listener) for _ in range(2)]:
        answers_too_late(lab, server)
    return [Rst("data_after_close", "client", LATE, count=2)]


# --- PHP, Ruby, Perl, Lua ------------------------------------------------------------------------

@scenario("php-script-ends-in-a-body",
          "A PHP script reads the first line of a large answer and ends.",
          "unread_data", points=("server",), program="php", **_MAY)
def php(lab):
    needs("php")
    nginx(lab, 20221)
    lab.spawn(lab.client, "php", "-r", f"""
$stream = fsockopen('{lab.server.ip4}', 20221);
fwrite($stream, "GET /big HTTP/1.1\\r\\nHost: www.example.com\\r\\n\\r\\n");
fgets($stream);
usleep(300000);
""")
    lab.pause(1.5)
    return [Rst("unread_data", "client", *UNREAD), _MANY]


@scenario("php-curl-timeout",
          "PHP's curl has 700 ms for a request and closes in order; the answer comes later.",
          "data_after_close", points=("client",), program="php")
def php_curl(lab):
    needs("php")
    listener = lab.listen(lab.server, 20222)
    lab.spawn(lab.client, "php", "-r", f"""
$request = curl_init('http://{lab.server.ip4}:20222/');
curl_setopt($request, CURLOPT_TIMEOUT_MS, 700);
curl_exec($request);
curl_close($request);
sleep(30);
""")
    answers_too_late(lab, asked(lab, listener))
    return [Rst("data_after_close", "client", LATE)]


@scenario("ruby-net-http-tries-twice",
          "Ruby's Net::HTTP gives up on a GET after its read_timeout and tries again by itself: "
          "both answers come too late.",
          "data_after_close", program="ruby")
def ruby(lab):
    needs("ruby")
    listener = lab.listen(lab.server, 20223)
    lab.spawn(lab.client, "ruby", "-rnet/http", "-e", f"""
http = Net::HTTP.new('{lab.server.ip4}', 20223)
http.read_timeout = 0.6
begin
  http.get('/')
rescue Net::ReadTimeout
  sleep 30
end
""")
    for _ in range(2):
        answers_too_late(lab, asked(lab, listener))
    return [Rst("data_after_close", "client", LATE, count=2)]


@scenario("perl-lwp-max-size",
          "Perl's LWP takes no more than 10 kB of a large body (max_size) and closes.",
          "unread_data", points=("server",), program="perl", **_MAY)
def perl(lab):
    needs("perl")
    if subprocess.run(["perl", "-MLWP", "-e", "1"], check=False, capture_output=True).returncode:
        raise NotHere("Perl's LWP is not installed")
    nginx(lab, 20224)
    lab.spawn(lab.client, "perl", "-MLWP::UserAgent", "-e",
              "my $agent = LWP::UserAgent->new(max_size => 10000); "
              f"$agent->get('http://{lab.server.ip4}:20224/big'); sleep 30;")
    lab.pause(1.8)
    return [Rst("unread_data", "client", *UNREAD), _MANY]


@scenario("lua-reads-the-head-alone",
          "A Lua program reads an answer's head by LuaSocket, pauses and closes without the body.",
          "unread_data", program="lua")
def lua(lab):
    needs("lua5.4")
    listener = lab.listen(lab.server, 20225)
    script = lab.workdir / "client.lua"
    script.write_text(f"""
local socket = require("socket")
local client = assert(socket.connect("{lab.server.ip4}", 20225))
client:send("GET / HTTP/1.1\\r\\n\\r\\n")
repeat local line = client:receive("*l") until line == ""
socket.sleep(0.6)
client:close()
socket.sleep(30)
""", encoding="ascii")
    lab.spawn(lab.client, "lua5.4", str(script))
    server = asked(lab, listener)
    server.sendall(BODY % 20_000 + b"b" * 20_000)
    wait_reset(server)
    return [Rst("unread_data", "client", *UNREAD)]


# --- Go, Java ------------------------------------------------------------------------------------

@scenario("go-client-timeout-in-the-body",
          "Go's http.Client has one second for the whole request; the body comes faster than the "
          "program reads it.",
          "unread_data", points=("client",), program="go", **_MAY)
def go_timeout(lab):
    program = build_go(lab, f"""package main
import ("io"; "net/http"; "time")
func main() {{
    client := http.Client{{Timeout: time.Second}}
    answer, err := client.Get("http://{lab.server.ip4}:20231/big")
    if err == nil {{
        io.CopyN(io.Discard, answer.Body, 5000)
        time.Sleep(1500 * time.Millisecond)
        io.Copy(io.Discard, answer.Body)
    }}
    time.Sleep(30 * time.Second)
}}
""")
    nginx(lab, 20231)
    lab.spawn(lab.client, program)
    lab.pause(2.5)
    return [Rst("unread_data", "client", *UNREAD), _MANY]


@scenario("go-closes-idle-pool",
          "A Go program has fetched thrice side by side, reads all and calls "
          "CloseIdleConnections: nothing but FINs. Of one more it closes the body half read.",
          "unread_data", points=("server",), program="go", **_MAY)
def go_body(lab):
    program = build_go(lab, f"""package main
import ("io"; "net/http"; "time")
func main() {{
    var bodies []io.ReadCloser
    for i := 0; i < 3; i++ {{
        answer, err := http.Get("http://{lab.server.ip4}:20232/")
        if err == nil {{ bodies = append(bodies, answer.Body) }}
    }}
    for _, body := range bodies {{ io.Copy(io.Discard, body); body.Close() }}
    time.Sleep(300 * time.Millisecond)
    http.DefaultClient.CloseIdleConnections()
    answer, err := http.Get("http://{lab.server.ip4}:20232/big")
    if err == nil {{
        io.CopyN(io.Discard, answer.Body, 100000)
        time.Sleep(300 * time.Millisecond)
        answer.Body.Close()
    }}
    time.Sleep(30 * time.Second)
}}
""")
    nginx(lab, 20232)
    lab.spawn(lab.client, program)
    lab.pause(2.2)
    return [Rst("unread_data", "client", *UNREAD), _MANY]


_JAVA = """
import java.net.*;
public class Client {
    public static void main(String[] where) throws Exception {
        HttpURLConnection request = (HttpURLConnection)
            new URL("http://" + where[0] + ":20233/").openConnection();
        request.setReadTimeout(700);
        try { request.getInputStream(); } catch (SocketTimeoutException late) { }
        Thread.sleep(30000);
    }
}
"""


@scenario("java-url-connection-timeout",
          "Java's HttpURLConnection gives up after its read time-out; the server answers an error "
          "page, then closes.",
          "data_after_close", points=("server",), program="java")
def java_timeout(lab):
    needs("java")
    (lab.workdir / "Client.java").write_text(_JAVA, encoding="ascii")
    listener = lab.listen(lab.server, 20233)
    lab.spawn(lab.client, "java", str(lab.workdir / "Client.java"), lab.server.ip4)
    server = asked(lab, listener)
    answers_too_late(lab, server, b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy")
    return [Rst("data_after_close", "client", LATE)]


# --- tools ---------------------------------------------------------------------------------------

@scenario("wget-killed-by-its-pipe",
          "wget -O - writes a large file into head, which ends: wget dies of SIGPIPE with octets "
          "unread.",
          "unread_data", points=("client",), program="wget", **_MAY)
def wget(lab):
    needs("wget")
    nginx(lab, 20241)
    lab.spawn(lab.client, "sh", "-c", f"wget -q -O - http://{lab.server.ip4}:20241/big | "
              "(head -c 100 >/dev/null; sleep 0.5)")
    lab.pause(1.5)
    return [Rst("unread_data", "client", *UNREAD), _MANY]


@scenario("curl-max-filesize",
          "curl --max-filesize: the answer's head announces 100 kB, and curl, which has read all "
          "that came so far, closes at once; the body comes in two writes.",
          "data_after_close", points=("server",), program="curl", **_MAY)
def curl_filesize(lab):
    listener = lab.listen(lab.server, 20242)
    lab.spawn(lab.client, "curl", "-s", "--max-filesize", "1000", "-o", "/dev/null",
              f"http://{lab.server.ip4}:20242/")
    server = asked(lab, listener)
    server.sendall(BODY % 100_000)
    answers_too_late(lab, server, b"b" * 1000)
    return [Rst("data_after_close", "client", LATE)]


@scenario("wget-interrupted-by-the-user",
          "wget downloads at a limited rate, its socket full of octets to come, when the user "
          "presses Ctrl-C.",
          "unread_data", program="wget", **_MAY)
def wget_interrupted(lab):
    needs("wget")
    nginx(lab, 20243)
    wget_ = lab.spawn(lab.client, "wget", "-q", "--limit-rate=50k", "-O", "/dev/null",
                      f"http://{lab.server.ip4}:20243/big")
    lab.pause(1.2)
    wget_.send_signal(signal.SIGINT)
    lab.pause(0.5)
    return [Rst("unread_data", "client", *UNREAD), _MANY]


@scenario("wrk-time-is-up",
          "wrk's second is over: it closes its four connections in the middle of large answers, "
          "some with octets unread, some without.",
          "unread_data", may=("data_after_close", "late_segment"), points=("server",), snaplen=74,
          program="wrk")
def wrk(lab):
    needs("wrk")
    nginx(lab, 20244)
    lab.client.run("wrk", "-t", "1", "-c", "4", "-d", "1", f"http://{lab.server.ip4}:20244/big")
    lab.pause(0.5)
    first = first_of_its_flow()
    return [Rst("unread_data", "client", *UNREAD, count=(1, 4),
                when=lambda s: first(s) and s.letters == "RA"),
            Rst("data_after_close", "client", LATE, count=(0, 4), when=first), _MANY]


@scenario("go-prober-set-linger-0",
          "A Go program asks a service for its state each 400 ms, reads the answer and closes "
          "with SetLinger(0), so as to leave no TIME_WAIT.",
          "linger0", points=("server",), program="go")
def go_linger(lab):
    program = build_go(lab, f"""package main
import ("bufio"; "net"; "time")
func main() {{
    for i := 0; i < 4; i++ {{
        conn, err := net.Dial("tcp", "{lab.server.ip4}:20246")
        if err == nil {{
            conn.(*net.TCPConn).SetLinger(0)
            conn.Write([]byte("GET /health HTTP/1.0\\r\\n\\r\\n"))
            reader := bufio.NewReader(conn)
            for {{
                line, err := reader.ReadString('\\n')
                if err != nil || line == "fine\\n" {{ break }}
            }}
            conn.Close()
        }}
        time.Sleep(400 * time.Millisecond)
    }}
}}
""")
    listener = lab.listen(lab.server, 20246)
    lab.spawn(lab.client, program)
    for _ in range(4):
        server = asked(lab, listener)
        server.sendall(b"HTTP/1.0 200 OK\r\n\r\nfine\n")
        wait_reset(server)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", count=4)]
