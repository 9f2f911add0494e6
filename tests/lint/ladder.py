# SPDX-License-Identifier: GPL-2.0-or-later
"""A conversation of a capture as a ladder of text: who sent what, when, with which numbers.

    frame  seconds    client                                                 server
        1  0.000000   |--- SYN seq 0 win 29200 --------------------------------->|
        2  0.000024   |<-- SYN,ACK seq 0 ack 1 win 14600 ------------------------|

Times run from the first frame shown. Sequence numbers count from each end's first one, as
Wireshark shows them; windows are the header's, not scaled; payload is quoted where it is text.
"""

import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lab"))

from rstlab.segment import ACK, FIN, PSH, RST, SYN, URG, read_pcap  # noqa: E402

_NAMES = ((SYN, "SYN"), (FIN, "FIN"), (RST, "RST"), (PSH, "PSH"), (URG, "URG"), (ACK, "ACK"))
_ARROW = 66  #: columns between the two bars


def parse_frames(text):
    """The frame numbers that "1-4,9" names, in order."""
    frames = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        frames += range(int(first), int(last or first) + 1)
    return frames


def _flags(segment):
    return ",".join(name for bit, name in _NAMES if segment.flags & bit) or "no flags"


def _options(segment):
    """(kind, octets) of each TCP option."""
    rest = segment.options
    while rest and rest[0] != 0:
        if rest[0] == 1:
            rest = rest[1:]
            continue
        size = max(rest[1], 2) if len(rest) > 1 else 2
        yield rest[0], rest[2:size]
        rest = rest[size:]


_MPTCP = {0: "MP_CAPABLE", 1: "MP_JOIN", 7: "MP_FASTCLOSE", 8: "MP_TCPRST"}


def _mptcp(segment):
    names = [_MPTCP.get(data[0] >> 4) for kind, data in _options(segment) if kind == 30 and data]
    return " ".join(name for name in names if name)


def _timestamps(segment):
    for kind, data in _options(segment):
        if kind == 8 and len(data) == 8:
            return "tsval {} tsecr {}".format(*struct.unpack("!II", data))
    return "no ts"


def _quote(payload, room):
    """The beginning of a payload that is text, in so many columns; else nothing."""
    head = payload[:max(0, room - 6)]
    printable = sum(32 <= octet < 127 or octet in b"\r\n" for octet in head)
    if len(head) < min(4, len(payload)) or printable < 0.75 * len(head):
        return ""
    text = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in head)
    return f' "{text}"' + ("..." if len(payload) > len(head) else "")


class Numbers:
    """Each end's initial sequence number, as far as the capture tells it."""

    def __init__(self):
        self._base = {}
        self._opened = set()  # ends that have sent more than a SYN

    def _is_new(self, key):
        """Does this SYN begin a connection, rather than disturb a handshake under way?"""
        opened = key in self._opened
        self._opened.discard(key)
        return opened or key not in self._base

    def _key(self, segment, backward=False):
        here, there = (segment.src, segment.sport), (segment.dst, segment.dport)
        return (there, here) if backward else (here, there)

    def learn(self, segment):
        key = self._key(segment)
        if segment.flags & SYN and self._is_new(key):
            self._base[key] = segment.seq
        elif key not in self._base and not (segment.flags & RST and segment.seq == 0):
            self._base[key] = segment.seq - 1
        if not segment.flags & (SYN | RST):
            self._opened.add(key)
        backward = self._key(segment, backward=True)
        if segment.flags & ACK and backward not in self._base:
            self._base[backward] = segment.ack - 1

    def seq(self, segment):
        if segment.flags & RST and segment.seq == 0:
            return "0 (raw)"
        return str(_signed(segment.seq - self._base.get(self._key(segment), 0)))

    def ack(self, segment):
        return str(_signed(segment.ack - self._base.get(self._key(segment, backward=True), 0)))


def _signed(number):
    """A distance of sequence numbers, negative where it leads backward."""
    number &= 0xFFFFFFFF
    return number - (1 << 32) if number >> 31 else number


_SHOWN = {
    "ttl": lambda s: f"ttl {s.ttl}",
    "id": lambda s: f"id {s.ip_id}",
    "ts": _timestamps,
}


def _text(segment, numbers, show, port):
    words = [] if port is None else [f":{port}"]
    words += [_flags(segment), "seq", numbers.seq(segment)]
    if segment.flags & ACK:
        words += ["ack", numbers.ack(segment)]
    if segment.payload:
        words += ["len", str(len(segment.payload))]
    words += ["win", str(segment.window)]
    words += [_SHOWN[what](segment) for what in show]
    if name := _mptcp(segment):
        words.append(name)
    text = " ".join(words)
    return text + _quote(segment.payload, _ARROW - 6 - len(text)) if segment.payload else text


def _client_of(segments, resets, origin):
    """The address and port of the left end: who sent the first SYN, else what the truth says."""
    for segment in segments:
        if segment.flags & SYN and not segment.flags & ACK:
            return segment.src, segment.sport
    for segment in segments:
        if segment.flags & SYN:
            return segment.dst, segment.dport
    first = next((s for s in segments if s.frame in resets), segments[0])
    if origin == "client":
        return first.src, first.sport
    if origin == "server":
        return first.dst, first.dport
    return segments[0].src, segments[0].sport


def _end(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _connection(segment):
    return frozenset(((segment.src, segment.sport), (segment.dst, segment.dport)))


class Sides:
    """Which way a segment goes, and what the two sides are called: one connection or several."""

    def __init__(self, segments, marks, origin):
        self._left = _client_of(segments, marks, origin)
        self._several = len({_connection(s) for s in segments}) > 1
        right = next((s.dst, s.dport) if self.goes_right(s) else (s.src, s.sport)
                     for s in segments)
        servers = {s.dport if self.goes_right(s) else s.sport for s in segments}
        self._same_server = len(servers) == 1
        self.left = self._left[0] if self._several else _end(*self._left)
        self.right = _end(*right) if self._same_server else right[0]

    def goes_right(self, segment):
        if self._several and segment.src != segment.dst:
            return segment.src == self._left[0]
        return (segment.src, segment.sport) == self._left

    def port(self, segment):
        """The port that tells this connection from the others; None where there is one only."""
        if not self._several:
            return None
        return segment.sport if self.goes_right(segment) == self._same_server else segment.dport


def draw(path, marks, frames=None, show=(), origin=""):
    """The ladder of the connections that the marked frames belong to.

    marks: {frame: what to say of it}; frames: the numbers to show (default: all of those
    connections); show: further header fields, of "ttl", "id", "ts"; origin: the left side where
    the capture has no SYN: "client" when the first marked frame is the client's.
    """
    everything = list(read_pcap(path))
    chosen = {_connection(s) for s in everything if s.frame in (frames or marks)}
    segments = [s for s in everything if _connection(s) in chosen]
    if not segments:
        raise ValueError(f"{path}: none of the frames {sorted(frames or marks)} is a TCP segment")

    sides, numbers = Sides(segments, marks, origin), Numbers()
    title = "client " + sides.left
    lines = [" " * 16 + title + ("server " + sides.right).rjust(_ARROW + 2 - len(title))]
    start, left_out = None, 0
    for segment in segments:
        numbers.learn(segment)
        if frames and segment.frame not in frames:
            left_out += start is not None
            continue
        lines += _gap(left_out, " left out")
        left_out = 0
        start = segment.time if start is None else start
        lines.append(_line(segment, _text(segment, numbers, show, sides.port(segment)),
                           segment.time - start, sides.goes_right(segment),
                           marks.get(segment.frame)))
    lines += _gap(left_out, " more")
    return "\n".join(line.rstrip() for line in lines)


def _gap(frames, what):
    return [f"{'...':>4} {frames} frame{'s' if frames > 1 else ''}{what}"] if frames else []


def _line(segment, text, seconds, to_right, mark):
    body = text + " "
    if to_right:
        arrow = "|-- " + body + "-" * max(1, _ARROW - len(body) - 4) + ">|"
    else:
        arrow = "|<- " + body + "-" * max(1, _ARROW - len(body) - 3) + "|"
    return f"{segment.frame:4} {seconds:10.6f} {arrow}" + (f" <== {mark}" if mark else "")
