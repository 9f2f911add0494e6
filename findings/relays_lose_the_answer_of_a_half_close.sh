#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A client asks, shuts its sending half and waits for the answer, as RFC 9293 (3.6) lets it. rinetd, simpleproxy, redir
# and sslh take its FIN for the end of both halves: the client gets an end of file at once and no answer, and the
# server, whose answer is refused by a RST, looks as if it had written to a client that was gone. HAProxy waits,
# and passes the answer on.
#
# Needs root, util-linux, iproute2, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q haproxy=2.6.12-1+deb12u4 rinetd=0.73-1 simpleproxy=3.5-1+b2 redir=3.3-1 \
  sslh=1.20-1+deb12u1 liblua5.3-0 libpcre2-8-0 libsystemd0 libcap2 libconfig9 libwrap0 libbsd0 libmd0 \
  >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu:$work/root/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
for name in haproxy rinetd simpleproxy redir sslh; do dpkg-deb -W "$name"_*.deb; done

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
echo '127.0.0.1 7003 127.0.0.1 7000' >rinetd.conf
cat >half.py <<'P'
import socket, threading, time

listener = socket.create_server(("127.0.0.1", 7000))

def answer(fate):
    server, _ = listener.accept()
    while server.recv(100):
        pass
    time.sleep(1)
    try:
        for _ in range(10):
            server.sendall(10_000 * b"a")
            time.sleep(0.02)
        fate.append("taken")
    except OSError:
        fate.append("refused by RST")
    server.close()

for name, port in (("haproxy", 7001), ("rinetd", 7003), ("simpleproxy", 7004), ("redir", 7005), ("sslh", 7006)):
    fate = []
    origin = threading.Thread(target=answer, args=(fate,))
    origin.start()
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(b"question")
    client.shutdown(socket.SHUT_WR)
    client.settimeout(5)
    octets, end = 0, "FIN"
    try:
        while piece := client.recv(100_000):
            octets += len(piece)
    except OSError as error:
        end = type(error).__name__
    origin.join()
    print(f"{name}: the client gets {octets} octets and {end}, the server's answer is {fate[0]}")
P
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip link set lo up
  root/usr/sbin/haproxy -f haproxy.cfg >/dev/null 2>&1 & relays=$!
  root/usr/sbin/rinetd -f -c rinetd.conf >/dev/null 2>&1 & relays="$relays $!"
  root/usr/bin/simpleproxy -L 127.0.0.1:7004 -R 127.0.0.1:7000 2>/dev/null & relays="$relays $!"
  root/usr/bin/redir -n 127.0.0.1:7005 127.0.0.1:7000 2>/dev/null & relays="$relays $!"
  root/usr/sbin/sslh-select -f -u root -p 127.0.0.1:7006 --ssh 127.0.0.1:7000 --anyprot 127.0.0.1:7000 >/dev/null 2>&1 &
  relays="$relays $!"
  sleep 2
  timeout 60 python3 half.py
  kill $relays' 2>/dev/null | tee seen
[ "$(cat seen)" = "haproxy: the client gets 100000 octets and FIN, the server's answer is taken
rinetd: the client gets 0 octets and FIN, the server's answer is refused by RST
simpleproxy: the client gets 0 octets and FIN, the server's answer is refused by RST
redir: the client gets 0 octets and FIN, the server's answer is refused by RST
sslh: the client gets 0 octets and FIN, the server's answer is refused by RST" ] ||
  { echo 'changed: see above' >&2; exit 1; }
