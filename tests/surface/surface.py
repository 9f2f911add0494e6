# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of this folder share. run.sh stages the plugin and sets the environment."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

STAGE = pathlib.Path(os.environ["RSTCAUSE_STAGE"])
SAMPLES = pathlib.Path(os.environ["RSTCAUSE_SAMPLES"])

# The fields that make a verdict, for -T fields.
VERDICT = ["rstcause.reason", "rstcause.confidence", "rstcause.basis", "rstcause.origin",
           "rstcause.mode", "rstcause.state", "rstcause.trigger", "rstcause.evidence",
           "rstcause.alternative", "rstcause.alternative.confidence", "rstcause.summary"]


class Run:
    def __init__(self, done):
        self.status, self.complaint = done.returncode, done.stderr
        self.text = done.stdout
        self.lines = done.stdout.splitlines()


def run(command, *arguments, stdin=None):
    done = subprocess.run([str(STAGE / command), *map(str, arguments)], capture_output=True,
                          encoding="utf-8", errors="replace", input=stdin, timeout=100,
                          stdin=subprocess.DEVNULL if stdin is None else None)
    return Run(done)


def manual():
    """rstcause(7) as it was built: its fields are written from the table of fields."""
    return pathlib.Path(os.environ["RSTCAUSE_BUILT"], "rstcause.7").read_text()


def keys():
    """{key of JSON: its type}, as rstcause(7) tells them."""
    return dict(re.findall(r"; JSON (\w+): (\w+)\)", manual()) + re.findall(r'^\.BR (\w+) " \(JSON: (\w+)\)"', manual(), re.M))


def samples():
    found = sorted(SAMPLES.glob("*.pcap*"))
    assert found, f"no captures in {SAMPLES}"
    return found


class Surface(unittest.TestCase):
    """Adds running tshark and asking for verdicts."""

    maxDiff = 4000
    chatter = re.compile(r"(?!)")  # lines on standard error that are no complaint

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=STAGE))
        cls.folder.chmod(0o755)

    def tshark(self, *arguments, command="with"):
        """Runs tshark, which must succeed in silence."""
        done = run(command, *arguments)
        complaints = [line for line in done.complaint.splitlines() if line and not self.chatter.search(line)]
        self.assertEqual((done.status, complaints), (0, []), f"tshark {arguments}")
        return done

    def fields(self, file, names, *arguments, **named):
        """One list of values (joined by ",") for each frame printed."""
        selected = [word for name in names for word in ("-e", name)]
        done = self.tshark("-r", file, *arguments, "-T", "fields", *selected, **named)
        return [line.split("\t") for line in done.lines]

    def verdicts(self, file, *arguments):
        """{frame: [the fields of VERDICT]} for each frame with a reset."""
        rows = self.fields(file, ["frame.number", *VERDICT], "-Y", "rstcause.reason", *arguments)
        return {int(row[0]): row[1:] for row in rows}

    def reasons(self, file, *arguments):
        return {frame: said[0] for frame, said in self.verdicts(file, *arguments).items()}

    def json(self, file, *arguments):
        done = self.tshark("-r", file, "-q", "-z", "rstcause,json", *arguments)
        return [json.loads(line) for line in done.lines]


TREE = re.compile(r"^\[?(TCP Reset Cause: |Redis Exchange|Stream was reset by: )")


def without_ours(text):
    """What tshark -V prints, without our subtrees."""
    kept, ours = [], False
    for line in text.splitlines():
        if line[:1].strip():
            ours = bool(TREE.match(line))
        elif not line:
            ours = False
        if not ours:
            kept.append(line)
    return kept


def main():
    """Runs the tests of the program. A file that has none fails (before Python 3.12 unittest calls that a success)."""
    result = unittest.main(exit=False).result
    if result.testsRun == 0:
        sys.exit("no test was found")
    sys.exit(not result.wasSuccessful())
