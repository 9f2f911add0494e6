#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A program that closes its socket and gets data afterwards: Linux' TCP answers with RST. Linux' MPTCP
# takes the octets and drops them: the writer goes on and never learns. mptcpize gives MPTCP to a program without a
# change of its code, so the same service resets or swallows.
#
# Needs root, util-linux, iproute2, python3 and a kernel with MPTCP; nothing is downloaded.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat /proc/sys/kernel/osrelease
cat >"$scratch/ends.py" <<'P'
import socket, time
for name, protocol in (("TCP", 0), ("MPTCP", 262)):
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    writer = socket.socket(socket.AF_INET, socket.SOCK_STREAM, protocol)
    writer.connect(listener.getsockname())
    closed, _ = listener.accept()
    writer.sendall(b"question")
    closed.recv(100)
    closed.close()
    time.sleep(0.2)
    try:
        for _ in range(3):
            writer.send(b"late")
            time.sleep(0.3)
        print(f"{name}: three writes after the other's close went well")
    except OSError as error:
        print(f"{name}: {type(error).__name__}")
P
# shellcheck disable=SC2016  # the inner shell's own
result=$(unshare -n sh -c 'ip link set lo up; exec python3 "$1"' sh "$scratch/ends.py")
echo "$result"
[ "$result" = 'TCP: BrokenPipeError
MPTCP: three writes after the other'"'"'s close went well' ] || { echo 'changed: see above' >&2; exit 1; }
