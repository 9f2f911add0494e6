#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A Linux host answers each late segment by a RST, and where the segments acknowledge the same octet the frames are
# equal to the last bit (IP ID 0). `editcap -d`, which is there to drop what a mirror port copied, drops all but
# the first: the file then shows segments that nobody answered. One frame taken twice by a mirror and two answers
# cannot be told apart here; use the IP IDs of the segments that drew them.
#
# Needs root, util-linux, iproute2, tcpdump, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for package in wireshark-common libwiretap13 libwsutil14; do
  apt-get download -q "$package=4.0.17-0+deb12u3" >/dev/null 2>&1
done
for package in *.deb; do dpkg-deb -x "$package" root; done
libraries=$work/root/usr/lib/$(uname -m)-linux-gnu:$work/root/lib/$(uname -m)-linux-gnu
cat /proc/sys/kernel/osrelease
LD_LIBRARY_PATH=$libraries root/usr/bin/editcap --version 2>/dev/null | head -n 1

cat >burst.py <<'P'
# The server is gone; three segments of one flight reach it.
import socket, struct
ends = socket.inet_aton("127.0.0.1") * 2
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
for n in range(3):
    def segment(check):
        return struct.pack("!HHIIBBHHH", 40000, 7000, 1000 + 4 * n, 5000, 5 << 4, 0x18, 1024, check, 0) + b"late"
    total = sum(struct.unpack("!18H", ends + struct.pack("!BBH", 0, 6, 24) + segment(0)))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    raw.sendto(segment(~total & 0xFFFF), ("127.0.0.1", 0))
P
unshare -n sh -c '
  ip link set lo up
  tcpdump -Z root -U -i lo -w late.pcap tcp port 7000 2>/dev/null & dump=$!
  sleep 1
  python3 burst.py
  sleep 0.5
  kill "$dump"'
LD_LIBRARY_PATH=$libraries root/usr/bin/editcap -F pcap -d late.pcap single.pcap 2>&1 | tail -n 1
count() { tcpdump -nr "$1" "tcp[tcpflags] & tcp-rst $2 0" 2>/dev/null | grep -c . || true; }
found="$(count late.pcap =)+$(count late.pcap '!=') -> $(count single.pcap =)+$(count single.pcap '!=')"
echo "Late segments + resets, before -> after: $found"
[ "$found" = '3+3 -> 3+1' ] || { echo "changed: $found" >&2; exit 1; }
