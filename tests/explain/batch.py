# SPDX-License-Identifier: GPL-2.0-or-later
"""rstcause-batch gives the same results whoever reads the captures; run by run.sh."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
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

    whole = None

    def by_tshark(self):
        """The same of a batch in which tshark reads every capture; made once."""
        if Batch.whole is None:
            Batch.whole = self.batch("tshark", explain="")
        return Batch.whole

    def test_gives_the_same_results_with_and_without_rstcause_explain(self):
        told, mixed, broken = self.batch("mixed")
        alone, by_tshark, broken_by_tshark = self.by_tshark()
        self.assertEqual(mixed, by_tshark)
        self.assertEqual(broken, [str(self.captures / "broken-off.pcap")])
        self.assertEqual(broken, broken_by_tshark)
        self.assertNotIn("rstcause-explain", alone)
        unread = len([*layers.unread()])
        self.assertIn(f"{unread} captures of them read by tshark, the others by rstcause-explain", told)

    def test_loses_nothing_where_rstcause_explain_dies_of_a_capture(self):
        dies = self.folder / "dies"
        dies.write_text(f'#!/bin/sh\ncase "$*" in *--parts*jedis*) kill -s SEGV $$ ;; esac\nexec \'{EXPLAIN}\' "$@"\n')
        dies.chmod(0o755)
        _, by_a_dying_one, broken = self.batch("dying", explain=str(dies))
        _, by_tshark, broken_by_tshark = self.by_tshark()
        self.assertEqual(by_a_dying_one, by_tshark)
        self.assertEqual(broken, broken_by_tshark)

    def test_goes_on_where_it_was_stopped_among_many_captures(self):
        stops = self.folder / "stops"
        stops.write_text(f'#!/bin/sh\n\'{EXPLAIN}\' "$@"\ncase "$*" in *--parts*) touch \'{self.folder}/reached\'; sleep 60 ;; esac\n')
        stops.chmod(0o755)
        out = self.folder / "stopped"
        environment = {**os.environ, "RSTCAUSE_TSHARK": str(STAGE / "with")}
        command = ["sh", STAGE / "batch/rstcause-batch", "-o", out]
        run = subprocess.Popen([*command, self.captures], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                               env={**environment, "RSTCAUSE_EXPLAIN": str(stops)})
        for _ in range(600):
            if (self.folder / "reached").exists():
                break
            time.sleep(0.05)
        run.terminate()
        _, told = run.communicate(timeout=30)
        self.assertEqual(run.returncode, 130, told)
        self.assertIn("--resume goes on", told)
        subprocess.run([*command, "--resume", self.captures], capture_output=True, check=False,
                       env={**environment, "RSTCAUSE_EXPLAIN": EXPLAIN})
        self.assertEqual((out / "resets.ndjson").read_bytes(), self.by_tshark()[1])

    @unittest.skipUnless(os.getuid() == 0 and shutil.which("unshare"), "only root can make a small disk")
    def test_stops_all_readers_at_the_first_part_that_cannot_be_written(self):
        many, disk = self.folder / "many", self.folder / "disk"
        many.mkdir()
        disk.mkdir()
        for number in range(120):  # more than both readers take at a time
            os.link(self.captures / "article-jedis-linger0.pcap", many / f"{number:03}.pcap")
        batch = f"sh '{STAGE}/batch/rstcause-batch' -j 2 -o '{disk}/out'"
        script = f"""mount --make-rprivate / && mount -t tmpfs -o size=64k tmpfs '{disk}' || exit 77
            {batch} '{many}' >'{self.folder}/first' 2>&1; echo $?
            mount -o remount,size=20m '{disk}'; {batch} --resume '{many}' >/dev/null 2>&1; echo $?
            grep -c . '{disk}/out/resets.ndjson'"""
        done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True,
                              env={**os.environ, "RSTCAUSE_TSHARK": str(STAGE / "with"), "RSTCAUSE_EXPLAIN": EXPLAIN})
        if done.returncode == 77:
            self.skipTest("nothing can be mounted here")
        told = (self.folder / "first").read_text()
        alone = subprocess.run([EXPLAIN, many / "000.pcap"], capture_output=True, text=True, check=True).stdout.count("\n")
        self.assertEqual(done.stdout.split(), ["3", "0", str(120 * alone)], told)
        self.assertIn("No space left on device", told)
        self.assertLessEqual(told.count("cannot be written"), 2, told)  # each of two readers once

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
