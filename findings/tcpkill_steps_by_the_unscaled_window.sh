#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tcpkill means to walk over the receive window: one RST for each window from the last acknowledgment. Between two
# modern hosts it steps by the window field without its scale, and each step is added to the one before: 0, 1, 3
# windows and not 0, 1, 2. So its marks: no DF, window 0, and distances between its numbers of w and 2w.
#
# Needs root, util-linux, iproute2, tcpdump, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q dsniff=2.4b1+debian-31 libnids1.21=1.26-2 libnet1 libpcap0.8=1.10.3-1 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
ls dsniff*.deb

cat >server.py <<'P'
import socket
connection, _ = socket.create_server(("198.51.100.2", 7000)).accept()
try:
    while octets := connection.recv(100):
        connection.sendall(octets)
except OSError:
    pass
P
cat >client.py <<'P'
import socket, time
connection = socket.create_connection(("198.51.100.2", 7000))
try:
    for _ in range(20):
        connection.sendall(b"question")
        connection.recv(100)
        time.sleep(0.2)
except OSError as error:
    print(type(error).__name__)
P
unshare -n sh -c '
  unshare -n sleep 30 & other=$!
  sleep 0.5
  ip link add v0 type veth peer name v1 netns "$other"
  ip addr add 198.51.100.1/24 dev v0
  ip link set v0 up
  nsenter -t "$other" -n ip addr add 198.51.100.2/24 dev v1
  nsenter -t "$other" -n ip link set v1 up
  nsenter -t "$other" -n python3 server.py & server=$!
  timeout 20 tcpdump -Z root -S -v -n -l -i v0 tcp >seen 2>/dev/null & dump=$!
  timeout 20 root/usr/sbin/tcpkill -i v0 tcp port 7000 >/dev/null 2>&1 & kill=$!
  sleep 2
  python3 client.py
  sleep 0.5
  kill "$kill" "$dump" "$other" "$server"' 2>/dev/null || true

# One line a segment; then the first three resets that claim one side, and that side's peer's last window.
python3 - <<'P'
import re, sys
text = re.sub(r"\n\s+", " ", open("seen").read())
windows, forged = {}, {}
for line in text.splitlines():
    m = re.search(r"flags \[(\S+)\].* ([\d.]+) > [\d.]+: Flags \[(\S+)\].* (?:seq|ack) (\d+)", line)
    if not m:
        continue
    ip_flags, source, flags, seq = m.groups()
    win = int(re.search(r" win (\d+)", line).group(1))
    if flags == "R" and ip_flags == "none":
        forged.setdefault(source, []).append(int(seq))
    elif "S" not in flags and "R" not in flags:
        windows[source] = win
for source, numbers in forged.items():
    (peer_window,) = [w for s, w in windows.items() if s != source]
    print(source, "window field of the peer:", peer_window, "numbers from the first:", [n - numbers[0] for n in numbers[:3]])
    if [n - numbers[0] for n in numbers[:3]] != [0, peer_window, 3 * peer_window]:
        sys.exit("changed: other steps")
if not forged:
    sys.exit("changed: no RST without DF seen")
P
