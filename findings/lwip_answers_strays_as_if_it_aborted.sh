#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lwIP, here in ocproxy (the user-space end of a VPN), answers a segment of no connection as if it aborted one: by RFC
# 9293 (3.10.7.1) such a RST has no ACK flag and acknowledges nothing; lwIP's has it, acknowledges the octets it
# refuses, and shows a window of 65534.
#
# Needs root, util-linux, iproute2, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q ocproxy=1.60-1+b2 libevent-2.1-7 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
dpkg-deb -W ocproxy_*.deb

cat >vpn.py <<'P'
# Stands for the VPN's client: ocproxy is given IP packets by a socket and returns its own by the same.
import os, socket, struct, subprocess, time
vpn, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
here, there = socket.inet_aton("192.0.2.1"), socket.inet_aton("192.0.2.7")
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

def checksum(octets):
    octets += bytes(len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF

def send(port, seq, ack, flags, data):
    tcp = lambda check: struct.pack("!HHIIBBHHH", port, 22, seq, ack, 5 << 4, flags, 1000, check, 0) + data
    ip = lambda check: struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0x4000, 64, 6, check) + here + there
    pseudo = here + there + struct.pack("!HH", 6, 20 + len(data))
    vpn.send(ip(checksum(ip(0))) + tcp(checksum(pseudo + tcp(0))))

def answer():
    while len(packet := vpn.recv(2000)) < 40:
        pass
    seq, ack, _, flags, window = struct.unpack("!IIBBH", packet[24:36])
    names = "+".join(name for bit, name in ((RST, "RST"), (ACK, "ACK")) if flags & bit)
    return f"{names}, number {seq}, acknowledges {ack}, window {window}"

SEGMENTS = (("a SYN", 0, SYN, b""), ("an ACK", 7777, ACK, b""), ("four octets", 7777, PSH | ACK, b"data"),
            ("a SYN-ACK", 7777, SYN | ACK, b""), ("a FIN", 7777, FIN | ACK, b""))
given = theirs.fileno()
ocproxy = subprocess.Popen(["root/usr/bin/ocproxy", "-L", "7001:192.0.2.1:7000"], pass_fds=[given],
                           env=dict(os.environ, VPNFD=str(given), INTERNAL_IP4_ADDRESS="192.0.2.7", INTERNAL_IP4_MTU="1400"))
time.sleep(1)
vpn.settimeout(3)
try:
    for port, (name, ack, flags, data) in enumerate(SEGMENTS, 5000):
        send(port, 1000, ack, flags, data)
        print(f"{name} of no connection: {answer()}")
finally:
    ocproxy.kill()
P
unshare -n sh -c 'ip link set lo up; exec timeout 30 python3 vpn.py' 2>/dev/null | tee seen
[ "$(cat seen)" = 'a SYN of no connection: RST+ACK, number 0, acknowledges 1001, window 65534
an ACK of no connection: RST+ACK, number 7777, acknowledges 1000, window 65534
four octets of no connection: RST+ACK, number 7777, acknowledges 1004, window 65534
a SYN-ACK of no connection: RST+ACK, number 7777, acknowledges 1001, window 65534
a FIN of no connection: RST+ACK, number 7777, acknowledges 1001, window 65534' ] ||
  { echo 'changed: see above' >&2; exit 1; }
