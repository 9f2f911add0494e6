#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `reject with tcp reset` in a host's own OUTPUT chain resets the host's own program, in the server's name and by the
# loopback device. The server is told nothing: its connection stays ESTABLISHED and waits. A capture at the network
# device shows neither the refused segment nor the reset, while the program says "Connection reset by peer".
#
# Needs root, util-linux, iproute2, tcpdump, python3 and a kernel with nft_reject; downloads packages of Debian 12.
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

cat >output.nft <<'N'
table ip own {
  chain output { type filter hook output priority filter; tcp dport 80 reject with tcp reset; }
}
N
cat >server.py <<'P'
# After a question it tells its socket's state, 3 s later, and ends (the FIN below).
import socket, time
listener = socket.create_server(("198.51.100.2", 80))
print("listening", flush=True)
client, _ = listener.accept()
client.recv(100)
time.sleep(3)
state = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
print("server:", {1: "ESTABLISHED", 7: "CLOSE", 8: "CLOSE_WAIT"}.get(state, state), flush=True)
P
cat >client.py <<'P'
# Asks, gets the rule, asks again over the same connection, then over a new one.
import socket, subprocess, time
server = socket.create_connection(("198.51.100.2", 80), 5)
server.sendall(b"question")
time.sleep(0.5)
subprocess.run(["root/usr/sbin/nft", "-f", "output.nft"], check=True)
server.settimeout(5)
try:
    server.sendall(b"next question")
    print("open connection: it got", server.recv(10))
except OSError as error:
    print("open connection:", error.strerror or error)
try:
    socket.create_connection(("198.51.100.2", 80), 5)
    print("new connection: made")
except OSError as error:
    print("new connection:", error.strerror or error)
P
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip link set lo up
  unshare -n sleep 60 & server=$!
  sleep 0.5
  ip link add eth0 type veth peer name eth0 netns "$server"
  ip addr add 198.51.100.1/24 dev eth0 && ip link set eth0 up
  nsenter -t "$server" -n sh -c "ip addr add 198.51.100.2/24 dev eth0; ip link set eth0 up"
  nsenter -t "$server" -n timeout 20 python3 server.py >server & program=$!
  for device in eth0 lo; do tcpdump -Z root -U -n -i "$device" tcp >"seen.$device" 2>/dev/null & echo $! >>dumps; done
  sleep 1
  timeout 20 python3 client.py >client
  wait "$program" || true
  sleep 0.5
  kill $(cat dumps) "$server"' 2>/dev/null || true
for device in eth0 lo; do
  echo "Seen at $device:"
  sed 's/^[^ ]* /  /; s/ options \[[^]]*\],//' "seen.$device"
done
sed 1d server >state
cat client state
resets="eth0 $(grep -c 'Flags \[R' seen.eth0 || true), lo $(grep -c '198\.51\.100\.2\.80 > .*Flags \[R' seen.lo || true)"
told="$resets; $(tr '\n' ';' <client) $(cat state)"
[ "$told" = 'eth0 0, lo 2; open connection: Connection reset by peer;new connection: Connection refused; server: ESTABLISHED' ] ||
  { echo "changed: $told" >&2; exit 1; }
