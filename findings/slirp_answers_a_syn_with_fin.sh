#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# When the host's own connect runs out of time, libslirp answers the guest's SYN by FIN,ACK with number 0: no
# state of RFC 9293 sends that. The guest's Linux drops it and repeats its SYN; only a refusal would have ended it.
#
# Needs root, util-linux, iproute2, tcpdump, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q slirp4netns=1.2.0-1 libslirp0=4.7.0-1 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
root/usr/bin/slirp4netns --version | head -n 4

# The host's network: a neighbour that is there for ARP and never answers. One repetition of a SYN, so 3 s.
unshare -n sh -c '
  ip link set lo up
  ip link add v0 type veth peer name v1
  ip addr add 198.51.100.1/24 dev v0
  ip link set v0 up
  ip link set v1 up
  ip neigh add 198.51.100.77 lladdr 02:00:00:00:00:09 dev v0
  sysctl -qw net.ipv4.tcp_syn_retries=1
  unshare -n sleep 60 & guest=$!
  sleep 0.5
  root/usr/bin/slirp4netns --configure --mtu=1500 "$guest" tap0 >/dev/null 2>&1 & slirp=$!
  sleep 1
  nsenter -t "$guest" -n tcpdump -Z root -l -S -n -i tap0 tcp >seen 2>/dev/null & dump=$!
  sleep 1
  nsenter -t "$guest" -n timeout 12 python3 -c "
import socket
s = socket.socket()
s.settimeout(8)
try:
    s.connect((\"198.51.100.77\", 7000))
except OSError as error:
    print(\"connect:\", error)" >program
  kill "$dump" "$slirp" "$guest"' 2>/dev/null || true
sed 's/^[^ ]* //; s/, options.*//' seen
cat program
grep -q '198\.51\.100\.77\.7000 > .*Flags \[F\.\], seq 0,' seen && [ "$(cat program)" = 'connect: timed out' ] ||
  { echo 'changed: see above' >&2; exit 1; }
