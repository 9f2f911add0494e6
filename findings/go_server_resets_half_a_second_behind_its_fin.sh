#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A server written in Go (here docker-registry) that answers an upload before it has come sends its answer and a FIN,
# goes on acknowledging for half a second without reading, and then closes with data unread: a RST with ACK flag, 0.5 s
# behind the FIN. It is neither an answer to data after close (that comes at once) nor an abort (that has no FIN).
#
# Needs root, util-linux, iproute2, tcpdump, python3; downloads the package of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q docker-registry=2.8.2+ds1-1 >/dev/null 2>&1
dpkg-deb -x docker-registry*.deb root
dpkg-deb -W docker-registry*.deb
cat >registry.yml <<'C'
version: 0.1
log: {level: error}
storage: {inmemory: {}}
http: {addr: "127.0.0.1:7000"}
C
cat >upload.py <<'P'
# Uploads a megabyte at leisure to an address that is not there.
import socket, time
end = socket.create_connection(("127.0.0.1", 7000))
end.sendall(b"POST /v2/nothing HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1000000\r\n\r\n")
sent = 0
try:
    while sent < 1_000_000:
        sent += end.send(bytes(4000))
        time.sleep(0.02)
    print("the client sent all")
except OSError:
    print("the client was reset in its upload, and then reads:", end.recv(100).split(b"\r\n")[0].decode())
P
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip link set lo up
  root/usr/bin/docker-registry serve registry.yml >/dev/null 2>&1 & server=$!
  tcpdump -Z root -l -ttt -n -i lo "src port 7000 and tcp[tcpflags] & (tcp-fin|tcp-rst) != 0" >wire 2>/dev/null & dump=$!
  sleep 2
  timeout 30 python3 upload.py
  sleep 1
  kill "$dump" "$server"' | tee seen
# tcpdump -ttt: the time since the segment before.
awk '/Flags/ { match($0, /Flags \[[^]]*\]/); split($1, time, ":"); gap = time[3] + 0
               late = gap > 0.4 && gap < 0.8 ? "half a second later" : gap " s later"
               print "the server sends", substr($0, RSTART, RLENGTH) (n++ ? ", " late : "") }' wire | tee -a seen
[ "$(cat seen)" = 'the client was reset in its upload, and then reads: HTTP/1.1 404 Not Found
the server sends Flags [F.]
the server sends Flags [R.], half a second later' ] || { echo 'changed: see above' >&2; exit 1; }
