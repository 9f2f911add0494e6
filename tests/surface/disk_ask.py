# SPDX-License-Identifier: GPL-2.0-or-later
"""rstcause-ask and rstcause-compare where there is no room, or where nothing may be written: an
answer is whole, or there is none and a reason."""

import os
import re
import shutil
import subprocess
import sys

import surface
from batch import two_resets
from disk import CAPTURES, Disk, is_root, mounts_of_our_own

MOMENT = re.compile(r'"generated":"[^"]*"')  # no two pages share it


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

    def command_with_little_room(self, sizes, script, *arguments):
        """Where no room is for what a command keeps while it works: whole, or status 2 and why."""
        status, whole, complaint = self.command(script, *arguments)
        self.assertEqual(status, 0, complaint)
        refused = 0
        for kilobytes in sizes:
            with self.subTest(script, kilobytes=kilobytes):
                # Of nothing at all a tmpfs cannot be: there it is the file that cannot be made.
                self.mount(f"size={kilobytes}k" if kilobytes else "nr_inodes=1")
                status, answer, complaint = self.command(script, *arguments, TMPDIR=str(self.small))
                subprocess.run(["umount", "-l", self.small], check=True)
                if status == 0:
                    self.assertEqual(MOMENT.sub("", answer), MOMENT.sub("", whole))
                else:
                    refused += 1
                    self.assertEqual(status, 2, complaint)
                    self.assertRegex(complaint, "No space left|full")
        self.assertGreater(refused, 1 if len(sizes) > 1 else 0)

    @surface.unittest.skipUnless(is_root(), "only root can make a small disk")
    def test_no_room_to_work(self):
        self.results()
        long, short = self.put("long.pcap", two_resets() * 100), self.captures / "0.pcap"
        for sizes, *words in (((0,), "rstcause-ask", self.out, "causes"),
                              ((0, *range(4, 20, 4)), "rstcause-compare", "--json", short, short),
                              ((40, 100, 200, 300, 400, 20000), "rstcause-compare", "--json", long, long),
                              ((0, *range(4, 300, 24)), "rstcause-report", self.out, "-o", "-")):
            self.command_with_little_room(sizes, *words)

    @surface.unittest.skipUnless(is_root(), "only root can make a small disk")
    def test_no_room_for_the_page(self):
        """Then the page before stays, and nothing else is left."""
        self.results()
        page = self.small / "page.html"
        self.mount("size=40k")
        page.write_text("before")
        leftover = self.small / "page.html.new"  # of a run that was killed, in the way of nobody
        leftover.touch()
        for options in ("size=40k", "ro"):
            with self.subTest(options):
                subprocess.run(["mount", "-o", f"remount,{options}", self.small], check=True)
                status, _, complaint = self.command("rstcause-report", self.out, "-o", page)
                self.assertEqual((status, "cannot write" in complaint), (2, True), complaint)
                self.assertEqual((page.read_text(), set(self.small.iterdir())), ("before", {page, leftover}))

    def test_what_stands_in_the_page_s_place(self):
        """A pipe, or a device, takes the page and stays; a folder is refused."""
        self.results()
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, encoding="utf-8") as reader:
            self.assertEqual(self.command("rstcause-report", self.out, "-o", pipe)[0], 0)
            self.assertIn("</html>", reader.stdout.read())
        self.assertTrue(pipe.is_fifo())
        status, _, complaint = self.command("rstcause-report", self.out, "-o", self.small)
        self.assertEqual((status, "is a folder" in complaint, list(self.small.iterdir())), (2, True, []))


if __name__ == "__main__":
    if not shutil.which("parallel") or not shutil.which("sqlite3"):
        print("GNU parallel or sqlite3 is missing")
        sys.exit(77)
    mounts_of_our_own()
    surface.main()
