# SPDX-License-Identifier: GPL-2.0-or-later
"""Firmware and boot loaders with a TCP of their own, run in QEMU: iPXE, EDK2, GRUB, lpxelinux.

The machine stands in the server's network; what it boots comes from the client's port 80. No
tracepoint speaks of its resets: what it was told to boot is what it did.
"""

import contextlib

from rstlab import sockets
from rstlab.qemu import grub, http_boot, ipxe, lpxelinux
from rstlab.scenario import scenario
from rstlab.segment import ACK, Segment
from rstlab.sockets import (read_until, reset_expected, wait_delivered, wait_reset, wait_until)
from rstlab.truth import Rst
from scenarios.daemons import GONE

_BROKEN = (BrokenPipeError, ConnectionResetError)
_SMALL_FILE = b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n" + b"k" * 29 + b"\n"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_EFI_HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: application/efi\r\nContent-Length: 60002\r\n"
             b"\r\n")
_BOOT_SECONDS = 80


def _asked(lab, listener):
    """The connection of a machine that has booted so far and has sent a request's head."""
    listener.settimeout(_BOOT_SECONDS)
    server, _ = listener.accept()
    lab.keep(server).settimeout(10)
    read_until(server, b"\r\n\r\n")
    return server


def _ended(lab, server, seconds):
    wait_until(lambda: sockets.tcp_state(server) != sockets.ESTABLISHED, "the end", seconds)
    lab.pause(0.5)


# --- iPXE ----------------------------------------------------------------------------------------

@scenario("silent-ipxe-download-timed-out",
          "iPXE fetches a kernel with a time-out (imgfetch --timeout); the server stalls in the "
          "middle and sends on after iPXE's FIN: iPXE acknowledges it for nobody to read.",
          program="ipxe")
def ipxe_timeout(lab):
    listener = lab.listen(lab.client, 80)
    machine = ipxe(lab, f"imgfetch --timeout 2000 http://{lab.client.ip4}/vmlinuz || echo gave-up")
    server = _asked(lab, listener)
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"k" * 20000)
    machine.wait_said("gave-up")
    lab.pause(1)
    server.sendall(b"k" * 3000)
    lab.pause(1)
    return []


# --- EDK2 ----------------------------------------------------------------------------------------

@scenario("edk2-has-its-file-and-resets",
          "A firmware (EDK2) boots over HTTP: HEAD, GET, 60 kB read whole; then it drops its "
          "connection by a bare RST and never sends a FIN.",
          "linger0", program="ovmf")
def edk2_boots(lab):
    listener = lab.listen(lab.client, 80)
    http_boot(lab)
    server = _asked(lab, listener)
    server.sendall(_EFI_HEAD)
    read_until(server, b"\r\n\r\n")
    server.sendall(_EFI_HEAD + b"MZ" + b"k" * 60000)
    wait_reset(server, 10)
    lab.pause(0.5)
    return [Rst("linger0", "server", origin="client")]


@scenario("edk2-is-told-404",
          "A firmware (EDK2) asks for a boot file that is not there: 404 to its HEAD and 404 to "
          "its GET, both read whole, and it resets.",
          "linger0", points=("client",), program="ovmf")
def edk2_not_found(lab):
    listener = lab.listen(lab.client, 80)
    http_boot(lab)
    server = _asked(lab, listener)
    server.sendall(_NOT_FOUND)
    with contextlib.suppress(EOFError, *_BROKEN):
        read_until(server, b"\r\n\r\n")
        server.sendall(_NOT_FOUND)
    _ended(lab, server, 20)
    return [Rst("linger0", "server", origin="client")]


@scenario("edk2-tires-of-a-stalled-download",
          "A firmware (EDK2) boots over HTTP; the server stalls in the middle of the file. The "
          "firmware gives the download up with all read that came, and resets.",
          "linger0", program="ovmf")
def edk2_stalled(lab):
    listener = lab.listen(lab.client, 80)
    http_boot(lab)
    server = _asked(lab, listener)
    server.sendall(_EFI_HEAD)
    read_until(server, b"\r\n\r\n")
    server.sendall(_EFI_HEAD + b"MZ" + b"k" * 20000)
    _ended(lab, server, 45)
    return [Rst("linger0", "server", origin="client")]


@scenario("edk2-waits-for-an-answer-in-vain",
          "A firmware (EDK2) has asked for its boot file and got no more than an ACK; after some "
          "seconds it gives the attempt up and resets.",
          "linger0", points=("server",), program="ovmf")
def edk2_unanswered(lab):
    listener = lab.listen(lab.client, 80)
    http_boot(lab)
    wait_reset(_asked(lab, listener), 30)
    lab.pause(0.5)
    return [Rst("linger0", "server", origin="client")]


# --- GRUB ----------------------------------------------------------------------------------------

#: GRUB acknowledges what it has just reset; Linux, whose socket is gone, answers that.
_GRUB_TRUTH = [Rst("data_after_close", "server", origin="client"),
               Rst("late_segment", "server", origin="client", count=(0, 400)),
               Rst("reset_echo", "client", GONE, origin="server", count=(0, 400))]
_GRUB = {"may": ("late_segment", "reset_echo"), "program": "grub"}


def _speaks_on(lab, listener, machine, server):
    """More in a connection that GRUB has closed, while it waits for its next file.

    GRUB looks at its card only while it waits for something itself.
    """
    second = _asked(lab, listener)
    lab.pause(1)
    with contextlib.suppress(*_BROKEN):
        server.sendall(b"more")
    lab.pause(6)
    second.sendall(_SMALL_FILE)
    machine.wait_said("grub-done", 20)
    lab.pause(1)


@scenario("grub-reads-the-head-of-a-file",
          "GRUB looks at the first octets of a large file (hexdump -n 16 (http,...)/big) and "
          "closes; the server streams on while GRUB waits for another file.",
          "data_after_close", **_GRUB)
def grub_head(lab):
    listener = lab.listen(lab.client, 80)
    machine = grub(lab, f"hexdump -n 16 (http,{lab.client.ip4})/big",
                   f"cat (http,{lab.client.ip4})/next")
    server = _asked(lab, listener)
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"k" * 60000)
    _speaks_on(lab, listener, machine, server)
    return _GRUB_TRUTH


@scenario("grub-has-its-file-and-the-server-sends-on",
          "GRUB has read a small file whole (cat) and closed; the server writes once more while "
          "GRUB waits for another file.",
          "data_after_close", **_GRUB)
def grub_whole(lab):
    listener = lab.listen(lab.client, 80)
    machine = grub(lab, f"cat (http,{lab.client.ip4})/small", f"cat (http,{lab.client.ip4})/next")
    server = _asked(lab, listener)
    server.sendall(_SMALL_FILE)
    _speaks_on(lab, listener, machine, server)
    return _GRUB_TRUTH


# --- lpxelinux -----------------------------------------------------------------------------------

def _loading(lab):
    """lpxelinux in the middle of its download: (machine, listener, the server's socket)."""
    listener = lab.listen(lab.client, 80)
    machine = lpxelinux(lab, f"http://{lab.client.ip4}/vmlinuz")
    server = _asked(lab, listener)
    server.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"k" * 20000)
    wait_delivered(server)
    lab.pause(0.5)
    return machine, listener, server


@scenario("lpxelinux-tried-on-two-closed-ports",
          "A machine is in the middle of lpxelinux' download (syslinux' lwIP) when somebody tries "
          "its ports 22 and 8080.",
          "port_closed", program="lpxelinux")
def lpxelinux_refuses(lab):
    machine, _, _ = _loading(lab)
    for port in (22, 8080):
        with reset_expected():
            lab.connect(lab.client, machine.address, port)
        lab.pause(0.3)
    return [Rst("port_closed", "server", count=2)]


@scenario("lpxelinux-under-an-ack-scan",
          "ACKs of no connection reach a machine in the middle of lpxelinux' download, three "
          "ports.",
          "scan_probe", points=("server",), program="lpxelinux")
def lpxelinux_acks(lab):
    machine, _, _ = _loading(lab)
    for port in (80, 443, 3389):
        lab.client.inject(Segment(lab.client.ip4, 51000, machine.address, port, ACK,
                                  seq=5000 + port, ack=777000, window=1024, ip_id=7))
        lab.pause(0.2)
    lab.pause(0.3)
    return [Rst("scan_probe", "server", count=3,
                inseparable=("connection_unknown", "capture_incomplete"))]


@scenario("lpxelinux-power-cycled-in-a-download",
          "A machine loses its power in the middle of lpxelinux' download and boots anew: its lwIP "
          "connects from the same port, the server, which still holds the old connection, answers "
          "with an ACK, and that is reset.",
          "half_open_recovery", program="lpxelinux")
def lpxelinux_cycled(lab):
    machine, listener, server = _loading(lab)
    machine.power_off()
    lab.pause(0.3)
    machine.start()
    wait_reset(server, 45)
    with contextlib.suppress(TimeoutError):
        listener.settimeout(8)
        lab.keep(listener.accept()[0])
    lab.pause(1)
    return [Rst("half_open_recovery", "server", origin="client", count=(1, 3))]
