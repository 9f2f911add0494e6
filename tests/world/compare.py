#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare verdicts on public captures with what a reader made of the packets.

    sh tests/surface/world.sh FOLDER OUT
    python3 tests/world/compare.py OUT/resets.json

FOLDER holds the captures as <owner>+<repository>/<path there>; expected.tsv names them so. The
tokens that a reader would accept stand in its fourth column, the likeliest first. A verdict is

    right    it names one of them,
    humble   it names another with less than 60 %, or says that the capture does not tell, and
             an accepted one is among its alternatives (or it claims nothing else),
    wrong    anything else.

Prints what is not right, and the counts. Exit code 1 when a verdict is wrong or a reset of a
capture that was read is missing from the verdicts.
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


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as lines:
        verdicts = {(verdict["file"], verdict["frame"]): verdict for verdict in map(json.loads, lines)}
    captures = {file for file, _ in verdicts}
    table = pathlib.Path(__file__).with_name("expected.tsv")
    counts, absent = collections.Counter(), set()
    with open(table, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            file = row["repository"].replace("/", "+") + "/" + row["capture"]
            if file not in captures:
                absent.add(file)
                continue
            verdict = verdicts.get((file, int(row["frame"])))
            kind = judgement(verdict, set(row["accepted"].split(","))) if verdict else "missing"
            counts[kind] += 1
            if kind != "right":
                print(f"{kind}: {file} frame {row['frame']}: expected {row['accepted']}, "
                      f"said {describe(verdict) if verdict else 'nothing'}\n    {row['what the packets show']}")
    for file in sorted(absent):
        print(f"not there: {file}")
    print(", ".join(f"{counts[kind]} {kind}" for kind in ("right", "humble", "wrong", "missing")))
    sys.exit(1 if counts["wrong"] or counts["missing"] else 0)


if __name__ == "__main__":
    main()
