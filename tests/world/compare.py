#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare verdicts on public captures with what a reader made of the packets.

    sh tests/surface/world.sh FOLDER OUT
    python3 tests/world/compare.py OUT/resets.json
    python3 tests/world/compare.py OUT/resets.json --table >tests/world/notes.md

FOLDER holds the captures as <owner>+<repository>/<path there>; expected.tsv names them so. The
tokens that a reader would accept stand in its fourth column, the likeliest first. A verdict is

    right    it names one of them,
    humble   it names another with less than 60 %, or says that the capture does not tell, and
             an accepted one is among its alternatives (or it claims nothing else),
    wrong    anything else.

Prints what is not right, and the counts; with --table every reset that was read, as a page. Exit code
1 when a verdict is wrong or a reset of a capture that was read is missing from the verdicts.
"""

import collections
import csv
import json
import pathlib
import sys

HUMBLE = 60
SAYS_NOTHING = {"capture_incomplete", "connection_unknown", "unknown"}


def judgement(verdict, accepted):
    said, confidence = verdict["reason"], verdict["confidence"]
    if said in accepted:
        return "right"
    others = {other["reason"] for other in verdict.get("alternatives", [])}
    if said in SAYS_NOTHING or (confidence < HUMBLE and others & accepted):
        return "humble"
    return "wrong"


def describe(verdict):
    others = " ".join(f"{other['reason']}:{other['confidence']}" for other in verdict.get("alternatives", []))
    return f"{verdict['reason']} {verdict['confidence']} % [{others}]"


def read(path):
    """Every row of expected.tsv with the verdict on its reset, None where there is none; and the
    captures that were not judged."""
    with open(path, encoding="utf-8") as lines:
        verdicts = {(verdict["file"], verdict["frame"]): verdict for verdict in map(json.loads, lines)}
    captures = {file for file, _ in verdicts}
    table = pathlib.Path(__file__).with_name("expected.tsv")
    found, absent = [], set()
    with open(table, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            file = row["repository"].replace("/", "+") + "/" + row["capture"]
            if file in captures:
                found.append((row, verdicts.get((file, int(row["frame"])))))
            else:
                absent.add(file)
    return found, absent


def kind_of(row, verdict):
    return judgement(verdict, set(row["accepted"].split(","))) if verdict else "missing"


def print_table(found):
    print("# What the packets show, and what we say\n\n"
          "Made by `compare.py --table`; README.md tells how. \"Accepted\" is the reader's, the "
          "likeliest first.\n")
    capture = None
    for row, verdict in found:
        if capture != (row["repository"], row["capture"]):
            capture = row["repository"], row["capture"]
            print(f"\n## {capture[0]}: {capture[1]}\n\n| Frame | The packets | Accepted | Verdict | |\n|---|---|---|---|---|")
        said = describe(verdict) if verdict else "none"
        print(f"| {row['frame']} | {row['what the packets show']} | {row['accepted']} | {said} | {kind_of(row, verdict)} |")


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--table"]):
        sys.exit(__doc__)
    found, absent = read(sys.argv[1])
    if sys.argv[2:]:
        print_table(found)
        return
    counts = collections.Counter(kind_of(row, verdict) for row, verdict in found)
    for row, verdict in found:
        kind = kind_of(row, verdict)
        if kind != "right":
            print(f"{kind}: {row['repository']} {row['capture']} frame {row['frame']}: expected "
                  f"{row['accepted']}, said {describe(verdict) if verdict else 'nothing'}\n"
                  f"    {row['what the packets show']}")
    for file in sorted(absent):
        print(f"not there: {file}")
    print(", ".join(f"{counts[kind]} {kind}" for kind in ("right", "humble", "wrong", "missing")))
    sys.exit(1 if counts["wrong"] or counts["missing"] else 0)


if __name__ == "__main__":
    main()
