#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lay captures that somebody else made out as the lab does, so that score.py reads them.

    handed.py FOLDER OUT [--part open|held|all]

FOLDER holds truth.json and NAME.POINT.pcap (POINT: where it was captured). OUT gets
NAME/POINT.pcap (a link) with NAME/POINT.truth.jsonl, as run.py --out makes them. Of the stories a
quarter, chosen by a hash of their names, is held back: nobody looks at those when weights are
chosen. Captures that tell nothing of the reset, by truth.json's own word, are left out.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys

#: One story in so many is held back.
HELD_BACK = 4


def is_held_back(name):
    return int(hashlib.sha1(name.encode()).hexdigest(), 16) % HELD_BACK == 0


def _address_and_port(text):
    address, port = re.sub(r"[\[\]]", "", text).rsplit(":", 1)
    return address, int(port)


class _KernelsWords:
    """What the tracepoint said in a story, each word for one reset."""

    def __init__(self, words):
        self._left = list(words)

    def take(self, reset):
        for word in self._left:
            source, (_, port) = _address_and_port(word["src"]), _address_and_port(word["dst"])
            if source == (reset["src"], reset["sport"]) and port in (0, reset["dport"]):
                self._left.remove(word)
                return {"kernel_reason": word["reason"], "kernel_state": word["state"].removeprefix("TCP_")}
        return {}


def truths_of(story, point):
    """The truth of one capture, reset by reset, in the lab's words."""
    words = _KernelsWords(story["kernel"])
    for reset in point["resets"]:
        said = words.take(reset)
        if not reset["cause"]:
            continue
        yield {"frame": reset["frame"], "token": reset["cause"], "origin": story["by"],
               **said, "inseparable": reset.get("also", story["also"])}


def lay_out(folder, out, part):
    stories = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    count = 0
    for name, story in stories.items():
        if part != "all" and is_held_back(name) != (part == "held"):
            continue
        for at, point in story["vantage"].items():
            truths = list(truths_of(story, point))
            if not point["judged"] or (point["resets"] and not truths):
                continue
            capture = out / name / f"{at}.pcap"
            capture.parent.mkdir(parents=True, exist_ok=True)
            capture.unlink(missing_ok=True)
            capture.symlink_to((folder / f"{name}.{at}.pcap").resolve())
            lines = "".join(json.dumps(truth) + "\n" for truth in truths)
            capture.with_suffix(".truth.jsonl").write_text(lines, encoding="utf-8")
            count += 1
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--part", choices=["open", "held", "all"], default="all")
    options = parser.parse_args()
    print(f"{lay_out(options.folder, options.out, options.part)} captures", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
