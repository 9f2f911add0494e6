# SPDX-License-Identifier: GPL-2.0-or-later
"""rstcause-batch gives the same results whoever reads the captures; run by run.sh."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import layers

STAGE = pathlib.Path(os.environ["RSTCAUSE_STAGE"])
EXPLAIN = os.environ["RSTCAUSE_EXPLAIN"]


class Batch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=STAGE))
        cls.captures = cls.folder / "captures"
        shutil.copytree(STAGE / "samples", cls.captures)
        layers.write_all(cls.captures)
        subprocess.run(["chmod", "-R", "a+rX", cls.folder], check=True)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def batch(self, name, *options, explain=EXPLAIN):
        """(what it prints, resets.ndjson, the names in broken.tsv)"""
        out = self.folder / name
        done = subprocess.run(
            ["sh", STAGE / "batch/rstcause-batch", "-o", out, *options, self.captures], capture_output=True, text=True,
            env={**os.environ, "RSTCAUSE_TSHARK": str(STAGE / "with"), "RSTCAUSE_EXPLAIN": explain})
        self.assertEqual(done.returncode, 1, done.stderr)
        broken = [line.split("\t")[0] for line in (out / "broken.tsv").read_text().splitlines()]
        return done.stdout, (out / "resets.ndjson").read_bytes(), broken

    def test_gives_the_same_results_with_and_without_rstcause_explain(self):
        told, mixed, broken = self.batch("mixed")
        alone, by_tshark, broken_by_tshark = self.batch("tshark", explain="")
        self.assertEqual(mixed, by_tshark)
        self.assertEqual(broken, [str(self.captures / "broken-off.pcap")])
        self.assertEqual(broken, broken_by_tshark)
        self.assertNotIn("rstcause-explain", alone)
        unread = len([*layers.unread()])
        self.assertIn(f"{unread} captures of them read by tshark, the others by rstcause-explain", told)

    def test_leaves_all_to_tshark_where_a_profile_is_named(self):
        told, _, _ = self.batch("profile", "-C", "Default")
        self.assertNotIn("rstcause-explain", told)
        for said in (self.folder / "profile/parts").glob("*.err"):
            self.assertNotIn("rstcause-explain", said.read_text())


if __name__ == "__main__":
    if shutil.which("parallel") is None:
        print("skipped: GNU parallel is not installed")
        sys.exit(77)
    unittest.main()
