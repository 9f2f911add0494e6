#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A RST that refuses a SYN ends Linux' connection tracking entry before the reply is noted: the log of
# `conntrack -E` goes from NEW to DESTROY, and still says [UNREPLIED], beside a reply of one packet. Who looks for
# servers that do not answer by that word finds those that do. A SYN that nobody answers says the same.
#
# Needs root, util-linux, iproute2, nftables, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q conntrack=1:1.4.7-1+b2 libnetfilter-conntrack3=1.0.9-3 libnfnetlink0 libmnl0 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
cat /proc/sys/kernel/osrelease
root/usr/sbin/conntrack --version

# client - gateway - server; the gateway tracks. Port 7000 refuses, port 7001 is dropped by the server's filter.
cat >inside.sh <<'I'
unshare -n sleep 30 & client=$!
unshare -n sleep 30 & server=$!
trap 'kill "$client" "$server"' EXIT
sleep 0.3
for end in client server; do
  eval "id=\$$end"
  net=$([ $end = client ] && echo 198.51.100 || echo 203.0.113)
  ip link add "to-$end" type veth peer name eth0 netns "$id"
  ip addr add $net.1/24 dev "to-$end"
  ip link set "to-$end" up
  nsenter -t "$id" -n sh -c "ip addr add $net.2/24 dev eth0; ip link set eth0 up; ip route add default via $net.1"
done
sysctl -qw net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_tcp_timeout_syn_sent=2
nft 'table ip gate { chain forward { type filter hook forward priority 0; ct state new,established accept; }; }'
nsenter -t "$server" -n nft 'table ip own { chain in { type filter hook input priority 0; tcp dport 7001 drop; }; }'
root/usr/sbin/conntrack -E -p tcp >events 2>/dev/null & log=$!
sleep 0.5
for port in 7000 7001; do
  nsenter -t "$client" -n python3 -c "
import socket
try:
    socket.create_connection(('203.0.113.2', $port), timeout=0.5)
except OSError as error:
    print('$port:', 'refused' if isinstance(error, ConnectionRefusedError) else 'no answer')"
done
# An entry that has timed out is destroyed when it is next looked at.
sleep 3
root/usr/sbin/conntrack -L >/dev/null 2>&1
sleep 0.5
kill "$log"
I
unshare -n sh inside.sh 2>/dev/null | tee seen
sed 's/^[ 	]*\[/[/' events
# The last event of each of the two: state, mark, packets of the reply.
awk '/DESTROY/ { match($0, /SYN_SENT|CLOSE/); state = substr($0, RSTART, RLENGTH)
                 print "DESTROY", state, /UNREPLIED/ ? "[UNREPLIED]" : "", "reply:", last_count($0) }
     function last_count(line) { sub(/.*packets=/, "", line); sub(/ .*/, "", line); return line }' events >found
cat found
[ "$(cat seen found)" = '7000: refused
7001: no answer
DESTROY CLOSE [UNREPLIED] reply: 1
DESTROY SYN_SENT [UNREPLIED] reply: 0' ] || { echo 'changed: see above' >&2; exit 1; }
