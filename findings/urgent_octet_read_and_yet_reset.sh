#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Linux resets at close when octets lie unread. It counts an urgent octet that stands last in the queue among
# them even when the program has read it (MSG_OOB); after one more read, which finds nothing, the same close sends
# FIN. So a program that read everything aborts.
#
# Needs root, util-linux, iproute2, python3; nothing is downloaded.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cat /proc/sys/kernel/osrelease
cat >"$scratch/ends.py" <<'P'
import socket, time
for one_read_more in (False, True):
    listener = socket.create_server(("127.0.0.1", 0))
    writer = socket.create_connection(listener.getsockname())
    reader, _ = listener.accept()
    writer.sendall(b"abc")
    writer.send(b"!", socket.MSG_OOB)
    time.sleep(0.2)
    read = reader.recv(10) + reader.recv(1, socket.MSG_OOB)
    if one_read_more:
        reader.setblocking(False)
        try:
            read += reader.recv(10)
        except BlockingIOError:
            read += b" (nothing more)"
    reader.close()
    try:
        end = "FIN" if writer.recv(10) == b"" else "data"
    except ConnectionResetError:
        end = "RST"
    print(read.decode(), "->", end)
P
# shellcheck disable=SC2016  # the inner shell's own
result=$(unshare -n sh -c 'ip link set lo up; exec python3 "$1"' sh "$scratch/ends.py")
echo "$result"
[ "$result" = 'abc! -> RST
abc! (nothing more) -> FIN' ] || { echo 'changed: see above' >&2; exit 1; }
