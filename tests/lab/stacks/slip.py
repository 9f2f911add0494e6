#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A serial line (SLIP, RFC 1055) between a tun device and Slirp in another namespace.

    slip.py DEVICE NAMESPACE

Runs Slirp on a pseudo-terminal of its own and carries packets between it and the device.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import tty

_TUNSETIFF, _TUN_WITHOUT_HEADER = 0x400454CA, 0x1001
_END, _ESCAPED_END = b"\xc0", b"\xdb\xdc"
_ESCAPE, _ESCAPED_ESCAPE = b"\xdb", b"\xdb\xdd"
_LONGEST_PACKET = 2000
_IPV4 = 4


def _framed(packet):
    return _END + packet.replace(_ESCAPE, _ESCAPED_ESCAPE).replace(_END, _ESCAPED_END) + _END


def _plain(frame):
    return frame.replace(_ESCAPED_END, _END).replace(_ESCAPED_ESCAPE, _ESCAPE)


def _carry(tun, line):
    """Carry packets until Slirp has ended; what it says in plain text is no packet."""
    got = b""
    while True:
        for source in select.select([tun, line], [], [])[0]:
            if source == tun:
                os.write(line, _framed(os.read(tun, _LONGEST_PACKET)))
                continue
            try:
                got += os.read(line, 4096)
            except OSError:
                return
            *frames, got = got.split(_END)
            for packet in map(_plain, frames):
                if packet and packet[0] >> 4 == _IPV4:
                    os.write(tun, packet)


def main():
    device, namespace = sys.argv[1:]
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, _TUNSETIFF, struct.pack("16sH", device.encode(), _TUN_WITHOUT_HEADER))
    process, line = pty.fork()
    if process == 0:
        os.execvp("ip", ["ip", "netns", "exec", namespace, "slirp-fullbolt"])
    tty.setraw(line)
    _carry(tun, line)


if __name__ == "__main__":
    main()
