"""A real redis-server and clients that behave like Jedis and others."""

import signal

from rstlab import sockets
from rstlab.scenario import scenario
from rstlab.sockets import (abort, read_until, reset_expected, wait_delivered, wait_reset,
                            wait_state, wait_unread, wait_until)
from rstlab.truth import Rst
from scenarios import web

_PING = b"*1\r\n$4\r\nPING\r\n"
_PONG = b"+PONG\r\n"


def redis(lab, port, *options, wait_for=None):
    """redis-server with nothing on disk; protected mode off unless an option says otherwise."""
    return lab.daemon(lab.server, wait_for or port, "redis-server", "--port", str(port), "--bind",
                      lab.server.ip4, "--save", "", "--appendonly", "no", "--dir",
                      str(lab.workdir), "--protected-mode", "no", *options)


def command(*words):
    """A command as clients write it: a RESP array of bulk strings."""
    parts = [b"*%d\r\n" % len(words)]
    parts += [b"$%d\r\n%s\r\n" % (len(word), word) for word in words]
    return b"".join(parts)


def ask(client, *words, end=b"\r\n"):
    """Send a command and read its reply."""
    client.sendall(command(*words))
    return read_until(client, end)


@scenario("jedis-ping-linger0",
          "The article's first story: a Jedis-like client validates a pooled connection with "
          "PING, reads +PONG and closes it with SO_LINGER 0.",
          "linger0", sample="server", program="redis-server")
def jedis_ping(lab):
    redis(lab, 7001)
    client = lab.connect(lab.client, lab.server.ip4, 7001)
    lab.pause(0.1)
    assert ask(client, b"PING") == _PONG
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE",
                note="all data read; SO_LINGER {on, 0} as Jedis sets it")]


@scenario("jedis-ping-linger0-ipv6",
          "The Jedis-like PING and abort over IPv6.",
          "linger0", program="redis-server")
def jedis_ping6(lab):
    redis(lab, 7002, "--bind", lab.server.ip6)
    client = lab.connect(lab.client, lab.server.ip6, 7002)
    assert ask(client, b"PING") == _PONG
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("jedis-pool-eviction",
          "A pool of four connections works for a while (SET, GET, PING) and is then evicted: "
          "PING, +PONG and abort on each.",
          "linger0", program="redis-server")
def pool_eviction(lab):
    redis(lab, 7003)
    pool = [lab.connect(lab.client, lab.server.ip4, 7003) for _ in range(4)]
    for number, client in enumerate(pool):
        ask(client, b"SET", b"key%d" % number, b"value")
        ask(client, b"GET", b"key%d" % number, end=b"value\r\n")
    lab.pause(0.3)
    for client in pool:
        assert ask(client, b"PING") == _PONG
        abort(client)
        lab.pause(0.05)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", count=4)]


@scenario("jedis-quit-linger0",
          "The client sends QUIT, gets +OK and the server's FIN, and answers by aborting.",
          "linger0", program="redis-server")
def quit_linger0(lab):
    redis(lab, 7004)
    client = lab.connect(lab.client, lab.server.ip4, 7004)
    ask(client, b"QUIT")
    wait_state(client, sockets.CLOSE_WAIT)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", note="in CLOSE_WAIT")]


@scenario("redis-timeout-race",
          "redis closes the idle connection (timeout 1); the pool hands it out all the same, and "
          "the next command is reset.",
          "data_after_close", program="redis-server")
def idle_timeout(lab):
    redis(lab, 7005, "--timeout", "1")
    client = lab.connect(lab.client, lab.server.ip4, 7005)
    ask(client, b"PING")
    wait_state(client, sockets.CLOSE_WAIT, seconds=10)
    lab.pause(0.5)
    client.sendall(command(b"GET", b"key"))
    wait_reset(client)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("redis-client-kill",
          "An operator kills a client (CLIENT KILL); the client's next command is reset.",
          "data_after_close", program="redis-server")
def client_kill(lab):
    redis(lab, 7006)
    victim = lab.connect(lab.client, lab.server.ip4, 7006)
    ask(victim, b"SET", b"a", b"1")
    operator = lab.connect(lab.client, lab.server.ip4, 7006)
    address, port = victim.getsockname()
    ask(operator, b"CLIENT", b"KILL", f"{address}:{port}".encode())
    wait_state(victim, sockets.CLOSE_WAIT)
    lab.pause(0.2)
    victim.sendall(command(b"GET", b"a"))
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT")]


@scenario("redis-protected-mode",
          "redis in protected mode: it was busy when the client connected and sent PING; it "
          "refuses with -DENIED and closes, the PING unread.",
          "unread_data", program="redis-server")
def protected_mode(lab):
    server = redis(lab, 7007, "--protected-mode", "yes", "--bind", "*")
    return _refused_while_busy(lab, server, 7007, b"-DENIED")


@scenario("redis-maxclients",
          "redis is at its maxclients: '-ERR max number of clients reached', the PING unread.",
          "unread_data", program="redis-server")
def maxclients(lab):
    server = redis(lab, 7008, "--maxclients", "1")
    ask(lab.connect(lab.client, lab.server.ip4, 7008), b"PING")
    return _refused_while_busy(lab, server, 7008, b"-ERR")


def _refused_while_busy(lab, server, port, error):
    """The client's command is already there when redis accepts and refuses."""
    server.send_signal(signal.SIGSTOP)
    client = lab.connect(lab.client, lab.server.ip4, port)
    client.sendall(_PING)
    wait_delivered(client)
    server.send_signal(signal.SIGCONT)
    lab.pause(0.3)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE",
                note=f"{error.decode()} sent before")]


@scenario("redis-killed-with-commands-waiting",
          "redis-server is killed (SIGKILL) while commands of three clients lie unread.",
          "unread_data", program="redis-server")
def killed(lab):
    server = redis(lab, 7009)
    clients = [lab.connect(lab.client, lab.server.ip4, 7009) for _ in range(3)]
    for client in clients:
        ask(client, b"PING")
    server.send_signal(signal.SIGSTOP)
    for client in clients:
        client.sendall(command(b"INCR", b"counter"))
        wait_delivered(client)
    lab.signal(server, signal.SIGKILL)
    lab.pause(0.1)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", count=3)]


@scenario("redis-restarting",
          "redis is stopped; the client's reconnects are refused until it is up again.",
          "port_closed", program="redis-server")
def restarting(lab):
    server = redis(lab, 7010)
    client = lab.connect(lab.client, lab.server.ip4, 7010)
    ask(client, b"PING")
    lab.signal(server, signal.SIGTERM)
    client.close()
    for _ in range(2):
        with reset_expected():
            lab.connect(lab.client, lab.server.ip4, 7010)
        lab.pause(0.2)
    redis(lab, 7010)
    ask(lab.connect(lab.client, lab.server.ip4, 7010), b"PING")
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=2)]


@scenario("redis-subscriber-abandons",
          "A subscriber gets messages, does not read the last ones, and its process ends.",
          "unread_data", program="redis-server")
def subscriber(lab):
    redis(lab, 7011)
    client = lab.connect(lab.client, lab.server.ip4, 7011)
    client.sendall(command(b"SUBSCRIBE", b"news"))
    read_until(client, b":1\r\n")
    publisher = lab.connect(lab.client, lab.server.ip4, 7011)
    for number in range(3):
        ask(publisher, b"PUBLISH", b"news", b"message %d" % number)
    sockets.wait_unread(client, 100)
    client.close()
    # Nothing shows whether the last message had been read when the subscriber ended.
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE", inseparable=("linger0",))]


@scenario("redis-inline-ping-linger0",
          "A monitoring script sends the inline form 'PING', reads +PONG and aborts.",
          "linger0", program="redis-server")
def inline_ping(lab):
    redis(lab, 7012)
    client = lab.connect(lab.client, lab.server.ip4, 7012)
    client.sendall(b"PING\r\n")
    read_until(client, _PONG)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("redis-slow-answer-abort",
          "The answer of redis is slow on its way; the client's timeout runs out and it aborts, "
          "and the answer then meets nobody.",
          "linger0", "late_segment", program="redis-server")
def unanswered(lab):
    redis(lab, 7013)
    client = lab.connect(lab.client, lab.server.ip4, 7013)
    ask(client, b"PING")
    with lab.router.holding("-s", lab.server.ip4, "--sport", "7013") as queue:
        client.sendall(command(b"GET", b"slow"))
        queue.wait(1)
        lab.pause(0.4)
        abort(client)
        lab.pause(0.05)
        queue.release()
    lab.pause(0.1)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE"),
            Rst("late_segment", "client", "NO_SOCKET", "UNKNOWN", count=(1, 6))]


@scenario("redis-client-dies-in-pipeline",
          "A client pipelines 200 commands and ends with the replies unread.",
          "unread_data", program="redis-server")
def dies_in_pipeline(lab):
    redis(lab, 7014)
    client = lab.connect(lab.client, lab.server.ip4, 7014)
    client.sendall(b"".join(command(b"INCR", b"n%d" % number) for number in range(200)))
    wait_unread(client, 200 * len(b":1\r\n"))
    client.close()
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE")]


@scenario("redis-noauth-linger0",
          "A client without the password gets -NOAUTH, reads it and aborts.",
          "linger0", program="redis-server")
def noauth(lab):
    redis(lab, 7015, "--requirepass", "secret")
    client = lab.connect(lab.client, lab.server.ip4, 7015)
    assert ask(client, b"GET", b"key").startswith(b"-NOAUTH")
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("redis-replica-dies",
          "A replica hangs, its master goes on replicating, and the replica is killed with the "
          "stream unread.",
          "unread_data", program="redis-server")
def replica_dies(lab):
    redis(lab, 7016)
    replica = lab.daemon(lab.client, 7017, "redis-server", "--port", "7017", "--bind",
                         lab.client.ip4, "--save", "", "--dir", str(lab.workdir), "--dbfilename",
                         "replica.rdb", "--replicaof", lab.server.ip4, "7016")
    master = lab.connect(lab.client, lab.server.ip4, 7016)
    ask(master, b"SET", b"key", b"value")
    wait_until(lambda: ask(master, b"WAIT", b"1", b"200") == b":1\r\n", "the replica follows",
               seconds=20)
    replica.send_signal(signal.SIGSTOP)
    ask(master, b"SET", b"key", b"v" * 500)
    lab.pause(0.2)
    lab.signal(replica, signal.SIGKILL)
    lab.pause(0.1)
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE")]


@scenario("redis-sentinel-master-down",
          "A sentinel watches its master, which is killed; the sentinel's reconnects are refused.",
          "port_closed", program="redis-server")
def sentinel(lab):
    server = redis(lab, 7018)
    config = lab.workdir / "sentinel.conf"
    config.write_text(f"port 7019\nbind {lab.client.ip4}\ndir {lab.workdir}\n"
                      f"sentinel monitor main {lab.server.ip4} 7018 1\n"
                      "sentinel down-after-milliseconds main 500\n", encoding="ascii")
    lab.daemon(lab.client, 7019, "redis-server", str(config), "--sentinel")
    lab.pause(2.5)
    lab.signal(server, signal.SIGKILL)
    lab.pause(2.5)
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=(1, 40))]


@scenario("redis-tls-linger0",
          "A client of redis's TLS port sends PING, reads +PONG and aborts: not a word of it can "
          "be read on the wire.",
          "linger0", program="redis-server")
def redis_tls(lab):
    key, certificate = web.make_certificate(lab)
    redis(lab, 0, "--tls-port", "7020", "--tls-cert-file", str(certificate), "--tls-key-file",
          str(key), "--tls-ca-cert-file", str(certificate), "--tls-auth-clients", "no",
          wait_for=7020)
    client = web.tls_connect(lab, 7020)
    client.sendall(_PING)
    read_until(client, _PONG)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]
