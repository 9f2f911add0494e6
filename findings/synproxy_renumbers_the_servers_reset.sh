#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Linux' SYN proxy (here nft's) sets the number of every reset of the server back to the first one of its own
# handshake. Once the server has sent data, its client finds the reset outside of its window, drops it and stays
# ESTABLISHED; the gateway has forgotten the connection by then and lets nothing more pass. Without the proxy the same
# abort ends the client at once.
#
# Needs root, util-linux, iproute2, tcpdump, python3 and a kernel with nft_synproxy; downloads packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q nftables=1.0.6-2+deb12u2 libnftables1=1.0.6-2+deb12u2 libnftnl11 libjansson4 libedit2 libxtables12 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
cat /proc/sys/kernel/osrelease
root/usr/sbin/nft --version

cat >synproxy.nft <<'N'
table ip proxy {
  chain first { type filter hook prerouting priority raw; tcp dport 80 tcp flags syn notrack; }
  chain pass {
    type filter hook forward priority filter;
    tcp dport 80 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
  }
}
N
cat >server.py <<'P'
# Answers 100 octets and aborts (SO_LINGER 0) half a second later.
import socket, struct, time
listener = socket.create_server(("203.0.113.2", 80))
while True:
    client, _ = listener.accept()
    client.recv(10)
    client.sendall(b"x" * 100)
    time.sleep(0.5)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
P
cat >client.py <<'P'
import socket, time
server = socket.create_connection(("203.0.113.2", 80), 5)
server.sendall(b"question")
server.recv(100)
time.sleep(1)
state = server.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
print({1: "ESTABLISHED", 7: "CLOSE"}.get(state, state))
P
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  unshare -n sleep 60 & client=$!
  unshare -n sleep 60 & server=$!
  sleep 0.5
  ip link add c0 type veth peer name eth0 netns "$client"
  ip link add s0 type veth peer name eth0 netns "$server"
  ip addr add 198.51.100.1/24 dev c0 && ip link set c0 up
  ip addr add 203.0.113.1/24 dev s0 && ip link set s0 up
  nsenter -t "$client" -n sh -c "ip addr add 198.51.100.2/24 dev eth0; ip link set eth0 up; ip route add default via 198.51.100.1"
  nsenter -t "$server" -n sh -c "ip addr add 203.0.113.2/24 dev eth0; ip link set eth0 up; ip route add default via 203.0.113.1"
  sysctl -qw net.ipv4.ip_forward=1 net.netfilter.nf_conntrack_tcp_loose=0
  nsenter -t "$server" -n python3 server.py & program=$!
  sleep 1
  for way in without with; do
    [ "$way" = without ] || root/usr/sbin/nft -f synproxy.nft
    nsenter -t "$client" -n tcpdump -Z root -l -n -i eth0 "tcp src port 80" >"seen.$way" 2>/dev/null & dump=$!
    sleep 1
    nsenter -t "$client" -n timeout 10 python3 client.py >"state.$way"
    sleep 0.3
    kill "$dump"
  done
  kill "$program" "$client" "$server"' 2>/dev/null || true

for way in without with; do
  echo "What the client gets $way the proxy, and its socket's state afterwards:"
  sed 's/^[^ ]* //; s/ options \[[^]]*\],//' "seen.$way"
  cat "state.$way"
done
# tcpdump counts from the SYN-ACK of what it sees: 101 is the right number.
reset() { sed -n 's/.*Flags \[R\.\], seq \([0-9]*\),.*/\1/p' "seen.$1" | sort -u; }
told="without: reset at $(reset without), $(cat state.without); with: reset at $(reset with), $(cat state.with)"
[ "$told" = 'without: reset at 101, CLOSE; with: reset at 1, ESTABLISHED' ] || { echo "changed: $told" >&2; exit 1; }
