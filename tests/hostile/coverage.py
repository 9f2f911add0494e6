#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage.py SOURCE BUILD [--lines PERCENT] [--branches PERCENT] [FILE...]: see coverage.sh.

Adds up what gcov tells of every object of the engine and the parsers, and of the headers wherever
they were compiled: a line or a branch counts as reached if any test reaches it in any of them.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys

FOLDERS = ("engine", "resp", "app")


def reports(build):
    """gcov's JSON for every object that ran."""
    for data in sorted(build.rglob("*.gcda")):
        done = subprocess.run(["gcov", "--branch-probabilities", "--json-format", "--stdout", data],
                              capture_output=True, cwd=build)
        for line in done.stdout.splitlines():
            yield json.loads(line)


class File:
    def __init__(self):
        self.lines = collections.Counter()
        self.branches = collections.Counter()  # by line and place within it

    def add(self, lines):
        seen = collections.Counter()
        for line in lines:
            number = line["line_number"]
            self.lines[number] += line["count"]
            # A function template or an inline lambda stands there once for each instance.
            instance = (number, line.get("function_name", ""))
            for branch in line["branches"]:
                place = seen[instance]
                seen[instance] += 1
                if not branch["throw"]:
                    self.branches[number, place] += branch["count"]

    def reached(self, what):
        counts = getattr(self, what)
        return sum(1 for count in counts.values() if count), len(counts)

    def missing(self):
        lines = sorted(number for number, count in self.lines.items() if not count)
        branches = sorted({number for (number, _), count in self.branches.items() if not count} - set(lines))
        return lines, branches


def gather(source, build):
    files = collections.defaultdict(File)
    for report in reports(build):
        for entry in report["files"]:
            path = pathlib.Path(report["current_working_directory"], entry["file"])
            name = entry["file"].replace("rstcause/plugin/", "") if entry["file"].startswith("rstcause/") else \
                str(path.resolve()).replace(f"{source}/plugin/", "")
            if name.split("/")[0] in FOLDERS:
                files[name].add(entry["lines"])
    return files


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--lines", type=float, default=0)
    parser.add_argument("--branches", type=float, default=0)
    parser.add_argument("files", nargs="*")
    wanted = parser.parse_args()
    files = gather(wanted.source.resolve(), wanted.build.resolve())
    total = {"lines": [0, 0], "branches": [0, 0]}
    print(f"{'file':40} {'lines':>14} {'branches':>14}")
    for name in sorted(files):
        row = f"{name:40}"
        for what in total:
            part, whole = files[name].reached(what)
            total[what][0] += part
            total[what][1] += whole
            row += f" {part:4}/{whole:4} {percent(part, whole):3.0f}%"
        print(row)
    for name in wanted.files:
        lines, branches = files[name].missing()
        print(f"{name}: lines not reached {lines}; branches not reached on {branches}")
    for what, (part, whole) in total.items():
        print(f"{what}: {part} of {whole}, {percent(part, whole):.1f} %")
    enough = percent(*total["lines"]) >= wanted.lines and percent(*total["branches"]) >= wanted.branches
    return 0 if files and enough else 1


if __name__ == "__main__":
    sys.exit(main())
