# SPDX-License-Identifier: GPL-2.0-or-later
"""Machines in QEMU whose firmware or boot loader has a TCP of its own.

    client (Linux) ---- router ---- server ---- guest0 (tap) ---- the machine

No tracepoint speaks of their resets: what a machine was told to boot is what it did. Its serial
console says how far it is.
"""

import os
import pathlib
import shutil

from .guest import wire_to
from .scenario import needs, needs_files
from .sockets import wait_until
from .topology import run

_DEVICE = "guest0"
_HARDWARE_ADDRESS = "52:54:00:12:34:56"
_OVMF = pathlib.Path("/usr/share/OVMF")
_GRUB_MODULES = "efinet net http hexdump cat sleep echo"


class Machine:
    """A PC on the server's wire; boots when start() is called."""

    def __init__(self, lab, *arguments):
        """arguments: QEMU's, besides the usual ones; the network's back end is called "net"."""
        needs("qemu-system-x86_64")
        self._lab, self._host, self.arguments = lab, lab.server, list(arguments)
        self.address = wire_to(lab, _DEVICE, "tap", number=6)
        base, last = self.address.rsplit(".", 1)
        self.gateway = f"{base}.{int(last) - 1}"
        self._host.run("ethtool", "-K", _DEVICE, "tx", "off", check=False)
        self._host.ip("neigh", "replace", self.address, "lladdr", _HARDWARE_ADDRESS, "dev",
                      _DEVICE)
        self._host.ip("addr", "add", f"{self.gateway}/29", "dev", _DEVICE)
        self._host.guests.add(self.gateway)
        self._console = lab.workdir / "console"

    def start(self):
        """Switch it on."""
        self._process = self._lab.spawn(
            self._host, "qemu-system-x86_64", "-m", "512", "-display", "none", "-vga", "none",
            "-machine", "graphics=off", "-monitor", "none", "-no-user-config",
            "-serial", f"file:{self._console}",
            "-netdev", f"tap,id=net,ifname={_DEVICE},script=no,downscript=no", *self.arguments)
        return self

    def power_off(self):
        """Not a word on the wire."""
        self._process.kill()
        self._process.wait()

    def wait_said(self, word, seconds=25):
        """Wait until its console says this."""
        wait_until(lambda: self._console.exists()
                   and word in self._console.read_text(errors="replace"),
                   f"the console says {word}", seconds)

    def serve_dhcp(self, *options):
        """dnsmasq on the machine's wire."""
        needs("dnsmasq")
        self._lab.spawn(
            self._host, "dnsmasq", "-k", "-p", "0", "-u", "root", "-i", _DEVICE,
            "--bind-interfaces", "-x", str(self._lab.workdir / "dnsmasq.pid"), "-C", "/dev/null",
            f"--dhcp-leasefile={self._lab.workdir}/leases",
            f"--dhcp-range={self.address},{self.address},255.255.255.248,1h",
            f"--dhcp-option=3,{self.gateway}", *options)
        self._lab.pause(0.3)


def _network_card(model, *options):
    return ["-device", ",".join((model, "netdev=net", f"mac={_HARDWARE_ADDRESS}", *options))]


def ipxe(lab, *lines):
    """iPXE, booted as a kernel, with this script."""
    needs_files("ipxe", "/boot/ipxe.lkrn")
    machine = Machine(lab)
    script = lab.workdir / "script.ipxe"
    script.write_text("\n".join((
        "#!ipxe", "ifopen net0", f"set net0/ip {machine.address}",
        "set net0/netmask 255.255.255.224", f"set net0/gateway {lab.server.ip4}", *lines,
        "sleep 100", "")), encoding="ascii")
    machine.arguments += [*_network_card("e1000", "romfile="), "-kernel", "/boot/ipxe.lkrn",
                          "-initrd", str(script)]
    return machine.start()


def _ovmf(lab, machine, pxe):
    """EDK2 as the machine's firmware: by PXE or, without, by HTTP boot; never by IPv6."""
    code, variables = _OVMF / "OVMF_CODE_4M.fd", _OVMF / "OVMF_VARS_4M.fd"
    needs_files("ovmf", code, variables)
    own = lab.workdir / "variables.fd"
    shutil.copy(variables, own)
    switched_off = ["IPv6PXESupport", "IPv6Support", *([] if pxe else ["IPv4PXESupport"])]
    for name in switched_off:
        machine.arguments += ["-fw_cfg", f"name=opt/org.tianocore/{name},string=n"]
    machine.arguments += [
        "-machine", "q35", *_network_card("virtio-net-pci", "romfile=", "bootindex=1"),
        "-drive", f"if=pflash,format=raw,readonly=on,file={code}",
        "-drive", f"if=pflash,format=raw,file={own}"]


def http_boot(lab, file="boot.efi"):
    """EDK2, which boots this file over HTTP from the client's port 80."""
    machine = Machine(lab)
    _ovmf(lab, machine, pxe=False)
    machine.serve_dhcp("--dhcp-vendorclass=set:http,HTTPClient",
                       "--dhcp-option-force=tag:http,60,HTTPClient",
                       f"--dhcp-boot=tag:http,http://{lab.client.ip4}/{file}")
    return machine.start()


def grub(lab, *lines):
    """GRUB (x86_64-efi: its own TCP on the firmware's driver), with these commands."""
    needs("grub-mkstandalone")
    needs_files("grub-efi-amd64-bin", "/usr/lib/grub/x86_64-efi/http.mod")
    machine = Machine(lab)
    _ovmf(lab, machine, pxe=True)
    config = lab.workdir / "grub.cfg"
    config.write_text("\n".join((*lines, "echo grub-done", "sleep 200", "")), encoding="ascii")
    root = lab.workdir / "tftp"
    root.mkdir()
    run("grub-mkstandalone", "-O", "x86_64-efi", "--compress=no", "--fonts=", "--locales=",
        "--themes=", f"--modules={_GRUB_MODULES}", "-o", str(root / "grub.efi"),
        f"boot/grub/grub.cfg={config}", timeout=100)
    os.chmod(lab.workdir, 0o755)
    machine.serve_dhcp("--enable-tftp", f"--tftp-root={root}", "--dhcp-boot=grub.efi")
    return machine.start()


def lpxelinux(lab, kernel):
    """lpxelinux.0 (syslinux' lwIP) by SeaBIOS' PXE, told to load its kernel from this address."""
    loader = "/usr/lib/PXELINUX/lpxelinux.0"
    module = "/usr/lib/syslinux/modules/bios/ldlinux.c32"
    needs_files("pxelinux", loader, module)
    machine = Machine(lab, *_network_card("e1000", "bootindex=1"))
    root = lab.workdir / "tftp"
    (root / "pxelinux.cfg").mkdir(parents=True)
    os.chmod(lab.workdir, 0o755)
    shutil.copy(loader, root)
    shutil.copy(module, root)
    (root / "pxelinux.cfg" / "default").write_text(
        f"SERIAL 0\nDEFAULT x\nPROMPT 0\nLABEL x\n KERNEL {kernel}\n", encoding="ascii")
    machine.serve_dhcp("--enable-tftp", f"--tftp-root={root}", "--dhcp-boot=lpxelinux.0")
    return machine.start()
