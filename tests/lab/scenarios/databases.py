# SPDX-License-Identifier: GPL-2.0-or-later
"""Databases and brokers at their time-outs, rebuilt from public reports with shorter timers.

Each function names the reports: project and number of the issue at GitHub.
"""

import os
import signal
import struct
import subprocess

from rstlab import sockets
from rstlab.scenario import needs, needs_files, scenario
from rstlab.sockets import (read_exactly, read_until, small_receive_buffer, wait_delivered,
                            wait_reset, wait_until)
from rstlab.truth import Rst
from scenarios.brokers import mariadb, mqtt_connect, mysql_login, mysql_query
from scenarios.daemons import GONE, LATE, UNREAD, speak_after_close
from scenarios.handshake import holding_last_acks
from scenarios.libraries import npm_package
from scenarios.services import Postgres, query

_RABBIT = "/usr/lib/rabbitmq/bin/rabbitmq-server"
_MANY_ROWS = ("select repeat('x', 1000) from information_schema.columns a, "
              "information_schema.columns b limit 100000")


# --- PostgreSQL ----------------------------------------------------------------------------------

@scenario("postgres-idle-in-transaction",
          "PostgreSQL ends a session that was idle in a transaction for too long "
          "(idle_in_transaction_session_timeout): FATAL and FIN; the client's COMMIT is reset.",
          "data_after_close", points=("client",), program="postgres")
def idle_in_transaction(lab):
    """vitaly-t/pg-promise#680."""
    client = Postgres(lab, 22008).connect()
    for words in ("set idle_in_transaction_session_timeout = 1200", "begin"):
        client.sendall(query(words))
        client.recv(1000)
    speak_after_close(lab, client, query("commit"))
    return [Rst("data_after_close", "server", LATE)]


@scenario("postgres-copy-terminated-behind-a-lock",
          "COPY FROM STDIN waits for a lock, the client's rows pile up in the backend's socket, "
          "and an administrator calls pg_terminate_backend: 'connection reset by peer' in place of "
          "the FATAL message.",
          "unread_data", program="postgres")
def copy_terminated(lab):
    """brianc/node-postgres#1344."""
    database = Postgres(lab, 22009)
    admin = database.connect()
    for words, state in (("create table t (a text)", b"I"), ("begin", b"T"),
                         ("lock table t in access exclusive mode", b"T")):
        admin.sendall(query(words))
        read_until(admin, b"Z\0\0\0\x05" + state)
    client = database.connect()
    client.sendall(query("copy t from stdin"))
    lab.pause(0.3)
    for _ in range(20):
        client.sendall(b"d" + struct.pack("!I", 4 + 1001) + b"r" * 1000 + b"\n")
    wait_delivered(client)
    admin.sendall(query("select pg_terminate_backend(pid) from pg_stat_activity "
                        "where wait_event_type = 'Lock'"))
    wait_reset(client)
    return [Rst("unread_data", "server", *UNREAD)]


@scenario("postgres-tcp-user-timeout-then-the-path-is-back",
          "PostgreSQL (tcp_user_timeout) sends rows into a dead path and gives up without a word; "
          "the path comes back, and the client's next query finds nobody.",
          "gave_up_silently", points=("client",), program="postgres")
def user_timeout(lab):
    """pgbouncer/pgbouncer#138, postgresml/pgcat#503."""
    client = Postgres(lab, 22030).connect()
    for words in ("set tcp_user_timeout = 2500", "select 1"):
        client.sendall(query(words))
        client.recv(1000)
    client.sendall(query("select pg_sleep(0.6), repeat('x', 3000)"))
    lab.pause(0.3)
    with lab.router.filtering("forward", "tcp dport 22030 drop", "tcp sport 22030 drop"):
        wait_until(lambda: not lab.server.remembers(22030, "ESTAB", "FIN-WAIT-1", "LAST-ACK",
                                                    "CLOSING"), "PostgreSQL gives up", 25)
        lab.pause(0.5)
    client.sendall(query("select 2"))
    wait_reset(client, 10)
    return [Rst("gave_up_silently", "server", GONE,
                inseparable=("connection_unknown", "peer_restarted"))]


# --- MariaDB -------------------------------------------------------------------------------------

@scenario("mariadb-write-timeout-under-a-slow-dump",
          "A dump's client is busy with its disk and reads nothing for longer than "
          "net_write_timeout: MariaDB gives up ('Lost connection to server during query', 2013).",
          "zero_window_timeout", points=("client",), program="mariadbd")
def write_timeout(lab):
    """mydumper/mydumper#162, Archmonger/django-dbbackup#288."""
    mariadb(lab, 22010, "--net-write-timeout=2")
    client = lab.connect(lab.client, lab.server.ip4, 22010, prepare=small_receive_buffer)
    mysql_login(client)
    client.sendall(mysql_query(_MANY_ROWS))
    wait_reset(client, 20)
    return [Rst("zero_window_timeout", "server", "TCP_STATE", "CLOSE", inseparable=("linger0",))]


@scenario("mariadb-login-too-slow",
          "A client takes longer for its login than MariaDB's connect_timeout.",
          "linger0", points=("server",), program="mariadbd")
def login_too_slow(lab):
    """go-sql-driver/mysql#556, sidorares/node-mysql2#4457."""
    mariadb(lab, 22011, "--connect-timeout=2")
    client = lab.connect(lab.client, lab.server.ip4, 22011)
    client.recv(200)
    wait_until(lambda: sockets.tcp_state(client) in (sockets.CLOSE, sockets.CLOSE_WAIT),
               "the end", 10)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE")]


@scenario("mysql2-destroys-then-exits-in-a-large-result",
          "A mysql2 program streams a large result of MariaDB, stops reading and calls "
          "connection.destroy(), which in mysql2 is no more than a half close; a second later the "
          "program exits with the rest unread.",
          "unread_data", may=("late_segment",), points=("client",), program="node")
def mysql2_destroyed(lab):
    package = npm_package(lab, "mysql2")
    mariadb(lab, 21004)
    lab.spawn(lab.client, "node", "-e", f"""
const connection = require('{package}').createConnection(
    {{host: '{lab.server.ip4}', port: 21004, user: 'root'}});
connection.on('error', () => 0);
connection.query("{_MANY_ROWS}").on('error', () => 0).on('result', () => connection.pause());
setTimeout(() => connection.destroy(), 1500);
setTimeout(() => process.exit(0), 2600);
""")
    lab.pause(7)
    return [Rst("unread_data", "client", *UNREAD),
            Rst("late_segment", "client", GONE, count=(0, 3000))]


# --- redis ---------------------------------------------------------------------------------------

@scenario("redis-backlog-overflows-in-a-slow-command",
          "redis is stuck in a slow command, its backlog is two, and its host answers an overflow "
          "by RST (tcp_abort_on_overflow): late comers are turned away after their handshake.",
          "accept_queue_full", program="redis-server")
def backlog_overflows(lab):
    """redis/redis#1371, #12121."""
    needs("redis-server")
    lab.server.sysctl("net.ipv4.tcp_abort_on_overflow", 1)
    lab.server.sysctl("net.ipv4.tcp_syncookies", 0)
    lab.daemon(lab.server, 22031, "redis-server", "--port", "22031", "--bind", lab.server.ip4,
               "--save", "", "--protected-mode", "no", "--tcp-backlog", "2",
               "--enable-debug-command", "yes")
    busy = lab.connect(lab.client, lab.server.ip4, 22031)
    busy.sendall(b"DEBUG SLEEP 4\r\n")
    lab.pause(0.3)
    for _ in range(2):
        lab.connect(lab.client, lab.server.ip4, 22031)
    with holding_last_acks(lab, 22031) as queue:
        for _ in range(3):
            lab.connect(lab.client, lab.server.ip4, 22031)
        queue.wait(3)
        queue.release()
    lab.pause(0.6)
    return [Rst("accept_queue_full", "server", "INVALID_SYN", "LISTEN", count=(1, 3))]


# --- message brokers -----------------------------------------------------------------------------

def _rabbitmq(lab, port, *lines):
    """RabbitMQ with these lines of configuration; returns when it listens."""
    needs_files("rabbitmq-server", _RABBIT)
    home = lab.workdir / "rabbitmq"
    home.mkdir()
    for folder in (lab.workdir, home):
        os.chmod(folder, 0o777)
    config = home / "rabbitmq.conf"
    config.write_text("\n".join((f"listeners.tcp.1 = {lab.server.ip4}:{port}", *lines, "")),
                      encoding="ascii")
    lab.spawn(lab.server, _RABBIT, stderr=subprocess.STDOUT, stdout=subprocess.DEVNULL, env={
        **os.environ, "HOME": str(home), "RABBITMQ_NODENAME": "lab@localhost",
        "RABBITMQ_MNESIA_BASE": str(home), "RABBITMQ_LOG_BASE": str(home),
        "RABBITMQ_CONFIG_FILE": str(config), "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"), "RABBITMQ_DIST_PORT": "25777",
        "ERL_EPMD_ADDRESS": "127.0.0.1"})
    wait_until(lambda: f":{port} " in lab.server.run("ss", "-Hltn", f"sport = {port}"),
               "RabbitMQ listens", 90)
    lab.pause(1)


@scenario("rabbitmq-missed-heartbeats",
          "An AMQP publisher (amqplib, heartbeat=2) is stopped for eight seconds; RabbitMQ misses "
          "its heartbeats and resets (its listeners have SO_LINGER 0).",
          "linger0", may=("late_segment",), points=("client",), program="rabbitmq-server")
def missed_heartbeats(lab):
    """amqp-node/amqplib#245, #151."""
    package = npm_package(lab, "amqplib")
    _rabbitmq(lab, 22021, "loopback_users = none", "heartbeat = 2")
    publisher = lab.spawn(lab.client, "node", "-e", f"""
process.on('uncaughtException', () => 0);
require('{package}').connect('amqp://guest:guest@{lab.server.ip4}:22021/?heartbeat=2')
    .then(async connection => {{
        connection.on('error', () => 0);
        const channel = await connection.createChannel();
        await channel.assertQueue('q');
        setInterval(() => channel.sendToQueue('q', Buffer.from('x')), 200);
    }}).catch(() => 0);
setTimeout(() => 0, 60000);
""")
    lab.pause(3)
    publisher.send_signal(signal.SIGSTOP)
    lab.pause(8)
    publisher.send_signal(signal.SIGCONT)
    lab.pause(1)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE"),
            Rst("late_segment", "server", GONE, count=(0, 3000))]


@scenario("mosquitto-killed-under-two-publishers-begun-late",
          "The capture begins when mosquitto is stopped already; messages of two publishers pile "
          "up in its sockets, a third client is idle. It is killed.",
          "unread_data", starts_late=True, program="mosquitto")
def mosquitto_killed(lab):
    needs("mosquitto")
    config = lab.workdir / "mosquitto.conf"
    config.write_text(f"listener 21031 {lab.server.ip4}\nallow_anonymous true\nuser root\n",
                      encoding="ascii")
    broker = lab.daemon(lab.server, 21031, "mosquitto", "-c", str(config))
    clients = []
    for name in (b"one", b"two", b"three"):
        clients.append(lab.connect(lab.client, lab.server.ip4, 21031))
        clients[-1].sendall(mqtt_connect(name))
        read_exactly(clients[-1], 4)
    broker.send_signal(signal.SIGSTOP)
    lab.start_captures()
    for client in clients[:2]:
        for _ in range(40):
            client.sendall(b"\x30\xcb\x01\0\x01t" + b"m" * 200)
            lab.pause(0.01)
    lab.pause(0.4)
    broker.kill()
    for client in clients[:2]:
        wait_reset(client)
    lab.pause(0.3)
    return [Rst("unread_data", "server", *UNREAD, count=2, inseparable=("linger0",))]


@scenario("kafkajs-finds-no-broker",
          "A kafkajs producer's only bootstrap broker is down: it tries, waits longer each time, "
          "and tries again.",
          "port_closed", program="node")
def kafkajs(lab):
    package = npm_package(lab, "kafkajs")
    lab.spawn(lab.client, "node", "-e", f"""
const {{Kafka}} = require('{package}');
const kafka = new Kafka({{clientId: 'lab', brokers: ['{lab.server.ip4}:9092'], logLevel: 0,
    retry: {{initialRetryTime: 200, retries: 3, factor: 0}}}});
kafka.producer().connect().catch(() => 0);
setTimeout(() => 0, 30000);
""")
    lab.pause(3.5)
    return [Rst("port_closed", "server", "NO_SOCKET", count=(2, 8))]
