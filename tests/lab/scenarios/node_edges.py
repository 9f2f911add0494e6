# SPDX-License-Identifier: GPL-2.0-or-later
"""Node and its libraries at their edges: destroyed pools and streams, exits, kills, time-outs."""

import contextlib

from rstlab import sockets
from rstlab.scenario import needs, scenario
from rstlab.sockets import port_of, wait_reset
from rstlab.truth import Rst
from scenarios.daemons import GET, GONE, LATE, UNREAD, post, speak_after_close, visit
from scenarios.field import accept_slow
from scenarios.libraries import answers_too_late, npm_package
from scenarios.web import nginx

_BROKEN = (BrokenPipeError, ConnectionResetError)
_OPTIONS = {"program": "node", "may": ("late_segment",)}
_MANY = Rst("late_segment", "client", GONE, count=(0, 3000))


@scenario("undici-pool-destroyed-under-three-bodies",
          "An undici Pool has three large bodies under way that nobody reads when pool.destroy() "
          "is called.",
          "unread_data", **_OPTIONS)
def pool_destroyed(lab):
    package = npm_package(lab, "undici")
    nginx(lab, 21001)
    lab.spawn(lab.client, "node", "-e", f"""
const {{Pool}} = require('{package}');
const pool = new Pool('http://{lab.server.ip4}:21001', {{connections: 3}});
for (let i = 0; i < 3; i++)
    pool.request({{path: '/big', method: 'GET'}})
        .then(answer => answer.body.on('error', () => 0)).catch(() => 0);
setTimeout(() => pool.destroy().catch(() => 0), 1200);
setTimeout(() => 0, 30000);
""")
    lab.pause(3.5)
    return [Rst("unread_data", "client", *UNREAD, count=3), _MANY]


@scenario("node-http2-session-destroyed-in-a-stream",
          "A Node http2 client destroys its session while the server streams slowly into one of "
          "its streams; all that came has been read.",
          "data_after_close", **_OPTIONS)
def session_destroyed(lab):
    needs("node")
    lab.daemon(lab.server, 21002, "node", "-e", f"""
require('http2').createServer((request, response) => {{
    response.on('error', () => 0);
    setInterval(() => response.write('tick\\n'.repeat(40)), 230);
}}).on('sessionError', () => 0).listen(21002, '{lab.server.ip4}');
""")
    # A path on which a tick of the server's is always under way.
    with lab.router.holding("-s", lab.client.ip4, "--dport", "21002", delay=0.3):
        lab.spawn(lab.client, "node", "-e", f"""
const session = require('http2').connect('http://{lab.server.ip4}:21002');
session.on('error', () => 0);
session.request({{':path': '/events'}}).on('data', () => 0).on('error', () => 0);
setTimeout(() => session.destroy(), 2600);
setTimeout(() => 0, 30000);
""")
        lab.pause(5)
    return [Rst("data_after_close", "client", LATE), _MANY]


@scenario("ioredis-program-exits-in-a-blocking-pop",
          "An ioredis program waits in BLPOP and ends by process.exit(); the list gets an element "
          "before its FIN is there: an answer to nobody.",
          "data_after_close", may=("reset_echo",), points=("client",), program="node")
def blocking_pop(lab):
    package = npm_package(lab, "ioredis")
    needs("redis-server")
    lab.daemon(lab.server, 21003, "redis-server", "--port", "21003", "--bind", lab.server.ip4,
               "--save", "", "--protected-mode", "no")
    with lab.router.holding("-s", lab.client.ip4, "--tcp-flags", "FIN", "FIN") as queue:
        lab.spawn(lab.client, "node", "-e", f"""
const Redis = require('{package}');
const redis = new Redis(21003, '{lab.server.ip4}', {{retryStrategy: () => null}});
redis.on('error', () => 0);
redis.blpop('jobs', 0).catch(() => 0);
setTimeout(() => process.exit(0), 900);
""")
        queue.wait(1, 8)
        lab.connect(lab.client, lab.server.ip4, 21003).sendall(b"RPUSH jobs 17\r\n")
        lab.pause(0.3)
        queue.release()
    lab.pause(0.3)
    return [Rst("data_after_close", "client", LATE),
            Rst("reset_echo", "server", GONE, count=(0, 1))]


@scenario("ws-client-terminates-a-flooded-socket",
          "A ws client is paused while its server floods it, then calls terminate(): no closing "
          "handshake, much unread.",
          "unread_data", points=("server",), snaplen=94, **_OPTIONS)
def socket_terminated(lab):
    package = npm_package(lab, "ws")
    lab.daemon(lab.server, 21006, "node", "-e", f"""
const {{WebSocketServer}} = require('{package}');
const server = new WebSocketServer({{host: '{lab.server.ip4}', port: 21006}});
server.on('connection', socket => {{
    const flood = () => socket.readyState == 1 && socket.bufferedAmount < 1e6
        && socket.send(Buffer.alloc(20000));
    socket.on('error', () => 0);
    setInterval(flood, 10);
}});
""")
    lab.spawn(lab.client, "node", "-e", f"""
const WebSocket = require('{package}');
const socket = new WebSocket('ws://{lab.server.ip4}:21006');
socket.on('error', () => 0).on('open', () => {{
    setTimeout(() => socket.pause(), 200);
    setTimeout(() => socket.terminate(), 1500);
}});
setTimeout(() => 0, 30000);
""")
    lab.pause(3.6)
    return [Rst("unread_data", "client", *UNREAD), _MANY]


@scenario("node-pipeline-into-a-full-disk",
          "Node pipes a download into a file on a full disk (/dev/full): the pipeline destroys the "
          "response, and with it the socket.",
          "unread_data", points=("client",), **_OPTIONS)
def full_disk(lab):
    needs("node")
    nginx(lab, 21014)
    lab.spawn(lab.client, "node", "-e", f"""
const {{pipeline}} = require('stream');
require('http').get('http://{lab.server.ip4}:21014/big', {{agent: false}}, answer => {{
    pipeline(answer, require('fs').createWriteStream('/dev/full'), () => 0);
}}).on('error', () => 0);
setTimeout(() => 0, 30000);
""")
    lab.pause(2.5)
    return [Rst("unread_data", "client", *UNREAD, inseparable=("linger0",)), _MANY]


@scenario("pg-pool-connection-timeout",
          "node-postgres' pool has 900 ms for a connection (connectionTimeoutMillis); the server "
          "is slow with its AuthenticationOk, which meets a closed socket.",
          "data_after_close", points=("client",), program="node")
def pool_connection(lab):
    package = npm_package(lab, "pg")
    listener = lab.listen(lab.server, 21015)
    lab.spawn(lab.client, "node", "-e", f"""
const pool = new (require('{package}').Pool)({{host: '{lab.server.ip4}', port: 21015,
    user: 'lab', connectionTimeoutMillis: 900}});
pool.on('error', () => 0);
pool.query('select 1').catch(() => 0);
setTimeout(() => 0, 30000);
""")
    server = accept_slow(lab, listener)
    server.recv(1000)
    answers_too_late(lab, server, b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I")
    return [Rst("data_after_close", "client", LATE)]


@scenario("node-cluster-worker-killed-amid-traffic",
          "A Node cluster worker is killed by SIGKILL: one client's request lies in its socket "
          "(the worker was busy), two others are idle and ask again, a new one gets the next "
          "worker.",
          "unread_data", "data_after_close", program="node")
def worker_killed(lab):
    needs("node")
    program = lab.workdir / "cluster.js"
    program.write_text(f"""
const cluster = require('cluster');
function answer(request, response) {{
    if (request.url == '/kill') {{
        for (const end = Date.now() + 1500; Date.now() < end;);
        process.kill(process.pid, 9);
    }}
    response.end('hello');
}}
if (cluster.isPrimary) {{
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.on('exit', () => cluster.fork());
    cluster.fork();
}} else require('http').createServer(answer).listen(21016, '{lab.server.ip4}');
""", encoding="ascii")
    lab.daemon(lab.server, 21016, "node", str(program))
    killer, waiting, *idle = [visit(lab, 21016) for _ in range(4)]
    killer.sendall(b"GET /kill HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    lab.pause(0.4)
    waiting.sendall(GET)
    wait_reset(waiting, 8)
    for client in idle:
        speak_after_close(lab, client, GET)
    lab.pause(0.6)
    visit(lab, 21016)
    return [Rst("unread_data", "server", *UNREAD, flow=port_of(waiting),
                inseparable=("linger0",)),
            Rst("data_after_close", "server", LATE, count=2)]


@scenario("node-request-timeout-over-ipv6",
          "A client over IPv6 is too slow with its body: Node's requestTimeout is over, 408 and a "
          "close; the client's next piece is reset. Heard on both links of the router between "
          "them.",
          "data_after_close", points=("router",), **_OPTIONS)
def request_timeout(lab):
    needs("node")
    lab.daemon(lab.server, 21021, "node", "-e", f"""
require('http').createServer(
    {{connectionsCheckingInterval: 200, requestTimeout: 1500, headersTimeout: 1000}},
    (request, response) => request.resume().on('end', () => response.end('hello'))
).listen(21021, '{lab.server.ip6}');
""")
    client = lab.connect(lab.client, lab.server.ip6, 21021)
    client.sendall(post(9000) + b"b" * 1000)
    for _ in range(12):
        if sockets.tcp_state(client) != sockets.ESTABLISHED:
            break
        lab.pause(0.4)
        client.sendall(b"b" * 100)
    with contextlib.suppress(*_BROKEN):
        lab.pause(0.4)
        client.sendall(b"b" * 100)
    wait_reset(client)
    return [Rst("data_after_close", "server", LATE),
            Rst("late_segment", "server", GONE, count=(0, 3000))]
