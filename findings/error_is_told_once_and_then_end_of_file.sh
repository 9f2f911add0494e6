#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Linux tells a program of a RST once, by the call that comes first: a write, a read, getsockopt(SO_ERROR). Whoever
# reads after that gets what lay unread, for a RST takes nothing of it away, and then a plain end of file. Where one
# thread writes and another reads, or an event loop asks for SO_ERROR, the reader takes an abort for a good end.
#
# Needs root, util-linux, iproute2, python3; nothing is downloaded.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat /proc/sys/kernel/osrelease
cat >"$work/ends.py" <<'P'
import os, socket, struct, time

def aborted():
    """A connection whose peer wrote "answer" and aborted; nothing of it has been read."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        end = socket.create_connection(listener.getsockname())
        peer, _ = listener.accept()
    peer.sendall(b"answer")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    time.sleep(0.2)
    return end

def read(end):
    try:
        return end.recv(100).decode() or "end of file"
    except OSError as error:
        return type(error).__name__

def write(end):
    try:
        return f"{end.send(b'x')} octet sent"
    except OSError as error:
        return type(error).__name__

def error_of(end):
    return os.strerror(end.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))

for first, ask in (("read", read), ("write", write), ("SO_ERROR", error_of)):
    end = aborted()
    print(f"{first}: {ask(end)}; then reads: {read(end)}, {read(end)}")
P
# shellcheck disable=SC2016  # the inner shell's own
result=$(unshare -n sh -c 'ip link set lo up; exec python3 "$1"' sh "$work/ends.py")
echo "$result"
[ "$result" = 'read: answer; then reads: ConnectionResetError, end of file
write: ConnectionResetError; then reads: answer, end of file
SO_ERROR: Connection reset by peer; then reads: answer, end of file' ] || { echo 'changed: see above' >&2; exit 1; }
