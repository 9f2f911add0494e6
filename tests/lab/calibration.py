#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How many verdicts were right, by how sure they were, in each set of captures of known cause.

    calibration.py --judge judge_pcap [--seen TITLE=SOURCE]... [--held TITLE=SOURCE]... [--list]
                   [--check]

A SOURCE is a folder as run.py --out makes it; a folder with truth.json, as handed.py reads it
(FOLDER#open or FOLDER#held: a part of that); or TABLE.tsv@FOLDER, a table of captures below FOLDER
with columns repository, capture, frame and accepted (tests/world), or file, frame, truth and also.
--seen: the rules were written and weighed with these captures in view; --held: they were not, and
nobody looked at a single one of them meanwhile. Prints Markdown. --list: each verdict said with
90 % and more that is wrong, of the sets that were seen. --check: exit code 1 where a band of a set
does not hold what it promises.
"""

import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import handed
from figures import page
from figures.observed import is_classic, observe

#: The lowest confidence of a band, and how many of a hundred are to be right in it.
BANDS = [(90, "90 and more", 95), (80, "80 to 89", 80), (60, "60 to 79", 60), (0, "below 60", 0)]

TEXT = """
How sure a verdict may be was decided on the sets marked "seen" alone. The others were kept apart:
a quarter of the stories that were handed over, chosen by a hash of their names, and captures that
people read by eye who did not know the rules. What counts here as right is the true cause named
first, or one of those that the reader of a public capture accepted; in brackets, also a look-alike
that was named in the truth beforehand and ranked above it. Promised are 95 of 100 for 90 % and
more, 80 for 80 to 89, 60 for 60 to 79.
"""


@dataclass
class Source:
    title: str
    place: str
    seen: bool


def _lay_out_table(table, folder, out):
    """The captures of a table with their truth as the lab has it."""
    truths = {}
    with open(table, encoding="utf-8") as lines:
        for row in csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"):
            if not row["frame"].isdigit():
                continue
            accepted = re.split(r"[ ,;/]+", (row.get("accepted") or row.get("truth")).strip())
            accepted += [token for token in (row.get("also") or "").split(";") if token]
            name = row.get("file") or row["repository"].replace("/", "+") + "/" + row["capture"]
            truths.setdefault(name, []).append(
                {"frame": int(row["frame"]), "token": accepted[0], "accepted": accepted})
    for name, resets in truths.items():
        capture = out / name.replace("/", "+") / "capture.pcap"
        capture.parent.mkdir(parents=True)
        if is_classic(folder / name):
            capture.symlink_to((folder / name).resolve())
        else:
            subprocess.run(["tshark", "-r", folder / name, "-F", "pcap", "-w", capture],
                           capture_output=True, check=False)  # 2: cut short
        lines = "".join(json.dumps(reset) + "\n" for reset in resets)
        capture.with_suffix(".truth.jsonl").write_text(lines, encoding="utf-8")


def _folder_of(source, scratch):
    """The source as a folder with the lab's layout."""
    table, at, root = source.place.partition("@")
    folder, _, part = source.place.partition("#")
    if at:
        _lay_out_table(table, pathlib.Path(root), scratch)
        return scratch
    if (pathlib.Path(folder) / "truth.json").exists():
        handed.lay_out(pathlib.Path(folder), scratch, part or "all")
        return scratch
    return pathlib.Path(folder)


def cases_of(source, judge):
    with tempfile.TemporaryDirectory(prefix="rstcause-calibration-") as scratch:
        cases, _ = observe(_folder_of(source, pathlib.Path(scratch)), judge)
    return [case for case in cases if "duplicate_of" not in case.truth]


def is_named(case):
    """The first cause named is true, by any word that was accepted."""
    return case.verdict["reason"] in case.truth.get("accepted", [case.truth["token"]])


def _band_of(case):
    return next(lowest for lowest, _, _ in BANDS if case.verdict["confidence"] >= lowest)


def bands(cases):
    """{lowest confidence: (named, right, all)} of the verdicts that were given."""
    counts = {lowest: [0, 0, 0] for lowest, _, _ in BANDS}
    for case in cases:
        if case.verdict is None:
            continue
        count = counts[_band_of(case)]
        named = is_named(case)
        count[0] += named
        count[1] += named or case.is_right
        count[2] += 1
    return {lowest: tuple(count) for lowest, count in counts.items()}


def _cell(named, right, count):
    if count == 0:
        return "-"
    also = f" ({right})" if right != named else ""
    return f"{named}{also} of {count}: {100 * named / count:.0f} %"


def broken_promises(title, counts):
    """Bands of a set in which fewer are right than was promised."""
    return [f"{title}, {name}: {counts[lowest][0]} of {counts[lowest][2]} are right"
            for lowest, name, promised in BANDS
            if counts[lowest][2] and 100 * counts[lowest][0] < promised * counts[lowest][2]]


def section(sets):
    """The page's section; `sets` of sources and their cases."""
    rows = []
    for source, cases in sets:
        counts = bands(cases)
        missing = sum(case.verdict is None for case in cases)
        rows.append([source.title, "seen" if source.seen else "held back", str(len(cases)),
                     *(_cell(*counts[lowest]) for lowest, _, _ in BANDS), str(missing)])
    head = ["captures", "by the weights", "resets", *(name for _, name, _ in BANDS), "without a verdict"]
    return "\n## How sure, and how often right\n" + TEXT + "\n" + page.table(head, rows)


def mistakes(sets):
    """What was said with 90 and more and is wrong; never of a set that is held back."""
    for source, cases in sets:
        for case in cases:
            verdict = case.verdict
            if source.seen and verdict and verdict["confidence"] >= 90 and not is_named(case):
                yield (f"{source.title}: {case.place} frame {case.truth['frame']}: is {case.truth['token']}, "
                       f"said {verdict['reason']} {verdict['confidence']} %")


def source_of(text, seen):
    title, equals, place = text.partition("=")
    if not equals or not title:
        raise argparse.ArgumentTypeError("TITLE=SOURCE is wanted")
    return Source(title, place, seen)


def add_options(parser):
    parser.add_argument("--seen", metavar="TITLE=SOURCE", action="append", default=[], dest="sources",
                        type=lambda text: source_of(text, True), help="captures that the rules have seen")
    parser.add_argument("--held", metavar="TITLE=SOURCE", action="append", dest="sources",
                        type=lambda text: source_of(text, False), help="captures that they have not")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--judge", required=True, help="the program judge_pcap")
    add_options(parser)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    sets = [(source, cases_of(source, options.judge)) for source in options.sources]
    print(section(sets), end="")
    if options.list:
        print(*mistakes(sets), sep="\n")
    broken = [line for source, cases in sets for line in broken_promises(source.title, bands(cases))]
    print(*broken, sep="\n", file=sys.stderr)
    return 1 if options.check and broken else 0


if __name__ == "__main__":
    sys.exit(main())
