"""From what a scenario says it did to one record of truth for each reset of a capture.

A scenario returns rules; each rule speaks for some of its resets: token, sender, how many, and
what the kernel's tracepoint must have said. Labelling fails when a reset has no rule, when a rule
finds too few resets, or when the witness says something else.

With latency in the router more is on its way when a connection ends, so what draws a follow-up is
a matter of timing: there, a reply of an end that had reset before (or had been reset) and that no
rule speaks for is labelled for what it is, late_segment or reset_echo.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Callable, Optional

#: How far apart in time the tracepoint's line and the frame may be.
_SAME_MOMENT = 0.05
#: Copies of one packet on a host's several interfaces are this close.
_COPY = 0.05

#: Resets that only answer what comes after the end of a connection.
FOLLOW_UPS = {"late_segment", "reset_echo"}


class Contradiction(Exception):
    """Capture, witness and scenario do not agree."""


@dataclass
class Rst:
    """What is true of some resets of a scenario.

    by      who truly sent them: client, server or router
    claims  whose address they carry, where that is another one (NAT box, forger)
    count   how many, exactly or (least, most)
    at      the capture points where they can be seen; everywhere when empty
    flow    ports, one of which these resets have
    when    any further condition
    reason, state  the tracepoint's words; None: no endpoint's TCP made them, so it said nothing
    crafted the lab put the frame on the wire itself
    translated  a NAT box stands between kernel and capture point
    inseparable tokens that this very capture could show as well: what decides is not in it
    inseparable_at the same for single capture points, {point: tokens}: what decides did not pass
    context what rstcause.context must say, sentence by sentence: respscore.py compares
    """

    token: str
    by: str
    reason: Optional[object] = None
    state: Optional[object] = None
    count: object = 1
    claims: Optional[str] = None
    at: tuple = ()
    flow: tuple = ()
    when: Callable = field(default=lambda segment: True)
    crafted: bool = False
    translated: bool = False
    inseparable: tuple = ()
    inseparable_at: dict = field(default_factory=dict)
    context: Optional[list] = None
    origin: Optional[str] = None
    note: str = ""

    def __post_init__(self):
        self.least, self.most = (
            self.count if isinstance(self.count, tuple) else (self.count, self.count))
        self.flow = {self.flow} if isinstance(self.flow, int) else set(self.flow)

    def seen_at(self, point):
        return not self.at or point in self.at

    def speaks_for(self, segment, hosts):
        return (segment.src in hosts[self.claims or self.by]
                and (not self.flow or self.flow & segment.ports)
                and self.when(segment))

    def confusable(self, point):
        """What a capture at this point could show as well."""
        return [*self.inseparable, *self.inseparable_at.get(point, ())]

    def true_origin(self):
        return self.origin or ("middlebox" if self.by == "router" else self.by)


def _allowed(expected, said):
    return said == expected or (isinstance(expected, tuple) and said in expected)


def _identity(segment):
    """What makes two frames the same packet, wherever they were captured."""
    return (segment.src, segment.sport, segment.dst, segment.dport, segment.seq, segment.ack,
            segment.flags, segment.ip_id)


def _end(segment):
    return segment.src, segment.sport


def _flow(segment):
    return frozenset((_end(segment), (segment.dst, segment.dport)))


class Departures:
    """When each reset left its sender, for captures that got it later than that.

    The witness speaks at that moment; a router may have held the packet back since.
    """

    def __init__(self, resets, hosts):
        self._left = defaultdict(list)
        for point in ("client", "server"):
            for segment in resets.get(point, ()):
                if segment.src in hosts[point]:
                    self._left[_identity(segment)].append(segment.time)

    def of(self, segment, occurrence):
        """The departure of the n-th packet that looks like this, else the time in the capture."""
        times = self._left[_identity(segment)]
        return times[occurrence] if occurrence < len(times) else segment.time


def _is_abort(segment):
    """Whether this reset has the form of a socket's own abort, and not of an answer."""
    return segment.letters == "RA" and segment.seq != 0


def _copy_of(segment, earlier):
    """The earlier frame that this one is a copy of: same packet, same moment."""
    for other in reversed(earlier):
        if segment.time - other.time > _COPY:
            return None
        if _identity(segment) == _identity(other) and segment.ttl != other.ttl:
            return other
    return None


class Labeller:
    """Writes the truth of one capture."""

    def __init__(self, point, hosts, rules, testimony, departures, follow_ups=False):
        self._point = point
        self._hosts = hosts
        self._rules = [rule for rule in rules if rule.seen_at(point)]
        self._used = [0] * len(self._rules)
        self._testimony = list(testimony)
        self._departures = departures
        self._seen = defaultdict(int)
        self._follow_ups = follow_ups
        self._resetters = {}

    def label(self, resets):
        """One record for each of the resets."""
        records = []
        for index, segment in enumerate(resets):
            original = _copy_of(segment, resets[:index])
            if original is not None:
                first = next(r for r in records if r["frame"] == original.frame)
                records.append({**first, "frame": segment.frame, "duplicate_of": original.frame})
            else:
                records.append(self._record(segment))
        for rule, used in zip(self._rules, self._used):
            if used < rule.least:
                raise Contradiction(f"{self._point}: {used} resets are {rule.token} of the "
                                    f"{rule.by}, the scenario promises {rule.least}")
        return records

    def _record(self, segment):
        rule = self._rule_for(segment)
        line = self._line_for(segment, rule)
        said = (line.reason, line.state) if line else (None, None)
        where = f"{self._point} frame {segment.frame}"
        if not _allowed(rule.reason, said[0]):
            raise Contradiction(f"{where}: {rule.token} expects reason {rule.reason}, "
                                f"the kernel said {said[0]} in {said[1]}")
        if rule.state is not None and not _allowed(rule.state, said[1]):
            raise Contradiction(f"{where}: {rule.token} expects state {rule.state}, "
                                f"the kernel said {said[1]}")
        record = {"frame": segment.frame, "token": rule.token, "origin": rule.true_origin(),
                  "kernel_reason": said[0], "kernel_state": said[1], "note": rule.note}
        if rule.crafted:
            record["crafted"] = True
        if rule.context is not None:
            record["context"] = rule.context
        if confusable := rule.confusable(self._point):
            record["inseparable"] = confusable
        return record

    def _rule_for(self, segment):
        for index, rule in enumerate(self._rules):
            if self._used[index] < rule.most and rule.speaks_for(segment, self._hosts):
                self._used[index] += 1
                if rule.token not in FOLLOW_UPS:
                    self._resetters.setdefault(_flow(segment), _end(segment))
                return rule
        if self._follow_ups and _flow(segment) in self._resetters:
            return self._follow_up(segment)
        raise Contradiction(
            f"{self._point} frame {segment.frame}: a reset without truth: {segment.src}:"
            f"{segment.sport} > {segment.dst}:{segment.dport} {segment.letters}; "
            f"the kernel said {self._line_for(segment, None)}")

    def _follow_up(self, segment):
        """A reply after the end of the connection."""
        own = self._resetters[_flow(segment)] == _end(segment)
        return Rst("late_segment" if own else "reset_echo",
                   next(host for host, owned in self._hosts.items() if segment.src in owned),
                   ("NO_SOCKET", "TCP_FLAGS", "TCP_TIMEWAIT_SOCKET"), note="drawn by latency")

    def _line_for(self, segment, rule):
        """The tracepoint's line about this reset; each line is about one reset only."""
        if rule and rule.crafted:
            return None
        translated = bool(rule and rule.translated)
        left = self._departures.of(segment, self._seen[_identity(segment)])
        self._seen[_identity(segment)] += 1
        near = [line for line in self._testimony if line.may_be(segment, translated)
                and abs(line.time - left) <= _SAME_MOMENT]
        if not near:
            return None
        # Resets that look alike leave in the order in which the kernel spoke of them; an abort and
        # the answers to what comes behind it do not look alike.
        said = min(near, key=lambda line: (line.of_an_answer() == _is_abort(segment), line.time))
        self._testimony.remove(said)
        return said


def write_jsonl(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
