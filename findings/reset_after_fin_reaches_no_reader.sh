#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# shutdown(SHUT_RDWR), then close(), with octets unread: Linux sends FIN at the first and RST at the second. The
# capture shows a reset connection; the peer's program reads a clean end of file before and after the RST, its
# SO_ERROR says EPIPE, and no call of it ever says ECONNRESET.
#
# Needs root, util-linux, iproute2, tcpdump, python3; nothing is downloaded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat /proc/sys/kernel/osrelease
cat >ends.py <<'P'
import socket, time
listener = socket.create_server(("127.0.0.1", 7000))
peer = socket.create_connection(("127.0.0.1", 7000))
closer, _ = listener.accept()
peer.sendall(b"never read")
time.sleep(0.2)
closer.shutdown(socket.SHUT_RDWR)
time.sleep(0.2)
closer.close()
time.sleep(0.2)
print("read:", peer.recv(10), peer.recv(10))
print("SO_ERROR:", peer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
print("read:", peer.recv(10))
P
unshare -n sh -c '
  ip link set lo up
  tcpdump -Z root -n -l -i lo tcp src port 7000 >seen 2>/dev/null & dump=$!
  sleep 1
  python3 ends.py >program
  sleep 0.5
  kill "$dump"'
sed -n 's/.*\(Flags \[[^]]*\]\).*/\1/p' seen | tee flags
cat program
[ "$(grep -c 'Flags \[R' flags)" = 1 ] && [ "$(cat program)" = "read: b'' b''
SO_ERROR: 32
read: b''" ] || { echo 'changed: see above' >&2; exit 1; }
