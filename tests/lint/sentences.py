#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Has every sentence of the catalogue its Chinese? rstcause-report translates what was said of a reset
by pairs of templates (plugin/batch/report/chinese/), and PROGRAM --texts lists the English ones.

    sentences.py --causes PROGRAM      PROGRAM is tests/list_causes of a build folder

Each text stands in its list once, with the same {names} in both languages, and no pair is left of a
text that is gone."""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

CHINESE = pathlib.Path(__file__).resolve().parents[2] / "plugin/batch/report/chinese"
LISTS = {"summary": "summaries", "advice": "advice", "remedy": "remedies", "evidence": "evidence"}
STRING = r'"(?:[^"\\]|\\.)*"'
PAIR = re.compile(rf"^  \[({STRING}),\s*({STRING})\],$", re.MULTILINE)
HAN = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,.;?!](?![\w.])")


def names(text):
    """The ends' names are capitals where an English sentence begins."""
    return {re.sub("^[XY]", lambda end: end[0].lower(), name).replace(":The", "") for name in re.findall(r"\{([^}]+)\}", text)}


def pairs(name):
    return [(json.loads(english), json.loads(chinese)) for english, chinese in PAIR.findall((CHINESE / f"{name}.js").read_text())]


def faults(texts):
    for kind, name in LISTS.items():
        said = pairs(name)
        place = f"plugin/batch/report/chinese/{name}.js"
        times = collections.Counter(english for english, _ in said)
        yield from (f"{place}: no Chinese of: {text}" for text in texts[kind] if text not in times)
        yield from (f"{place}: nobody says any more: {text}" for text in times if text not in texts[kind])
        yield from (f"{place}: twice: {text}" for text, count in times.items() if count > 1)
        for english, chinese in said:
            if names(english) != names(chinese):
                yield f"{place}: other {{names}} than the English: {chinese}"
            if not HAN.search(chinese) or HALF_WIDTH.search(chinese):
                yield f"{place}: no Chinese, or half-width punctuation: {chinese}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--causes", required=True)
    program = parser.parse_args().causes
    texts = collections.defaultdict(set)
    for line in subprocess.run([program, "--texts"], capture_output=True, encoding="utf-8", check=True).stdout.splitlines():
        text = json.loads(line)
        texts[text["kind"]].add(text["text"])
    found = list(faults(texts))
    if set(texts) != set(LISTS):
        found.append(f"{program} lists {sorted(texts)}")
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
