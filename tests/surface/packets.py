# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets and captures made of octets, with nothing but the standard library.

    segment = tcp(50000, 80, SYN, seq=1000)
    capture("refused.pcap", [ethernet(ip4(CLIENT, SERVER, segment))])
"""

import ipaddress
import pathlib
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

# Of RFC 5737 and RFC 3849: nobody's.
CLIENT, SERVER = "192.0.2.1", "198.51.100.1"
CLIENT6, SERVER6 = "2001:db8::1", "2001:db8::2"

# pcap link types.
NULL, ETHERNET, PPP, RAW, SLL, SLL2 = 0, 1, 9, 101, 113, 276

ETHERTYPE = {4: 0x0800, 6: 0x86DD}


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack(f">{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Tcp:
    """A segment; its checksum needs the addresses and comes with them."""

    protocol = 6

    def __init__(self, sport, dport, flags, seq=0, ack=0, window=64240, payload=b"", options=b""):
        offset = (20 + len(options)) // 4 << 4
        self.head = struct.pack(">HHIIBBH", sport, dport, seq, ack, offset, flags, window)
        self.tail = options + payload

    def ack(self):
        return struct.unpack(">I", self.head[8:12])[0]

    def octets(self, src, dst):
        total = len(self.head) + 4 + len(self.tail)
        pseudo = packed(src) + packed(dst) + struct.pack(">IHBB", total, 0, 0, self.protocol)
        whole = self.head + b"\0\0\0\0" + self.tail
        return self.head + struct.pack(">HH", checksum(pseudo + whole), 0) + self.tail


class Octets:
    """Any other payload of IP."""

    def __init__(self, protocol, octets):
        self.protocol, self.payload = protocol, octets

    def octets(self, _src, _dst):
        return self.payload


def tcp(*arguments, **named):
    return Tcp(*arguments, **named)


def udp(sport, dport, payload):
    return Octets(17, struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload)


def gre(packet):
    return Octets(47, struct.pack(">HH", 0, ETHERTYPE[packet[0] >> 4]) + packet)


def inside(packet):
    """A packet as the payload of another: protocol 4 or 41."""
    return Octets({4: 4, 6: 41}[packet[0] >> 4], packet)


def icmp_unreachable(packet):
    body = struct.pack(">BBHI", 3, 13, 0, 0) + packet
    return Octets(1, body[:2] + struct.pack(">H", checksum(body)) + body[4:])


def icmp6_unreachable(packet):
    return Octets(58, struct.pack(">BBHI", 1, 1, 0, 0) + packet)


def packed(address):
    return ipaddress.ip_address(address).packed


def ip4_header(src, dst, protocol, length, ttl=64, number=1, fragment=0):
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, number, fragment, ttl, protocol, 0)
    head += packed(src) + packed(dst)
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:]


def ip4(src, dst, what, ttl=64, number=1):
    octets = what.octets(src, dst)
    return ip4_header(src, dst, what.protocol, len(octets), ttl, number) + octets


def ip4_fragments(src, dst, what, size=8):
    octets = what.octets(src, dst)
    parts = [octets[at:at + size] for at in range(0, len(octets), size)]
    for index, part in enumerate(parts):
        more = 0x2000 if index + 1 < len(parts) else 0
        yield ip4_header(src, dst, what.protocol, len(part), number=77,
                         fragment=more | index * size // 8) + part


def ip6_header(src, dst, protocol, length, hops=64):
    return struct.pack(">IHBB", 6 << 28, length, protocol, hops) + packed(src) + packed(dst)


def ip6(src, dst, what, ttl=64, hop_by_hop=False):
    octets, protocol = what.octets(src, dst), what.protocol
    if hop_by_hop:  # PadN of 4 octets
        octets, protocol = struct.pack(">BBBBI", protocol, 0, 1, 4, 0) + octets, 0
    return ip6_header(src, dst, protocol, len(octets), ttl) + octets


def ip6_fragments(src, dst, what, size=8):
    octets = what.octets(src, dst)
    parts = [octets[at:at + size] for at in range(0, len(octets), size)]
    for index, part in enumerate(parts):
        more = 1 if index + 1 < len(parts) else 0
        head = struct.pack(">BBHI", what.protocol, 0, index * size | more, 77)
        yield ip6_header(src, dst, 44, len(head + part)) + head + part


def ethernet(payload, ethertype=None, tags=()):
    """tags: (ethertype, number) of each VLAN tag, outermost first."""
    head = bytes.fromhex("0200000000020200000000 01".replace(" ", ""))
    for kind, number in tags:
        head += struct.pack(">HH", kind, number)
    return head + struct.pack(">H", ethertype or ETHERTYPE[payload[0] >> 4]) + payload


def linked(packet, linktype):
    """The packet with the header of a link type."""
    kind = ETHERTYPE[packet[0] >> 4]
    address = bytes.fromhex("0200000000010000")
    if linktype == RAW:
        return packet
    if linktype == ETHERNET:
        return ethernet(packet)
    if linktype == SLL:
        return struct.pack(">HHH", 0, 1, 6) + address + struct.pack(">H", kind) + packet
    if linktype == SLL2:
        return struct.pack(">HHIHBB", kind, 0, 1, 1, 0, 6) + address + packet
    if linktype == NULL:
        return struct.pack("<I", 2 if kind == 0x0800 else 24) + packet
    if linktype == PPP:
        return b"\xff\x03" + (b"\x00\x21" if kind == 0x0800 else b"\x00\x57") + packet
    raise ValueError(linktype)


def capture(path, frames, linktype=ETHERNET, snaplen=262144, step=0.01, pauses={}):
    """Writes a pcap; frames lie `step` seconds apart, and those whose place (from 0) is in
    `pauses` so many seconds more after the one before. Longer ones are cut at snaplen."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snaplen, linktype))
        paused = 0
        for index, frame in enumerate(frames):
            paused += pauses.get(index, 0)
            micros = round((index * step + paused) * 1e6)
            file.write(struct.pack("<IIII", 1700000000 + micros // 1000000, micros % 1000000,
                                   min(len(frame), snaplen), len(frame)))
            file.write(frame[:snaplen])
    return pathlib.Path(path)


# ---- Conversations: lists of (from the client?, segment) ---------------------------


class Talk:
    """One connection, played segment by segment."""

    def __init__(self, sport=50000, dport=80, iss=1000, irs=900000):
        self.ports, self.next, self.said = (sport, dport), [iss, irs], []

    def say(self, client, flags, payload=b"", **named):
        me, peer = (0, 1) if client else (1, 0)
        sport, dport = self.ports if client else self.ports[::-1]
        ack = self.next[peer] if flags & ACK else 0
        self.said.append((client, tcp(sport, dport, flags, self.next[me], ack, payload=payload, **named)))
        self.next[me] = (self.next[me] + len(payload) + bool(flags & SYN) + bool(flags & FIN)) & 0xFFFFFFFF
        return self

    def handshake(self):
        return self.say(True, SYN).say(False, SYN | ACK).say(True, ACK)

    def packets(self, make=ip4, client=CLIENT, server=SERVER, **named):
        ends = (client, server)
        return [make(*(ends if ours else ends[::-1]), segment, **named) for ours, segment in self.said]


def refused(**ports):
    """A SYN answered by RST: two frames, port_closed."""
    return Talk(**ports).say(True, SYN).say(False, RST | ACK, window=0)


def aborted(command=b"PING\r\n", reply=b"+PONG\r\n", **ports):
    """A question, its answer, and the client aborts: seven frames, linger0."""
    talk = Talk(**ports).handshake()
    talk.say(True, ACK | PSH, command).say(False, ACK | PSH, reply)
    return talk.say(True, ACK).say(True, RST | ACK)


def forgotten(**ports):
    """The client speaks again, and the connection is not known any more: seven frames. With a
    pause before the sixth this is idle_timeout."""
    talk = Talk(**ports).handshake()
    talk.say(True, ACK | PSH, b"hello").say(False, ACK).say(True, ACK | PSH, b"again")
    client, server = talk.ports
    talk.said.append((False, tcp(server, client, RST, talk.said[-1][1].ack(), window=0)))
    return talk
