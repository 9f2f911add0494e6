"""Other link types and file formats: the same packets, otherwise written down."""

import struct
from dataclasses import replace

from transforms.packets import RAW, SLL, SLL2, ether_type, goes_up, macs, version
from transforms.registry import transformation

_BSD_NULL, _LOOP = 0, 108
_TO_US, _FROM_US = 0, 4


def _linked(capture, link_type, header):
    """The capture with another link header before every packet."""
    return replace(capture.each(lambda packet: replace(packet, link=header(packet))),
                   link_type=link_type)


@transformation(keeps_evidence=True)
def bsd_null(capture):
    """Captured on the loopback of a Mac: the address family in the byte order of the host."""
    return _linked(capture, _BSD_NULL,
                   lambda packet: struct.pack("<I", 2 if version(packet.ip) == 4 else 30))


@transformation(keeps_evidence=True)
def bsd_loop(capture):
    """Captured on the loopback of OpenBSD: the address family in network order."""
    return _linked(capture, _LOOP,
                   lambda packet: struct.pack("!I", 2 if version(packet.ip) == 4 else 24))


@transformation(keeps_evidence=True)
def linux_cooked(capture):
    """Captured on all interfaces of a Linux host by an older tcpdump: Linux cooked, version 1."""
    def header(packet):
        way = _FROM_US if goes_up(packet) else _TO_US
        return struct.pack("!HHH", way, 1, 6) + macs(packet)[6:] + b"\0\0" + ether_type(packet.ip)
    return _linked(capture, SLL, header)


@transformation(keeps_evidence=True)
def linux_cooked2(capture):
    """Captured on all interfaces of a Linux host: Linux cooked, version 2."""
    def header(packet):
        way = _FROM_US if goes_up(packet) else _TO_US
        return (ether_type(packet.ip) + struct.pack("!HIHBB", 0, 2, 1, way, 6)
                + macs(packet)[6:] + b"\0\0")
    return _linked(capture, SLL2, header)


@transformation(keeps_evidence=True)
def raw_ip(capture):
    """Captured on a tunnel device: no link header at all."""
    return _linked(capture, RAW, lambda packet: b"")


@transformation(keeps_evidence=True)
def pcapng_two_interfaces(capture):
    """One pcapng of two taps, one for each direction, with other snap lengths and clocks."""
    return replace(capture, format="pcapng")


@transformation(keeps_evidence=True)
def nanosecond(capture):
    """Time stamps in nanoseconds."""
    odd = 137  # so that a reader that drops the last three digits shows
    return replace(capture.each(lambda packet: replace(packet, time=packet.time + odd)),
                   format="nanosecond")


@transformation(keeps_evidence=True)
def big_endian(capture):
    """A capture file written by a big-endian machine."""
    return replace(capture, format="big_endian")
