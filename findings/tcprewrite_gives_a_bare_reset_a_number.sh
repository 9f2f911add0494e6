#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `tcprewrite --tcp-sequence` moves sequence and acknowledgment numbers of a capture that is to be shown. It leaves
# the empty acknowledgment field of a SYN alone and moves the one of a bare RST, which Linux sends as 0: after it
# every answer to a stray segment bears a number without ACK flag, as the resets of some forgers do.
#
# Needs python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q tcpreplay=4.4.3-1 libdumbnet1 libpcap0.8=1.10.3-1 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
root/usr/bin/tcprewrite --version 2>&1 | head -n 1

python3 - >before.pcap <<'P'
# A SYN, and a bare RST that answers a stray ACK: the acknowledgment field of both is 0.
import socket, struct, sys
ends = socket.inet_aton("198.51.100.1") + socket.inet_aton("198.51.100.2")

def checksum(octets):
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF

out = sys.stdout.buffer
out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
for second, (seq, flags) in enumerate(((1000, 2), (5002, 4))):
    tcp = lambda check: struct.pack("!HHIIBBHHH", 40000, 80, seq, 0, 5 << 4, flags, 0, check, 0)
    ip = lambda check: struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0x4000, 64, 6, check) + ends
    frame = bytes(12) + b"\x08\0" + ip(checksum(ip(0))) + tcp(checksum(ends + struct.pack("!HH", 6, 20) + tcp(0)))
    out.write(struct.pack("<IIII", 1700000000 + second, 0, len(frame), len(frame)) + frame)
P
root/usr/bin/tcprewrite --tcp-sequence=5 -i before.pcap -o after.pcap
python3 - <<'P' | tee found
import struct
for name in ("before", "after"):
    octets = open(f"{name}.pcap", "rb").read()[24:]
    for kind in ("SYN", "RST"):
        length = struct.unpack("<I", octets[8:12])[0]
        number = struct.unpack("!I", octets[16 + 42:16 + 46])[0]
        print(name, kind, "acknowledgment field:", "0" if number == 0 else "a number")
        octets = octets[16 + length:]
P
[ "$(cut -d' ' -f 1,2,5- found)" = 'before SYN 0
before RST 0
after SYN 0
after RST a number' ] || { echo 'changed: see above' >&2; exit 1; }
