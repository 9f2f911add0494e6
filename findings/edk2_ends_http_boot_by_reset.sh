#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# EDK2 (the UEFI firmware of virtual machines) never closes the connection of its HTTP boot: when it has
# what it wanted, here the answer that there is no such file, it sends a RST and no FIN. That RST has no ACK flag, as
# has the answer to a segment of no connection, while it is an abort: nothing drew it, and it has a window.
#
# Needs root, util-linux, iproute2, tcpdump, python3; downloads packages of Debian 12. The machine is emulated.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q ovmf=2022.11-6+deb12u2 qemu-system-x86=1:7.2+dfsg-7+deb12u18+b3 qemu-system-common \
  qemu-system-data seabios libaio1 libbpf1 libcapstone4 libdaxctl1 libfdt1 libfuse3-3 libibverbs1 libndctl6 libnl-3-200 \
  libnl-route-3-200 libnuma1 libpixman-1-0 libpmem1 libpng16-16 librdmacm1 libslirp0 liburing2 libvdeplug2 \
  libjpeg62-turbo libsasl2-2 libseccomp2 dnsmasq-base libnetfilter-conntrack3 libnfnetlink0 libnftables1 \
  libnftnl11 libxtables12 libjansson4 libedit2 >/dev/null 2>&1
for package in *.deb; do dpkg-deb -x "$package" root; done
LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu:$work/root/lib/$(uname -m)-linux-gnu
QEMU_MODULE_DIR=$work/root/usr/lib/$(uname -m)-linux-gnu/qemu
export LD_LIBRARY_PATH QEMU_MODULE_DIR
for package in ovmf qemu-system-x86; do echo ./"${package}"_*.deb | sed 's/_[^_]*$//; s/.*\///; s/%3a/:/'; done
cp root/usr/share/OVMF/OVMF_VARS_4M.fd vars.fd

cat >server.py <<'P'
# A web server that has no such file, and closes nothing; it prints what it was asked and how its connection ended.
import socket
listener = socket.create_server(("198.51.100.1", 80))
listener.settimeout(100)
client, _ = listener.accept()
client.settimeout(40)
try:
    while asked := client.recv(4000):
        print("asked:", asked.split(b"\r\n")[0].decode(), flush=True)
        client.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    print("end: FIN")
except ConnectionResetError:
    print("end: RST")
P
# shellcheck disable=SC2016  # the inner shell's own
unshare -n sh -c '
  ip link set lo up
  ip tuntap add dev tap0 mode tap
  ip addr add 198.51.100.1/24 dev tap0
  ip link set tap0 up
  root/usr/sbin/dnsmasq -k -p 0 -u root -i tap0 --bind-interfaces -C /dev/null -x "$PWD/pid" --dhcp-leasefile="$PWD/leases" \
    --dhcp-range=198.51.100.2,198.51.100.2,255.255.255.0,1h --dhcp-vendorclass=set:http,HTTPClient \
    --dhcp-option-force=tag:http,60,HTTPClient --dhcp-boot=tag:http,http://198.51.100.1/boot.efi >/dev/null 2>&1 & dhcp=$!
  tcpdump -Z root -U -n -i tap0 "tcp port 80" >seen 2>/dev/null & dump=$!
  sleep 1
  root/usr/bin/qemu-system-x86_64 -L root/usr/share/qemu -L root/usr/share/seabios -machine q35 -m 256 -display none -vga none \
    -monitor none -serial null -no-user-config -netdev tap,id=n,ifname=tap0,script=no,downscript=no \
    -device virtio-net-pci,netdev=n,romfile=,bootindex=1 -fw_cfg name=opt/org.tianocore/IPv4PXESupport,string=n \
    -fw_cfg name=opt/org.tianocore/IPv6PXESupport,string=n -fw_cfg name=opt/org.tianocore/IPv6Support,string=n \
    -drive if=pflash,format=raw,readonly=on,file=root/usr/share/OVMF/OVMF_CODE_4M.fd \
    -drive if=pflash,format=raw,file=vars.fd >qemu.log 2>&1 & machine=$!
  timeout 110 python3 server.py >said
  sleep 1
  kill "$machine" "$dump" "$dhcp"' 2>/dev/null || true
sed 's/^[^ ]* //; s/ options \[[^]]*\],//' seen
cat said
reset='198\.51\.100\.2\.[0-9]* > .*: Flags \[R\], seq [0-9]*, win [1-9][0-9]*, length 0$'
{ [ "$(tail -n 1 said)" = 'end: RST' ] && grep -q "$reset" seen && ! grep -q ' 198\.51\.100\.2\.[0-9]* > .*\[F' seen; } ||
  { echo 'changed: see above' >&2; exit 1; }
