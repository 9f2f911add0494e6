#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""seeds.py OUT CAPTURE...: turns captures into inputs of the fuzzers.

Writes below the folder OUT, one file for each capture:
  engine/        its first connections as engine_fuzz reads them (conversation.h)
  wire/          its first RST and SYN, TCP header and payload, as wire_fuzz reads them
  app/, resp_tracker/  the payloads of its first connection as app_fuzz and resp_tracker_fuzz do
Reads what editcap makes classic pcap of; of other links than the lab's nothing is taken. What the
corpus in the tree was made of:
  python3 tests/fuzz/seeds.py OUT sample-pcaps/*.pcap LAB/*/*.pcap
and then tests/fuzz/minimise.sh, which keeps of it what reaches other code. Captures that are not to
be copied into the tree go to where the fuzzers keep what they learn ($RSTCAUSE_FUZZ_DIR of run.sh):
  find ../shared/captures -name '*.pcap*' -exec python3 tests/fuzz/seeds.py build-fuzz/corpus {} +
"""

import pathlib
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lab"))
from transforms import files  # noqa: E402
from transforms.packets import ACK, RST, SYN, segment_of  # noqa: E402

STEPS = [0, 50_000, 800_000, 3_000_000, 40_000_000, 300_000_000, 7_000_000_000, 350_000_000_000]
CONNECTIONS, SEGMENTS = 4, 48


def nearest_step(span):
    return min(range(len(STEPS)), key=lambda i: abs(STEPS[i] - abs(span)))


def segments_of(capture):
    """(time, connection's number, from the server, segment, IP packet) of the first connections."""
    known = {}
    for packet in capture.packets:
        segment = segment_of(packet)
        if segment is None:
            continue
        if segment.connection not in known:
            if len(known) == CONNECTIONS:
                continue
            opens = segment.flags & (SYN | ACK) != SYN | ACK and segment.sport > segment.dport
            known[segment.connection] = (len(known), segment.sender if opens else segment.receiver)
        number, client = known[segment.connection]
        yield packet.time, number, segment.sender != client, segment, packet.ip


class End:
    """What one end sends next, as conversation.h counts it."""

    def __init__(self):
        self.shift = self.next = None


def distance(value, start):
    delta = (value - start) & 0xFFFFFFFF
    if delta == 0:
        return 0, b""
    signed = delta - (1 << 32) if delta >> 31 else delta
    return (1, struct.pack("!b", signed)) if -128 <= signed < 128 else (2, struct.pack("!I", delta))


class Writer:
    def __init__(self):
        self.ends, self.time, self.octets = {}, None, bytearray([0])

    def end(self, number, server, first):
        end = self.ends.setdefault((number, server), End())
        if end.next is None:
            end.next = first
        return end

    def add(self, time, number, server, segment, ip):
        me = self.end(number, server, segment.seq)
        how_seq, seq = (3, b"") if segment.flags & RST and segment.seq == 0 else distance(segment.seq, me.next)
        how_ack, ack = 0, b""
        if segment.flags & ACK:
            peer = self.end(number, not server, segment.ack)
            how_ack, ack = distance(segment.ack, peer.next)
        span = 0 if self.time is None else time - self.time
        self.time = time
        payload = ip[segment.data_at:segment.data_at + segment.data_length]
        options = ip[segment.header_at + 20:segment.data_at]
        fields = how_seq | how_ack << 2 | 0x10 | 0x20
        fields |= (0x40 if segment.data_length else 0) | (0x80 if options else 0)
        self.octets += bytes([server | number << 1 | nearest_step(span) << 3 | (0x80 if span < 0 else 0),
                              segment.flags, fields])
        self.octets += seq + ack + struct.pack("!H", segment.window) + self.facts(ip)
        if segment.data_length:
            self.octets += bytes([len(payload)]) + payload if 0 < len(payload) < 64 else \
                bytes([128 + min(127, max(1, segment.data_length // 100))])
        if options:
            self.octets += self.options(options)
        if not segment.flags & RST and (segment.end_seq - me.next) & 0xFFFFFFFF < 1 << 31:
            me.next = segment.end_seq

    @staticmethod
    def facts(ip):
        return bytes([ip[8]]) + ip[4:6] if ip[0] >> 4 == 4 else bytes([ip[7], 0, 0])

    @staticmethod
    def options(octets):
        if octets[:4] == b"\1\1\x08\x0a" and len(octets) == 12:
            return b"\1"
        return bytes([len(octets)]) + octets if len(octets) > 2 else b"\2"


def engine(capture):
    writer = Writer()
    for count, what in enumerate(segments_of(capture)):
        if count == SEGMENTS:
            break
        writer.add(*what)
    return bytes(writer.octets)


def wire(capture):
    """Two octets of true length, then TCP header and payload of the first RST."""
    for packet in capture.packets:
        segment = segment_of(packet)
        if segment is not None and segment.is_reset:
            octets = packet.ip[segment.header_at:]
            return struct.pack("!H", len(octets)) + octets[:200]
    return b""


def payloads(capture):
    for _, number, server, segment, ip in segments_of(capture):
        octets = ip[segment.data_at:segment.data_at + segment.data_length]
        if number == 0 and octets:
            yield server, octets


def app(capture):
    return b"".join(bytes([server, len(octets) & 255, len(octets) >> 8 & 255]) + octets
                    for server, octets in list(payloads(capture))[:12] if len(octets) < 1500)


def resp_tracker(capture):
    return b"\3" + b"".join(bytes([8 | server, 0, len(octets)]) + octets
                            for server, octets in list(payloads(capture))[:24] if len(octets) < 256)


def read(name):
    """The capture, or None where it is none that can be read here."""
    with tempfile.NamedTemporaryFile() as classic:
        # A broken file is converted up to where it breaks.
        subprocess.run(["editcap", "-F", "pcap", "-s", "65535", name, classic.name], capture_output=True)
        try:
            return files.read(pathlib.Path(classic.name), name.stem)
        except (KeyError, ValueError, struct.error):
            return None


def main(out, names):
    left_out = 0
    for name in map(pathlib.Path, names):
        capture = read(name)
        if capture is None:
            left_out += 1
            continue
        stem = f"{name.parent.name}-{name.stem}"
        for write in (engine, wire, app, resp_tracker):
            octets = write(capture)
            if len(octets) > 4:
                folder = out / write.__name__
                folder.mkdir(parents=True, exist_ok=True)
                (folder / stem).write_bytes(octets)
    print(f"{len(names)} captures, {left_out} of them of another kind", file=sys.stderr)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2:])
