"""A TCP segment with its IP header, read from octets or built to be sent.

Scenarios need frames that no socket would send (forged resets, scans, stale handshakes), and the
truth needs the resets of a capture: both go through this one small class.
"""

import ipaddress
import struct
from dataclasses import dataclass

FIN, SYN, RST, PSH, ACK, URG = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
IPPROTO_TCP = 6
DEFAULT_TTL = 64

_FLAG_LETTERS = ((SYN, "S"), (FIN, "F"), (RST, "R"), (PSH, "P"), (URG, "U"), (ACK, "A"))


def checksum(data):
    """The Internet checksum (RFC 1071) of these octets."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


@dataclass
class Segment:
    """One TCP segment; numbers are raw, addresses are text."""

    src: str
    sport: int
    dst: str
    dport: int
    flags: int
    seq: int = 0
    ack: int = 0
    window: int = 64240
    options: bytes = b""
    payload: bytes = b""
    ttl: int = DEFAULT_TTL
    ip_id: int = 0
    tos: int = 0
    frame: int = 0
    time: float = 0.0

    @property
    def letters(self):
        """The flags as in the lab tables: S, SA, A, PA, FA, R, RA ..."""
        return "".join(letter for bit, letter in _FLAG_LETTERS if self.flags & bit) or "none"

    @property
    def ports(self):
        return {self.sport, self.dport}

    @property
    def next_seq(self):
        """The sequence number after this segment."""
        taken = len(self.payload) + bool(self.flags & SYN) + bool(self.flags & FIN)
        return (self.seq + taken) & 0xFFFFFFFF

    @property
    def timestamp(self):
        """TSval of the timestamps option, or None."""
        rest = self.options
        while rest and rest[0] != 0:
            if rest[0] == 1:
                rest = rest[1:]
                continue
            if rest[0] == 8:
                return struct.unpack_from("!I", rest, 2)[0]
            rest = rest[max(rest[1], 2):]
        return None

    def to_bytes(self):
        """The IP packet, both checksums computed."""
        options = self.options + b"\0" * (-len(self.options) % 4)
        header = struct.pack(
            "!HHIIBBHHH", self.sport, self.dport, self.seq & 0xFFFFFFFF, self.ack & 0xFFFFFFFF,
            (5 + len(options) // 4) << 4, self.flags, self.window, 0, 0)
        segment = header + options + self.payload
        src, dst = ipaddress.ip_address(self.src), ipaddress.ip_address(self.dst)
        if src.version == 4:
            pseudo = src.packed + dst.packed + struct.pack("!BBH", 0, IPPROTO_TCP, len(segment))
        else:
            pseudo = src.packed + dst.packed + struct.pack("!II", len(segment), IPPROTO_TCP)
        segment = (segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:])
        if src.version == 6:
            return (struct.pack("!IHBB", 0x60000000 | self.tos << 20, len(segment),
                                IPPROTO_TCP, self.ttl) + src.packed + dst.packed + segment)
        ip = struct.pack("!BBHHHBBH", 0x45, self.tos, 20 + len(segment), self.ip_id, 0x4000,
                         self.ttl, IPPROTO_TCP, 0) + src.packed + dst.packed
        return ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + segment


def parse(packet):
    """The Segment in an IP packet, or None when it holds no whole TCP header."""
    if len(packet) < 20:
        return None
    if packet[0] >> 4 == 4:
        header, length = (packet[0] & 0x0F) * 4, struct.unpack_from("!H", packet, 2)[0]
        protocol, ttl, tos = packet[9], packet[8], packet[1]
        ip_id = struct.unpack_from("!H", packet, 4)[0]
        src, dst = packet[12:16], packet[16:20]
    elif packet[0] >> 4 == 6 and len(packet) >= 40:
        header, length = 40, 40 + struct.unpack_from("!H", packet, 4)[0]
        protocol, ttl, tos, ip_id = packet[6], packet[7], (packet[0] << 4 | packet[1] >> 4) & 255, 0
        src, dst = packet[8:24], packet[24:40]
    else:
        return None
    tcp = packet[header:length]
    if protocol != IPPROTO_TCP or len(tcp) < 20:
        return None
    sport, dport, seq, ack, offset, flags, window = struct.unpack_from("!HHIIBBH", tcp)
    data = (offset >> 4) * 4
    return Segment(
        src=str(ipaddress.ip_address(src)), sport=sport,
        dst=str(ipaddress.ip_address(dst)), dport=dport, flags=flags, seq=seq, ack=ack,
        window=window, options=tcp[20:data], payload=tcp[data:], ttl=ttl, ip_id=ip_id, tos=tos)


_PCAP_HEADER = struct.Struct("<IHHiIII")
_PCAP_RECORD = struct.Struct("<IIII")
#: Octets before the IP header, by link type: Ethernet, raw IP, Linux cooked v1 and v2.
_LINK_HEADER = {1: 14, 101: 0, 113: 16, 276: 20}


def read_pcap(path):
    """Yield the TCP segments of a classic little-endian microsecond capture, numbered and timed."""
    data = path.read_bytes()
    link = _LINK_HEADER[_PCAP_HEADER.unpack_from(data)[6]]
    at, frame = _PCAP_HEADER.size, 0
    while at < len(data):
        seconds, micros, length, _ = _PCAP_RECORD.unpack_from(data, at)
        at += _PCAP_RECORD.size
        frame += 1
        if segment := parse(data[at + link:at + length]):
            segment.frame, segment.time = frame, seconds + micros / 1e6
            yield segment
        at += length


def stretch_pcap(path, leaps):
    """Stamp what follows each (moment, seconds) so many seconds later, in the file itself."""
    data = bytearray(path.read_bytes())
    at = _PCAP_HEADER.size
    while at < len(data):
        seconds, micros, length, _ = _PCAP_RECORD.unpack_from(data, at)
        stamp = round((seconds + sum(leap for moment, leap in leaps
                                     if seconds + micros / 1e6 > moment)) * 1_000_000) + micros
        struct.pack_into("<II", data, at, *divmod(stamp, 1_000_000))
        at += _PCAP_RECORD.size + length
    path.write_bytes(data)
