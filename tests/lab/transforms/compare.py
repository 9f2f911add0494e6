"""Score transformed captures, and say which verdicts a transformation changed.

A transformation that keeps the evidence must change nothing; one that loses evidence may make a
verdict humbler, but must not make it another one with certainty.
"""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import score
from transforms import REGISTRY, truth

#: Verdicts that own to not knowing.
HUMBLE = {"capture_incomplete", "connection_unknown", "unknown"}
#: Percent from which a verdict is a certainty and no guess.
CERTAIN = 70


@dataclass
class Result:
    """What came of the captures of one transformation."""

    name: str
    captures: int = 0
    resets: int = 0
    right: int = 0
    too_many: int = 0  # verdicts on frames without a reset
    lines: list = field(default_factory=list)
    changes: Counter = field(default_factory=Counter)

    @property
    def percent(self):
        return 100 * self.right / max(self.resets, 1)


def _is_right(record, verdict):
    return verdict is not None and (verdict["reason"] == record["token"]
                                    or verdict["reason"] in record.get("inseparable", ()))


def _is_bold(verdict):
    """Whether a poorer capture may not make a verdict this one: another one, with certainty."""
    return verdict is None or (verdict["confidence"] >= CERTAIN and verdict["reason"] not in HUMBLE)


def _mark(record, verdict, right, keeps_evidence):
    if not right:
        return "WRONG"
    return "right" if keeps_evidence or verdict["reason"] == record["token"] else "BOLD "


def _said(verdict):
    return f"{verdict['reason']} {verdict['confidence']} %" if verdict else "no verdict"


def _compare_one(result, place, records, before, after, keeps_evidence):
    """Add one capture to the result."""
    result.captures += 1
    for record in records:
        now, then = after.get(record["frame"]), before.get(record["source"])
        right = _is_right(record, now)
        result.resets += 1
        result.right += right
        same = now and then and now["reason"] == then["reason"]
        if same or (not keeps_evidence and not _is_bold(now)):
            continue
        names = tuple(verdict["reason"] if verdict else "nothing" for verdict in (then, now))
        result.changes[names] += 1
        result.lines.append(f"{_mark(record, now, right, keeps_evidence)} {place} frame {record['frame']} (was"
                            f" {record['source']}): is {record['token']}, {_said(then)} -> {_said(now)}")
    result.too_many += len(after.keys() - {record["frame"] for record in records})


def _chosen(folder, share):
    captures = score.captures_in(folder)
    return captures if share >= 1 else sorted(random.Random(7).sample(captures, round(len(captures) * share)))


def compare(source, folder, verdicts_of, share=1.0, jobs=2, known=None):
    """The Result of OUT/TRANSFORMATION against the untransformed captures under `source`.

    `verdicts_of` gives the verdicts on one capture by frame; `known` remembers those on the
    untransformed ones from one transformation to the next.
    """
    known = {} if known is None else known
    result = Result(folder.name)
    captures = _chosen(folder, share)
    originals = [source / c.relative_to(folder).with_suffix(".pcap") for c in captures]
    with ThreadPoolExecutor(jobs) as pool:
        missing = [original for original in originals if original not in known]
        known.update(zip(missing, pool.map(verdicts_of, missing)))
        for capture, original, after in zip(captures, originals, pool.map(verdicts_of, captures)):
            records = truth.read(capture.with_suffix(".truth.jsonl"))
            _compare_one(result, capture.relative_to(folder).with_suffix(""), records,
                         known[original], after, REGISTRY[folder.name].keeps_evidence)
    return result


def show(result):
    """The result in words: one line, the kinds of change, each change.

    WRONG: not the truth; BOLD: one of those that the poorer capture cannot tell from the truth;
    right: the truth, or what the lab's capture cannot tell from it either.
    """
    kept = REGISTRY[result.name].keeps_evidence
    what = "changed" if kept else f"others now with {CERTAIN} % or more"
    print(f"\n== {result.name}: {result.captures} captures, {result.resets} resets,"
          f" {result.percent:.1f} % right, {len(result.lines)} {what},"
          f" {result.too_many} verdicts on frames without a reset", flush=True)
    for (then, now), count in result.changes.most_common():
        print(f"  {count:4} x {then} -> {now}")
    for line in result.lines:
        print(f"    {line}")
