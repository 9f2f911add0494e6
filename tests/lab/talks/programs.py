"""Real programs as clients: each takes the replies in the order of its commands, so that the
octets on the wire tell which belongs to which; what comes unasked it tells itself."""

import pathlib
import subprocess

from rstlab.sockets import wait_until
from talks import serve, talk


@talk("redis-cli", "redis-cli with commands from its standard input.", short=True)
def redis_cli(lab):
    serve(lab, 16301)
    lab.observe_redis(16301)
    commands = "PING\nSET a 1\nGET a\nLRANGE l 0 -1\nNOSUCH x\nHELLO 3\nHGETALL h\nEVAL 'return {1,2}' 0\nPING\n"
    lab.client.run("redis-cli", "-h", lab.server.ip4, "-p", "16301", stdin=commands)
    lab.client.run("redis-cli", "-3", "-h", lab.server.ip4, "-p", "16301", "CONFIG", "GET", "max*")


@talk("redis-benchmark", "redis-benchmark: fifty commands in each pipeline, ten connections.")
def redis_benchmark(lab):
    serve(lab, 16302)
    lab.observe_redis(16302)
    lab.client.run("redis-benchmark", "-h", lab.server.ip4, "-p", "16302", "-n", "3000", "-c", "10", "-P",
                   "50", "-q", "-t", "ping_mbulk,set,get,lpush,lrange_100")


_PYTHON = """
import sys, redis
client = redis.Redis(sys.argv[1], 16303)
client.ping()
client.set("a", 1)
client.incr("a")
for transaction in (True, False):
    with client.pipeline(transaction=transaction) as pipe:
        for number in range(20):
            pipe.set("k%d" % number, "v" * number).get("k%d" % number).ping()
        pipe.execute()
client.register_script("return ARGV[1]")(args=["x"])
try:
    client.lpush("a", 1)
except redis.ResponseError:
    pass
client.hset("h", mapping={"a": 1})
client.hgetall("h")
client.ping()
"""

_SUBSCRIBER = """
import sys, redis
client = redis.Redis(sys.argv[1], 16304)
client.ping()
subscriber = client.pubsub()
subscriber.subscribe("x")
subscriber.psubscribe("y*")
for _ in range(2):
    assert subscriber.get_message(timeout=2)["type"].endswith("subscribe")
for channel in ("x", "yes", "x"):
    client.publish(channel, "news")
    assert subscriber.get_message(timeout=2)["type"].endswith("message")
subscriber.ping()
assert subscriber.get_message(timeout=2)["type"] == "pong"
subscriber.unsubscribe("x")
assert subscriber.get_message(timeout=2)["type"] == "unsubscribe"
"""

_NODE = """
const client = require("redis").createClient({socket: {port: 16305, host: process.argv[2]}});
client.connect().then(async () => {
  const all = [];
  for (let i = 0; i < 20; i++) {
    all.push(client.set("k" + i, "v".repeat(i)), client.get("k" + i), client.ping());
  }
  await Promise.all(all);
  await client.multi().set("a", "1").get("a").exec();
  await client.ping();
  await client.quit();
});
"""


def run_python(lab, script):
    """A program for Debian's own Python, whose modules are Debian's packages."""
    path = lab.workdir / "talk.py"
    path.write_text(script, encoding="ascii")
    lab.client.run("/usr/bin/python3", str(path), lab.server.ip4)


def is_published(value):
    """What subscribers' programs take for messages; the rest are replies to them."""
    return value.first in ("message", "pmessage")


@talk("redis-py", "redis-py: single commands, a pipeline with and without MULTI, a script, errors.",
      needs="No module named 'redis'")
def python_client(lab):
    serve(lab, 16303)
    lab.observe_redis(16303)
    run_python(lab, _PYTHON)


@talk("redis-py-pubsub", "redis-py as a subscriber that checks its connection by PING.",
      needs="No module named 'redis'")
def python_subscriber(lab):
    serve(lab, 16304)
    lab.observe_redis(16304, is_published)
    run_python(lab, _SUBSCRIBER)


@talk("node-redis", "node-redis, which writes a pipeline in many small pieces.",
      needs="Cannot find module 'redis'")
def node_redis(lab):
    serve(lab, 16305)
    lab.observe_redis(16305)
    script = lab.workdir / "talk.js"
    script.write_text(_NODE, encoding="ascii")
    lab.client.run("env", "NODE_PATH=/usr/share/nodejs", "node", str(script), lab.server.ip4)


@talk("socat-inline", "Lines typed into socat, as into telnet or nc.")
def socat(lab):
    serve(lab, 16306)
    process = lab.spawn(lab.client, "socat", "-", f"TCP:{lab.server.ip4}:16306", stdin=subprocess.PIPE)
    process.stdin.write(b"PING\r\nset a 1\r\nget a\r\n")
    process.stdin.flush()
    lab.pause(0.3)
    process.stdin.close()


@talk("replica", "A replica: PING, REPLCONF, PSYNC, the snapshot, the stream, REPLCONF ACK.", short=True,
      points=("client", "server"))
def replica(lab):
    serve(lab, 16307, "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0")
    lab.observe_redis(16307)
    client = lab.connect(lab.client, lab.server.ip4, 16307)
    client.sendall(b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n")
    client.recv(100)
    serve_replica(lab, 16308, 16307)
    wait_until(lambda: b"state=online" in ask(client, b"INFO replication"), "the replica follows",
               seconds=20)
    for number in range(5):
        ask(client, b"SET a %d" % number)
        lab.pause(0.3)


def ask(sock, line):
    """A command as RESP, and what comes back at once."""
    words = line.split()
    sock.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
    return sock.recv(1 << 16)


def serve_replica(lab, port, master_port):
    """A replica on the client's host."""
    return lab.daemon(lab.client, port, "redis-server", "--port", str(port), "--bind", lab.client.ip4,
                      "--save", "", "--dir", str(lab.workdir), "--dbfilename", "replica.rdb",
                      "--replicaof", lab.server.ip4, str(master_port))


@talk("replica-disk", "The same with the snapshot from disk, its length announced.")
def replica_disk(lab):
    serve(lab, 16309, "--repl-diskless-sync", "no")
    lab.observe_redis(16309)
    client = lab.connect(lab.client, lab.server.ip4, 16309)
    for number in range(20):
        ask(client, b"SET k%d " % number + b"v" * 200)
    serve_replica(lab, 16310, 16309)
    wait_until(lambda: b"state=online" in ask(client, b"INFO replication"), "the replica follows", seconds=20)
    for number in range(3):
        ask(client, b"SET a %d" % number)
        lab.pause(0.4)


@talk("sentinel", "A sentinel and its master: PING and INFO, and a subscription, for three seconds.")
def sentinel(lab):
    serve(lab, 16311)
    lab.observe_redis(16311, is_published)
    config = pathlib.Path(lab.workdir) / "sentinel.conf"
    config.write_text(f"port 16312\nbind {lab.client.ip4}\ndir {lab.workdir}\n"
                      f"sentinel monitor main {lab.server.ip4} 16311 1\n", encoding="ascii")
    lab.daemon(lab.client, 16312, "redis-server", str(config), "--sentinel")
    lab.pause(4)
