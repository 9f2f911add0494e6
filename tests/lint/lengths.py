#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long is too long? No file of the plugin has more than 400 lines, no function more than 60.

Tables are excepted: what is data may be as long as there is to say, and is named below. Functions
are found by their shape, as .clang-format gives it to all of them; clang-tidy counts them too
(.clang-tidy, readability-function-size).
"""

import pathlib
import re
import sys

PLUGIN = pathlib.Path(__file__).resolve().parents[2] / "plugin"
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 60
SUFFIXES = {".h", ".cpp", ".sql", ".sh", ".py", ".in", ""}
TABLES = ("engine/judge/causes/", "engine/tell/field_table.h", "docs/", "profiles/", "manual/")


def is_table(name):
    return name.startswith(TABLES)


def functions(lines):
    """(first line, number of lines, what it begins with) of each function and each long lambda."""
    begun = None
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip())
        if begun is None:
            if re.search(r"\) (?:const |noexcept |override )*\{$", line):
                # A declaration of several lines is indented where it goes on.
                begun = (number, indent if indent <= 2 or "[" in line else None, line.strip())
        elif line.startswith("}", indent) and (indent == begun[1] or begun[1] is None and indent <= 2):
            yield begun[0], number - begun[0] + 1, begun[2]
            begun = None


def main():
    too_long, counted = [], 0
    for path in sorted(PLUGIN.rglob("*")):
        name = path.relative_to(PLUGIN).as_posix()
        if not path.is_file() or path.suffix not in SUFFIXES or is_table(name):
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > MOST_LINES:
            too_long.append(f"plugin/{name}: {len(lines)} lines, {MOST_LINES} are allowed: split it by subject")
        if path.suffix not in {".h", ".cpp"}:
            continue
        for first, length, what in functions(lines):
            counted += 1
            if length > MOST_LINES_OF_A_FUNCTION:
                too_long.append(f"plugin/{name}:{first}: {length} lines, "
                                f"{MOST_LINES_OF_A_FUNCTION} are allowed: {what}")
    if counted == 0:
        too_long.append(f"{PLUGIN}: no function found")
    print("\n".join(too_long), file=sys.stderr)
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
