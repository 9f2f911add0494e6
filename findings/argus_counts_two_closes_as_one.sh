#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Argus writes one record for two connections when the first ended by FIN and its ports came again one second
# later, and two records when the first ended by RST. Who counts connections by its records finds that aborted
# ones are more frequent than they are.
#
# Needs python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q argus-server=2:3.0.8.2-2.2 argus-client=1:3.0.8.2-6.1+b3 libgeoip1 libpcap0.8 \
  libtirpc3 libwrap0 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
ls ./*.deb | sed 's/_[^_]*$//; s/.*\///; s/%3a/:/'

# Two whole connections on the same ports, one second apart; "$1" is how each of them ends.
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
    tcp = lambda check: struct.pack("!HHIIBBHHH", *ports, seq, ack, 5 << 4, flags, 1000, check, 0)
    ip = lambda check: struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0x4000, 64, 6, check) + ends
    return bytes(12) + b"\x08\0" + ip(checksum(ip(0))) + \
        tcp(checksum(ends + struct.pack("!HH", 6, 20 + len(data)) + tcp(0) + data)) + data

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
  root/usr/sbin/argus -F /dev/null -r $way.pcap -w - 2>/dev/null |
    root/usr/bin/ra -F /dev/null -nr - -s proto saddr sport daddr dport pkts state 2>/dev/null | grep tcp >$way || true
  echo "Two connections that end by $way:"
  cat $way
done
fin=$(grep -c . <fin) || true
rst=$(grep -c . <rst) || true
[ "$fin $rst" = '1 2' ] || { echo "changed: $fin records for the two FINs, $rst for the two RSTs" >&2; exit 1; }
echo 'One record for two connections closed by FIN, two for two closed by RST.'
