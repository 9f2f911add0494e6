#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# An iperf3 test that went well ends by a RST: its server closes the stream as soon as the client has handed the last
# octet to its own kernel, with data unread. `-n 16M` is thus met at the sender and not at the receiver. The other
# way round (`-R`) all arrives and FINs end it.
#
# Needs root, util-linux, iproute2 (tc), tcpdump, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q iperf3=3.12-1+deb12u2 libiperf0=3.12-1+deb12u2 libsctp1 libssl3 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
root/usr/bin/iperf3 --version | sed -n '1s/ (.*//p'

cat >told.py <<'P'
# What the client says of its test: did the server get what was sent?
import json, sys
end = json.load(sys.stdin)["end"]
sent, received = (end[key]["bytes"] for key in ("sum_sent", "sum_received"))
print("asked for 16 MiB; sent", "all" if sent == 1 << 24 else sent, "and received",
      "all" if received == 1 << 24 else "less" if received < 1 << 24 else received)
P
# The client's side sends at 100 Mbit/s, so that something is always under way.
cat >inside.sh <<'I'
unshare -n sleep 90 & server=$!
sleep 0.3
ip link add here type veth peer name there netns "$server"
ip addr add 192.0.2.1/24 dev here
ip link set here up
tc qdisc add dev here root tbf rate 100mbit burst 64kb limit 256kb
nsenter -t "$server" -n sh -c 'ip addr add 192.0.2.2/24 dev there; ip link set there up'
tcpdump -Z root -l -S -n -i here 'src host 192.0.2.2 and tcp[tcpflags] & tcp-rst != 0' >resets 2>/dev/null & dump=$!
sleep 1
for way in '' -R; do
  nsenter -t "$server" -n root/usr/bin/iperf3 -s -1 >/dev/null 2>&1 & listener=$!
  sleep 1
  # shellcheck disable=SC2086  # empty, or one word
  timeout 30 root/usr/bin/iperf3 -c 192.0.2.2 -n 16M $way -J | python3 told.py
  wait "$listener" || true
  sleep 1
  if grep -q 'Flags \[R' resets; then echo '  the server resets'; else echo '  no reset'; fi
  : >resets
done
kill "$dump" "$server"
I
unshare -n sh inside.sh 2>/dev/null | tee seen
[ "$(cat seen)" = 'asked for 16 MiB; sent all and received less
  the server resets
asked for 16 MiB; sent all and received all
  no reset' ] || { echo 'changed: see above' >&2; exit 1; }
