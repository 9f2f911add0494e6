#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A program writes more than its peer's window takes and closes; close() reports success. The FIN waits behind the
# data, and when the peer, which does not read, says a word, Linux resets it: a bare RST as from a host without that
# connection, and no FIN before it in any capture. All that was written and not yet taken is lost, and nobody is told.
#
# Needs root, util-linux, iproute2, tcpdump, python3; nothing is downloaded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat /proc/sys/kernel/osrelease
cat >"$work/ends.py" <<'P'
import socket, time
listener = socket.socket()
listener.bind(("127.0.0.1", 7000))
listener.listen()
peer = socket.socket()
peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
peer.connect(("127.0.0.1", 7000))
writer, _ = listener.accept()
written = writer.send(bytes(1_000_000))
time.sleep(0.5)
writer.close()
time.sleep(0.5)
peer.send(b"word")
time.sleep(0.5)
read, end = 0, "end of file"
try:
    while piece := peer.recv(65536):
        read += len(piece)
except OSError as error:
    end = type(error).__name__
print(f"of {written} octets written before close() the peer reads", "a part" if 0 < read < written else read, "and", end)
P
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip link set lo up
  tcpdump -Z root -l -n -i lo "src port 7000 and tcp[tcpflags] & (tcp-fin|tcp-rst) != 0" >"$1/wire" 2>/dev/null & dump=$!
  sleep 1
  python3 "$1/ends.py"
  sleep 1
  kill "$dump"' sh "$work" | tee "$work/seen"
sed -n 's/.*\(Flags \[[^]]*\]\).*/FINs and resets on the wire: \1/p' "$work/wire" | tee -a "$work/seen"
[ "$(cat "$work/seen")" = 'of 1000000 octets written before close() the peer reads a part and ConnectionResetError
FINs and resets on the wire: Flags [R]' ] || { echo 'changed: see above' >&2; exit 1; }
