#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# HAProxy's `silent-drop` is there to send neither FIN nor RST. As root it takes the socket away by TCP_REPAIR, and
# the kernel, which knows of no connection now, answers the client's next segment by a bare RST: silence holds for
# those who are silent. With `user nobody` the repair is not allowed and it resets at once, with TTL 1: seen only by
# captures taken before the first router.
#
# Needs root, util-linux, iproute2, tcpdump, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q haproxy=2.6.12-1+deb12u4 liblua5.3-0 libpcre2-8-0 libsystemd0 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu:$work/root/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
root/usr/sbin/haproxy -v 2>/dev/null | head -n 1

cat >root.cfg <<'C'
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend one
  bind 127.0.0.1:7001
  http-request silent-drop
C
{ printf 'global\n  user nobody\n'; cat root.cfg; } >nobody.cfg
cat >client.py <<'P'
# Asks, waits a second, and asks again.
import socket
client = socket.create_connection(("127.0.0.1", 7001))
client.settimeout(1)
for turn in ("first", "second"):
    try:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
        client.recv(10)
    except OSError as error:
        print(f"  {turn} question: {'silence' if isinstance(error, TimeoutError) else 'reset'}")
P
# shellcheck disable=SC2016  # the inner shell's own
one() {
  unshare -n sh -c '
    ip link set lo up
    root/usr/sbin/haproxy -f "$1.cfg" >/dev/null 2>&1 & proxy=$!
    tcpdump -Z root -l -v -n -i lo "src port 7001 and tcp[tcpflags] & (tcp-rst|tcp-fin) != 0" >wire 2>/dev/null & dump=$!
    sleep 1
    python3 client.py
    sleep 1
    kill "$dump" "$proxy"' sh "$1"
  awk '/^[0-9:.]+ IP / { match($0, /ttl [0-9]+/); ttl = substr($0, RSTART, RLENGTH); next }
       /Flags/ { match($0, /Flags \[[^]]*\]/); print "  on the wire:", substr($0, RSTART, RLENGTH) ",", ttl }' wire
}
for user in root nobody; do
  echo "HAProxy runs as $user:"
  one "$user"
done | tee seen
[ "$(cat seen)" = 'HAProxy runs as root:
  first question: silence
  second question: reset
  on the wire: Flags [R], ttl 64
HAProxy runs as nobody:
  first question: reset
  second question: reset
  on the wire: Flags [R.], ttl 1' ] || { echo 'changed: see above' >&2; exit 1; }
