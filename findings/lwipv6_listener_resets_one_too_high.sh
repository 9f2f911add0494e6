#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# LWIPv6 (View-OS' stack) answers a segment of no connection at a port on which it listens by a reset whose number is
# one too high: RFC 9293 takes the segment's acknowledgment number, LWIPv6 adds one, as lwIP did from which it comes
# (tcp_listen_input() of old: tcp_rst(ackno + 1, ...)); at a closed port it does not.
# A Linux client of a machine that has restarted is not freed by such a reset: RFC 5961 has it ask by a challenge
# ACK, which LWIPv6 resets by the same number, and so on for each repetition; the client stays ESTABLISHED.
#
# Needs root, util-linux, iproute2, tcpdump, python3; downloads the package of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q liblwipv6-2=1.5a-9 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$(dirname "$(find "$work/root" -name 'liblwipv6.so.2')")
export LD_LIBRARY_PATH
cat /proc/sys/kernel/osrelease
echo ./*.deb | sed 's/_[^_]*$//; s/.*\///'

cat >machine.py <<'P'
# 10.0.0.2 on the tun device: LWIPv6, which listens on port 7000 if it is told so.
import ctypes, socket, struct, sys, time
lwip = ctypes.CDLL("liblwipv6.so.2")

def octets(text, upper):
    # LWIPv6 writes an IPv4 address as an IPv6 one.
    return struct.pack("=III", upper, upper, 0xFFFFFFFF if upper else socket.htonl(0xFFFF)) + socket.inet_aton(text)

pointer = ctypes.c_void_p
for name, result, *arguments in (
        ("lwip_stack_new", pointer), ("lwip_add_tunif", pointer, pointer, ctypes.c_char_p, ctypes.c_int),
        ("lwip_add_addr", ctypes.c_int, pointer, ctypes.c_char_p, ctypes.c_char_p),
        ("lwip_ifup_flags", ctypes.c_int, pointer, ctypes.c_int),
        ("lwip_msocket", ctypes.c_int, pointer, ctypes.c_int, ctypes.c_int, ctypes.c_int)):
    function = getattr(lwip, name)
    function.restype, function.argtypes = result, arguments
stack = lwip.lwip_stack_new()
device = lwip.lwip_add_tunif(stack, b"tun0", 0)
lwip.lwip_add_addr(device, octets("10.0.0.2", 0), octets("255.255.255.0", 0xFFFFFFFF))
lwip.lwip_ifup_flags(device, 0)
if sys.argv[1] == "listens":
    listener = lwip.lwip_msocket(stack, socket.AF_INET, socket.SOCK_STREAM, 0)
    lwip.lwip_bind(listener, struct.pack("=H", socket.AF_INET) + struct.pack("!H", 7000) + bytes(12), 16)
    lwip.lwip_listen(listener, 4)
print("up", flush=True)
time.sleep(60)
P
cat >client.py <<'P'
# Connects, lets the machine restart, writes; prints the socket's state 3 s later.
import socket, subprocess, sys, time

def machine(way):
    process = subprocess.Popen(["python3", "-u", "machine.py", way], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process

first = machine("listens")
client = socket.create_connection(("10.0.0.2", 7000), 5)
time.sleep(0.3)
first.kill()
first.wait()
second = machine(sys.argv[1])
client.sendall(b"question")
time.sleep(3)
print({1: "ESTABLISHED", 7: "CLOSE"}.get(state := client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0], state))
second.kill()
P
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip tuntap add dev tun0 mode tun
  ip addr add 10.0.0.1/24 dev tun0
  ip link set tun0 up
  for way in deaf listens; do
    tcpdump -Z root -U -S -n -i tun0 tcp >"seen.$way" 2>/dev/null & dump=$!
    sleep 1
    timeout 20 python3 client.py "$way" >"state.$way"
    sleep 0.5
    kill "$dump"
  done' 2>/dev/null || true
for way in deaf listens; do
  echo "The client writes to the restarted machine, whose port $way:"
  sed 's/^[^ ]* //; s/ options \[[^]]*\],//' "seen.$way" | head -n 12
  cat "state.$way"
done
# How far the resets' number is from the SYN-ACK's: 1 is right, for the client has got nothing else.
behind() {
  awk '{ match($0, /seq [0-9]+/); number = substr($0, RSTART + 4, RLENGTH - 4) }
       /\[S\.\]/ { first = number } /\[R\.\]/ { print number - first }' "seen.$1" | sort -u | tr '\n' ' '
}
told="deaf: $(behind deaf)$(cat state.deaf); listens: $(behind listens)$(cat state.listens)"
[ "$told" = 'deaf: 1 CLOSE; listens: 2 ESTABLISHED' ] || { echo "changed: $told" >&2; exit 1; }
