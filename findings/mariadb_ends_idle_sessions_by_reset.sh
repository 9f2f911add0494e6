#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two databases end a session that was idle too long. MariaDB (wait_timeout) sets SO_LINGER to 0 and resets; a pool's
# next query finds the socket dead with ECONNRESET. PostgreSQL (idle_session_timeout) sends its reason and a FIN. The
# same policy thus shows as an abort in one capture and as an orderly end in the other.
#
# Needs root, util-linux, iproute2, python3; downloads packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get download -q mariadb-server-core=1:10.11.19-0+deb12u1 mariadb-server=1:10.11.19-0+deb12u1 liburing2 libaio1 \
  libnuma1 postgresql-15=15.20-0+deb12u1 libxml2 libldap-2.5-0 libsasl2-2 libicu72 libgssapi-krb5-2 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
maria=$work/root/usr/sbin/mariadbd
postgres=$work/root/usr/lib/postgresql/15/bin
"$maria" --version | sed 's/^[^ ]* *//'
"$postgres/postgres" --version

cat >client.py <<'P'
# Logs in, asks once and is silent; prints what ends the session.
import socket, struct, sys, time

def connect(port):
    for _ in range(100):
        try:
            return socket.create_connection(("127.0.0.1", port), 5)
        except ConnectionRefusedError:
            time.sleep(0.2)

def mysql():
    client = connect(3306)
    client.recv(1000)
    words = struct.pack("<IIB23x", 0x0000A205, 1 << 24, 45) + b"root\0\0mysql_native_password\0"
    client.sendall(struct.pack("<I", len(words))[:3] + b"\1" + words)
    client.recv(1000)
    client.sendall(struct.pack("<I", 9)[:3] + b"\0\3select 1")
    return client, client.recv(1000)

def postgresql():
    client = connect(5432)
    words = b"user\0lab\0database\0postgres\0\0"
    client.sendall(struct.pack("!II", 8 + len(words), 196608) + words)
    said = b""
    while not said.endswith(b"Z\0\0\0\x05I"):
        said += client.recv(1000)
    client.sendall(b"Q" + struct.pack("!I", 13) + b"select 1\0")
    return client, client.recv(1000)

client, answer = mysql() if sys.argv[1] == "MariaDB" else postgresql()
since, octets = time.monotonic(), b""
try:
    while piece := client.recv(1000):
        octets += piece
    end = "FIN"
except ConnectionResetError:
    end = "RST"
print(f"{sys.argv[1]}: the answer had {len(answer)} octets, {time.monotonic() - since:.0f} s later {end}",
      f"behind {len(octets)} octets" if octets else "and no word")
P
mkdir maria postgresql run
chown nobody maria postgresql run
as_nobody='setpriv --reuid=nobody --regid=nogroup --clear-groups'
$as_nobody "$postgres/initdb" -D postgresql -A trust -N -U lab -L "$work/root/usr/share/postgresql/15" >initdb 2>&1
export work maria postgres as_nobody
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip link set lo up
  $as_nobody "$maria" --no-defaults --datadir="$work/maria" --lc-messages-dir="$work/root/usr/share/mysql" \
    --plugin-dir="$work/root/usr/lib/mysql/plugin" --skip-grant-tables --bind-address=127.0.0.1 --port=3306 \
    --socket="$work/run/m" --pid-file="$work/run/pid" --innodb-buffer-pool-size=8M --innodb-log-file-size=4M \
    --wait-timeout=2 >maria.log 2>&1 & one=$!
  $as_nobody "$postgres/postgres" -D postgresql -h 127.0.0.1 -p 5432 -k "$work/run" -F -c idle_session_timeout=2s \
    >postgresql.log 2>&1 & two=$!
  for database in MariaDB PostgreSQL; do timeout 40 python3 client.py "$database"; done | tee seen
  kill "$one" "$two"
  wait' || true
{ grep -q '^MariaDB: .* RST and no word$' seen && grep -q '^PostgreSQL: .* FIN behind [0-9]* octets$' seen; } ||
  { echo 'changed: see above' >&2; exit 1; }
