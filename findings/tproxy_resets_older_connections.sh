#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A gateway gets a rule that hands a port's connections to a transparent proxy (TPROXY). It takes hold of those that
# exist already, too: their next segment is given to the proxy's listening socket, which knows of no connection, and
# the gateway's kernel resets the client in the server's name. The server learns nothing and stays ESTABLISHED.
#
# Needs root, util-linux, iproute2, nftables, tcpdump, python3 and a kernel with TPROXY; nothing is downloaded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat /proc/sys/kernel/osrelease
nft --version

cat >server.py <<'P'
import socket
server, _ = socket.create_server(("203.0.113.2", 80)).accept()
server.settimeout(6)
while True:
    try:
        asked = server.recv(100)
        print("the server reads", asked.decode() or "end of file")
        server.sendall(b"answer")
    except TimeoutError:
        state = server.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
        print("the server is", "ESTABLISHED" if state == 1 else f"in state {state}")
        break
P
cat >proxy.py <<'P'
import socket, time
listener = socket.socket()
listener.setsockopt(socket.SOL_IP, 19, 1)  # IP_TRANSPARENT
listener.bind(("0.0.0.0", 3128))
listener.listen()
time.sleep(60)
P
cat >client.py <<'P'
import os, socket, time
client = socket.create_connection(("203.0.113.2", 80))
for question in (b"first", b"second"):
    client.sendall(question)
    client.settimeout(3)
    try:
        print("the client reads", client.recv(100).decode())
    except OSError as error:
        print("the client reads", type(error).__name__)
    open("asked", "w").close()
    while question == b"first" and not os.path.exists("ruled"):
        time.sleep(0.1)
P
cat >inside.sh <<'I'
unshare -n sleep 60 & client=$!
unshare -n sleep 60 & server=$!
sleep 0.3
for end in client server; do
  eval "id=\$$end"
  net=$([ $end = client ] && echo 198.51.100 || echo 203.0.113)
  ip link add "to-$end" type veth peer name eth0 netns "$id"
  ip addr add $net.1/24 dev "to-$end"
  ip link set "to-$end" up
  nsenter -t "$id" -n sh -c "ip addr add $net.2/24 dev eth0; ip link set eth0 up; ip route add default via $net.1"
done
ip link set lo up
sysctl -qw net.ipv4.ip_forward=1
for end in client server; do
  tcpdump -Z root -l -n -i "to-$end" 'tcp[tcpflags] & tcp-rst != 0' >"resets.$end" 2>/dev/null &
  eval "dump_$end=\$!"
done
python3 proxy.py & proxy=$!
nsenter -t "$server" -n python3 server.py >said.server & daemon=$!
sleep 1
nsenter -t "$client" -n python3 client.py >said.client & asks=$!
while [ ! -e asked ]; do sleep 0.1; done
ip rule add fwmark 1 lookup 100
ip route add local default dev lo table 100
nft 'table ip gate { chain in { type filter hook prerouting priority mangle;
  iifname "to-client" tcp dport 80 tproxy to :3128 meta mark set 1 accept; }; }'
touch ruled
wait "$asks" "$daemon"
# shellcheck disable=SC2154  # set by the loop
kill "$proxy" "$client" "$server" "$dump_client" "$dump_server"
I
timeout 60 unshare -n sh inside.sh 2>/dev/null || true
{
  cat said.client said.server
  echo "resets in the server's name at the client's side: $(grep -c '203\.0\.113\.2\.80 >' resets.client)"
  echo "resets at the server's side: $(grep -c . resets.server)"
} | tee seen
[ "$(cat seen)" = "the client reads answer
the client reads ConnectionResetError
the server reads first
the server is ESTABLISHED
resets in the server's name at the client's side: 1
resets at the server's side: 0" ] || { echo 'changed: see above' >&2; exit 1; }
