#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Linux gives a RST that answers a segment the DSCP of that segment, not the one of its own connection: a server
# whose segments all bear 0 resets with the client's 0xb8. A RST whose DSCP is another one than the rest of its
# side is no sign of a third party.
#
# Needs root, util-linux, iproute2, tcpdump, python3; nothing is downloaded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat /proc/sys/kernel/osrelease
cat >late.py <<'P'
import socket, time
listener = socket.create_server(("127.0.0.1", 7000))
client = socket.socket()
client.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0xB8)
client.connect(("127.0.0.1", 7000))
server, _ = listener.accept()
client.sendall(b"question")
server.recv(100)
server.sendall(b"answer")
server.close()
time.sleep(0.2)
client.send(b"late")
time.sleep(0.2)
P
unshare -n sh -c '
  ip link set lo up
  tcpdump -Z root -v -n -l -i lo tcp >seen 2>/dev/null & dump=$!
  sleep 1
  python3 late.py
  sleep 0.5
  kill "$dump"'
awk '/ IP \(tos/ { sub(/,/, "", $4); tos = $4; next }
     /127\.0\.0\.1\.7000 > / { match($0, /Flags \[[^]]*\]/); print tos, substr($0, RSTART, RLENGTH) }' seen |
  sort | uniq -c | tee found
live=$(awk '$4 !~ /R/ { print $2 }' found | sort -u)
reset=$(awk '$4 ~ /R/ { print $2 }' found | sort -u)
[ "$live $reset" = '0x0 0xb8' ] || { echo "changed: live '$live', RST '$reset'" >&2; exit 1; }
