"""A capture as a list of IP packets, and the TCP segment in one of them.

The link header is kept apart from the packet, so that a transformation changes the one or the
other; every packet remembers the frame it was, so that the truth can follow it.
"""

import ipaddress
import struct
from dataclasses import dataclass, replace

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
ETHERNET, RAW, SLL, SLL2 = 1, 101, 113, 276
SECOND, MILLISECOND, MICROSECOND = 10**9, 10**6, 10**3

_MAC_A, _MAC_B = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")


@dataclass(frozen=True)
class Packet:
    """One IP packet with the link header it was captured with."""

    time: int     # nanoseconds
    link: bytes
    ip: bytes     # as captured
    length: int   # octets of the IP packet on the wire
    source: int   # number of the frame it was; 0 where a transformation made it up

    @property
    def whole(self):
        return len(self.ip) >= self.length

    def with_ip(self, octets):
        return replace(self, ip=octets, length=len(octets))


@dataclass(frozen=True)
class Capture:
    """Packets in the order of the file, and how the file is to be written (files.py)."""

    name: str
    packets: list
    link_type: int = ETHERNET
    snaplen: int = 262144
    format: str = "pcap"

    def with_packets(self, packets):
        return replace(self, packets=list(packets))

    def each(self, change):
        """The same capture with a function applied to each packet."""
        return self.with_packets(change(packet) for packet in self.packets)


@dataclass(frozen=True)
class Segment:
    """Where and what the TCP segment of an IP packet is; numbers are raw."""

    src: bytes
    dst: bytes
    sport: int
    dport: int
    seq: int
    ack: int
    flags: int
    window: int
    header_at: int   # in the IP packet
    data_at: int
    data_length: int  # on the wire

    @property
    def sender(self):
        return self.src, self.sport

    @property
    def receiver(self):
        return self.dst, self.dport

    @property
    def connection(self):
        """The 4-tuple, whichever way."""
        return frozenset((self.sender, self.receiver))

    @property
    def end_seq(self):
        taken = self.data_length + bool(self.flags & SYN) + bool(self.flags & FIN)
        return (self.seq + taken) & 0xFFFFFFFF

    @property
    def is_reset(self):
        return bool(self.flags & RST)

    @property
    def is_reply(self):
        """The form with which a closed socket answers (RFC 9293, 3.10.7.1)."""
        return self.is_reset and self.window == 0 and (not self.flags & ACK or self.seq == 0)


def version(ip):
    return ip[0] >> 4


def _ip_header(ip):
    """(protocol, length of header, length of packet, addresses); None for no first fragment."""
    if len(ip) >= 20 and version(ip) == 4:
        if struct.unpack_from("!H", ip, 6)[0] & 0x1FFF:
            return None
        return ip[9], (ip[0] & 15) * 4, struct.unpack_from("!H", ip, 2)[0], ip[12:16], ip[16:20]
    if len(ip) >= 40 and version(ip) == 6:
        return ip[6], 40, 40 + struct.unpack_from("!H", ip, 4)[0], ip[8:24], ip[24:40]
    return None


def addresses(ip):
    """Source and destination."""
    return (ip[12:16], ip[16:20]) if version(ip) == 4 else (ip[8:24], ip[24:40])


def segment_of(packet):
    """The Segment in a packet, or None where there is no whole TCP header."""
    ip = packet.ip
    header = _ip_header(ip)
    if header is None or header[0] != TCP or len(ip) < header[1] + 20:
        return None
    _, at, length, src, dst = header
    sport, dport, seq, ack, offset, flags, window = struct.unpack_from("!HHIIBBH", ip, at)
    data_at = at + (offset >> 4) * 4
    # A packet of more than 64 KB (TSO) has length 0 in its header.
    length = length if length > at else packet.length
    return Segment(src, dst, sport, dport, seq, ack, flags, window, at, data_at,
                   max(length - data_at, 0))


def options_of(ip, segment):
    """Offset, kind and length of each TCP option that was captured whole."""
    at, end = segment.header_at + 20, min(segment.data_at, len(ip))
    while at < end and ip[at] != 0:
        if ip[at] == 1:
            at += 1
            continue
        if at + 1 >= end or ip[at + 1] < 2 or at + ip[at + 1] > end:
            return
        yield at, ip[at], ip[at + 1]
        at += ip[at + 1]


def checksum(data):
    """The Internet checksum (RFC 1071)."""
    data = bytes(data) + b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def with_header_checksum(ip):
    """The packet with the checksum of its IPv4 header right; IPv6 has none."""
    if version(ip) != 4:
        return bytes(ip)
    size = (ip[0] & 15) * 4
    header = bytes(ip[:10]) + b"\0\0" + bytes(ip[12:size])
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + bytes(ip[size:])


_CHECKSUM_AT = {TCP: 16, ICMP: 2, ICMPV6: 2}


def with_checksums(ip):
    """The packet with the checksums of its IPv4 header and of TCP or ICMP right."""
    ip = bytearray(with_header_checksum(ip))
    header = _ip_header(ip)
    if header is None or header[0] not in _CHECKSUM_AT or len(ip) < header[2]:
        return bytes(ip)
    protocol, at, length, src, dst = header
    where = at + _CHECKSUM_AT[protocol]
    ip[where:where + 2] = b"\0\0"
    body = bytes(ip[at:length])
    if protocol == ICMP:
        pseudo = b""
    elif version(ip) == 4:
        pseudo = src + dst + struct.pack("!BBH", 0, protocol, len(body))
    else:
        pseudo = src + dst + struct.pack("!II", len(body), protocol)
    ip[where:where + 2] = struct.pack("!H", checksum(pseudo + body))
    return bytes(ip)


def with_length(ip):
    """The packet with its own length in its header."""
    if version(ip) == 4:
        return ip[:2] + struct.pack("!H", len(ip)) + ip[4:]
    return ip[:4] + struct.pack("!H", len(ip) - 40) + ip[6:]


def ipv4(protocol, src, dst, payload_length, ttl=64, ip_id=0):
    """An IPv4 header to put before that many octets."""
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + payload_length, ip_id, 0x4000, ttl, protocol, 0)
    packed = ipaddress.ip_address(src).packed + ipaddress.ip_address(dst).packed
    return with_header_checksum(header + packed)


def ether_type(ip):
    return b"\x08\x00" if version(ip) == 4 else b"\x86\xdd"


def goes_up(packet):
    """Which of the two ways a packet goes, for headers that must differ by direction."""
    src, dst = addresses(packet.ip)
    return src < dst


def macs(packet):
    """Destination and source MAC, as one Ethernet field; made up where none was captured."""
    if len(packet.link) == 14:
        return packet.link[:12]
    return _MAC_B + _MAC_A if goes_up(packet) else _MAC_A + _MAC_B


def over_ethernet(packet):
    """The same packet with an Ethernet header."""
    return replace(packet, link=macs(packet) + ether_type(packet.ip))


def is_client_side(capture):
    """A function that tells whether a segment goes from its connection's initiator.

    The initiator sent the first SYN, or got the first SYN-ACK; where neither was captured, it is
    who spoke first.
    """
    initiator, settled = {}, set()
    for packet in capture.packets:
        segment = segment_of(packet)
        if segment is None or segment.connection in settled:
            continue
        if segment.flags & SYN:
            settled.add(segment.connection)
            initiator[segment.connection] = segment.receiver if segment.flags & ACK else segment.sender
        initiator.setdefault(segment.connection, segment.sender)
    return lambda segment: initiator[segment.connection] == segment.sender
