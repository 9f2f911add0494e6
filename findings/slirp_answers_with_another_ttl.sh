#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# libslirp (the user network of QEMU, rootless containers, VirtualBox) speaks with TTL 64 while a connection
# lives and with TTL 255 where it answers a segment of none. The two look like two machines, 191 hops apart,
# and are one process. Who tells a middlebox by the TTL of a RST accuses one here.
#
# Needs root, util-linux, iproute2, tcpdump, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q slirp4netns=1.2.0-1 libslirp0=4.7.0-1 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$(dirname "$(find "$work/root" -name 'libslirp.so.0')")
export LD_LIBRARY_PATH work
"$work/root/usr/bin/slirp4netns" --version | head -n 4

cat >server.py <<'P'
import socket
s = socket.create_server(("127.0.0.1", 7000))
while True:
    c, _ = s.accept()
    c.recv(100)
    c.sendall(b"answer\n")
    c.recv(100)
    c.close()
P
cat >guest.py <<'P'
# One whole exchange, one refused SYN, one ACK of no connection.
import socket, struct, time
s = socket.create_connection(("10.0.2.2", 7000))
s.sendall(b"hello\n")
s.recv(100)
s.close()
time.sleep(0.2)
try:
    socket.create_connection(("10.0.2.2", 7001))
except ConnectionRefusedError:
    pass
ends = socket.inet_aton("10.0.2.100") + socket.inet_aton("10.0.2.2")
def ack(check):
    return struct.pack("!HHIIBBHHH", 40000, 7000, 1000, 2000, 5 << 4, 0x10, 1024, check, 0)
total = sum(struct.unpack("!16H", ends + struct.pack("!BBH", 0, 6, 20) + ack(0)))
while total >> 16:
    total = (total >> 16) + (total & 0xFFFF)
socket.socket(socket.AF_INET, socket.SOCK_RAW, 6).sendto(ack(~total & 0xFFFF), ("10.0.2.2", 0))
time.sleep(0.5)
P
unshare -n sh -c '
  ip link set lo up
  python3 server.py & server=$!
  unshare -n sleep 60 & guest=$!
  sleep 0.5
  root/usr/bin/slirp4netns --configure --mtu=1500 "$guest" tap0 >/dev/null 2>&1 & slirp=$!
  sleep 1
  nsenter -t "$guest" -n tcpdump -Z root -U -v -n -i tap0 tcp >seen 2>/dev/null & dump=$!
  sleep 1
  nsenter -t "$guest" -n python3 guest.py
  sleep 0.5
  kill "$dump" "$slirp" "$guest" "$server"' 2>/dev/null || true

# tcpdump -v: one line of the IP header, one of TCP. TTL and flags of what slirp sent.
awk '/^[0-9:.]+ IP / { match($0, /ttl [0-9]+/); ttl = substr($0, RSTART + 4, RLENGTH - 4); next }
     / 10\.0\.2\.2\.[0-9]+ > / { match($0, /Flags \[[^]]*\]/); print ttl, substr($0, RSTART, RLENGTH) }' seen |
  sort | uniq -c | sort -k 2n >found
echo 'What libslirp sent (number, TTL, flags):'
cat found
live=$(awk '$4 != "[R]" { print $2 }' found | sort -u | tr '\n' ' ')
stray=$(awk '$4 == "[R]" { print $2 }' found | sort -u | tr '\n' ' ')
[ "$live" = '64 ' ] && [ "$stray" = '255 ' ] || { echo "changed: live segments '$live', answer to a stray '$stray'" >&2; exit 1; }
echo 'Live segments and the refusal of a SYN: TTL 64. The answer to a segment of no connection: TTL 255.'
