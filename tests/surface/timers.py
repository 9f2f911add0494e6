# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of known idle timers: shipped, the user's own, and what is wrong with one."""

import csv
import io

import surface
from packets import *

NLB = "AWS NLB idle 350 s"


class Timers(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        packets = [*map(ethernet, forgotten(dport=5432).packets())]
        cls.at350 = capture(cls.folder / "350.pcap", packets, pauses={5: 352})
        cls.at200 = capture(cls.folder / "200.pcap", packets, pauses={5: 200})
        cls.table = surface.STAGE / "config" / "rstcause_timers"

    def timers(self, file, *arguments):
        (row,) = self.fields(file, ["rstcause.reason", "rstcause.timer"], "-Y", "rstcause.reason", *arguments)
        self.assertEqual(row[0], "idle_timeout")
        return row[1] if len(row) > 1 else ""

    def own_table(self, text):
        self.table.write_text(text)
        self.table.chmod(0o644)
        self.addCleanup(self.table.unlink)

    def test_shipped(self):
        for passes in ([], ["-2"]):
            self.assertEqual(self.timers(self.at350, *passes), NLB)
            self.assertEqual(self.timers(self.at200, *passes), "")

    def test_in_every_form(self):
        (reset,) = self.json(self.at350)
        self.assertEqual(reset["timer"], [NLB])
        self.assertNotIn("timer", self.json(self.at200)[0])
        done = self.tshark("-r", self.at350, "-q", "-z", "rstcause,csv")
        (row,) = csv.DictReader(io.StringIO(done.text, newline=""))
        self.assertEqual(row["timer"], NLB)
        self.assertIn(f"[Timer: {NLB}]", self.tshark("-r", self.at350, "-V").text)

    def test_table_of_the_user(self):
        """A file in the profile stands for the shipped table."""
        self.own_table(r'"Our \x22new\x22 balancer","190","15","the datacentre, rack 7"' + "\n")
        self.assertEqual(self.timers(self.at200), 'Our "new" balancer 190 s')
        self.assertEqual(self.timers(self.at350), "")

    def test_emptied_table(self):
        self.own_table("# nothing left\n")
        self.assertEqual(self.timers(self.at350), NLB)

    def test_on_the_command_line(self):
        mine = 'uat:rstcause_timers:"Balancer","198","5",""'
        self.assertEqual(self.timers(self.at200, "-o", mine), "Balancer 198 s")
        twice = 'uat:rstcause_timers:"Another","200","0","x"'
        self.assertEqual(self.timers(self.at200, "-o", mine, "-o", twice), "Balancer 198 s,Another 200 s")

    def test_wrong_rows(self):
        for row in ('"","198","5",""', '"Balancer","soon","5",""', '"Balancer","-5","5",""', '"Balancer"'):
            with self.subTest(row=row):
                done = surface.run("with", "-r", self.at200, "-o", f"uat:rstcause_timers:{row}")
                self.assertGreater(done.status, 0)
                self.assertEqual(done.text, "")


if __name__ == "__main__":
    surface.main()
