"""A Redis client that writes down what it says and hears: the truth about a RESP conversation.

It reads RESP by a few lines of its own, knows which reply it waits for as every client does, and
notes for each message where in its stream it began and ended. With the numbers of the SYNs these
places are sequence numbers, which hold in every capture of the connection: see respscore.py.
"""

import dataclasses
import json
import socket
import time
from dataclasses import dataclass
from typing import Optional

from .segment import ACK, SYN, read_pcap

#: What a label shows of a value that is no single line.
_NAMES = {"$": "bulk string", "*": "array", "_": "null", "%": "map", "~": "set", ">": "push",
          "=": "verbatim string"}
_PATIENCE = 20.0


class NeedMore(Exception):
    """The value is not whole yet."""


@dataclass
class Value:
    """One RESP value: where it ends, its marker, what a label says of it, its first element."""

    end: int
    marker: str
    text: str
    error: bool = False
    first: str = ""


def _line(data, at):
    stop = data.find(b"\r\n", at)
    if stop < 0:
        raise NeedMore
    return data[at + 1:stop].decode("latin-1"), stop + 2


def read_value(data, at=0):
    """The RESP value at that place; NeedMore when it is not whole."""
    if at >= len(data):
        raise NeedMore
    marker = chr(data[at])
    line, end = _line(data, at)
    if marker in "+:,(#_-":
        text = {"#": {"t": "true", "f": "false"}.get(line, line), "_": "null"}.get(marker, line)
        return Value(end, marker, text, marker == "-")
    if marker in "$=!":
        return _read_string(data, marker, line, end)
    if marker in "*%~>|":
        return _read_group(data, marker, line, end)
    raise ValueError(f"no RESP at {at}: {data[at:at + 20]!r}")


def _read_string(data, marker, line, at):
    if line == "-1":
        return Value(at, marker, "null")
    if line == "?":
        while (part := read_chunk(data, at)).text != "0":
            at = part.end
        return Value(part.end, marker, _NAMES[marker])
    end = at + int(line) + 2
    if len(data) < end:
        raise NeedMore
    if marker == "!":
        text = data[at:end - 2].decode("latin-1").split("\r\n")[0]
        return Value(end, marker, text, True)
    return Value(end, marker, _NAMES[marker], first=data[at:min(end - 2, at + 40)].decode("latin-1"))


def read_chunk(data, at):
    """A part of a streamed string; the last one has the length 0."""
    line, end = _line(data, at)
    end += int(line) + 2 if line != "0" else 0
    if len(data) < end:
        raise NeedMore
    return Value(end, ";", line)


def _read_group(data, marker, line, at):
    if line == "-1":
        return Value(at, marker, "null")
    pairs = 2 if marker in "%|" else 1
    left = None if line == "?" else int(line) * pairs
    first = ""
    index = 0
    while left is None or index < left:
        if left is None and data[at:at + 3] == b".\r\n":
            at += 3
            break
        element = read_value(data, at)
        at = element.end
        first = first or (element.first if index == 0 else "")
        index += 1
    if marker == "|":
        return read_value(data, at)
    return Value(at, marker, _NAMES[marker], first=first)


@dataclass
class Message:
    """One message as its client knows it; places count octets from the stream's beginning."""

    by: str
    kind: str
    start: int
    end: int
    word: str = ""
    text: str = ""
    error: bool = False
    awaits: int = 0
    answers: Optional[int] = None


def encode(words):
    """A command as clients write it: an array of bulk strings."""
    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    parts = [b"*%d\r\n" % len(words)]
    parts += [b"$%d\r\n%s\r\n" % (len(word), word) for word in words]
    return b"".join(parts)


class Client:
    """A connected socket and its log.

    say() notes a command and flush() sends what was said; hear() reads the reply to the oldest
    command that waits for one; hear_push() reads what nobody asked for; call() is the usual case.
    """

    def __init__(self, sock):
        self.sock = sock
        sock.settimeout(_PATIENCE)
        self.ends = sock.getsockname()[:2], sock.getpeername()[:2]
        self.log = []
        self.countable = True  #: Unanswered commands can be counted at the end.
        self.sure = True  #: The log holds all that was on the wire.
        self._unsent = bytearray()
        self._said = self._heard = 0
        self._heard_octets = bytearray()
        self._waiting = []

    def say(self, *words, inline=False, awaits=1, shown=None):
        """Note a command to be sent; `awaits` is the number of replies that it will get, `shown`
        what stands for a first word that may not be shown."""
        if inline:
            octets = b" ".join(w if isinstance(w, bytes) else str(w).encode() for w in words) + b"\r\n"
        else:
            octets = encode(words)
        self._unsent += octets
        word = words[0].decode("latin-1") if isinstance(words[0], bytes) else str(words[0])
        self.log.append(Message("client", "command", self._said, self._said + len(octets),
                                shown or word.upper(), awaits=awaits))
        self._said += len(octets)
        if awaits:
            self._waiting.append([len(self.log) - 1, awaits])
        return self

    def flush(self, step=0, pause=0.0):
        """Send what was said, whole or `step` octets at a time, each in a segment of its own."""
        if step:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(0, len(self._unsent), step):
                self.sock.sendall(self._unsent[at:at + step])
                time.sleep(pause)
        else:
            self.sock.sendall(self._unsent)
        self._unsent.clear()
        return self

    def hear(self, text=None):
        """The next reply, which answers the oldest command that waits; `text` if not all of it
        may be shown."""
        value = self._read()
        value.text = text or value.text
        index, left = self._waiting[0]
        if left > 1:
            self._waiting[0][1] -= 1
        else:
            self._waiting.pop(0)
        self._note(value, "reply", index)
        return value

    def hear_push(self, text=None):
        """The next message, which nobody asked for."""
        value = self._read()
        if text:
            value.text = text
        self._note(value, "push", None)
        return value

    def hear_refusal(self):
        """The server's word that it will not serve this connection: it answers no command."""
        value = self._read()
        self._note(value, "reply", None)
        return value

    def note_unheard(self, octets):
        """The reply to the oldest command that waits, which comes when the client has gone."""
        self._note(read_value(octets), "reply", self._waiting.pop(0)[0])

    def hear_all(self):
        """The replies to all commands that wait."""
        while self._waiting:
            self.hear()
        return self

    def call(self, *words, **how):
        """Send a command and read its reply."""
        return self.say(*words, **how).flush().hear()

    def close(self):
        """Close the socket as it is."""
        self.sock.close()

    def leave_unread(self, count, pushed=False):
        """Note so many replies that have come, and leave them in the socket's receive queue."""
        if self._heard_octets:
            raise ValueError("some of what came was read already")
        end = time.monotonic() + _PATIENCE
        while len(values := self._peek()) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(values)} of {count} replies have come")
            time.sleep(0.01)
        for value in values[:count]:
            if pushed:
                self._note(value, "push", None)
            else:
                self._note(value, "reply", self._waiting.pop(0)[0])

    def _peek(self):
        """The whole values in the receive queue; the end of each counts from its beginning."""
        octets, values = self.sock.recv(1 << 16, socket.MSG_PEEK), []
        while True:
            try:
                values.append(read_value(octets))
            except NeedMore:
                return values
            octets = octets[values[-1].end:]

    def _read(self):
        while True:
            try:
                value = read_value(self._heard_octets)
                break
            except NeedMore:
                self._more()
        del self._heard_octets[:value.end]
        return value

    def _more(self):
        """Read on; a long string is awaited whole, so that it is looked at once."""
        line = self._heard_octets.find(b"\r\n")
        wanted = 1 << 16
        if line > 0 and self._heard_octets[:1] == b"$":
            wanted = max(int(self._heard_octets[1:line]) + line + 4 - len(self._heard_octets), 1)
        part = self.sock.recv(min(wanted, 1 << 20))
        if not part:
            raise EOFError("the server closed within a reply")
        self._heard_octets += part

    def _note(self, value, kind, answers):
        start = self._heard
        self._heard += value.end
        self.log.append(Message("server", kind, start, self._heard, text=value.text,
                                error=value.error, answers=answers))


def first_numbers(capture, ends):
    """The number of each end's first octet (that of its SYN plus one), by "client" and "server"."""
    (client, client_port), (server, server_port) = ends
    numbers = {}
    for segment in read_pcap(capture):
        if not segment.flags & SYN:
            continue
        if (segment.src, segment.sport, segment.dst, segment.dport) == (
                client, client_port, server, server_port):
            numbers["client"] = segment.seq + 1
        elif segment.flags & ACK and (segment.src, segment.sport, segment.dport) == (
                server, server_port, client_port):
            numbers["server"] = segment.seq + 1
    return numbers


def write_truth(capture, clients):
    """Write CAPTURE.resp.jsonl: a line for each connection with all that its client noted."""
    lines = []
    for client in clients:
        numbers = first_numbers(capture, client.ends)
        if len(numbers) < 2:
            continue
        messages = []
        for message in client.log:
            record = {key: value for key, value in dataclasses.asdict(message).items()
                      if value is not None and value is not False and value != ""}
            record["start"] = (message.start + numbers[message.by]) & 0xFFFFFFFF
            record["end"] = (message.end + numbers[message.by]) & 0xFFFFFFFF
            messages.append(record)
        lines.append({"client": client.ends[0], "server": client.ends[1],
                      "countable": client.countable, "sure": client.sure, "messages": messages})
    if lines:
        capture.with_suffix(".resp.jsonl").write_text(
            "".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
