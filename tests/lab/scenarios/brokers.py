# SPDX-License-Identifier: GPL-2.0-or-later
"""Databases, directories, brokers, mail, names, shells, files: the other daemons' ways to end."""

import contextlib
import os
import pathlib
import signal
import struct

from rstlab import sockets
from rstlab.scenario import needs, scenario
from rstlab.sockets import (port_of, read_exactly, read_until, wait_delivered, wait_reset,
                            wait_state)
from rstlab.topology import run
from rstlab.truth import Rst
from scenarios.daemons import GONE, LATE, UNREAD, speak_after_close, upload

_BROKEN = (BrokenPipeError, ConnectionResetError)


# --- MariaDB -------------------------------------------------------------------------------------

def mariadb(lab, port, *options):
    needs("mariadbd", "mariadb-install-db")
    os.chmod(lab.workdir, 0o755)
    data = lab.workdir / "mysql"
    run("mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={data}",
        "--auth-root-authentication-method=normal", "--skip-test-db", timeout=120)
    return lab.daemon(
        lab.server, port, "mariadbd", "--no-defaults", "--user=mysql", f"--datadir={data}",
        f"--bind-address={lab.server.ip4}", f"--port={port}", f"--socket={data}/s",
        "--skip-grant-tables", "--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M",
        *options)


def mysql_login(client):
    """Read the greeting, log in as root without password; returns when the server says OK."""
    length = int.from_bytes(read_exactly(client, 4)[:3], "little")
    read_exactly(client, length)
    client.sendall(_mysql_answer())
    read_exactly(client, int.from_bytes(read_exactly(client, 4)[:3], "little"))


def _mysql_answer():
    words = struct.pack("<IIB23x", 0x0000A205, 1 << 24, 45) + b"root\0\0mysql_native_password\0"
    return len(words).to_bytes(3, "little") + b"\1" + words


def mysql_query(text):
    return (len(text) + 1).to_bytes(3, "little") + b"\0\3" + text.encode()


@scenario("mariadb-wait-timeout",
          "MariaDB ends a connection that was idle for its wait_timeout, two seconds.",
          "linger0", points=("client",), program="mariadbd")
def mariadb_idle(lab):
    mariadb(lab, 20101, "--wait-timeout=2")
    client = lab.connect(lab.client, lab.server.ip4, 20101)
    mysql_login(client)
    client.sendall(mysql_query("select 1"))
    client.recv(1000)
    wait_reset(client)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE")]


@scenario("mariadb-packet-too-large",
          "A client sends MariaDB a statement of 3 MB, where max_allowed_packet is 1 MB: 'server "
          "has gone away'.",
          "unread_data", may=("late_segment",), program="mariadbd")
def mariadb_large(lab):
    mariadb(lab, 20102, "--max-allowed-packet=1M")
    client = lab.connect(lab.client, lab.server.ip4, 20102)
    mysql_login(client)
    client.sendall((3_000_000).to_bytes(3, "little") + b"\0\3")
    upload(client, 3_000_000, 8000)
    wait_reset(client)
    lab.pause(0.2)
    return [Rst("unread_data", "server", *UNREAD),
            Rst("late_segment", "server", GONE, count=(0, 400))]


@scenario("mariadb-too-many-connections",
          "MariaDB has all the connections that it may have: the next client gets an error in "
          "place of the greeting, and a FIN; its login, sent blindly, is reset.",
          "data_after_close", points=("server",), program="mariadbd")
def mariadb_many(lab):
    mariadb(lab, 20103, "--max-connections=10", "--skip-name-resolve")
    held = []
    for _ in range(11):
        client = lab.connect(lab.client, lab.server.ip4, 20103)
        mysql_login(client)
        held.append(client)
    client = lab.connect(lab.client, lab.server.ip4, 20103)
    speak_after_close(lab, client, _mysql_answer(), pause=0.05)
    return [Rst("data_after_close", "server", LATE, flow=port_of(client))]


# --- PgBouncer, OpenLDAP -------------------------------------------------------------------------

@scenario("pgbouncer-login-too-slow",
          "A client connects to PgBouncer and is slow to log in: client_login_timeout is over, "
          "and its start-up message comes after the FIN.",
          "data_after_close", program="pgbouncer")
def pgbouncer(lab):
    needs("pgbouncer")
    os.chmod(lab.workdir, 0o755)
    config = lab.workdir / "pgbouncer.ini"
    config.write_text(f"[databases]\n* = host={lab.client.ip4} port=20105\n[pgbouncer]\n"
                      f"listen_addr = {lab.server.ip4}\nlisten_port = 20104\nauth_type = any\n"
                      "unix_socket_dir =\nclient_login_timeout = 1\nuser = postgres\n"
                      "admin_users = postgres\n", encoding="ascii")
    (lab.workdir / "users").write_text("", encoding="ascii")
    lab.daemon(lab.server, 20104, "pgbouncer", str(config))
    client = lab.connect(lab.client, lab.server.ip4, 20104)
    words = b"user\0postgres\0database\0pgbouncer\0\0"
    speak_after_close(lab, client, struct.pack("!II", 8 + len(words), 196608) + words)
    return [Rst("data_after_close", "server", LATE)]


@scenario("slapd-idle-then-unbind",
          "slapd ends an idle connection (idletimeout); the client, done at last, says UNBIND "
          "into it.",
          "data_after_close", points=("server",), program="slapd")
def slapd(lab):
    needs("slapd")
    config = lab.workdir / "slapd.conf"
    config.write_text(f"include /etc/ldap/schema/core.schema\npidfile {lab.workdir}/pid\n"
                      "idletimeout 1\ndatabase ldif\nsuffix dc=example\n"
                      f"directory {lab.workdir}\n", encoding="ascii")
    lab.daemon(lab.server, 20106, "slapd", "-d", "32768", "-f", str(config), "-h",
               f"ldap://{lab.server.ip4}:20106")
    client = lab.connect(lab.client, lab.server.ip4, 20106)
    client.sendall(bytes.fromhex("300c020101600702010304008000"))
    client.recv(100)
    speak_after_close(lab, client, bytes.fromhex("30050201024200"), seconds=15)
    return [Rst("data_after_close", "server", LATE)]


# --- brokers and caches --------------------------------------------------------------------------

@scenario("memcached-idle-timeout",
          "memcached closes connections that were idle for its idle_timeout; of a pool of three "
          "one is used again.",
          "data_after_close", points=("client",), program="memcached")
def memcached_idle(lab):
    needs("memcached")
    lab.daemon(lab.server, 20111, "memcached", "-u", "root", "-l", lab.server.ip4, "-p", "20111",
               "-t", "1", "-U", "0", "-o", "idle_timeout=1")
    pool = []
    for number in range(3):
        client = lab.connect(lab.client, lab.server.ip4, 20111)
        client.sendall(b"set k%d 0 0 3\r\nabc\r\n" % number)
        read_until(client, b"STORED\r\n")
        pool.append(client)
    for client in pool:
        wait_state(client, sockets.CLOSE_WAIT, seconds=15)
    lab.pause(0.3)
    pool[1].sendall(b"get k1\r\n")
    wait_reset(pool[1])
    return [Rst("data_after_close", "server", LATE)]


@scenario("nats-payload-too-large",
          "A publisher sends a NATS server a message above its max_payload: error and close, with "
          "most of it unread.",
          "unread_data", may=("late_segment",), program="nats-server")
def nats_payload(lab):
    needs("nats-server")
    lab.daemon(lab.server, 20112, "nats-server", "-a", lab.server.ip4, "-p", "20112")
    client = lab.connect(lab.client, lab.server.ip4, 20112)
    read_until(client, b"\r\n")
    client.sendall(b'CONNECT {"verbose":false}\r\nPING\r\n')
    read_until(client, b"PONG\r\n")
    client.sendall(b"PUB film 4000000\r\n")
    upload(client, 4_000_000, 8000)
    lab.pause(0.5)
    return [Rst("unread_data", "server", *UNREAD),
            Rst("late_segment", "server", GONE, count=(0, 400))]


def mqtt_connect(name, keepalive=60):
    body = b"\0\x04MQTT\x04\x02" + struct.pack("!HH", keepalive, len(name)) + name
    return b"\x10" + bytes([len(body)]) + body


@scenario("mosquitto-session-taken-over",
          "An MQTT client connects anew under its old name, its old connection still open: "
          "mosquitto ends that one, and a late publish into it is reset.",
          "data_after_close", points=("server",), snaplen=68, program="mosquitto")
def mosquitto_takeover(lab):
    needs("mosquitto")
    config = lab.workdir / "mosquitto.conf"
    config.write_text(f"listener 20113 {lab.server.ip4}\nallow_anonymous true\nuser root\n",
                      encoding="ascii")
    lab.daemon(lab.server, 20113, "mosquitto", "-c", str(config))
    old, new = (lab.connect(lab.client, lab.server.ip4, 20113) for _ in range(2))
    for client in (old, new):
        client.sendall(mqtt_connect(b"meter-7"))
        read_exactly(client, 4)
        lab.pause(0.4)
    speak_after_close(lab, old, b"\x30\x08\0\x01t21.57")
    return [Rst("data_after_close", "server", LATE, flow=port_of(old))]


@scenario("beanstalkd-killed-under-producers",
          "beanstalkd is stopped by SIGSTOP, jobs of two producers pile up, and it is killed; a "
          "third one is idle and sends its next job into a connection that has ended.",
          "unread_data", "data_after_close", program="beanstalkd")
def beanstalkd(lab):
    needs("beanstalkd")
    server = lab.daemon(lab.server, 20114, "beanstalkd", "-l", lab.server.ip4, "-p", "20114")
    producers = [lab.connect(lab.client, lab.server.ip4, 20114) for _ in range(3)]
    for client in producers:
        client.sendall(b"put 0 0 10 5\r\nhello\r\n")
        read_until(client, b"\r\n")
    lab.pause(0.2)
    server.send_signal(signal.SIGSTOP)
    for client in producers[:2]:
        client.sendall(b"put 0 0 10 5\r\nworld\r\n")
        wait_delivered(client)
    lab.pause(0.5)
    server.kill()
    for client in producers[:2]:
        wait_reset(client)
    speak_after_close(lab, producers[2], b"put 0 0 10 5\r\nagain\r\n")
    return [Rst("unread_data", "server", *UNREAD, count=2,
                flow=[port_of(client) for client in producers[:2]]),
            Rst("data_after_close", "server", LATE, flow=port_of(producers[2]))]


# --- mail, names, chat ---------------------------------------------------------------------------

@scenario("exim-early-talker",
          "A client says EHLO before the greeting: Exim complains of a synchronization error and "
          "ends; the client, who reads nothing, goes on with MAIL and RCPT.",
          "data_after_close", program="exim4")
def exim(lab):
    needs("exim4")
    os.chmod(lab.workdir, 0o777)
    config = lab.workdir / "exim.conf"
    config.write_text(f"primary_hostname = mail.example.com\nspool_directory = {lab.workdir}\n"
                      f"log_file_path = {lab.workdir}/%slog\n"
                      f"local_interfaces = {lab.server.ip4}.20121\nacl_smtp_rcpt = accept\n"
                      "host_lookup =\npipelining_connect_advertise_hosts =\n"
                      "rfc1413_query_timeout = 0s\nkeep_environment =\n",
                      encoding="ascii")
    lab.daemon(lab.server, 20121, "exim4", "-C", str(config), "-bdf")
    client = lab.connect(lab.client, lab.server.ip4, 20121)
    client.sendall(b"EHLO client.example.com\r\n")
    speak_after_close(lab, client, b"MAIL FROM:<>\r\nRCPT TO:<lab@example.com>\r\n")
    return [Rst("data_after_close", "server", LATE)]


@scenario("named-tcp-idle",
          "BIND ends an idle DNS connection after its tcp-idle-timeout; the resolver asks once "
          "more on it.",
          "data_after_close", program="named")
def named_idle(lab):
    _named(lab, 20122, "tcp-idle-timeout 10;")
    client = lab.connect(lab.client, lab.server.ip4, 20122)
    client.sendall(_DNS_QUERY)
    client.recv(1000)
    speak_after_close(lab, client, _DNS_QUERY)
    return [Rst("data_after_close", "server", LATE)]


@scenario("named-blackhole",
          "BIND's access list calls a client a black hole: it accepts the connection and ends it "
          "at once, and the query finds nobody.",
          "data_after_close", points=("client",), program="named")
def named_blackhole(lab):
    _named(lab, 20123, f"blackhole {{ {lab.client.ip4}; }};")
    client = lab.connect(lab.client, lab.server.ip4, 20123)
    lab.pause(0.3)
    with contextlib.suppress(*_BROKEN):
        client.sendall(_DNS_QUERY)
    lab.pause(0.3)
    return [Rst("data_after_close", "server", LATE)]


@scenario("named-loses-its-place",
          "A resolver counts its query wrongly: the length before it is four octets short. BIND "
          "answers what it can read (FORMERR) and resets.",
          "linger0", may=("unread_data",), points=("server",), program="named")
def named_garbage(lab):
    _named(lab, 20126)
    client = lab.connect(lab.client, lab.server.ip4, 20126)
    client.sendall(b"\0\x1d" + _DNS_QUERY[2:])
    wait_reset(client)
    return [Rst("linger0", "server", "TCP_STATE", "CLOSE")]


_DNS_QUERY = bytes.fromhex("00211234010000010000000000000377777707657861"
                           "6d706c6503636f6d0000010001")


def _named(lab, port, *options):
    needs("named")
    os.chmod(lab.workdir, 0o777)
    config = lab.workdir / "named.conf"
    config.write_text(f'options {{ directory "{lab.workdir}"; pid-file none; session-keyfile none; '
                      f"listen-on port {port} {{ {lab.server.ip4}; }}; listen-on-v6 {{ none; }}; "
                      "recursion no; allow-query { any; }; dnssec-validation no; "
                      + " ".join(options) + " };\ncontrols { };\n", encoding="ascii")
    return lab.daemon(lab.server, port, "named", "-g", "-n", "1", "-c", str(config))


@scenario("irc-asks-for-the-user",
          "An IRC server asks the client's host who its user is (ident, port 113), where nothing "
          "listens; the chat begins all the same.",
          "port_closed", program="ngircd")
def ident(lab):
    _ngircd(lab, 20124, "DNS = yes\nIdent = yes")
    client = lab.connect(lab.client, lab.server.ip4, 20124)
    client.sendall(b"NICK lab\r\nUSER lab 0 * :Lab\r\n")
    read_until(client, b"\r\n")
    lab.pause(1)
    return [Rst("port_closed", "client", "NO_SOCKET", "UNKNOWN", flow=113, origin="server")]


@scenario("irc-too-many-from-one-address",
          "ngircd lets one address have two connections; the third one is told so and closed, and "
          "introduces itself too late.",
          "data_after_close", points=("server",), program="ngircd")
def ngircd_many(lab):
    _ngircd(lab, 20125, "DNS = no\nIdent = no", limits="MaxConnectionsIP = 2")
    friends = [lab.connect(lab.client, lab.server.ip4, 20125) for _ in range(2)]
    for number, client in enumerate(friends):
        client.sendall(b"NICK lab%d\r\nUSER lab 0 * :Lab\r\n" % number)
        read_until(client, b"\r\n")
    client = lab.connect(lab.client, lab.server.ip4, 20125)
    speak_after_close(lab, client, b"NICK lab3\r\nUSER lab 0 * :Lab\r\n", pause=0.1)
    return [Rst("data_after_close", "server", LATE)]


def _ngircd(lab, port, options, limits=""):
    needs("ngircd")
    os.chmod(lab.workdir, 0o755)
    config = lab.workdir / "ngircd.conf"
    config.write_text(f"[Global]\nName = irc.example.com\nInfo = lab\nListen = {lab.server.ip4}\n"
                      f"Ports = {port}\nServerUID = irc\nServerGID = irc\nMotdPhrase = hello\n"
                      f"[Limits]\n{limits}\n[Options]\nPAM = no\n{options}\n",
                      encoding="ascii")
    config.chmod(0o644)
    return lab.daemon(lab.server, port, "ngircd", "-n", "-f", str(config))


# --- xinetd, ssh, ftp, files ---------------------------------------------------------------------

@scenario("xinetd-one-per-source",
          "xinetd lets each address have one connection to its echo service: a second one is "
          "accepted and closed, and its first words are reset.",
          "data_after_close", program="xinetd")
def xinetd(lab):
    needs("xinetd")
    config = lab.workdir / "xinetd.conf"
    config.write_text("service lab\n{\n type = UNLISTED\n socket_type = stream\n protocol = tcp\n"
                      f" wait = no\n user = root\n server = /bin/cat\n bind = {lab.server.ip4}\n"
                      " port = 20131\n per_source = 1\n}\n", encoding="ascii")
    lab.daemon(lab.server, 20131, "xinetd", "-dontfork", "-f", str(config), "-pidfile",
               str(lab.workdir / "pid"))
    first = lab.connect(lab.client, lab.server.ip4, 20131)
    first.sendall(b"hello")
    read_exactly(first, 5)
    second = lab.connect(lab.client, lab.server.ip4, 20131)
    speak_after_close(lab, second, b"hello")
    return [Rst("data_after_close", "server", LATE, flow=port_of(second))]


def sshd(lab, host, port, *options):
    needs("/usr/sbin/sshd", "ssh", "ssh-keygen")
    pathlib.Path("/run/sshd").mkdir(exist_ok=True)
    for name in ("host_key", "user_key"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(lab.workdir / name))
    config = lab.workdir / "sshd_config"
    config.write_text(f"ListenAddress {host.ip4}:{port}\nHostKey {lab.workdir}/host_key\n"
                      f"AuthorizedKeysFile {lab.workdir}/user_key.pub\nStrictModes no\nUsePAM no\n"
                      "PermitRootLogin yes\nPidFile none\n"
                      + "".join(f"{line}\n" for line in options), encoding="ascii")
    return lab.daemon(host, port, "/usr/sbin/sshd", "-D", "-f", str(config))


def ssh(lab, address, port, *arguments):
    return ["ssh", "-p", str(port), "-i", str(lab.workdir / "user_key"), "-F", "none",
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "BatchMode=yes", *arguments, f"root@{address}"]


@scenario("sshd-login-grace",
          "A client has been greeted by sshd and says nothing until LoginGraceTime is over; then "
          "it sends its own greeting.",
          "data_after_close", points=("client",), program="sshd")
def login_grace(lab):
    sshd(lab, lab.server, 20132, "LoginGraceTime 2")
    client = lab.connect(lab.client, lab.server.ip4, 20132)
    read_until(client, b"\r\n")
    speak_after_close(lab, client, b"SSH-2.0-OpenSSH_9.2\r\n")
    return [Rst("data_after_close", "server", LATE)]


@scenario("ssh-tunnel-to-a-closed-port",
          "ssh -L forwards a port to a service that is down: ssh accepts the client, hears from "
          "the far sshd that it got no connection, and closes with the client's request unread.",
          "proxy_upstream_refused", may=("port_closed",), points=("client",), program="ssh")
def ssh_tunnel(lab):
    sshd(lab, lab.client, 20133)
    where = f"{lab.server.ip4}:20134:{lab.client.ip4}:20135"
    lab.daemon(lab.server, 20134, *ssh(lab, lab.client.ip4, 20133, "-N", "-g", "-L", where))
    client = lab.connect(lab.client, lab.server.ip4, 20134)
    client.sendall(b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
    lab.pause(1)
    # The refusal itself passes no capture point.
    return [Rst("proxy_upstream_refused", "server", *UNREAD, flow=20134, origin="middlebox",
                inseparable=("unread_data", "linger0"))]


def _vsftpd(lab, port, *options):
    needs("vsftpd")
    root = lab.workdir / "ftp"
    root.mkdir()
    os.chmod(lab.workdir, 0o755)
    (root / "big").write_bytes(b"f" * 4_000_000)
    (lab.workdir / "empty").mkdir()
    config = lab.workdir / "vsftpd.conf"
    config.write_text("\n".join([
        "listen=YES", "background=NO", f"listen_address={lab.server.ip4}", f"listen_port={port}",
        "anonymous_enable=YES", "no_anon_password=YES", f"anon_root={root}", "local_enable=NO",
        f"secure_chroot_dir={lab.workdir}/empty", "seccomp_sandbox=NO", "isolate_network=NO",
        "run_as_launching_user=NO", *options, ""]), encoding="ascii")
    return lab.daemon(lab.server, port, "vsftpd", str(config))


def _ftp_login(lab, port):
    client = lab.connect(lab.client, lab.server.ip4, port)
    client.settimeout(10)
    read_until(client, b"\r\n")
    for line in (b"USER anonymous", b"PASS lab"):
        client.sendall(line + b"\r\n")
        if read_until(client, b"\r\n").startswith(b"230"):
            break
    return client


@scenario("ftp-active-mode-towards-a-closed-port",
          "A client asks vsftpd for a listing in active mode and names a port on which it does "
          "not listen (any more): the server's data connection is refused by the client's host.",
          "port_closed", program="vsftpd")
def ftp_active(lab):
    _vsftpd(lab, 20136, "connect_from_port_20=NO")
    client = _ftp_login(lab, 20136)
    client.sendall(f"PORT {lab.client.ip4.replace('.', ',')},200,1\r\n".encode())
    read_until(client, b"\r\n")
    client.sendall(b"LIST\r\n")
    read_until(client, b"\r\n")
    return [Rst("port_closed", "client", "NO_SOCKET", "UNKNOWN", flow=200 * 256 + 1,
                origin="server")]


@scenario("ftp-download-broken-off",
          "An FTP client has enough of a file: it closes the data connection with much unread, "
          "the control connection goes on.",
          "unread_data", may=("late_segment",), points=("server",), program="vsftpd")
def ftp_abort(lab):
    _vsftpd(lab, 20137)
    client = _ftp_login(lab, 20137)
    client.sendall(b"PASV\r\n")
    numbers = read_until(client, b"\r\n").split(b"(")[1].split(b")")[0].split(b",")
    port = int(numbers[4]) * 256 + int(numbers[5])
    data = lab.connect(lab.client, lab.server.ip4, port)
    client.sendall(b"RETR big\r\n")
    read_exactly(data, 20_000)
    lab.pause(0.3)
    data.close()
    read_until(client, b"\r\n")
    client.sendall(b"QUIT\r\n")
    lab.pause(0.4)
    return [Rst("unread_data", "client", *UNREAD, flow=port),
            Rst("late_segment", "client", GONE, flow=port, count=(0, 400))]


@scenario("ftp-too-many-clients",
          "vsftpd (max_per_ip=1) says 421 to a second connection and closes; that client logs in "
          "all the same.",
          "data_after_close", points=("server",), program="vsftpd")
def ftp_many(lab):
    _vsftpd(lab, 20138, "max_per_ip=1")
    _ftp_login(lab, 20138)
    second = lab.connect(lab.client, lab.server.ip4, 20138)
    speak_after_close(lab, second, b"USER anonymous\r\n")
    return [Rst("data_after_close", "server", LATE, flow=port_of(second))]


@scenario("rsync-client-killed",
          "An rsync client is stopped while a large file comes, and killed: what lies in its "
          "socket is lost.",
          "unread_data", may=("late_segment",), points=("client",), snaplen=100, program="rsync")
def rsync(lab):
    needs("rsync")
    files = lab.workdir / "files"
    files.mkdir()
    (files / "big").write_bytes(os.urandom(30_000_000))
    config = lab.workdir / "rsyncd.conf"
    config.write_text(f"uid = root\ngid = root\nuse chroot = no\n[lab]\npath = {files}\n",
                      encoding="ascii")
    lab.daemon(lab.server, 20139, "rsync", "--daemon", "--no-detach", f"--config={config}",
               "--port=20139", f"--address={lab.server.ip4}")
    copy = lab.spawn(lab.client, "rsync", "--bwlimit=4000",
                     f"rsync://{lab.server.ip4}:20139/lab/big", str(lab.workdir / "copy"),
                     start_new_session=True)
    lab.pause(1)
    os.killpg(copy.pid, signal.SIGSTOP)
    lab.pause(0.5)
    os.killpg(copy.pid, signal.SIGKILL)
    lab.pause(0.4)
    return [Rst("unread_data", "client", *UNREAD),
            Rst("late_segment", "client", GONE, count=(0, 400))]


@scenario("dante-target-refuses",
          "A SOCKS client asks Dante for a port that is closed: Dante says so in SOCKS and "
          "closes.",
          "port_closed", points=("client",), program="danted")
def dante(lab):
    needs("danted")
    config = lab.workdir / "danted.conf"
    config.write_text(f"logoutput: {lab.workdir}/log\ninternal: {lab.server.ip4} port = 20141\n"
                      f"external: {lab.server.ip4}\nsocksmethod: none\nclientmethod: none\n"
                      "user.privileged: root\nuser.unprivileged: nobody\n"
                      "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n"
                      "socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\n", encoding="ascii")
    lab.daemon(lab.server, 20141, "danted", "-f", str(config), "-p", str(lab.workdir / "pid"))
    client = lab.connect(lab.client, lab.server.ip4, 20141)
    client.sendall(b"\5\1\0")
    read_exactly(client, 2)
    address = bytes(int(part) for part in lab.client.ip4.split("."))
    client.sendall(b"\5\1\0\1" + address + struct.pack("!H", 20142))
    lab.pause(1)
    return [Rst("port_closed", "client", "NO_SOCKET", "UNKNOWN", flow=20142, origin="server")]
