# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory that is not there when the plugin asks for it (failing_new.cpp): whichever request fails,
tshark ends as always, every reset is told, and one connection at most is reported as unknown."""

import json
import os
import pathlib
import shutil

import surface
from packets import *

LIBRARY = pathlib.Path(os.environ["RSTCAUSE_BUILD_DIR"], "tests", "hostile", "libfailing_new.so")
TOLD = "rstcause: internal error: std::bad_alloc"
COLUMNS = ["-Y", "tcp.flags.reset==1", "-T", "fields", "-e", "frame.number", "-e", "tcp.dstport", "-e", "rstcause.reason",
           "-e", "rstcause.detail"]


# The engine's library alone is built for the other versions of Wireshark, and a sanitizer brings an
# allocator of its own.
@surface.unittest.skipUnless(LIBRARY.exists() and not os.environ.get("RSTCAUSE_PRELOAD"), "there is no failing allocator")
class Failing(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.library = cls.folder / LIBRARY.name
        shutil.copy(LIBRARY, cls.library)
        cls.library.chmod(0o755)
        cls.counts = cls.folder / "counts"
        cls.counts.mkdir()
        cls.counts.chmod(0o777)
        talks = [aborted(sport=50000, dport=7000), refused(sport=50001, dport=7001), forgotten(sport=50002, dport=7002)]
        cls.file = capture(cls.folder / "talks.pcap", [ethernet(packet) for talk in talks for packet in talk.packets()])
        cls.nothing = capture(cls.folder / "nothing.pcap", [])

    def run_failing(self, first, many, *arguments):
        settings = {"LD_PRELOAD": str(self.library), "RSTCAUSE_FAIL": f"{first},{many}",
                    "RSTCAUSE_COUNT": str(self.counts / "count")}
        os.environ.update(settings)
        try:
            return surface.run("with", "-r", *arguments)
        finally:
            for name in settings:
                del os.environ[name]

    def counted(self, *arguments):
        self.run_failing(0, 0, *arguments)
        return int((self.counts / "count").read_text())

    def json_rows(self, done):
        return [(str(r["frame"]), r["reason"], r.get("detail", "")) for r in map(json.loads, done.lines)]

    def field_rows(self, done):
        return [(frame, reason, detail) for frame, _, reason, detail in (line.split("\t") for line in done.lines)]

    def check(self, rows, *arguments):
        """Each request after those of an empty capture fails, one at a time."""
        first, last = self.counted(self.nothing, *arguments), self.counted(self.file, *arguments)
        self.assertGreater(last - first, 50)
        whole = rows(self.run_failing(0, 0, self.file, *arguments))
        self.assertEqual([frame for frame, _, _ in whole], ["7", "9", "16"])
        told = 0
        for number in range(first + 1, last + 1, max(1, (last - first) // 24)):
            with self.subTest(request=number):
                done = self.run_failing(number, 1, self.file, *arguments)
                self.assertEqual(done.status, 0)
                self.assertLessEqual({line[:len(TOLD)] for line in done.complaint.splitlines()}, {TOLD})
                changed = [new for new, old in zip(rows(done), whole, strict=True) if new != old]
                # What was not taken in of a connection changes its verdict, and no other's.
                self.assertLessEqual(len(changed), 1)
                self.assertNotIn("", [reason for _, reason, _ in changed])
                told += ("unknown", "internal_error") in {(reason, detail) for _, reason, detail in changed}
        self.assertGreater(told, 0)

    def test_each_request_in_turn(self):
        self.check(self.field_rows, *COLUMNS)
        self.check(self.field_rows, "-2", *COLUMNS)
        self.check(self.json_rows, "-q", "-z", "rstcause,json")

    def test_memory_that_is_gone_for_good(self):
        """Nothing can be told any more, but that; Wireshark's own part is as without the plugin."""
        first = self.counted(self.nothing, *COLUMNS)
        bare = surface.run("without", "-r", self.file, "-T", "fields", "-e", "frame.number", "-e", "tcp.len")
        for number in range(first + 1, first + 60, 7):
            done = self.run_failing(number, 1 << 40, self.file, "-T", "fields", "-e", "frame.number", "-e", "tcp.len",
                                    "-o", "rstcause.info_column:TRUE")
            self.assertEqual((done.status, done.text), (0, bare.text))


if __name__ == "__main__":
    surface.main()
