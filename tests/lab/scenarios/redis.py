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

#: What a reset's context says, word for word.
_ANSWERED = "RESP: PING answered by PONG"
_STREAMS = "RESP: the server streams (subscription, MONITOR or replication)"


def redis(lab, port, *options, wait_for=None):
    """redis-server with nothing on disk; protected mode off unless an option says otherwise."""
    return lab.daemon(lab.server, wait_for or port, "redis-server", "--port", str(port), "--bind",
                      lab.server.ip4, "--save", "", "--appendonly", "no", "--dir",
                      str(lab.workdir), "--protected-mode", "no", *options)


def replica_of(lab, port, master_port):
    """A replica on the client's host."""
    return lab.daemon(lab.client, port, "redis-server", "--port", str(port), "--bind", lab.client.ip4,
                      "--save", "", "--dir", str(lab.workdir), "--dbfilename", "replica.rdb",
                      "--protected-mode", "no", "--replicaof", lab.server.ip4, str(master_port))


def followed(master):
    """Wait until a replica has taken over all of the master's data."""
    wait_until(lambda: master.call("WAIT", "1", "200").text == "1", "the replica follows", seconds=20)


@scenario("jedis-ping-linger0",
          "The article's first story: a Jedis-like client validates a pooled connection with "
          "PING, reads +PONG and closes it with SO_LINGER 0.",
          "linger0", sample="server", program="redis-server")
def jedis_ping(lab):
    redis(lab, 7001)
    client = lab.redis_client(7001)
    lab.pause(0.1)
    assert client.call("PING").text == "PONG"
    abort(client.sock)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", context=[_ANSWERED],
                note="all data read; SO_LINGER {on, 0} as Jedis sets it")]


@scenario("jedis-ping-linger0-ipv6",
          "The Jedis-like PING and abort over IPv6.",
          "linger0", program="redis-server")
def jedis_ping6(lab):
    redis(lab, 7002, "--bind", lab.server.ip6)
    client = lab.redis_client(7002, address=lab.server.ip6)
    assert client.call("PING").text == "PONG"
    abort(client.sock)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]


@scenario("jedis-pool-eviction",
          "A pool of four connections works for a while (SET, GET, PING) and is then evicted: "
          "PING, +PONG and abort on each.",
          "linger0", program="redis-server")
def pool_eviction(lab):
    redis(lab, 7003)
    pool = [lab.redis_client(7003) for _ in range(4)]
    for number, client in enumerate(pool):
        client.call("SET", f"key{number}", "value")
        client.call("GET", f"key{number}")
    lab.pause(0.3)
    for client in pool:
        assert client.call("PING").text == "PONG"
        abort(client.sock)
        lab.pause(0.05)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", count=4)]


@scenario("jedis-quit-linger0",
          "The client sends QUIT, gets +OK and the server's FIN, and answers by aborting.",
          "linger0", program="redis-server")
def quit_linger0(lab):
    redis(lab, 7004)
    client = lab.redis_client(7004)
    client.call("QUIT")
    wait_state(client.sock, sockets.CLOSE_WAIT)
    abort(client.sock)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", note="in CLOSE_WAIT")]


@scenario("redis-timeout-race",
          "redis closes the idle connection (timeout 1); the pool hands it out all the same, and "
          "the next command is reset.",
          "data_after_close", program="redis-server")
def idle_timeout(lab):
    redis(lab, 7005, "--timeout", "1")
    client = lab.redis_client(7005)
    client.call("PING")
    wait_state(client.sock, sockets.CLOSE_WAIT, seconds=10)
    lab.pause(0.5)
    client.say("GET", "key").flush()
    wait_reset(client.sock)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT",
                context=["RESP: GET unanswered"])]


@scenario("redis-client-kill",
          "An operator kills a client (CLIENT KILL); the client's next command is reset.",
          "data_after_close", program="redis-server")
def client_kill(lab):
    redis(lab, 7006)
    victim = lab.redis_client(7006)
    victim.call("SET", "a", "1")
    operator = lab.redis_client(7006)
    operator.call("CLIENT", "KILL", "%s:%d" % victim.ends[0])
    wait_state(victim.sock, sockets.CLOSE_WAIT)
    lab.pause(0.2)
    victim.say("GET", "a").flush()
    lab.pause(0.1)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT",
                context=["RESP: GET unanswered"])]


@scenario("redis-client-kill-unread",
          "redis is busy; an operator's CLIENT KILL comes before the victim's next command, which "
          "is there, unread, when the victim is closed.",
          "unread_data", program="redis-server")
def client_kill_unread(lab):
    server = redis(lab, 7021)
    victim, operator = lab.redis_client(7021), lab.redis_client(7021)
    victim.call("PING")
    operator.call("PING")
    server.send_signal(signal.SIGSTOP)
    operator.say("CLIENT", "KILL", "%s:%d" % victim.ends[0]).flush()
    wait_delivered(operator.sock)
    victim.say("INCR", "a").flush()
    wait_delivered(victim.sock)
    server.send_signal(signal.SIGCONT)
    operator.hear()
    wait_reset(victim.sock)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE",
                context=["RESP: INCR unanswered"])]


@scenario("redis-protected-mode",
          "redis in protected mode: it was busy when the client connected and sent PING; it "
          "refuses with -DENIED and closes, the PING unread.",
          "unread_data", program="redis-server")
def protected_mode(lab):
    server = redis(lab, 7007, "--protected-mode", "yes", "--bind", "*")
    return _refused_while_busy(lab, server, 7007, "DENIED")


@scenario("redis-maxclients",
          "redis is at its maxclients: '-ERR max number of clients reached', the PING unread.",
          "unread_data", program="redis-server")
def maxclients(lab):
    server = redis(lab, 7008, "--maxclients", "1")
    lab.redis_client(7008).call("PING")
    return _refused_while_busy(lab, server, 7008, "ERR max number of clients reached")


def _refused_while_busy(lab, server, port, error):
    """The client's command is already there when redis accepts and refuses."""
    server.send_signal(signal.SIGSTOP)
    client = lab.redis_client(port)
    client.say("PING").flush()
    wait_delivered(client.sock)
    server.send_signal(signal.SIGCONT)
    client.hear_refusal()
    lab.pause(0.1)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE",
                context=[f"RESP: -{error} before the close", "RESP: PING unanswered"])]


@scenario("redis-refused-then-ping",
          "redis at its maxclients refuses and closes at once; the client sends its PING all the "
          "same.",
          "data_after_close", program="redis-server")
def refused_then_ping(lab):
    redis(lab, 7022, "--maxclients", "1")
    lab.redis_client(7022).call("PING")
    client = lab.redis_client(7022)
    client.hear_refusal()
    wait_state(client.sock, sockets.CLOSE_WAIT)
    lab.pause(0.2)
    client.say("PING").flush()
    wait_reset(client.sock)
    return [Rst("data_after_close", "server", "TCP_TIMEWAIT_SOCKET", "TIME_WAIT",
                context=["RESP: -ERR max number of clients reached before the close",
                         "RESP: PING unanswered"])]


@scenario("redis-output-buffer-limit",
          "A subscriber does not read; its output buffer passes client-output-buffer-limit and "
          "redis closes it with the rest unsent. Its next PING is reset.",
          "data_after_close", program="redis-server")
def output_buffer_limit(lab):
    redis(lab, 7023, "--client-output-buffer-limit", "pubsub 256kb 64kb 1")
    reader = lab.redis_client(7023, prepare=sockets.small_receive_buffer)
    reader.say("SUBSCRIBE", "news", awaits=1).flush().hear_all()
    writer = lab.redis_client(7023)
    while writer.call("PUBLISH", "news", "n" * 50_000).text == "1":
        pass  # until nobody is subscribed any more
    reader.say("PING").flush()
    wait_reset(reader.sock)
    reader.sure = False  # what the subscriber had not read, it cannot tell
    return [Rst("data_after_close", "server", ("TCP_ABORT_ON_DATA", "TCP_ABORT_ON_CLOSE"), None)]


@scenario("redis-client-reads-pipeline-linger0",
          "A client pipelines 200 commands, reads every reply and closes with SO_LINGER 0.",
          "linger0", program="redis-server")
def reads_pipeline(lab):
    redis(lab, 7024)
    client = lab.redis_client(7024)
    for number in range(200):
        client.say("INCR", f"n{number}")
    client.flush().hear_all()
    abort(client.sock)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", inseparable=("unread_data",),
                context=["RESP: every command answered, the last one INCR"])]


@scenario("redis-client-dies-in-reply",
          "A client asks for a large value and ends when a part of it has come.",
          "unread_data", program="redis-server")
def dies_in_reply(lab):
    redis(lab, 7025)
    client = lab.redis_client(7025, prepare=sockets.small_receive_buffer)
    client.call("SET", "big", "v" * 2_000_000)
    client.say("GET", "big").flush()
    wait_unread(client.sock, 2000)
    lab.pause(0.1)
    client.close()
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE",
                context=["RESP: GET unanswered", "RESP: the last reply was cut"])]


@scenario("redis-master-dies",
          "A master hangs; its replica's acknowledgments arrive unread, and the master is killed; "
          "the replica's reconnects are refused, or the first is aborted with the listener.",
          "unread_data", "port_closed", may=("listener_closed",), program="redis-server")
def master_dies(lab):
    server = redis(lab, 7026)
    replica_of(lab, 7027, 7026)
    master = lab.redis_client(7026)
    followed(master)
    server.send_signal(signal.SIGSTOP)
    lab.pause(2.3)  # REPLCONF ACK once a second
    lab.signal(server, signal.SIGKILL)
    lab.pause(1.2)
    master.sure = False
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", context=[_STREAMS]),
            Rst("listener_closed", "server", "TCP_STATE", "CLOSE", count=(0, 1),
                when=lambda s: s.seq != 0),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=(1, 6),
                when=lambda s: s.seq == 0)]


@scenario("redis-replica-leaves",
          "A replica is told REPLICAOF NO ONE while its master's next write is there, unread: it "
          "cuts the link with a reset.",
          "unread_data", program="redis-server")
def replica_leaves(lab):
    redis(lab, 7028)
    replica = replica_of(lab, 7029, 7028)
    master = lab.redis_client(7028)
    master.call("SET", "key", "value")
    followed(master)
    operator = lab.redis_client(7029, host=lab.server, address=lab.client.ip4)
    operator.call("PING")
    replica.send_signal(signal.SIGSTOP)
    operator.say("REPLICAOF", "NO", "ONE").flush()
    wait_delivered(operator.sock)
    master.call("SET", "key", "v" * 500)
    lab.pause(0.2)
    replica.send_signal(signal.SIGCONT)
    operator.hear()
    lab.pause(0.2)
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE", flow=7028, context=[_STREAMS])]


@scenario("redis-killed-with-commands-waiting",
          "redis-server is killed (SIGKILL) while commands of three clients lie unread.",
          "unread_data", program="redis-server")
def killed(lab):
    server = redis(lab, 7009)
    clients = [lab.redis_client(7009) for _ in range(3)]
    for client in clients:
        client.call("PING")
    server.send_signal(signal.SIGSTOP)
    for client in clients:
        client.say("INCR", "counter").flush()
        wait_delivered(client.sock)
    lab.signal(server, signal.SIGKILL)
    lab.pause(0.1)
    return [Rst("unread_data", "server", "TCP_ABORT_ON_CLOSE", "CLOSE", count=3,
                context=["RESP: INCR unanswered"])]


@scenario("redis-restarting",
          "redis is stopped; the client's reconnects are refused until it is up again.",
          "port_closed", program="redis-server")
def restarting(lab):
    server = redis(lab, 7010)
    client = lab.redis_client(7010)
    client.call("PING")
    lab.signal(server, signal.SIGTERM)
    client.close()
    for _ in range(2):
        with reset_expected():
            lab.redis_client(7010)
        lab.pause(0.2)
    redis(lab, 7010)
    lab.redis_client(7010).call("PING")
    return [Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN", count=2)]


@scenario("redis-subscriber-abandons",
          "A subscriber gets messages, does not read the last ones, and its process ends.",
          "unread_data", program="redis-server")
def subscriber(lab):
    redis(lab, 7011)
    client = lab.redis_client(7011)
    client.say("SUBSCRIBE", "news").flush().hear()
    publisher = lab.redis_client(7011)
    for number in range(3):
        publisher.call("PUBLISH", "news", f"message {number}")
    sockets.wait_unread(client.sock, 100)
    client.leave_unread(3, pushed=True)
    client.close()
    # Nothing shows whether the last message had been read when the subscriber ended.
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE", inseparable=("linger0",),
                context=["RESP: every command answered, the last one SUBSCRIBE", _STREAMS])]


@scenario("redis-inline-ping-linger0",
          "A monitoring script sends the inline form 'PING', reads +PONG and aborts.",
          "linger0", program="redis-server")
def inline_ping(lab):
    redis(lab, 7012)
    client = lab.redis_client(7012)
    client.call("PING", inline=True)
    abort(client.sock)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE", context=[_ANSWERED])]


@scenario("redis-slow-answer-abort",
          "The answer of redis is slow on its way; the client's timeout runs out and it aborts, "
          "and the answer then meets nobody.",
          "linger0", "late_segment", program="redis-server")
def unanswered(lab):
    redis(lab, 7013)
    client = lab.redis_client(7013)
    client.call("PING")
    with lab.router.holding("-s", lab.server.ip4, "--sport", "7013") as queue:
        client.say("GET", "slow").flush()
        queue.wait(1)
        lab.pause(0.4)
        abort(client.sock)
        client.note_unheard(b"$-1\r\n")
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
    client = lab.redis_client(7014)
    for number in range(200):
        client.say("INCR", f"n{number}")
    client.flush()
    wait_unread(client.sock, 200 * len(b":1\r\n"))
    client.leave_unread(200)
    client.close()
    # Frame by frame what redis-client-reads-pipeline-linger0 shows.
    return [Rst("unread_data", "client", "TCP_ABORT_ON_CLOSE", "CLOSE", inseparable=("linger0",),
                context=["RESP: every command answered, the last one INCR"])]


@scenario("redis-noauth-linger0",
          "A client without the password gets -NOAUTH, reads it and aborts.",
          "linger0", program="redis-server")
def noauth(lab):
    redis(lab, 7015, "--requirepass", "secret")
    client = lab.redis_client(7015)
    assert client.call("GET", "key").text.startswith("NOAUTH")
    abort(client.sock)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE",
                context=["RESP: -NOAUTH before the close",
                         "RESP: every command answered, the last one GET"])]


@scenario("redis-replica-dies",
          "A replica hangs, its master goes on replicating, and the replica is killed with the "
          "stream unread.",
          "unread_data", program="redis-server")
def replica_dies(lab):
    redis(lab, 7016)
    replica = replica_of(lab, 7017, 7016)
    master = lab.redis_client(7016)
    master.call("SET", "key", "value")
    followed(master)
    replica.send_signal(signal.SIGSTOP)
    master.call("SET", "key", "v" * 500)
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
    lab.no_redis_label(client)
    client.sendall(_PING)
    read_until(client, _PONG)
    abort(client)
    return [Rst("linger0", "client", "TCP_STATE", "CLOSE")]
