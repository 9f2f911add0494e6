# SPDX-License-Identifier: GPL-2.0-or-later
"""rstcause-ask and rstcause-compare where there is no room, or where nothing may be written: an
answer is whole, or there is none and a reason."""

import os
import shutil
import subprocess
import sys

import surface
from batch import two_resets
from disk import CAPTURES, Disk, is_root, mounts_of_our_own


class Asking(Disk):
    def setUp(self):
        super().setUp()
        self.small = self.folder / "small"
        self.small.mkdir(exist_ok=True)

    def mount(self, options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.small], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", self.small], capture_output=True)

    def command(self, script, *arguments, stdout=subprocess.PIPE, **environment):
        environment = {**os.environ, "RSTCAUSE_TSHARK": str(surface.STAGE / "with"), **environment}
        done = subprocess.run(["sh", surface.STAGE / "batch" / script, *arguments], env=environment, encoding="utf-8",
                              stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, timeout=100)
        return done.returncode, done.stdout, done.stderr

    def results(self, copies=1):
        """The results of a run, each line so many times."""
        self.batch(self.captures)
        whole = (self.out / "resets.ndjson").read_bytes()
        (self.out / "resets.ndjson").write_bytes(whole * copies)

    def asked(self, folder, **environment):
        return self.command("rstcause-ask", "-m", "csv", folder, "causes", **environment)

    def test_an_answer_that_cannot_be_written(self):
        self.results()
        capture = self.captures / "0.pcap"
        for words in (("rstcause-ask", self.out, "causes"), ("rstcause-compare", capture, capture)):
            with self.subTest(words[0]), open("/dev/full", "w") as full:
                status, _, complaint = self.command(*words, stdout=full)
                self.assertEqual((status, "No space left on device" in complaint), (2, True), complaint)

    @surface.unittest.skipUnless(is_root(), "only root can make a small disk")
    def test_no_room_for_the_database(self):
        self.results(copies=20)
        status, whole, _ = self.asked(self.out)
        self.assertEqual(status, 0)
        self.mount("size=20m")
        shutil.copy(self.out / "resets.ndjson", self.small)
        size = (self.small / "resets.ndjson").stat().st_size // 1024
        refused = 0
        for kilobytes in range(size + 8, 4 * size, size // 8):
            with self.subTest(kilobytes=kilobytes):
                for left in self.small.glob("*.sqlite*"):
                    left.unlink()
                subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", self.small], check=True)
                status, answer, complaint = self.asked(self.small)
                if status == 0:
                    self.assertEqual(answer, whole)
                else:
                    refused += 1
                    self.assertIn("cannot load", complaint)
                    self.assertEqual(list(self.small.glob("*.sqlite*")), [])
        self.assertGreater(refused, 2)

    @surface.unittest.skipUnless(is_root(), "only root can make a disk read-only")
    def test_read_only_results_can_be_asked(self):
        """And nothing is left of it elsewhere."""
        self.results()
        self.mount("size=20m")
        shutil.copy(self.out / "resets.ndjson", self.small)
        subprocess.run(["mount", "-o", "remount,ro", self.small], check=True)
        scratch = self.folder / "scratch"
        scratch.mkdir()
        status, answer, complaint = self.asked(self.small, TMPDIR=str(scratch))
        self.assertEqual((status, complaint), (0, ""))
        self.assertEqual(answer, self.asked(self.out)[1])
        self.assertEqual(list(scratch.iterdir()), [])

    def test_an_older_file_in_place_of_a_younger(self):
        """The answer is that of the lines that are there, whatever their time of change says."""
        self.results(copies=2)
        lines = self.out / "resets.ndjson"
        self.assertEqual(self.asked(self.out)[0], 0)
        half = lines.with_suffix(".new")
        half.write_bytes(lines.read_bytes()[:lines.stat().st_size // 2])
        os.utime(half, (1, 1))
        half.rename(lines)
        self.assertIn(f'linger0,"Closed with SO_LINGER 0",{CAPTURES},', self.asked(self.out)[1])

    @surface.unittest.skipUnless(is_root(), "only root can make a small disk")
    def test_no_room_to_compare(self):
        capture = self.put("long.pcap", two_resets() * 100)
        whole = self.command("rstcause-compare", "--json", capture, capture)
        self.assertEqual(whole[0], 0)
        refused = 0
        for kilobytes in (4, 40, 100, 200, 300, 400, 20000):
            with self.subTest(kilobytes=kilobytes):
                self.mount(f"size={kilobytes}k")
                said = self.command("rstcause-compare", "--json", capture, capture, TMPDIR=str(self.small))
                subprocess.run(["umount", "-l", self.small], check=True)
                if said[0] == 0:
                    self.assertEqual(said, whole)
                else:
                    refused += 1
                    self.assertEqual(said[0], 2, said[2])
                    self.assertRegex(said[2], "No space left|full")
        self.assertGreater(refused, 2)


if __name__ == "__main__":
    if not shutil.which("parallel") or not shutil.which("sqlite3"):
        print("GNU parallel or sqlite3 is missing")
        sys.exit(77)
    mounts_of_our_own()
    surface.main()
