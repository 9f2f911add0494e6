#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `netstat -s` prints the counter EstabResets as "connection resets received". Linux counts in it each connection that
# goes from ESTABLISHED or CLOSE-WAIT to CLOSED, whoever ended it: one's own abort is "received", too, and is told a
# third time as "reset due to unexpected data" (TCPAbortOnData, which SO_LINGER 0 raises). A RST that ends a
# connection in FIN-WAIT is received and not counted.
#
# Needs root, util-linux, iproute2, python3; downloads the package of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q net-tools=2.10-0.1+deb12u2 >/dev/null 2>&1
dpkg-deb -x net-tools*.deb root
cat /proc/sys/kernel/osrelease
root/bin/netstat --version 2>/dev/null | head -n 1

# The two ends are in two namespaces, so that each has counters of its own: "aborts" resets, "peer" is reset.
cat >ends.py <<'P'
import socket, struct, sys, time
role, when = sys.argv[1:]

def abort(end):
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()

if role == "peer":
    end, _ = socket.create_server(("192.0.2.2", 7000)).accept()
    if when == "FIN-WAIT":
        end.shutdown(socket.SHUT_WR)
    time.sleep(1)
else:
    end = socket.create_connection(("192.0.2.2", 7000))
    time.sleep(0.5)
    abort(end)
P
# shellcheck disable=SC2016  # the inner shell's own
one() {
  unshare -n sh -c '
    ip link set lo up
    unshare -n sleep 20 & other=$!
    sleep 0.3
    ip link add here type veth peer name there netns "$other"
    ip addr add 192.0.2.1/24 dev here
    ip link set here up
    nsenter -t "$other" -n sh -c "ip addr add 192.0.2.2/24 dev there; ip link set there up"
    nsenter -t "$other" -n python3 ends.py peer "$1" & peer=$!
    sleep 0.7
    python3 ends.py aborts "$1"
    wait "$peer"
    for side in aborts peer; do
      if [ $side = peer ]; then set -- nsenter -t "$other" -n; else set --; fi
      "$@" root/bin/netstat -s 2>/dev/null |
        sed -n "s/^ *\(.*resets received\|.*resets sent\|.*due to unexpected data\)$/$side: \1/p"
    done
    kill "$other"' sh "$1" 2>/dev/null
}
for state in ESTABLISHED FIN-WAIT; do
  echo "The peer is in $state:"
  one "$state"
done | tee seen
[ "$(cat seen)" = 'The peer is in ESTABLISHED:
aborts: 1 connection resets received
aborts: 1 resets sent
aborts: 1 connections reset due to unexpected data
peer: 1 connection resets received
peer: 0 resets sent
The peer is in FIN-WAIT:
aborts: 1 connection resets received
aborts: 1 resets sent
aborts: 1 connections reset due to unexpected data
peer: 0 connection resets received
peer: 0 resets sent' ] || { echo 'changed: see above' >&2; exit 1; }
