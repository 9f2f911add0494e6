# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures that hold the same few connections in every layer that rstcause-explain reads, and with
every oddity that Wireshark treats in its own way.

    python3 layers.py FOLDER            writes them there
    python3 layers.py --seeds FOLDER    and as inputs of tests/fuzz/layers_fuzz.cpp

Crafted, with nothing but the standard library; the same at every run. What each is named says what
is odd about it.
"""

import gzip
import pathlib
import struct
import sys

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
TCP, ICMP, IPIP, IPV6, GRE, ICMPV6, UDP = 6, 1, 4, 41, 47, 58, 17
MACS = b"\x02\0\0\0\0\2\x02\0\0\0\0\1"
V4 = bytes([198, 51, 100, 10]), bytes([203, 0, 113, 20])
LOCAL = bytes([10, 0, 0, 1]), bytes([192, 168, 7, 2])
V6 = tuple(bytes.fromhex("20010db8") + bytes(11) + bytes([end]) for end in (1, 2))
OPTIONS = bytes.fromhex("020405b40402080a00000001000000000103030 7".replace(" ", ""))


def tcp(sport, dport, seq, ack, flags, payload=b"", options=b"", words=None, window=502):
    words = 5 + len(options) // 4 if words is None else words
    return struct.pack(">HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, words << 4, flags,
                       window, 0, 0) + options + payload


def talk(sport, dport=6379, isn=1000, peer=9000, question=b"*1\r\n$4\r\nPING\r\n", answer=b"+PONG\r\n"):
    """(direction, segment) of a connection that the client ends by RST."""
    asked, answered = isn + 1 + len(question), peer + 1 + len(answer)
    yield 0, tcp(sport, dport, isn, 0, SYN, options=OPTIONS, window=64240)
    yield 1, tcp(dport, sport, peer, isn + 1, SYN | ACK, options=OPTIONS, window=65160)
    yield 0, tcp(sport, dport, isn + 1, peer + 1, ACK)
    yield 0, tcp(sport, dport, isn + 1, peer + 1, ACK | PSH, question)
    yield 1, tcp(dport, sport, peer + 1, asked, ACK | PSH, answer)
    yield 0, tcp(sport, dport, asked, answered, RST | ACK)


def refusal(sport, dport=81):
    yield 0, tcp(sport, dport, 77, 0, SYN, options=OPTIONS)
    yield 1, tcp(dport, sport, 0, 78, RST | ACK, window=0)


def v4(direction, body, protocol=TCP, ends=V4, ident=[0], options=b"", length=None, flags=0x4000, ttl=None):
    ident[0] = ident[0] % 65535 + 1
    header = 20 + len(options)
    return struct.pack(">BBHHHBBH", 0x40 | header // 4, 0, header + len(body) if length is None else length,
                       ident[0], flags, ttl or 64 - direction, protocol, 0) + \
        ends[direction] + ends[1 - direction] + options + body


def v6(direction, body, protocol=TCP, ends=V6, length=None):
    return struct.pack(">IHBB", 0x60000000, len(body) if length is None else length, protocol,
                       64 - direction) + ends[direction] + ends[1 - direction] + body


def packets(wrap=v4):
    """Three connections, as IP packets."""
    for conversation in (talk(50001), refusal(50002), talk(50003, 80, 5, 6, b"GET / HTTP/1.1\r\n\r\n", b"?")):
        for direction, segment in conversation:
            yield direction, wrap(direction, segment)


def ethernet(packet, kind=None, behind=b""):
    kind = kind or (b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\0")
    return MACS + kind + packet + behind


def frames(outer, wrap=v4):
    return [outer(direction, packet) for direction, packet in packets(wrap)]


def udp(direction, body, sport, dport, network=v4):
    return network(direction, struct.pack(">HHHH", sport, dport, 8 + len(body), 0) + body, UDP)


def cut_in_fragments(packet, size=24, flags=0):
    """An IPv4 packet in fragments of so many octets."""
    header, body = packet[:20], packet[20:]
    for at in range(0, len(body), size):
        part = body[at:at + size]
        more = 0x2000 if at + size < len(body) else 0
        yield header[:2] + struct.pack(">H", 20 + len(part)) + header[4:6] + \
            struct.pack(">H", more | at // 8 | flags) + header[8:] + part


def cut_in_fragments6(direction, body, size=24, ident=[0]):
    ident[0] += 1
    for at in range(0, len(body), size):
        more = 1 if at + size < len(body) else 0
        header = struct.pack(">BBHI", TCP, 0, at | more, ident[0])
        yield v6(direction, header + body[at:at + size], 44)


def quote(packet, octets, kind=3, code=1, rest=bytes(4)):
    """An ICMP error of a router about the packet's first octets."""
    return v4(1, bytes([kind, code, 0, 0]) + rest + packet[:octets], ICMP, (V4[0], bytes([192, 0, 2, 1])))


def quote6(packet, octets, kind=1, code=0):
    return v6(1, bytes([kind, code, 0, 0, 0, 0, 0, 0]) + packet[:octets], ICMPV6)


def gre(direction, packet, flags=0, between=b"", kind=None, network=v4):
    kind = kind or (0x86DD if packet[0] >> 4 == 6 else 0x0800)
    return network(direction, struct.pack(">HH", flags, kind) + between + packet, GRE)


def gtp(packet, flags=0x30, optional=b""):
    return struct.pack(">BBHI", flags, 255, len(optional) + len(packet), 7) + optional + packet


def links():
    """{name: (link type, frames)}: the outermost layers."""
    tag, labels = b"\x20\x05", b"\0\1\0\x40" + b"\0\2\1\x40"
    yield "ethernet", 1, frames(lambda d, p: ethernet(p))
    yield "ethernet-padded", 1, frames(lambda d, p: ethernet(p, behind=b"\xAA" * 6 + b"\1\2\3\4"))
    yield "ethernet-ipv6", 1, frames(lambda d, p: ethernet(p), v6)
    yield "ipv6-under-the-type-of-ipv4", 1, frames(lambda d, p: ethernet(p, b"\x08\0"), v6)
    yield "vlan", 1, frames(lambda d, p: ethernet(p, b"\x81\0" + tag + b"\x08\0"))
    yield "vlan-in-service-vlan", 1, frames(lambda d, p: ethernet(p, b"\x88\xa8" + tag + b"\x81\0" + tag + b"\x86\xdd"), v6)
    yield "vlan-in-old-service-vlan", 1, frames(lambda d, p: ethernet(p, b"\x91\0" + tag + b"\x81\0" + tag + b"\x08\0"))
    yield "mpls", 1, frames(lambda d, p: ethernet(p, b"\x88\x47" + labels))
    yield "pppoe", 1, frames(lambda d, p: ethernet(p, b"\x88\x64\x11\0\0\1" + struct.pack(">H", len(p) + 2) + b"\0\x21"))
    yield "raw", 101, frames(lambda d, p: p)
    yield "raw-ipv4", 228, frames(lambda d, p: p)
    yield "raw-ipv6", 229, frames(lambda d, p: p, v6)
    yield "null-little-endian", 0, frames(lambda d, p: b"\2\0\0\0" + p)
    yield "null-big-endian", 0, frames(lambda d, p: b"\0\0\0\2" + p)
    yield "null-darwin-ipv6", 0, frames(lambda d, p: b"\x1e\0\0\0" + p, v6)
    yield "null-ethertype", 0, frames(lambda d, p: b"\0\0\x08\0" + p)
    yield "loop", 108, frames(lambda d, p: b"\0\0\0\2" + p)
    yield "sll", 113, frames(lambda d, p: b"\0\0\0\1\0\6" + MACS[:6] + b"\0\0\x08\0" + p)
    yield "sll-ethernet", 113, frames(lambda d, p: b"\0\0\0\1\0\6" + MACS[:6] + b"\0\0\0\3" + ethernet(p))
    yield "sll2", 276, frames(lambda d, p: b"\x86\xdd\0\0\0\0\0\1\0\1\0\6" + MACS[:6] + b"\0\0" + p, v6)
    yield "ppp", 9, frames(lambda d, p: b"\xff\3\0\x21" + p)
    yield "ppp-compressed", 9, frames(lambda d, p: b"\x57" + p, v6)
    yield "ppp-mpls", 9, frames(lambda d, p: b"\xff\3\x02\x81" + labels + p)


def tunnels():
    def outer(make):
        return frames(lambda d, p: ethernet(make(d, p)))

    geneve = b"\1\0\x65\x58\0\0\7\0" + b"\1\2\0\0"
    yield "gre", outer(lambda d, p: gre(d, p))
    yield "gre-key", outer(lambda d, p: gre(d, p, 0x2000, bytes(4)))
    yield "gre-all-fields", outer(lambda d, p: gre(d, p, 0xB000, bytes(12)))
    yield "gre-ethernet", outer(lambda d, p: gre(d, ethernet(p), 0x2000, bytes(4), 0x6558))
    yield "gre-ppp", outer(lambda d, p: gre(d, b"\xff\3\0\x21" + p, 0x3081, bytes(12), 0x880B))
    yield "gre-mpls", outer(lambda d, p: gre(d, b"\0\1\1\x40" + p, kind=0x8847))
    yield "gre-over-ipv6", outer(lambda d, p: gre(d, p, network=v6))
    yield "4in4", outer(lambda d, p: v4(d, p, IPIP))
    yield "4in6", outer(lambda d, p: v6(d, p, IPIP))
    yield "6in4", frames(lambda d, p: ethernet(v4(d, p, IPV6)), v6)
    yield "6in6", frames(lambda d, p: ethernet(v6(d, p, IPV6)), v6)
    yield "mpls-in-ip", outer(lambda d, p: v4(d, b"\0\1\1\x40" + p, 137))
    yield "vxlan", outer(lambda d, p: udp(d, b"\x08\0\0\0\0\0\7\0" + ethernet(p), 55000, 4789))
    yield "geneve", outer(lambda d, p: udp(d, geneve + ethernet(p), 55000, 6081))
    yield "geneve-ip", outer(lambda d, p: udp(d, b"\0\0\x08\0\0\0\7\0" + p, 55000, 6081, v6))
    yield "gtp-u", outer(lambda d, p: udp(d, gtp(p), 2152, 2152))
    yield "gtp-u-extended", outer(lambda d, p: udp(d, gtp(p, 0x36, b"\0\1\0\x85" + b"\1\x10\7\0"), 2152, 2152))
    yield "vxlan-in-gre-in-ipv6", outer(lambda d, p: gre(d, udp(d, b"\x08\0\0\0\0\0\7\0" + ethernet(p), 55000, 4789), network=v6))
    yield "fragments-of-a-tunnel", [ethernet(part) for d, p in packets() for part in
                                    cut_in_fragments(gre(d, p), 40)]


def in_pieces():
    pieces = [[*cut_in_fragments(packet)] for _, packet in packets()]
    yield "fragments", [ethernet(p) for parts in pieces for p in parts]
    yield "fragments-backwards", [ethernet(p) for parts in pieces for p in reversed(parts)]
    yield "fragments-twice", [ethernet(p) for parts in pieces for p in parts for _ in range(2)]
    yield "fragments-lost", [ethernet(p) for parts in pieces for p in parts[:1] + parts[2:]]
    local = [[*cut_in_fragments(v4(d, s, ends=LOCAL))] for d, s in talk(50001)]
    yield "fragments-in-two-vlans", [ethernet(p, b"\x81\0\0" + vlan + b"\x08\0") for parts in local
                                     for p in parts for vlan in (b"\1", b"\2")]
    six = [[*cut_in_fragments6(d, s)] for d, s in talk(50001)]
    yield "ipv6-fragments", [ethernet(p) for parts in six for p in parts]
    yield "ipv6-fragments-backwards", [ethernet(p) for parts in six for p in reversed(parts)]
    yield "ipv6-atomic-fragments", [ethernet(v6(d, struct.pack(">BBHI", TCP, 0, 0, 9) + s, 44)) for d, s in talk(50001)]
    extension = bytes([60, 0, 1, 4, 0, 0, 0, 0]) + bytes([43, 0, 1, 4, 0, 0, 0, 0]) + bytes([TCP, 2, 0, 0]) + bytes(20)
    yield "ipv6-extensions", [ethernet(v6(d, extension + s, 0)) for d, s in talk(50001)]


def oddities():
    whole = [packet for _, packet in packets()]
    route = bytes([1, 131, 7, 4]) + V4[1] + b""
    yield "options", [ethernet(v4(d, s, options=bytes([1, 1, 1, 0]))) for d, s in talk(50001)]
    yield "source-route", [ethernet(v4(d, s, options=route)) for d, s in talk(50001)]
    yield "length-zero", [ethernet(v4(d, s, length=0)) for d, s in talk(50001)]
    yield "length-too-large", [ethernet(v4(d, s, length=4000)) for d, s in talk(50001)]
    yield "length-too-small", [ethernet(v4(d, s, length=19)) for d, s in talk(50001)]
    yield "ipv6-length-zero", [ethernet(v6(d, s, length=0)) for d, s in talk(50001)]
    yield "header-too-short", [ethernet(v4(d, s[:12] + b"\x40" + s[13:])) for d, s in talk(50001)]
    yield "header-too-long", [ethernet(v4(d, s[:12] + b"\xf0" + s[13:])) for d, s in [*talk(50001), *refusal(50002)]]
    yield "bad-version", [ethernet(bytes([0x95]) + p[1:]) for p in whole]
    yield "ports-used-again", [ethernet(v4(d, s)) for isn in (1000, 500000, 1000, 7) for d, s in talk(50001, isn=isn)]
    yield "syn-ack-with-another-number", [ethernet(v4(d, s)) for d, s in
                                          [*talk(50001)][:2] + [*talk(50001, peer=70000)][1:] + [*talk(50001, isn=2)]]
    yield "starts-in-the-middle", [ethernet(v4(d, s)) for d, s in [*talk(50001)][3:] + [*talk(50001, isn=3)] + [*refusal(4)][1:]]
    yield "talks-to-itself", [ethernet(v4(0, s, ends=(V4[0], V4[0]))) for d, s in talk(50001, 50001)]
    yield "quoted", [ethernet(p) for w in whole for p in (w, quote(w, 28), quote(w, 200))]
    yield "quoted-before-it-is-seen", [ethernet(p) for w in whole for p in (quote(w, 200), w)]
    yield "quoted-with-another-number", [ethernet(p) for p in [*whole[:6], quote(v4(0, tcp(50001, 6379, 4, 0, SYN)), 99), *whole]]
    yield "quoted-by-every-type", [ethernet(p) for w in whole for p in (w, *(quote(w, 60, kind) for kind in (3, 4, 5, 11, 12, 8)))]
    yield "quoted-with-extensions", [ethernet(p) for w in whole for p in (quote(w + bytes(128), 128 + 40, 11, 0, b"\0\x20\0\0"), w)]
    yield "quoted-in-a-quotation", [ethernet(p) for w in whole for p in (quote(quote(w, 60), 100), w)]
    yield "quoted-in-ipv6", [ethernet(p) for _, w in packets(v6) for p in (quote6(w, 200), w, quote6(w, 48, 2), quote6(w, 200, 3, 0), quote6(w, 99, 4))]
    yield "fragments-quoted", [ethernet(quote(p, 200)) for w in whole for p in cut_in_fragments(w)]
    for snap in (20, 34, 40, 47, 48, 49, 50, 54, 60, 66, 70):
        yield f"cut-at-{snap}", [(ethernet(p), snap) for p in whole]
    yield "fragments-cut", [(ethernet(p), 50) for w in whole for p in cut_in_fragments(w, 40)]
    yield "cut-in-a-tunnel", [(ethernet(gre(0, p)), 74) for p in whole]


def unread():
    """What rstcause-explain does not read, and says so."""
    yield "wireless", 105, frames(lambda d, p: b"\x08\0\0\0" + MACS + MACS[:6] + b"\0\0\xaa\xaa\3\0\0\0\x08\0" + p)
    yield "authenticated", 1, frames(lambda d, p: ethernet(v4(d, bytes([IPIP, 4]) + bytes(22) + p, 51)))
    yield "l2tp", 1, frames(lambda d, p: ethernet(udp(d, b"\0\2\0\1\0\1\xff\3\0\x21" + p, 1701, 1701)))
    yield "snap", 1, frames(lambda d, p: MACS + struct.pack(">H", len(p) + 8) + b"\xaa\xaa\3\0\0\0\x08\0" + p)
    yield "vxlan-from-a-low-port", 1, frames(lambda d, p: ethernet(udp(d, b"\x08\0\0\0\0\0\7\0" + ethernet(p), 1900, 4789)))
    yield "ipv6-routing", 1, [ethernet(v6(d, bytes([TCP, 2, 0, 1]) + bytes(4) + V6[0] + s, 43)) for d, s in talk(50001)]


def write(path, link, contents, opened=open):
    """`contents`: frames, or (frame, captured octets)."""
    with opened(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link))
        for number, frame in enumerate(contents):
            frame, snap = frame if isinstance(frame, tuple) else (frame, len(frame))
            # Now and then a time that goes back.
            now = 1_700_000_000_000_000_000 + number * 1_500_000 - (4_000_000 if number % 7 == 6 else 0)
            file.write(struct.pack("<IIII", now // 10**9, now % 10**9, min(snap, len(frame)), len(frame)))
            file.write(frame[:snap])


def everything():
    """(name, link type, frames) of all that is well-formed as a file."""
    yield from links()
    yield from unread()
    for name, contents in [*tunnels(), *in_pieces(), *oddities()]:
        yield name, 1, contents


def write_all(folder):
    folder = pathlib.Path(folder)
    for name, link, contents in everything():
        write(folder / f"{name}.pcap", link, contents)
    write(folder / "compressed.pcap.gz", 1, frames(lambda d, p: ethernet(p)), gzip.open)
    broken = folder / "broken-off.pcap"
    write(broken, 1, frames(lambda d, p: ethernet(p)))
    broken.write_bytes(broken.read_bytes()[:-9])


def write_seeds(folder):
    """A few frames of each, as the fuzzer reads them."""
    types = [105, 1, 101, 228, 229, 0, 108, 113, 276, 9]  # LinkType, plugin/explain/layers/link.h
    for name, link, contents in everything():
        octets = b""
        for frame in contents[:6]:
            frame, snap = frame if isinstance(frame, tuple) else (frame, len(frame))
            octets += struct.pack(">BHH", types.index(link), len(frame), min(snap, len(frame))) + frame[:snap]
        (pathlib.Path(folder) / name).write_bytes(octets)


if __name__ == "__main__":
    if sys.argv[1] == "--seeds":
        write_seeds(sys.argv[2])
    else:
        write_all(sys.argv[1])
