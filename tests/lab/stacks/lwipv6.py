#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine that runs LWIPv6 (liblwipv6-2, View-OS' stack) on a tunnel device.

    lwipv6.py DEVICE ADDRESS

Obeys the calls of rstlab/guest.py on standard input, one JSON list a line, and answers each by one
line.
"""

import ctypes
import json
import socket
import struct
import sys

_LIBRARY = "liblwipv6.so.2"
_POINTER = ctypes.c_void_p


class _Address(ctypes.Structure):
    """LWIPv6's struct ip_addr: 16 octets, IPv4 mapped."""

    _fields_ = [("words", ctypes.c_uint32 * 4)]


def _address(text, mapped=socket.htonl(0xFFFF), before=0):
    """An address of IPv4; a mask has ones in all that stands before it."""
    last = struct.unpack("=I", socket.inet_aton(text))[0]
    return _Address((ctypes.c_uint32 * 4)(before, before, mapped, last))


def _mask(text):
    return _address(text, 0xFFFFFFFF, 0xFFFFFFFF)


def _name(address, port):
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + (
        socket.inet_aton(address) + bytes(8))


class Stack:
    """The socket calls, as far as the stories need them."""

    def __init__(self, device, address):
        self._lwip = lwip = ctypes.CDLL(_LIBRARY)
        for name in ("lwip_stack_new", "lwip_add_tunif"):
            getattr(lwip, name).restype = _POINTER
        lwip.lwip_add_tunif.argtypes = [_POINTER, ctypes.c_char_p, ctypes.c_int]
        lwip.lwip_add_addr.argtypes = [_POINTER] * 3
        lwip.lwip_ifup_flags.argtypes = [_POINTER, ctypes.c_int]
        lwip.lwip_add_route.argtypes = [_POINTER] * 5 + [ctypes.c_int]
        lwip.lwip_msocket.argtypes = [_POINTER] + [ctypes.c_int] * 3
        lwip.lwip_init()
        self._stack = _POINTER(lwip.lwip_stack_new())
        link = _POINTER(lwip.lwip_add_tunif(self._stack, device.encode(), 0))
        lwip.lwip_add_addr(link, ctypes.byref(_address(address)),
                           ctypes.byref(_mask("255.255.255.0")))
        lwip.lwip_ifup_flags(link, 0)
        gateway = address.rsplit(".", 1)[0] + ".1"
        lwip.lwip_add_route(self._stack, ctypes.byref(_address("0.0.0.0")),
                            ctypes.byref(_mask("0.0.0.0")), ctypes.byref(_address(gateway)), link,
                            0)

    @staticmethod
    def ready():
        return True

    def listen(self, port, backlog):
        sock = self._lwip.lwip_msocket(self._stack, socket.AF_INET, socket.SOCK_STREAM, 0)
        self._lwip.lwip_bind(sock, _name("0.0.0.0", port), 16)
        self._lwip.lwip_listen(sock, backlog)
        return sock

    def accept(self, listener):
        peer, length = ctypes.create_string_buffer(32), ctypes.c_uint32(32)
        return self._lwip.lwip_accept(listener, peer, ctypes.byref(length))

    def receive(self, sock, count):
        return self._lwip.lwip_recv(sock, ctypes.create_string_buffer(count), count, 0)

    def send(self, sock, count):
        return self._lwip.lwip_send(sock, b"l" * count, count, 0)

    def close(self, sock):
        return self._lwip.lwip_close(sock)


def main():
    stack = Stack(*sys.argv[1:])
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(getattr(stack, name)(*arguments)), flush=True)


if __name__ == "__main__":
    main()
