#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# HAProxy in TCP mode passes a client's abort on to the server as RST, and a server's abort on to the client as FIN:
# a client behind it never learns that the server aborted. socat passes on neither, in no direction.
#
# Needs root, util-linux, iproute2, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q haproxy=2.6.12-1+deb12u4 liblua5.3-0 libpcre2-8-0 libsystemd0 socat=1.7.4.4-2 libwrap0 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu:$work/root/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
root/usr/sbin/haproxy -v 2>/dev/null | head -n 1
root/usr/bin/socat -V | sed -n 2p

cat >haproxy.cfg <<'C'
defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen relay
  bind 127.0.0.1:7001
  server one 127.0.0.1:7000
C
cat >aborts.py <<'P'
# Each end aborts once (SO_LINGER 0); what does the other end read?
import socket, struct, time

def abort(end):
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()

def end_of(end):
    end.settimeout(5)
    try:
        return "FIN" if end.recv(10) == b"" else "data"
    except ConnectionResetError:
        return "RST"

listener = socket.create_server(("127.0.0.1", 7000))
for relay, port in (("haproxy", 7001), ("socat", 7002)):
    said = []
    for server_aborts in (False, True):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(b"hello")
        server, _ = listener.accept()
        server.recv(10)
        time.sleep(0.2)
        abort(server if server_aborts else client)
        said.append(end_of(client if server_aborts else server))
    print(f"{relay}: of the client's abort the server sees {said[0]}, of the server's the client sees {said[1]}")
P
unshare -n sh -c '
  ip link set lo up
  root/usr/sbin/haproxy -f haproxy.cfg >/dev/null 2>&1 & one=$!
  root/usr/bin/socat tcp-listen:7002,bind=127.0.0.1,fork tcp:127.0.0.1:7000 2>/dev/null & two=$!
  sleep 2
  timeout 30 python3 aborts.py | tee said
  kill "$one" "$two"'
[ "$(cat said)" = "haproxy: of the client's abort the server sees RST, of the server's the client sees FIN
socat: of the client's abort the server sees FIN, of the server's the client sees FIN" ] ||
  { echo 'changed: see above' >&2; exit 1; }
