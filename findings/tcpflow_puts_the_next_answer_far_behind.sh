#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tcpflow closes one side's file at a RST and leaves the other's open. When the ports come again, the client's
# second question gets a file of its own, and the server's second answer is written into the file of the first, at the
# distance of the two initial numbers: 895 000 zero octets between the answers here. After two FINs all is well.
#
# Needs python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q tcpflow=1.6.1-2+b1 libpcap0.8=1.10.3-1 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
root/usr/bin/tcpflow --version 2>&1 | head -n 1

# Two exchanges on the same ports, one second apart; the first argument is how each of them ends.
cat >twice.py <<'P'
import socket, struct, sys
CLIENT, SERVER = (socket.inet_aton(f"198.51.100.{n}") for n in (1, 2))
FIN, SYN, RST, ACK = 1, 2, 4, 16

def checksum(octets):
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF

def frame(from_client, seq, ack, flags, data):
    ends, ports = (CLIENT + SERVER, (40000, 80)) if from_client else (SERVER + CLIENT, (80, 40000))
    tcp = lambda check: struct.pack("!HHIIBBHHH", *ports, seq, ack, 5 << 4, flags, 1000, check, 0) + data
    ip = lambda check: struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0x4000, 64, 6, check) + ends
    pseudo = ends + struct.pack("!HH", 6, 20 + len(data))
    return bytes(12) + b"\x08\0" + ip(checksum(ip(0))) + tcp(checksum(pseudo + tcp(0)))

out = sys.stdout.buffer
out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
ends = {"fin": [(True, 9, 7, FIN | ACK), (False, 7, 10, FIN | ACK), (True, 10, 8, ACK)], "rst": [(True, 9, 7, RST | ACK)]}
for second, (c, s) in enumerate(((1000, 5000), (700000, 900000))):
    talk = [(True, 0, -s, SYN), (False, 0, 1, SYN | ACK), (True, 1, 1, ACK),
            (True, 1, 1, ACK, b"question"), (False, 1, 9, ACK, b"answer")] + ends[sys.argv[1]]
    for step, (client, seq, ack, flags, *data) in enumerate(talk):
        mine, other = (c, s) if client else (s, c)
        octets = frame(client, mine + seq, other + ack, flags, b"".join(data))
        out.write(struct.pack("<IIII", 1700000000 + second, 1000 * step, len(octets), len(octets)) + octets)
P
for way in fin rst; do
  python3 twice.py $way >$way.pcap
  mkdir $way.files
  root/usr/bin/tcpflow -r $way.pcap -o $way.files >/dev/null 2>&1
  (cd $way.files && wc -c 198* | grep -v total | sort -k 2 | tee ../$way)
done
found=$(awk '{ printf "%s ", $1 }' fin; printf '/ '; awk '{ printf "%s ", $1 }' rst)
[ "$found" = '8 8 6 6 / 8 8 895006 ' ] || { echo "changed: sizes after FIN / after RST: $found" >&2; exit 1; }
echo 'After the RST the second answer lies 895000 octets behind the first, in one file.'
