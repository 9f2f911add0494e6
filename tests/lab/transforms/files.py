"""Reading the lab's captures; writing them in the formats that capture tools write."""

import struct

from transforms.packets import MICROSECOND, SECOND, Capture, Packet, goes_up

#: Octets before the IP header, by link type, in the captures that the lab makes.
_LINK_HEADER = {1: 14, 101: 0, 113: 16, 276: 20}
_HEADER, _RECORD = struct.Struct("<IHHiIII"), struct.Struct("<IIII")


def read(path, name):
    """The Capture in a classic little-endian microsecond file, as tcpdump makes them here."""
    octets = path.read_bytes()
    magic, *_, snaplen, link_type = _HEADER.unpack_from(octets)
    if magic != 0xA1B2C3D4:
        raise ValueError(f"{path}: not a little-endian microsecond capture")
    packets, at, link = [], _HEADER.size, _LINK_HEADER[link_type]
    while at < len(octets):
        seconds, micros, captured, length = _RECORD.unpack_from(octets, at)
        at += _RECORD.size
        frame = octets[at:at + captured]
        at += captured
        packets.append(Packet(seconds * SECOND + micros * MICROSECOND, frame[:link], frame[link:],
                              length - link, len(packets) + 1))
    return Capture(name, packets, link_type, snaplen)


def _frame(packet, snaplen):
    return (packet.link + packet.ip)[:snaplen], len(packet.link) + packet.length


def _pcap(capture, order, magic, unit):
    yield struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, capture.snaplen, capture.link_type)
    for packet in capture.packets:
        octets, length = _frame(packet, capture.snaplen)
        seconds, rest = divmod(packet.time, SECOND)
        yield struct.pack(f"{order}IIII", seconds, rest // unit, len(octets), length) + octets


def _block(kind, body):
    body += b"\0" * (-len(body) % 4)
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def _option(code, value):
    return struct.pack("<HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


#: Of the interfaces in a pcapng: name, snaplen, power of ten of a clock tick.
_INTERFACES = (("mirror0", 262144, 6), ("mirror1", 131072, 9))


def _pcapng(capture, interface_of):
    """Two interfaces; interface_of(packet) is 0 or 1."""
    yield _block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    for name, snaplen, digits in _INTERFACES:
        yield _block(1, struct.pack("<HHI", capture.link_type, 0, snaplen) + _option(2, name.encode())
                     + _option(9, bytes([digits])) + _option(0, b""))
    for packet in capture.packets:
        interface = int(interface_of(packet))
        octets, length = _frame(packet, _INTERFACES[interface][1])
        ticks = packet.time // 10 ** (9 - _INTERFACES[interface][2])
        yield _block(6, struct.pack("<IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF,
                                    len(octets), length) + octets)


_WRITERS = {
    "pcap": ("pcap", lambda capture: _pcap(capture, "<", 0xA1B2C3D4, MICROSECOND)),
    "big_endian": ("pcap", lambda capture: _pcap(capture, ">", 0xA1B2C3D4, MICROSECOND)),
    "nanosecond": ("pcap", lambda capture: _pcap(capture, "<", 0xA1B23C4D, 1)),
    # One for each direction, as two taps of one link give them.
    "pcapng": ("pcapng", lambda capture: _pcapng(capture, goes_up)),
    # One for each capture point (merged.py).
    "pcapng_points": ("pcapng", lambda capture: _pcapng(
        capture, lambda packet: packet.source > 1_000_000)),
}


def write(capture, stem):
    """Write the capture beside that path; returns the file."""
    suffix, chunks = _WRITERS[capture.format]
    path = stem.with_suffix("." + suffix)
    path.write_bytes(b"".join(chunks(capture)))
    return path
