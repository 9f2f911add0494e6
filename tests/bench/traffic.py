# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures of any size to measure on, with nothing but the standard library.

    python3 traffic.py KIND CONNECTIONS OUT.pcap

Crafted, not captured: they are there for their number, not for what they prove. The same
arguments make the same octets. Checksums are left 0, which tshark does not look at by default.
"""

import itertools
import struct
import sys

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SYN_OPTIONS = bytes.fromhex("020405b40402080a")  # MSS, SACK permitted, timestamps: ...
SYN_REST = bytes.fromhex("01030307")  # ... NOP, window scale 7.
MSS = 1448
TOGETHER = 64  # Connections whose frames stand among each other.

REQUEST = b"\x01\x00\x00\x20" + bytes(range(0x80, 0xA0))
ANSWER = b"\x02\x00\x00\xf0" + bytes(0x80 + i % 0x70 for i in range(240))
OCTETS = bytes(0x80 + i % 0x70 for i in range(MSS))


class V4:
    link = b"\x02\0\0\0\0\2\x02\0\0\0\0\1\x08\0"

    def __init__(self, client, server):
        """Two numbers, each of a host in its own /8 of RFC 1918's and RFC 6598's kind."""
        self.ends = struct.pack(">I", 0x0A000000 | client), struct.pack(">I", 0x64400000 | server)
        self.ids = [client * 7919 & 0xFFFF, server * 104729 & 0xFFFF]

    def packet(self, end, protocol, body):
        self.ids[end] = self.ids[end] + 1 & 0xFFFF or 1
        return struct.pack(">HHHHBBH4s4s", 0x4500, 20 + len(body), self.ids[end], 0x4000,
                           63 - end, protocol, 0, self.ends[end], self.ends[1 - end]) + body

    def frame(self, end, protocol, body):
        return self.link + self.packet(end, protocol, body)


class V6(V4):
    link = V4.link[:12] + b"\x86\xdd"

    def __init__(self, client, server):
        prefix = bytes.fromhex("20010db8") + bytes(8)
        self.ends = prefix + struct.pack(">I", client), prefix + struct.pack(">I", 1 << 31 | server)

    def packet(self, end, protocol, body):
        return struct.pack(">IHBB16s16s", 0x60000000, len(body), protocol, 63 - end,
                           self.ends[end], self.ends[1 - end]) + body


class InGre(V4):
    """IPv4 in GRE (RFC 2784) in IPv4."""

    def frame(self, end, protocol, body):
        outer = V4(0xFFFFFE, 0x3FFFFE)
        return outer.frame(end, 47, b"\0\0\x08\0" + self.packet(end, protocol, body))


class Talk:
    """One connection: its frames with the time of each, in nanoseconds."""

    def __init__(self, start, network, sport, dport):
        self.now, self.network, self.ports = start, network, (sport, dport)
        self.start = start
        self.next = [sport * 65599 & 0xFFFFFFFF, dport * 65599 + sport & 0xFFFFFFFF]
        self.frames = []

    def say(self, end, flags, payload=b"", after=200_000, window=502, ack=None, bare=False):
        self.now += after
        echo = self.start // 1_000_000 & 0xFFFFFFFF if flags & ACK else 0
        stamps = struct.pack(">II", self.now // 1_000_000 + 1 & 0xFFFFFFFF, echo)
        if bare:
            options = b""
        elif flags & SYN:
            options, window = SYN_OPTIONS + stamps + SYN_REST, 64240
        else:
            options = b"\1\1\x08\x0a" + stamps
        head = struct.pack(">HHIIBBHHH", self.ports[end], self.ports[1 - end], self.next[end],
                           (self.next[1 - end] if ack is None else ack) if flags & ACK else 0,
                           (20 + len(options)) << 2, flags, window, 0, 0)
        self.frames.append((self.now, self.network.frame(end, 6, head + options + payload)))
        self.next[end] = self.next[end] + len(payload) + (flags & (SYN | FIN) and 1) & 0xFFFFFFFF

    def open(self):
        self.say(0, SYN)
        self.say(1, SYN | ACK)
        self.say(0, ACK, after=100_000)

    def exchange(self, request=REQUEST, answer=ANSWER):
        self.say(0, PSH | ACK, request)
        self.say(1, ACK, after=40_000)
        self.say(1, PSH | ACK, answer)
        self.say(0, ACK, after=60_000)

    def close(self):
        self.say(0, FIN | ACK)
        self.say(1, FIN | ACK)
        self.say(0, ACK, after=50_000)


def short(start, number, network=V4):
    """Request and answer; every third ends by a reset, in one of three ways."""
    talk = Talk(start, network(number // 20000, number % 13), 32768 + number % 20000, 8300)
    talk.open()
    talk.exchange()
    if number % 3 != 0:
        talk.close()
    elif number % 9 == 0:
        talk.say(0, RST | ACK)  # the client aborts
    elif number % 9 == 3:
        talk.say(1, FIN | ACK)  # the server closes, more comes, its kernel says RST
        talk.say(0, PSH | ACK, REQUEST)
        talk.say(1, RST, window=0, bare=True)
    else:
        talk.say(0, PSH | ACK, REQUEST)
        talk.say(1, RST | ACK)  # the server aborts
    return talk.frames


def transfer(start, number):
    talk = Talk(start, V4(number, 1), 40000, 8300)
    talk.open()
    talk.say(0, PSH | ACK, REQUEST)
    for _ in range(100):
        talk.say(1, ACK, OCTETS, after=20_000)
        talk.say(1, PSH | ACK, OCTETS, after=20_000)
        talk.say(0, ACK, after=20_000)
    talk.close()
    return talk.frames


def ping_pong(start, number):
    talk = Talk(start, V4(number // 100, 1), 40000 + number % 100, 6379)
    talk.open()
    for _ in range(25):
        talk.exchange(b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n")
        talk.now += 1_000_000_000
    if number % 3 == 0:
        talk.say(0, RST | ACK)
    else:
        talk.close()
    return talk.frames


def syn_flood(start, number):
    talk = Talk(start, V4(number * 48271 % 0xFFFFFD, 1), 1024 + number * 69621 % 64000, 8300)
    talk.say(0, SYN)
    return talk.frames


def rst_flood(start, number):
    talk = Talk(start, V4(number * 48271 % 0xFFFFFD, 1), 1024 + number * 69621 % 64000, 8300)
    talk.say(0, RST, window=0, bare=True)
    return talk.frames


def port_scan(start, number):
    talk = Talk(start, V4(1, number // 60000), 61000, 1 + number % 60000)
    talk.say(0, SYN)
    talk.next[1] = 0
    talk.say(1, RST | ACK, window=0, bare=True)
    return talk.frames


def no_tcp(start, number):
    """A DNS question and its answer."""
    network = V4(number // 20000, 1)
    ports = 32768 + number % 20000, 53
    name = b"\3www\7example\0\0\1\0\1"
    answer = b"\xc0\x0c\0\1\0\1\0\0\x0e\x10\0\4\xc0\0\2\1"
    frames = []
    for end, flags, answers in ((0, 0x0100, b""), (1, 0x8180, answer)):
        message = struct.pack(">HHHHHH", number & 0xFFFF, flags, 1, end, 0, 0) + name + answers
        head = struct.pack(">HHHH", ports[end], ports[1 - end], 8 + len(message), 0)
        frames.append((start + end * 1_000_000, network.frame(end, 17, head + message)))
    return frames


KINDS = {
    "short": short,
    "transfer": transfer,
    "ping-pong": ping_pong,
    "syn-flood": syn_flood,
    "rst-flood": rst_flood,
    "port-scan": port_scan,
    "ipv6": lambda start, number: short(start, number, V6),
    "gre": lambda start, number: short(start, number, InGre),
    "no-tcp": no_tcp,
}


def write(kind, connections, path):
    """Writes a capture with nanoseconds; returns the number of its frames."""
    make, count, clock = KINDS[kind], 0, 1_600_000_000_000_000_000
    numbers = iter(range(connections))
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHIIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
        while batch := list(itertools.islice(numbers, TOGETHER)):
            talks = [make(clock + i * 30_000, number) for i, number in enumerate(batch)]
            frames = sorted(itertools.chain.from_iterable(talks), key=lambda frame: frame[0])
            for time, octets in frames:
                out.write(struct.pack("<IIII", *divmod(time, 1_000_000_000), len(octets), len(octets)))
                out.write(octets)
            count += len(frames)
            clock = frames[-1][0] + 1_000_000
    return count


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in KINDS:
        sys.exit(__doc__ + "\nKIND is one of: " + ", ".join(KINDS))
    print(write(sys.argv[1], int(sys.argv[2]), sys.argv[3]), "frames")


if __name__ == "__main__":
    main()
