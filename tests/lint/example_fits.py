#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Does the diff that .github/CONTRIBUTING.md shows as an example still fit the code?

What it leaves and what it takes away must stand in the files that it names, hunk by hunk and in one
piece; or what it leaves and what it adds, where somebody tries it. Where a neighbour changed, copy the
example anew.
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGE = SOURCE / ".github" / "CONTRIBUTING.md"


def hunks(diff):
    """(file, the lines before the change, the lines after it) of each hunk."""
    name, before, after = None, [], []
    for line in [*diff.splitlines(), "@@"]:
        if line.startswith(("+++ ", "@@")):
            if before or after:
                yield name, before, after
            name, before, after = line[4:] if line.startswith("+++ ") else name, [], []
            continue
        before += [line[1:]] if not line.startswith("+") else []
        after += [line[1:]] if not line.startswith("-") else []


def main():
    diff = re.search(r"^```diff\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    lost = [] if diff else [f"{PAGE}: no diff"]
    for name, before, after in hunks(diff[1]) if diff else ():
        text = (SOURCE / name).read_text(encoding="utf-8")
        if "\n".join(before) not in text and "\n".join(after) not in text:
            lost.append(f"{name} has no place any more for the hunk that begins: {before[0].strip()}")
    if lost and diff:
        lost.append(f"{PAGE.relative_to(SOURCE)}: where a neighbour of the example changed, copy its lines anew")
    print("\n".join(lost), file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
