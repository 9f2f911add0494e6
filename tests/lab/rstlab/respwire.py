"""The truth about a RESP conversation of a program that keeps no log: from its octets on the wire.

Such a program is known to take the replies in the order of its commands. What it reads without
having asked for it, it must tell itself; a replica reads a snapshot and its master's commands.
"""

import collections

from .resp import Message, NeedMore, _line, first_numbers, read_value
from .segment import read_pcap


class Spoken:
    """A connection's ends and log, as resp.write_truth() wants them."""

    def __init__(self, ends):
        self.ends = ends
        self.log = []
        self.countable = self.sure = True


def streams(capture, port):
    """{(client, server): {"client": octets, "server": octets}} of a capture that misses nothing."""
    pieces = collections.defaultdict(lambda: {"client": [], "server": []})
    for segment in read_pcap(capture):
        src, dst = (segment.src, segment.sport), (segment.dst, segment.dport)
        if segment.dport == port:
            pieces[src, dst]["client"].append(segment)
        elif segment.sport == port:
            pieces[dst, src]["server"].append(segment)
    joined = {}
    for ends, sent in pieces.items():
        numbers = first_numbers(capture, ends)
        if len(numbers) == 2:
            joined[ends] = {by: _join(sent[by], numbers[by]) for by in sent}
    return joined


def _join(segments, first):
    octets = bytearray()
    for segment in sorted(segments, key=lambda s: (s.seq - first) % (1 << 32)):
        at = (segment.seq - first) % (1 << 32)
        if segment.payload and at <= len(octets) < at + len(segment.payload):
            octets += segment.payload[len(octets) - at:]
    return bytes(octets)


def _commands(octets, at=0, by="client", awaits=1):
    """The commands in a stream, as messages."""
    while True:
        while octets[at:at + 1] == b"\n":  # a master's sign of life
            at += 1
        try:
            value = read_value(octets, at)
        except NeedMore:
            return
        yield Message(by, "command", at, value.end, value.first.upper(), awaits=awaits)
        at = value.end


def _replies(octets, at=0):
    while True:
        try:
            value = read_value(octets, at)
        except NeedMore:
            return
        yield at, value
        at = value.end


def _log(octets, is_push):
    """All messages of one connection."""
    log = list(_commands(octets["client"]))
    replies, asked = [], iter(range(len(log)))
    for start, value in _replies(octets["server"]):
        pushed = is_push(value)
        replies.append(Message("server", "push" if pushed else "reply", start, value.end,
                               text=value.text, error=value.error,
                               answers=None if pushed else next(asked)))
        if value.text.startswith(("FULLRESYNC", "CONTINUE")):
            return _follow_master(octets, log, replies)
    return log + replies


def _follow_master(octets, log, replies):
    """A replica's link: after PSYNC's reply nothing answers anything."""
    asked = replies[-1].answers
    for message in log[asked + 1:]:
        message.awaits = 0
    at = replies[-1].end
    if replies[-1].text.startswith("FULLRESYNC"):
        while octets["server"][at:at + 1] == b"\n":
            at += 1
        head, start = _line(octets["server"], at)
        if head.startswith("EOF:"):
            end = octets["server"].index(head[4:].encode(), start) + 40
        else:
            end = start + int(head)
        replies.append(Message("server", "push", at, end, text="snapshot"))
        at = end
    return log + replies + list(_commands(octets["server"], at, "server", 0))


def observed(capture, ports):
    """What the programs that connect to these ports said: a Spoken for each connection.

    ports: {port: is_push}, a function that says how the program takes a value that it reads.
    """
    spoken = []
    for port, is_push in ports.items():
        for ends, octets in streams(capture, port).items():
            talk = Spoken(ends)
            talk.log = _log(octets, is_push)
            talk.countable = not any(m.text == "snapshot" for m in talk.log)
            spoken.append(talk)
    return spoken
