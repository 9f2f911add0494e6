#!/usr/bin/env python3
"""Score the plugin's RESP labels on captures whose conversations are known.

    respscore.py FOLDER --plugin rstcause.so [--lenient] [--list]
    respscore.py FOLDER --plugin rstcause.so --transform NAME...

FOLDER holds captures NAME.pcap with NAME.resp.jsonl beside them, at any depth, as run.py --out and
talks.py --out make them: what the client itself noted of each message that it sent and read.

Every message must have its label in the frame that made it whole, with its command word or reply,
PING or PONG where it is one, its partner's frame and the time between; every reset of such a
connection must name the last PING, the last PONG and the number of commands without reply. Where
octets of the capture are missing (--lenient, and after --transform, which scores a copy of each
capture through a transformation of transform.py) a label may be absent, but not wrong.

Exit code 1 when a label is wrong, or, unless lenient, absent.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from dataclasses import dataclass, field

import score
from rstlab.segment import ACK, RST, parse
from transforms import REGISTRY, files

_HALF = 1 << 31


# ----- what the capture holds ------------------------------------------------------------------

@dataclass
class Frame:
    """One TCP segment: whose, and which octets it sent and how many of them were captured."""

    number: int
    time: float
    src: tuple
    dst: tuple
    flags: int
    seq: int
    sent: int
    captured: int


def read_frames(path):
    """The TCP segments of a capture in the lab's own format."""
    for number, packet in enumerate(files.read(path, "").packets, 1):
        segment = parse(packet.ip)
        if segment is None:
            continue
        octets = packet.ip
        length = (int.from_bytes(octets[2:4], "big") if octets[0] >> 4 == 4
                  else 40 + int.from_bytes(octets[4:6], "big"))
        unseen = max((length or packet.length) - len(octets), 0)
        yield Frame(number, packet.time / 1e9, (segment.src, segment.sport),
                    (segment.dst, segment.dport), segment.flags, segment.seq,
                    len(segment.payload) + unseen, len(segment.payload))


class Coverage:
    """Which octets of one direction have come, and by which frame."""

    def __init__(self, frames, start):
        self._start = start
        self._pieces = []
        for frame in frames:
            at = self.place(frame.seq)
            self._pieces.append((frame.number, at, at + frame.captured, at + frame.sent))

    def place(self, seq):
        """A sequence number as a place in the stream."""
        return (seq - self._start + _HALF) % (1 << 32) - _HALF

    def whole_by(self, start, end):
        """(frame by which all of these octets had come, whether all of them were captured)."""
        for seen in (2, 3):
            missing = [(start, end)]
            for piece in self._pieces:
                first, last = piece[1], piece[seen]
                if last <= start or first >= end:
                    continue
                missing = [gap for low, high in missing
                           for gap in ((low, min(high, first)), (max(low, last), high))
                           if gap[0] < gap[1]]
                if not missing:
                    return piece[0], seen == 2
        return None, False


# ----- what must be said -----------------------------------------------------------------------

@dataclass
class Label:
    """What is said of one message."""

    by: str
    kind: str
    text: str
    ping: bool = False
    pong: bool = False
    partner: int = 0
    time: float = 0.0
    error: str = ""
    sure: bool = field(default=True, compare=False)  #: All of its octets are there.

    def is_like(self, other, lenient):
        """Whether the other, which tshark shows, says the same; `lenient`: or less."""
        if lenient and not other.partner:
            return self._is_humbly(other)
        same = (self.by, self.kind, self.text, self.ping) == (
            other.by, other.kind, other.text, other.ping)
        return (same and self.partner == other.partner and self.pong == other.pong
                and self.error == other.error and abs(self.time - other.time) < 2e-6)


    def _is_humbly(self, other):
        """Unpaired: an error may be shown in part, and a push is one by its type."""
        text = other.text == self.text or (self.error and self.text.startswith(other.text))
        kind = other.kind == self.kind or (other.kind == "push" and self.text == "push")
        return (self.by == other.by and kind and text and self.ping == other.ping and not other.pong)


@dataclass
class Ending:
    """What is said at a reset."""

    last_ping: int = 0
    last_pong: int = 0
    outstanding: int = 0


def _shown(text, capacity):
    """A text as it is shown: printable, and bounded."""
    text = text.split(", with args beginning with")[0]
    shown = "".join(c if 0x20 <= ord(c) < 0x7F and c != "\\" else f"\\x{ord(c):02x}" for c in text)
    return shown if len(shown) <= capacity else shown[:capacity - 3] + "..."


class Conversation:
    """One connection's truth, laid over the frames of a capture."""

    def __init__(self, truth, frames):
        self.ends = {by: tuple(truth[by]) for by in ("client", "server")}
        self.countable = truth["countable"] and truth["sure"]
        self.sure = truth["sure"]  #: Nothing was on the wire but what the log holds.
        self.messages = truth["messages"]
        self.answers = collections.defaultdict(list)  #: The replies to each command, by its place.
        for message in self.messages:
            if message.get("answers") is not None:
                self.answers[message["answers"]].append(message)
        self.times = {frame.number: frame.time for frame in frames}
        self.resets = [frame.number for frame in frames if frame.flags & RST
                       and {frame.src, frame.dst} == set(self.ends.values())]
        coverage = {}
        for by, other in (("client", "server"), ("server", "client")):
            numbers = [message["start"] for message in self.messages if message["by"] == by]
            mine = [frame for frame in frames if frame.sent
                    and frame.src == self.ends[by] and frame.dst == self.ends[other]]
            coverage[by] = Coverage(mine, numbers[0] if numbers else 0)
        for message in self.messages:
            here = coverage[message["by"]]
            start = here.place(message["start"])
            octets = (message["end"] - message["start"]) % (1 << 32)
            message["frame"], message["sure"] = here.whole_by(start, start + octets)

    def expected(self):
        """{frame: [Label]} of all that became whole in this capture."""
        labels = collections.defaultdict(list)
        for index, message in enumerate(self.messages):
            if message["frame"] is not None:
                labels[message["frame"]].append(self._label(index, message))
        return labels

    def _label(self, index, message):
        capacity = 128 if message.get("error") else 64
        label = Label(message["by"], message["kind"],
                      message.get("word") or _shown(message.get("text", ""), 64),
                      sure=message["sure"])
        if message["kind"] == "command":
            label.ping = message["word"] == "PING"
            label.partner = next((m["frame"] for m in self.answers[index] if m["frame"]), 0)
        if message.get("error"):
            label.error = _shown(message["text"], capacity)
        if message.get("answers") is not None:
            command = self.messages[message["answers"]]
            if command["frame"] is not None:
                label.partner = command["frame"]
                label.time = self.times[message["frame"]] - self.times[command["frame"]]
                label.pong = (command["word"] == "PING" and not label.error
                              and message["text"] != "QUEUED")
        return label

    def ending(self, reset):
        """What the log tells of that moment."""
        end = Ending()
        for index, message in enumerate(self.messages):
            if message["frame"] is None or message["frame"] > reset:
                continue
            if message["by"] == "client" and message["word"] == "PING":
                end.last_ping = max(end.last_ping, message["frame"])
            if self._label(index, message).pong:
                end.last_pong = max(end.last_pong, message["frame"])
            if message.get("awaits"):
                answers = sum(1 for m in self.answers[index]
                              if m["frame"] is not None and m["frame"] <= reset)
                end.outstanding += answers < message["awaits"]
        return end


# ----- what is said ----------------------------------------------------------------------------

def run_tshark(capture, environment):
    """PDML of all frames that we say something of."""
    def drop():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(score.NOBODY)
            os.setuid(score.NOBODY)
    with tempfile.NamedTemporaryFile(dir=environment["HOME"]) as copy:
        copy.write(capture.read_bytes())
        copy.flush()
        os.chmod(copy.name, 0o644)
        done = subprocess.run([score.TSHARK, "-2", "-r", copy.name, "-T", "pdml", "-J",
                               "frame rstcause rstcause_resp", "-Y", "rstcause_resp or rstcause"],
                              capture_output=True, env=environment, preexec_fn=drop, check=False)
    if done.returncode != 0:
        sys.exit(f"{capture}: tshark failed: {done.stderr.decode()}")
    return xml.etree.ElementTree.fromstring(done.stdout)


def _number(element, name):
    found = element.find(f".//field[@name='{name}']")
    return int(found.get("show")) if found is not None else 0


def _value(element, name):
    found = element.find(f".//field[@name='{name}']")
    return found.get("show") if found is not None else ""


def read_label(item, by):
    """One message of our tree."""
    command = item.get("name") == "rstcause.resp.command"
    kind = "command" if command else "push" if item.get("showname", "").startswith("Push") else "reply"
    has = {f.get("name").rsplit(".", 1)[-1] for f in item.iter("field")}
    partner = _number(item, "rstcause.resp.response_in") or _number(item, "rstcause.resp.request_in")
    return Label(by, kind, item.get("show"), "ping" in has, "pong" in has, partner,
                 float(_value(item, "rstcause.resp.time") or 0), _value(item, "rstcause.resp.error"))


class Said:
    """What tshark showed of one capture."""

    def __init__(self, document, frames):
        source = {frame.number: (frame.src, frame.dst) for frame in frames}
        self.labels = collections.defaultdict(list)
        self.endings, self.context, self.octets = {}, {}, xml.etree.ElementTree.tostring(document)
        for packet in document.iter("packet"):
            number = _number(packet, "frame.number") or _number(packet, "num")
            src, dst = source.get(number, (None, None))
            for proto in packet.findall("proto"):
                if proto.get("name") == "rstcause_resp":
                    for item in proto.findall("field"):
                        if item.get("name") in ("rstcause.resp.command", "rstcause.resp.reply"):
                            self.labels[number].append((src, dst, item))
                if proto.get("name") == "rstcause":
                    self.endings[number] = self._ending(proto)
                    self.context[number] = [f.get("show") for f in proto.iter("field")
                                            if f.get("name") == "rstcause.context"]

    @staticmethod
    def _ending(proto):
        told = proto.find(".//field[@name='rstcause.resp.outstanding']") is not None
        return Ending(_number(proto, "rstcause.resp.last_ping"),
                      _number(proto, "rstcause.resp.last_pong"),
                      _number(proto, "rstcause.resp.outstanding") if told else None)

    def of(self, conversation, number):
        """The labels of a frame, if it belongs to that conversation."""
        ends = {end: by for by, end in conversation.ends.items()}
        return [read_label(item, ends[src]) for src, dst, item in self.labels.get(number, ())
                if src in ends and dst in ends]


# ----- the comparison --------------------------------------------------------------------------

@dataclass
class Result:
    """How many labels are right, absent, wrong; and what is wrong, in words."""

    right: int = 0
    absent: int = 0
    wrong: int = 0
    lines: list = field(default_factory=list)

    def add(self, other):
        self.right += other.right
        self.absent += other.absent
        self.wrong += other.wrong
        self.lines += other.lines


def compare_frame(wanted, said, lenient, result, where):
    """Hold the labels of one frame against the truth, in their order."""
    wanted = list(wanted)
    for label in said:
        place = next((i for i, want in enumerate(wanted)
                      if want.is_like(label, lenient or not want.sure)), None)
        if place is None:
            result.wrong += 1
            result.lines.append(f"{where}: wrong: {label}; expected {wanted[:2]}")
            continue
        for skipped in wanted[:place]:
            _absent(skipped, result, where)
        result.right += 1
        del wanted[:place + 1]
    for skipped in wanted:
        _absent(skipped, result, where)


def _absent(label, result, where):
    if label.sure:
        result.absent += 1
        result.lines.append(f"{where}: absent: {label}")


def compare_ending(conversation, reset, said, lenient, result, where):
    """Hold what a reset says of its conversation against the truth."""
    want = conversation.ending(reset)
    if not conversation.countable:
        want.outstanding = said.outstanding
    if lenient:
        for name in ("last_ping", "last_pong", "outstanding"):
            if not getattr(said, name):
                setattr(want, name, getattr(said, name))
    if said == want:
        result.right += 1
    elif said.outstanding is None and not said.last_ping:
        result.absent += 1
        result.lines.append(f"{where}: absent: {want}, said {said}")
    else:
        result.wrong += 1
        result.lines.append(f"{where}: wrong: {said}, expected {want}")


def score_capture(capture, truth, environment, lenient=False):
    """The Result of one capture."""
    frames = list(read_frames(capture))
    said = Said(run_tshark(capture, environment), frames)
    result = Result()
    for line in truth:
        conversation = Conversation(line, frames)
        expected = conversation.expected()
        for number in sorted(set(expected) | set(said.labels)):
            labels = said.of(conversation, number)
            if not conversation.sure and number not in expected:
                continue
            compare_frame(expected.get(number, ()), labels, lenient or not conversation.sure, result,
                          f"{capture.parent.name}/{capture.name} frame {number}")
        for reset in conversation.resets:
            if reset in said.endings:
                compare_ending(conversation, reset, said.endings[reset], lenient, result,
                               f"{capture.parent.name}/{capture.name} reset {reset}")
    if not lenient:
        compare_contexts(capture, said, result)
    return result


def without_time(sentences):
    """How long a command had waited is another time in each run."""
    return [re.sub(r" unanswered(.*) for [0-9.]+ .*$", r" unanswered\1", said) for said in sentences]


def compare_contexts(capture, said, result):
    """Hold what resets say of the application against what their scenario wants."""
    truth = capture.with_suffix(".truth.jsonl")
    for line in truth.read_text(encoding="utf-8").splitlines() if truth.exists() else ():
        record = json.loads(line)
        told = without_time(said.context.get(record["frame"], []))
        if record.get("context", told) == told:
            result.right += "context" in record
            continue
        result.wrong += 1
        result.lines.append(f"{capture.parent.name}/{capture.name} reset {record['frame']}: wrong: "
                            f"{told}, expected {record['context']}")


def truth_of(capture):
    """What the clients of that capture noted."""
    with open(capture.with_suffix(".resp.jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def transformed(capture, name, folder):
    """The capture through a transformation."""
    copy = REGISTRY[name].change(files.read(capture, capture.stem))
    return files.write(copy, folder / f"{capture.parent.name}-{capture.stem}-{name}.pcap")


def score_folder(folder, environment, lenient, names=(), jobs=2):
    """{transformation or "": Result} over all captures of the folder that have such truth."""
    captures = sorted(path for path in folder.rglob("*.pcap")
                      if path.with_suffix(".resp.jsonl").exists())
    results = {}
    with (tempfile.TemporaryDirectory(prefix="rstlab-resp-") as scratch,
          concurrent.futures.ThreadPoolExecutor(jobs) as pool):
        for name in names or [""]:
            results[name] = Result()
            copies = [transformed(c, name, pathlib.Path(scratch)) if name else c for c in captures]
            for one in pool.map(lambda pair: score_capture(pair[1], truth_of(pair[0]), environment,
                                                           lenient or bool(name)), zip(captures, copies)):
                results[name].add(one)
            for copy in copies if name else ():
                copy.unlink()
    return len(captures), results


def report(captures, results, lenient, lines):
    """Print the figures; whether they are good."""
    good = captures > 0
    for name, result in results.items():
        strict = not lenient and not name
        for line in result.lines:
            if lines and (strict or ": absent" not in line):
                print(line)
        print(f"{name or 'as captured':20} {captures} captures: {result.right} right, "
              f"{result.absent} absent, {result.wrong} wrong")
        good = good and not result.wrong and not (strict and result.absent)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--plugin", type=pathlib.Path, required=True)
    parser.add_argument("--lenient", action="store_true", help="labels may be absent")
    parser.add_argument("--transform", nargs="+", metavar="NAME", default=(), choices=sorted(REGISTRY))
    parser.add_argument("--list", action="store_true", help="name what is wrong")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rstlab-resp-") as scratch:
        environment = score.stage(options.plugin, pathlib.Path(scratch))
        captures, results = score_folder(options.folder, environment, options.lenient, options.transform)
    return 0 if report(captures, results, options.lenient, options.list) else 1


if __name__ == "__main__":
    sys.exit(main())
