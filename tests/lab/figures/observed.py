"""Captures with their truth and what the engine said of them, read in few runs of judge_pcap."""

import collections
import json
import subprocess
from dataclasses import dataclass

import score

#: Captures for one run of the program: far below what a command line may hold.
AT_ONCE = 400


@dataclass
class Case:
    """One reset: what it truly was and what was said of it."""

    scenario: str
    place: str
    truth: dict
    verdict: dict | None
    rows: list | None = None  # how each row of the catalogue was weighed, if asked for

    @property
    def is_right(self):
        return self.verdict is not None and score.is_right(self.truth, self.verdict)

    @property
    def is_exact(self):
        return self.verdict is not None and self.verdict["reason"] == self.truth["token"]


def _lines(program, captures, *options):
    """What the program prints on these captures: {capture: {frame: object}}."""
    told = collections.defaultdict(dict)
    for first in range(0, len(captures), AT_ONCE):
        names = [str(capture) for capture in captures[first:first + AT_ONCE]]
        done = subprocess.run([program, *options, *names], capture_output=True, text=True, check=True)
        for line in done.stdout.splitlines():
            told_once = json.loads(line)
            told[told_once["file"]][told_once["frame"]] = told_once
    return told


def _rows_of(weighings, frame):
    weighing = weighings.get(frame, {})
    return weighings.get(weighing.get("duplicate_of"), weighing).get("rows")


def is_classic(capture):
    with open(capture, "rb") as octets:
        return octets.read(4) in (b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1",
                                  b"\xa1\xb2\x3c\x4d", b"\x4d\x3c\xb2\xa1")


def observe(folder, program, with_clues=False):
    """The cases of a folder as run.py --out makes it, in a stable order; and how many verdicts
    there were on frames without a reset."""
    captures = [capture for capture in score.captures_in(folder) if is_classic(capture)]
    verdicts = _lines(program, captures)
    weighings = _lines(program, captures, "--clues") if with_clues else {}
    cases, too_many = [], 0
    for capture in captures:
        place = capture.relative_to(folder).with_suffix("").as_posix()
        said = verdicts.get(str(capture), {})
        truths = score.truth_of(capture)
        too_many += len(said.keys() - {truth["frame"] for truth in truths})
        for truth in truths:
            rows = _rows_of(weighings.get(str(capture), {}), truth["frame"]) if with_clues else None
            cases.append(Case(place.split("/")[0], place, truth, said.get(truth["frame"]), rows))
    return cases, too_many
