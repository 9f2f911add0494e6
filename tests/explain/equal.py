# SPDX-License-Identifier: GPL-2.0-or-later
"""rstcause-explain says the same as tshark with the plugin, octet for octet; run by run.sh.

    equal.py [--jobs N] [--keep FOLDER] [FOLDER|CAPTURE...]

Without captures: those of sample-pcaps and those of tests/explain/layers.py, one for each layer.
With --keep tshark's answers are kept there and used again, as long as the plugin is the same one.
Exit status 1 at the first difference told, after all captures.
"""

import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

STAGE = pathlib.Path(os.environ["RSTCAUSE_STAGE"])
EXPLAIN = os.environ["RSTCAUSE_EXPLAIN"]
TOP = pathlib.Path(os.environ["RSTCAUSE_TOP"])
FORMS = {"rstcause,json": [], "rstcause,csv": ["--csv"], "rstcause,tree": ["--tree"]}
ALL_READ, NOT_ALL_READ, BROKEN = 0, 1, 2


def captures_in(places):
    for place in map(pathlib.Path, places):
        if place.is_dir():
            yield from sorted(path for path in place.rglob("*") if path.is_file() and
                              any(".%s" % end in path.name for end in ("pcap", "cap", "pcapng", "ntar")))
        else:
            yield place


class Tshark:
    """tshark with the plugin. It runs unprivileged where we are root, and then reads a copy."""

    def __init__(self, keep):
        self.keep = keep and pathlib.Path(keep)
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=STAGE))
        self.folder.chmod(0o755)
        plugin = next(STAGE.glob("plugins/*/epan/rstcause.so"))
        self.plugin = hashlib.sha256(plugin.read_bytes()).hexdigest()

    def answer(self, capture, keywords):
        """(exit status, standard output) of -z with each of `keywords`, one behind the other, whose file is
        called by `capture`'s path. One tshark for all: to start one takes longer than to read a sample."""
        contents = capture.read_bytes()
        key = hashlib.sha256("\0".join([self.plugin, str(capture), *keywords]).encode() + contents).hexdigest()
        kept = self.keep and self.keep / key
        if kept and kept.exists():
            status, _, output = kept.read_bytes().partition(b"\n")
            return int(status), output
        copy = self.folder / (key + "".join(capture.suffixes))
        copy.write_bytes(contents)
        copy.chmod(0o644)
        # What is asked last tshark prints first.
        asked = [word for keyword in reversed(keywords) for word in ("-z", keyword)]
        done = subprocess.run([STAGE / "with", "-q", "-o", f"rstcause.source:{capture}", *asked, "-r", copy],
                              capture_output=True)
        copy.unlink()
        if kept:
            self.keep.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(b"%d\n" % done.returncode + done.stdout)
        return done.returncode, done.stdout

    def close(self):
        shutil.rmtree(self.folder)


def first_difference(ours, theirs):
    for number, (left, right) in enumerate(zip(ours.splitlines(), theirs.splitlines()), 1):
        if left != right:
            return f"line {number}:\n  explain {left.decode(errors='replace')}\n  tshark  {right.decode(errors='replace')}"
    return f"{len(ours.splitlines())} lines by explain, {len(theirs.splitlines())} by tshark"


def compare(tshark, capture, keywords):
    """(what happened, a difference in words or None)"""
    printed = b""
    for keyword in keywords:
        ours = subprocess.run([EXPLAIN, *FORMS[keyword], capture], capture_output=True)
        told = ours.stderr.decode(errors="replace").strip()
        if ours.returncode == NOT_ALL_READ:
            return "left to tshark", None if "not read: " in told else "silent about what it did not read"
        if ours.returncode not in (ALL_READ, BROKEN):
            return "failed", f"status {ours.returncode}: {told}"
        printed += ours.stdout
    status, theirs = tshark.answer(capture, keywords)
    if (status != 0) != (ours.returncode != ALL_READ):
        return "compared", f"status {ours.returncode} by explain ({told}), {status} by tshark"
    if printed != theirs:
        return "compared", first_difference(printed, theirs)
    return "compared", None


def samples():
    """What the short run compares: each sample, and a capture for each layer, in each form."""
    import layers
    folder = pathlib.Path(tempfile.mkdtemp(dir=STAGE))
    layers.write_all(folder)
    return [*captures_in([TOP / "sample-pcaps", folder])]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep")
    parser.add_argument("places", nargs="*")
    chosen = parser.parse_args()
    captures = [*captures_in(chosen.places)] if chosen.places else samples()
    keywords = ["rstcause,json"] if chosen.places else list(FORMS)
    tshark = Tshark(chosen.keep)
    happened, differing = {}, 0
    with concurrent.futures.ThreadPoolExecutor(chosen.jobs) as pool:
        jobs = {pool.submit(compare, tshark, capture, keywords): capture for capture in captures}
        for job in concurrent.futures.as_completed(jobs):
            what, difference = job.result()
            happened[what] = happened.get(what, 0) + 1
            if difference:
                differing += 1
                print(jobs[job], difference, flush=True)
    tshark.close()
    print(", ".join(f"{count} {what}" for what, count in sorted(happened.items())) + f", {differing} different")
    return 1 if differing or not happened.get("compared") else 0


if __name__ == "__main__":
    sys.exit(main())
