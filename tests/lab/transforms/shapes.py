"""The same octets in other packets: fragments, and segments that were put together."""

import struct
from dataclasses import replace

from transforms.packets import (ACK, MILLISECOND, PSH, segment_of, version,
                                with_checksums, with_header_checksum, with_length)
from transforms.registry import transformation

_PIECE = 1480
_LEAST = 24
_FRAGMENT_HEADER = 44
_MORE = 0x2000
_TOGETHER = MILLISECOND
_LARGEST = 65000


def _pieces(body):
    """Octets of an IP packet's payload by fragment: at least two, all but the last whole units."""
    size = _PIECE if len(body) > _PIECE else max(_LEAST, len(body) // 2 // 8 * 8)
    return [(at, body[at:at + size]) for at in range(0, len(body), size)]


def _fragments_v4(ip):
    header, body = ip[:(ip[0] & 15) * 4], ip[(ip[0] & 15) * 4:]
    for at, piece in _pieces(body):
        more = _MORE if at + len(piece) < len(body) else 0
        fragment = header[:6] + struct.pack("!H", more | at // 8) + header[8:] + piece
        yield with_header_checksum(with_length(fragment))


def _fragments_v6(ip, identification):
    header, body = ip[:40], ip[40:]
    for at, piece in _pieces(body):
        more = at + len(piece) < len(body)
        extension = struct.pack("!BBHI", header[6], 0, at | more, identification)
        yield with_length(header[:6] + bytes([_FRAGMENT_HEADER]) + header[7:] + extension + piece)


def _may_be_fragmented(packet, segment):
    """Resets stay whole: one that is fragmented would be a story of its own. So do packets with
    identification 0, whose fragments nobody could tell from those of the next."""
    if segment is None or segment.is_reset or not packet.whole:
        return False
    if len(packet.ip) - segment.header_at <= _LEAST:
        return False
    return version(packet.ip) == 6 or packet.ip[4:6] != b"\0\0"


@transformation(keeps_evidence=True)
def ip_fragments(capture):
    """Every IP packet in two fragments or more, resets apart."""
    fragmented = []
    for packet in capture.packets:
        if not _may_be_fragmented(packet, segment_of(packet)):
            fragmented.append(packet)
            continue
        fragments = (_fragments_v4(packet.ip) if version(packet.ip) == 4
                     else _fragments_v6(packet.ip, 0x10000 + packet.source))
        fragmented += [packet.with_ip(ip) for ip in fragments]
    return capture.with_packets(fragmented)


def _may_grow(packet, segment):
    return (packet.whole and segment.data_length > 0
            and not segment.flags & ~(ACK | PSH) and len(packet.ip) < _LARGEST)


def _continues(packet, segment, last, last_segment):
    """Linux joins segments with equal headers that follow each other at once and end at a PSH."""
    def options(p, s):
        return p.ip[s.header_at + 20:s.data_at]
    return (segment.sender == last_segment.sender and segment.seq == last_segment.end_seq
            and segment.ack == last_segment.ack and segment.window == last_segment.window
            and packet.time - last.time <= _TOGETHER and not last_segment.flags & PSH
            and options(packet, segment) == options(last, last_segment)
            and len(last.ip) + segment.data_length < _LARGEST)


def _joined(last, packet, segment):
    """The last packet with the payload of this one behind its own."""
    ip = bytearray(with_length(last.ip + packet.ip[segment.data_at:]))
    ip[segment.header_at + 13] |= segment.flags & PSH
    return replace(last.with_ip(with_checksums(bytes(ip))), time=packet.time)


@transformation(keeps_evidence=True)
def gro(capture):
    """In-order data segments of one direction put together into large ones, as GRO does it."""
    packets, growing = [], {}  # connection -> index of its packet that may still grow
    for packet in capture.packets:
        segment = segment_of(packet)
        if segment is None:
            packets.append(packet)
            continue
        index = growing.pop(segment.connection, None)
        last = packets[index] if index is not None else None
        if last and _may_grow(packet, segment) and _continues(packet, segment, last, segment_of(last)):
            packets[index] = None
            packet = _joined(last, packet, segment)
        packets.append(packet)
        if _may_grow(packet, segment):
            growing[segment.connection] = len(packets) - 1
    return capture.with_packets(packet for packet in packets if packet is not None)
