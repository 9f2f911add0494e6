#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# masscan resets an open port twice: its kernel answers the SYN-ACK, then masscan itself does, with TTL 255 and a
# window. It resets a closed port, too: it answers a RST by a RST, which no TCP does (RFC 9293, 3.10.7.1).
#
# Needs root, util-linux, iproute2, tcpdump, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q masscan=2:1.3.2+ds1-1 libpcap0.8=1.10.3-1 libdbus-1-3 libsystemd0 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
# masscan loads libpcap by the name without a version.
libraries=$work/root/usr/lib/$(uname -m)-linux-gnu
ln -sf libpcap.so.0.8 "$libraries/libpcap.so"
LD_LIBRARY_PATH=$libraries:$work/root/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
root/usr/bin/masscan --version | sed -n '/version/s/ (.*//p'

cat >inside.sh <<'I'
unshare -n sleep 60 & server=$!
sleep 0.3
ip link add here type veth peer name there netns "$server"
ip addr add 192.0.2.1/24 dev here
ip link set here up
nsenter -t "$server" -n sh -c 'ip addr add 192.0.2.2/24 dev there; ip link set there up'
nsenter -t "$server" -n python3 -c '
import socket, time
open_port = socket.create_server(("192.0.2.2", 7000))
time.sleep(60)' & listener=$!
tcpdump -Z root -l -v -n -i here tcp >wire 2>/dev/null & dump=$!
sleep 1
timeout 30 root/usr/bin/masscan --interface here --router-ip 192.0.2.2 --ports 7000,7001 --rate 100 --wait 2 192.0.2.2 \
  >/dev/null 2>&1 || true
sleep 1
kill "$dump" "$listener" "$server"
I
unshare -n sh inside.sh 2>/dev/null
# tcpdump -v: one line of the IP header, one of TCP.
awk '/^[0-9:.]+ IP / { match($0, /ttl [0-9]+/); ttl = substr($0, RSTART, RLENGTH); next }
     /Flags/ { match($0, /Flags \[[^]]*\]/); flags = substr($0, RSTART + 6, RLENGTH - 6)
               match($0, /win [0-9]+/); window = substr($0, RSTART, RLENGTH)
               match($0, /\.700[01][ :]/); port = substr($0, RSTART + 1, 4)
               from = $1 ~ /^192\.0\.2\.1\./ ? "scanner" : "server"
               print "port " port ", " from ": " flags (from == "scanner" ? " " ttl " " window : "") }' wire |
  sort -s -k 2,2 | tee found
[ "$(cat found)" = 'port 7000, scanner: [S] ttl 255 win 1024
port 7000, server: [S.]
port 7000, scanner: [R] ttl 64 win 0
port 7000, scanner: [R] ttl 255 win 1200
port 7001, scanner: [S] ttl 255 win 1024
port 7001, server: [R.]
port 7001, scanner: [R] ttl 255 win 1200' ] || { echo 'changed: see above' >&2; exit 1; }
