# SPDX-License-Identifier: GPL-2.0-or-later
"""Services of everyday use that stop, refuse or are left: databases, caches, brokers, shells."""

import contextlib
import os
import pathlib
import shutil
import signal
import struct
import subprocess

from rstlab import sockets
from rstlab.scenario import NotHere, needs as _needs, scenario
from rstlab.sockets import (port_of, read_exactly, read_until, reset_expected, wait_delivered,
                            wait_reset, wait_state, wait_until)
from rstlab.topology import run
from rstlab.truth import Rst
from scenarios.web import make_certificate

_POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
_UNREAD = ("TCP_ABORT_ON_CLOSE", "CLOSE")
_LATE = ("TCP_TIMEWAIT_SOCKET", "TCP_ABORT_ON_DATA", "TCP_FLAGS", "NO_SOCKET")


# --- PostgreSQL ----------------------------------------------------------------------------------

class Postgres:
    """A database of its own, which trusts everybody who can reach it."""

    def __init__(self, lab, port):
        if not (_POSTGRES / "postgres").exists():
            raise NotHere("postgresql-15 is not installed")
        self._lab = lab
        os.chmod(lab.workdir, 0o755)
        self.data = lab.workdir / "postgres"
        self.data.mkdir()
        shutil.chown(self.data, "postgres", "postgres")
        run(*self._as_postgres("initdb", "-D", str(self.data), "-A", "trust", "-N"))
        with open(self.data / "pg_hba.conf", "a", encoding="ascii") as rules:
            rules.write("host all all 0.0.0.0/0 trust\n")
        self.process = lab.daemon(
            lab.server, port, *self._as_postgres("postgres", "-D", str(self.data), "-p", str(port),
                                                 "-h", lab.server.ip4, "-k", "/tmp", "-F"))
        self._port = port
        wait_until(lambda: (self.data / "postmaster.pid").read_text().rstrip().endswith("ready"),
                   "the database is ready", 20)

    @staticmethod
    def _as_postgres(program, *arguments):
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups",
                str(_POSTGRES / program), *arguments]

    def connect(self):
        """A connection that is ready for queries."""
        client = self._lab.connect(self._lab.client, self._lab.server.ip4, self._port)
        words = b"user\0postgres\0database\0postgres\0\0"
        client.sendall(struct.pack("!II", 8 + len(words), 196608) + words)
        read_until(client, b"Z\0\0\0\x05I")
        return client

    def stop(self, mode):
        run(*self._as_postgres("pg_ctl", "stop", "-D", str(self.data), "-m", mode))


def query(text):
    return b"Q" + struct.pack("!I", 5 + len(text)) + text.encode() + b"\0"


@scenario("postgres-stops-immediately-under-a-pool",
          "A PostgreSQL server is stopped in 'immediate' mode; of a pool's three connections each "
          "gets a warning and a FIN, two are used all the same, and the reconnect is refused.",
          "data_after_close", "port_closed", program="postgres")
def postgres_stops(lab):
    database = Postgres(lab, 5433)
    pool = [database.connect() for _ in range(3)]
    for client in pool:
        client.sendall(query("select 1"))
        read_until(client, b"Z\0\0\0\x05I")
    database.stop("immediate")
    for client in pool:
        wait_state(client, sockets.CLOSE_WAIT)
    lab.pause(0.3)
    for client in pool[:2]:
        client.sendall(query("select 2"))
        wait_reset(client)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 5433)
    used = [port_of(client) for client in pool[:2]]
    return [Rst("data_after_close", "server", _LATE, count=2, flow=used),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


@scenario("psql-killed-with-its-result-unread",
          "psql is suspended while a million rows come, and then killed: what lies in its socket "
          "is lost.",
          "unread_data", program="psql")
def psql_killed(lab):
    _needs("psql")
    database = Postgres(lab, 5434)
    database.connect().close()
    psql = lab.spawn(lab.client, "psql", "-h", lab.server.ip4, "-p", "5434", "-U", "postgres",
                     "-X", "-q", "-c", "select pg_sleep(1); "
                     "select repeat('r', 200) from generate_series(1, 1000000)",
                     env={**os.environ, "PGSSLMODE": "disable"})
    lab.pause(0.6)
    psql.send_signal(signal.SIGSTOP)
    lab.pause(2.5)
    psql.kill()
    lab.pause(0.5)
    return [Rst("unread_data", "client", *_UNREAD)]


# --- memcached -----------------------------------------------------------------------------------

@scenario("memcached-too-many-connections",
          "memcached has all the connections that it may have. It was busy for a moment: the next "
          "client's command is there when it is told 'ERROR Too many open connections' and closed.",
          "unread_data", program="memcached")
def memcached_full(lab):
    _needs("memcached")
    server = lab.daemon(lab.server, 11211, "memcached", "-u", "root", "-l", lab.server.ip4,
                        "-c", "40", "-t", "1", "-U", "0")
    # Who comes last of these is turned away by FIN, for it has said nothing.
    turned_away = False
    while not turned_away:
        client = lab.connect(lab.client, lab.server.ip4, 11211)
        client.settimeout(0.02)
        with contextlib.suppress(TimeoutError):
            turned_away = client.recv(100).startswith(b"ERROR")
    lab.pause(0.3)
    server.send_signal(signal.SIGSTOP)
    client = lab.connect(lab.client, lab.server.ip4, 11211)
    client.sendall(b"get key\r\n")
    wait_delivered(client)
    server.send_signal(signal.SIGCONT)
    wait_reset(client)
    return [Rst("unread_data", "server", *_UNREAD)]


# --- stunnel -------------------------------------------------------------------------------------

def _stunnel(lab, port, backend):
    _needs("stunnel4")
    key, certificate = make_certificate(lab)
    config = lab.workdir / "stunnel.conf"
    config.write_text(f"foreground = yes\npid =\nsetuid = root\n[service]\naccept = {lab.server.ip4}:{port}\n"
                      f"connect = {backend}\nkey = {key}\ncert = {certificate}\n", encoding="ascii")
    return lab.daemon(lab.server, port, "stunnel4", str(config))


@scenario("stunnel-refuses-plain-text",
          "A client speaks HTTP to stunnel's TLS port; stunnel reads the first octets, finds no "
          "ClientHello and resets with the rest unread (and SO_LINGER 0, its option reset = yes).",
          "unread_data", program="stunnel")
def stunnel_plain(lab):
    lab.listen(lab.client, 7602)
    _stunnel(lab, 7601, f"{lab.client.ip4}:7602")
    client = lab.connect(lab.client, lab.server.ip4, 7601)
    client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    wait_reset(client)
    # An unanswered request: nothing shows how much of it had been read.
    return [Rst("unread_data", "server", *_UNREAD, inseparable=("linger0",))]


@scenario("stunnel-backend-down",
          "A client's TLS handshake with stunnel succeeds; the service behind is down, and stunnel "
          "hands the refusal on by a reset.",
          "port_closed", "proxy_upstream_refused", program="stunnel")
def stunnel_down(lab):
    _stunnel(lab, 7603, f"{lab.client.ip4}:7604")
    lab.spawn(lab.client, "openssl", "s_client", "-connect", f"{lab.server.ip4}:7603", "-quiet",
              stdin=subprocess.PIPE)
    lab.pause(1.5)
    return [Rst("port_closed", "client", "NO_SOCKET", "UNKNOWN", flow=7604, origin="server",
                count=(1, 3)),
            Rst("proxy_upstream_refused", "server", ("TCP_STATE", "TCP_ABORT_ON_CLOSE"), flow=7603,
                origin="middlebox")]


# --- MQTT ----------------------------------------------------------------------------------------

def _mqtt_connect(keepalive):
    body = b"\0\x04MQTT\x04\x02" + struct.pack("!H", keepalive) + b"\0\x04lab1"
    return b"\x10" + bytes([len(body)]) + body


def _mqtt_publish(text):
    body = b"\0\x01t" + text
    return b"\x30" + bytes([len(body)]) + body


@scenario("mosquitto-keepalive-over-then-publish",
          "An MQTT client promised a sign of life each second and slept: mosquitto has closed the "
          "connection in order when the next PUBLISH comes.",
          "data_after_close", program="mosquitto")
def mosquitto(lab):
    _needs("mosquitto")
    config = lab.workdir / "mosquitto.conf"
    config.write_text(f"listener 1883 {lab.server.ip4}\nallow_anonymous true\nuser root\n", encoding="ascii")
    lab.daemon(lab.server, 1883, "mosquitto", "-c", str(config))
    client = lab.connect(lab.client, lab.server.ip4, 1883)
    client.sendall(_mqtt_connect(1))
    read_exactly(client, 4)
    client.sendall(_mqtt_publish(b"21.5 degrees"))
    wait_state(client, sockets.CLOSE_WAIT, seconds=10)
    lab.pause(0.5)
    client.sendall(_mqtt_publish(b"21.6 degrees"))
    wait_reset(client)
    return [Rst("data_after_close", "server", _LATE)]


# --- sshd ----------------------------------------------------------------------------------------

def _sshd(lab, port, *options):
    _needs("/usr/sbin/sshd")
    pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    key = lab.workdir / "host_key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key))
    config = lab.workdir / "sshd_config"
    config.write_text(f"ListenAddress {lab.server.ip4}:{port}\nHostKey {key}\nUsePAM no\n"
                      f"PidFile none\n" + "".join(f"{line}\n" for line in options), encoding="ascii")
    return lab.daemon(lab.server, port, "/usr/sbin/sshd", "-D", "-f", str(config))


@scenario("sshd-too-many-startups",
          "sshd holds one unauthenticated connection, as many as it may (MaxStartups 1), and was "
          "busy for a moment: the next client's banner is there when it is turned away.",
          "unread_data", program="sshd")
def sshd_startups(lab):
    server = _sshd(lab, 2222, "MaxStartups 1:100:1")
    first = lab.connect(lab.client, lab.server.ip4, 2222)
    read_until(first, b"\r\n")
    server.send_signal(signal.SIGSTOP)
    client = lab.connect(lab.client, lab.server.ip4, 2222)
    client.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    wait_delivered(client)
    server.send_signal(signal.SIGCONT)
    wait_reset(client)
    # For who knows no SSH a question and its answer: whether the question was read does not show.
    return [Rst("unread_data", "server", *_UNREAD, inseparable=("linger0",))]


@scenario("nc-z-at-a-server-that-greets",
          "nc -z tries sshd's port and closes in order as soon as it is connected; the greeting "
          "comes afterwards and is reset.",
          "data_after_close", program="nc")
def nc_z(lab):
    _needs("nc")
    _sshd(lab, 2223)
    for _ in range(3):
        lab.client.run("nc", "-z", lab.server.ip4, "2223", check=False)
        lab.pause(0.4)
    return [Rst("data_after_close", "client", _LATE, count=(1, 6))]


# --- a program of threads ------------------------------------------------------------------------

@scenario("busy-server-killed",
          "A server program is killed by SIGKILL. Three of its connections have a request unread, "
          "two are idle and answered, two wait in the accept queue, one of them with a request; a "
          "client that comes later is refused.",
          "unread_data", "listener_closed", "port_closed", program="python3")
def busy_killed(lab):
    text = lab.workdir / "server.py"
    text.write_text("""
import socket, sys, time
l = socket.create_server((sys.argv[1], 7610), backlog=8)
held = [l.accept()[0] for _ in range(5)]
for c in held:
    c.recv(1000); c.sendall(b"welcome")
time.sleep(60)
""", encoding="ascii")
    server = lab.daemon(lab.server, 7610, "python3", str(text), lab.server.ip4)
    clients = [lab.connect(lab.client, lab.server.ip4, 7610) for _ in range(5)]
    for client in clients:
        client.sendall(b"hello")
        read_exactly(client, 7)
    for client in clients[:3]:
        client.sendall(b"GET /work HTTP/1.1\r\n\r\n")
    queued = [lab.connect(lab.client, lab.server.ip4, 7610) for _ in range(2)]
    queued[0].sendall(b"hello")
    lab.pause(0.5)
    lab.signal(server, signal.SIGKILL)
    for client in clients[:3] + queued:
        wait_reset(client)
    with reset_expected():
        lab.connect(lab.client, lab.server.ip4, 7610)
    waiting = [port_of(client) for client in queued]
    return [Rst("unread_data", "server", *_UNREAD, count=3,
                flow=[port_of(client) for client in clients[:3]]),
            Rst("listener_closed", "server", "TCP_STATE", "CLOSE", count=2, flow=waiting),
            Rst("port_closed", "server", "NO_SOCKET", "UNKNOWN")]


@scenario("curl-into-head",
          "curl writes a large download into head -c 1000, which ends: curl gets EPIPE and closes "
          "in order, having read all so far; the download goes on into the closed connection.",
          "data_after_close", "late_segment", program="curl")
def curl_head(lab):
    from scenarios.web import nginx  # pylint: disable=import-outside-toplevel
    nginx(lab, 7611)
    with lab.router.holding("-s", lab.server.ip4, "--sport", "7611", delay=0.01):
        lab.client.run("sh", "-c", f"curl -s http://{lab.server.ip4}:7611/big | head -c 1000",
                       check=False)
        lab.pause(0.4)
    return [Rst("data_after_close", "client", "TCP_ABORT_ON_DATA", "CLOSE"),
            Rst("late_segment", "client", "NO_SOCKET", "UNKNOWN", count=(1, 400))]
