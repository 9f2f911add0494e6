#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# pasta (the network of rootless containers) keeps no data of its own: it peeks at the socket and discards what the
# guest has acknowledged. When the guest has shut its own half it goes on peeking at the same place: the guest gets
# pieces of the answer again and again, under ever higher numbers, and no end of file. The server sent it once.
# Octets and sequence numbers of the two sides of such a gateway cannot be compared.
#
# Needs root, util-linux, iproute2, python3; downloads the package of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q passt=0.0~git20230309.7c7625d-1 >/dev/null 2>&1
dpkg-deb -x passt*.deb root
dpkg-deb -W passt*.deb

cat >server.py <<'P'
import socket, time
listener = socket.create_server(("203.0.113.2", 7000))
while True:
    peer, _ = listener.accept()
    peer.recv(100)
    peer.sendall(bytes(range(256)) * 35)
    time.sleep(1)
    peer.close()
P
cat >guest.py <<'P'
# Asks, and reads to the end of file, for two seconds or ten times the answer, with and without a half close.
import socket, time
ANSWER = bytes(range(256)) * 35
for way in ("asks", "asks and shuts its half"):
    end = socket.create_connection(("203.0.113.2", 7000))
    end.sendall(b"question")
    if way != "asks":
        end.shutdown(socket.SHUT_WR)
    end.settimeout(2)
    octets, deadline, over = b"", time.monotonic() + 2, "no end of file"
    try:
        while time.monotonic() < deadline and len(octets) < 10 * len(ANSWER):
            piece = end.recv(65536)
            if not piece:
                over = "end of file"
                break
            octets += piece
    except TimeoutError:
        pass
    end.close()
    what = "the answer once" if octets == ANSWER else "more than was sent" if len(octets) > 2 * len(ANSWER) else "otherwise"
    print(f"the guest {way}: {what}, {over}")
P
cat >inside.sh <<'I'
ip link set lo up
ip link add host type veth peer name far
ip addr add 203.0.113.2/24 dev host
ip link set host up
ip link set far up
ip route add default via 203.0.113.1
unshare -n sleep 60 & guest=$!
sleep 0.3
nsenter -t "$guest" -n sh -c 'sysctl -qw net.ipv6.conf.default.disable_ipv6=1
  ip tuntap add dev tap0 mode tap
  ip addr add 192.0.2.10/24 dev tap0
  ip link set tap0 mtu 1500 up
  ip route add default via 192.0.2.1 dev tap0'
touch namespace
mount --bind "/proc/$guest/ns/net" namespace
python3 server.py & server=$!
root/usr/bin/pasta --foreground --quiet --runas 0 --netns-only -i host -I tap0 -a 192.0.2.10 -n 24 -g 192.0.2.1 -m 1500 \
  -t none -u none --netns "$PWD/namespace" & pasta=$!
sleep 1.5
nsenter -t "$guest" -n timeout 20 python3 guest.py
kill "$pasta" "$server" "$guest" || true
I
unshare -n -m sh inside.sh 2>/dev/null | tee seen
[ "$(cat seen)" = 'the guest asks: the answer once, end of file
the guest asks and shuts its half: more than was sent, no end of file' ] ||
  { echo 'changed: see above' >&2; exit 1; }
