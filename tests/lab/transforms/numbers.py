"""Other addresses, ports and sequence numbers, and an older connection on the same ports."""

import random
import struct
from dataclasses import replace

from transforms.packets import (ACK, FIN, PSH, RST, SECOND, SYN, TCP, Packet, addresses,
                                is_client_side, options_of, segment_of, version, with_checksums,
                                with_length)
from transforms.registry import transformation

_EARLIER = 100 * SECOND
_SACK, _TIMESTAMPS = 5, 8
_PRIVILEGED, _EPHEMERAL, _PORTS = 1024, 32768, 65536
_MODULUS = 2**32


# Addresses and ports

def _other_port(port):
    """Another port of the same kind, and no two ports become one."""
    if 0 < port < _PRIVILEGED:
        return _PRIVILEGED - port
    if _PRIVILEGED <= port < _EPHEMERAL:
        return _PRIVILEGED + _EPHEMERAL - 1 - port
    if port >= _EPHEMERAL:
        return _EPHEMERAL + (port - _EPHEMERAL + 7919) % (_PORTS - _EPHEMERAL)
    return 0


_NETWORK_V4, _NETWORK_V6 = bytes([10, 77]), bytes.fromhex("fd000077000000")


class _OtherAddresses:
    """Another network (/24 or /64) for each network; hosts keep their number in it."""

    def __init__(self):
        self._networks = {}

    def __call__(self, address):
        size = 3 if len(address) == 4 else 8
        network = self._networks.setdefault(address[:size], len(self._networks) + 1)
        return (_NETWORK_V4 if size == 3 else _NETWORK_V6) + bytes([network]) + address[size:]


def _quoted_at(ip):
    """Where an ICMPv4 error quotes the packet that it is about."""
    header = (ip[0] & 15) * 4
    if version(ip) == 4 and ip[9] == 1 and len(ip) > header + 8 and ip[header] in (3, 11):
        return header + 8
    return None


def _readdressed(ip, other_address):
    """The packet with other addresses and ports, in the packet quoted by an ICMP error too."""
    at, size = (12, 4) if version(ip) == 4 else (8, 16)
    ends = b"".join(other_address(address) for address in addresses(ip))
    quoted = _quoted_at(ip)
    ip = ip[:at] + ends + ip[at + 2 * size:]
    if quoted is not None:
        return ip[:quoted] + with_checksums(_readdressed(ip[quoted:], other_address))
    protocol, header = (ip[9], (ip[0] & 15) * 4) if version(ip) == 4 else (ip[6], 40)
    if protocol == TCP and len(ip) >= header + 4:
        ports = struct.unpack_from("!HH", ip, header)
        ip = ip[:header] + struct.pack("!HH", *map(_other_port, ports)) + ip[header + 4:]
    return ip


@transformation(keeps_evidence=True)
def other_addresses(capture):
    """Other addresses and ports, privileged and ephemeral ones keeping their kind."""
    other = _OtherAddresses()
    return capture.each(lambda packet: replace(packet, ip=with_checksums(_readdressed(packet.ip, other))))


# Sequence numbers

def _shifted(value, by):
    return struct.pack("!I", (value + by) % _MODULUS)


def _renumbered(packet, own, peers):
    """The packet with its sequence number shifted by one constant, what it acknowledges by another.

    What is 0 because nothing stands there stays 0: the sequence number of a reset that answers a
    segment without ACK, and the acknowledgement number without the flag.
    """
    segment = segment_of(packet)
    ip = bytearray(packet.ip)
    at = segment.header_at
    if not (segment.is_reply and segment.flags & ACK):
        ip[at + 4:at + 8] = _shifted(segment.seq, own)
    if segment.flags & ACK:
        ip[at + 8:at + 12] = _shifted(segment.ack, peers)
    for option, kind, length in options_of(packet.ip, segment):
        if kind == _SACK:
            for edge in range(option + 2, option + length - 3, 4):
                ip[edge:edge + 4] = _shifted(struct.unpack_from("!I", ip, edge)[0], peers)
    return replace(packet, ip=with_checksums(bytes(ip)))


def _renumber(capture, client_shift, server_shift):
    """One constant for each direction of the whole capture, so that what a NAT box shows as two
    connections still has the numbers of one."""
    client_side = is_client_side(capture)

    def change(packet):
        segment = segment_of(packet)
        if segment is None:
            return packet
        shifts = (client_shift, server_shift) if client_side(segment) else (server_shift, client_shift)
        return _renumbered(packet, *shifts)
    return capture.each(change)


@transformation(keeps_evidence=True)
def isn_shift(capture):
    """A random constant added to the sequence numbers of each direction, SACK blocks included."""
    dice = random.Random(capture.name)
    return _renumber(capture, dice.randrange(1, _MODULUS), dice.randrange(1, _MODULUS))


@transformation(keeps_evidence=True)
def isn_wrap(capture):
    """Sequence numbers that pass 2^32 a few octets after the start of the first connection."""
    client_side = is_client_side(capture)
    first = {}
    for packet in capture.packets:
        segment = segment_of(packet)
        if segment is not None and not segment.is_reset:
            first.setdefault(client_side(segment), segment.seq)
    return _renumber(capture, -3 - first.get(True, 0), -5 - first.get(False, 0))


# An older connection on the same ports

class _Earlier:
    """A connection that was served and closed by both sides, 100 s before a given handshake."""

    #: Who, flags, payload.
    _STORY = ((0, SYN, b""), (1, SYN | ACK, b""), (0, ACK, b""),
              (0, PSH | ACK, b"an older request"), (1, ACK, b""),
              (1, PSH | ACK, b"an older answer"), (0, ACK, b""),
              (0, FIN | ACK, b""), (1, FIN | ACK, b""), (0, ACK, b""))
    _PACE = SECOND // 2000

    def __init__(self, syn, syn_ack):
        self._models = (syn, syn_ack)
        self._next = [(segment_of(model).seq - 777_777_777) % _MODULUS for model in self._models]

    def packets(self):
        start = self._models[0].time - _EARLIER
        return [self._packet(who, flags, payload, start + step * self._PACE)
                for step, (who, flags, payload) in enumerate(self._STORY)]

    def _packet(self, who, flags, payload, time):
        model = self._models[who]
        segment = segment_of(model)
        options = self._options(model.ip, segment, bool(flags & SYN))
        header = bytearray(model.ip[segment.header_at:segment.header_at + 20])
        ack = self._next[1 - who] if flags & ACK else 0
        struct.pack_into("!IIBB", header, 4, self._next[who], ack, (5 + len(options) // 4) << 4, flags)
        taken = len(payload) + bool(flags & SYN) + bool(flags & FIN)
        self._next[who] = (self._next[who] + taken) % _MODULUS
        ip = model.ip[:segment.header_at] + bytes(header) + options + payload
        return Packet(time, model.link, with_checksums(with_length(ip)), len(ip), 0)

    @staticmethod
    def _options(ip, segment, is_syn):
        """All options of the model on a SYN, its timestamps on the others; clocks 100 s younger."""
        kept = bytearray()
        for at, kind, length in options_of(ip, segment):
            option = bytearray(ip[at:at + length])
            if kind == _TIMESTAMPS:
                value, echo = struct.unpack_from("!II", option, 2)
                struct.pack_into("!II", option, 2, (value - 100_000) % _MODULUS,
                                 (echo - 100_000) % _MODULUS if echo else 0)
            if is_syn or kind == _TIMESTAMPS:
                kept += option
        return bytes(kept) + b"\x01" * (-len(kept) % 4)


def _handshakes(capture):
    """SYN and SYN-ACK of each connection whose handshake was completed."""
    opened, done = {}, set()
    for packet in capture.packets:
        segment = segment_of(packet)
        if segment is None or segment.connection in done:
            continue
        way = segment.flags & (SYN | ACK | RST)
        if way == SYN:
            opened.setdefault(segment.connection, {})[SYN] = packet
        elif way == SYN | ACK and SYN in opened.get(segment.connection, {}):
            opened[segment.connection][SYN | ACK] = packet
        elif way == ACK and len(opened.get(segment.connection, {})) == 2:
            done.add(segment.connection)
            yield opened[segment.connection][SYN], opened[segment.connection][SYN | ACK]


@transformation(keeps_evidence=True)
def port_reuse(capture):
    """An older connection on the same addresses and ports, closed by FINs, 100 s before."""
    older = [packet for pair in _handshakes(capture) for packet in _Earlier(*pair).packets()]
    return capture.with_packets(sorted(older, key=lambda packet: packet.time) + capture.packets)
