#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does the diff that .github/CONTRIBUTING.md shows as an example still fit the code?

What it leaves and what it takes away must stand in the files that it names, hunk by hunk and in one
piece. Where a neighbour changed, copy the example anew.
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGE = SOURCE / ".github" / "CONTRIBUTING.md"


def hunks(diff):
    """(file, the lines before the change) of each hunk."""
    name, lines = None, []
    for line in diff.splitlines():
        if line.startswith(("+++ ", "@@")):
            if name and lines:
                yield name, lines
            name, lines = (line[4:], []) if line.startswith("+++ ") else (name, [])
        elif not line.startswith("+"):
            lines.append(line[1:])
    if name and lines:
        yield name, lines


def main():
    diff = re.search(r"^```diff\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    lost = [] if diff else [f"{PAGE}: no diff"]
    for name, lines in hunks(diff[1]) if diff else ():
        text = (SOURCE / name).read_text(encoding="utf-8")
        if "\n".join(lines) not in text:
            lost.append(f"{name} has no place any more for the hunk that begins: {lines[0].strip()}")
    print("\n".join(lost), file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
