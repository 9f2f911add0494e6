#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The capture filter that everybody uses for resets, `tcp[tcpflags] & tcp-rst != 0`, takes none of IPv6, and says
# nothing: libpcap's tcp[...] reads IPv4 only. A capture of "all resets" misses half of a dual-stack host. The
# filter with `ip6[53]` beside it takes both (where no extension header stands before TCP).
#
# Needs root, util-linux, iproute2, python3; downloads the packages of Debian 12.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q tcpdump=4.99.3-1 libpcap0.8=1.10.3-1 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH
tcpdump=$work/root/usr/bin/tcpdump
export tcpdump
"$tcpdump" --version 2>&1 | head -n 2

unshare -n sh -c '
  ip link set lo up
  "$tcpdump" -Z root -n -l -i lo "tcp[tcpflags] & tcp-rst != 0" >usual 2>/dev/null & one=$!
  "$tcpdump" -Z root -n -l -i lo "tcp[tcpflags] & tcp-rst != 0 or (ip6 proto 6 and ip6[53] & 4 != 0)" >both 2>/dev/null &
  two=$!
  sleep 2
  python3 -c "
import socket
for family, address in ((socket.AF_INET, \"127.0.0.1\"), (socket.AF_INET6, \"::1\")):
    print(address, \"error\", socket.socket(family).connect_ex((address, 9)))"
  sleep 1
  kill "$one" "$two"'
for filter in usual both; do
  echo "$filter:"
  cut -d' ' -f 2-7 $filter
done
found="$(grep -c 'IP ' usual || true) $(grep -c IP6 usual || true) / $(grep -c 'IP ' both || true) $(grep -c IP6 both || true)"
[ "$found" = '1 0 / 1 1' ] || { echo "changed: IPv4 and IPv6 resets, usual / both: $found" >&2; exit 1; }
