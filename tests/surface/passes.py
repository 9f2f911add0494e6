# SPDX-License-Identifier: GPL-2.0-or-later
"""One pass, two passes and every form of output say the same of a reset."""

import json
import re
import subprocess
import xml.etree.ElementTree

import surface
from packets import *


class Passes(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        frames = []
        for port in range(50000, 50005):
            frames += aborted(sport=port, dport=7000, iss=port * 7).packets()
            frames += refused(sport=port, dport=7001, iss=port * 9).packets()
        cls.file = capture(cls.folder / "talks.pcap", map(ethernet, frames))

    def expected(self):
        said = {}
        for talk in range(5):
            said[talk * 9 + 7] = "linger0"
            said[talk * 9 + 9] = "port_closed"
        return said

    def test_one_pass(self):
        self.assertEqual(self.reasons(self.file), self.expected())

    def test_two_passes(self):
        self.assertEqual(self.verdicts(self.file, "-2"), self.verdicts(self.file))

    def test_read_filter(self):
        """-R keeps frames of the first pass only, and gives them new numbers in the second."""
        rows = self.fields(self.file, ["rstcause.reason"], "-2", "-R", "rstcause.reason")
        self.assertEqual([row[0] for row in rows], list(self.expected().values()))

    NAMING = ["trigger", "root", "duplicate_of", "revised", "ignored", "evidence"]

    def test_read_filter_leaves_no_frame_with_anothers_name(self):
        """Whatever a read filter drops, a verdict is as without it, names the frames that are kept by
        the numbers that they have now, and no other."""
        fields = [f"rstcause.{name}" for name in ("reason", "confidence", *self.NAMING)]
        whole = self.folder / "whole.pcapng"
        subprocess.run(["mergecap", "-a", "-w", whole, *surface.samples()], check=True)
        whole.chmod(0o644)
        said = {int(row[0]): row[1:] for row in
                self.fields(whole, ["frame.number", *fields], "-2", "-Y", "rstcause.reason")}
        named = {frame: [row[:2], *([int(n) for n in value.split(",") if n] for value in row[2:])] for frame, row in said.items()}
        for text in ("tcp.flags.reset==1", "tcp.len > 0 || tcp.flags.reset==1", "!(tcp.flags.syn==1)", "tcp.srcport > 9000",
                     "ip.id > 0x8000 || tcp.flags.reset==1"):  # not by frame.number, which is not known yet
            with self.subTest(filter=text):
                kept = [int(row[0]) for row in self.fields(whole, ["frame.number"], "-Y", text)]
                number = {frame: place + 1 for place, frame in enumerate(kept)}
                expected = {number[frame]: [what, *([number[n] for n in frames if n in number] for frames in lists)]
                            for frame, (what, *lists) in named.items() if frame in number}
                rows = self.fields(whole, ["frame.number", *fields], "-2", "-R", text, "-Y", "rstcause.reason")
                self.assertEqual({int(row[0]): [row[1:3], *([int(n) for n in value.split(",") if n] for value in row[3:])]
                                  for row in rows}, expected)
                told = {reset["frame"]: [reset.get(name, 0) for name in self.NAMING[:-1]] + [[e["frame"] for e in reset["evidence"]]]
                        for reset in self.json(whole, "-2", "-R", text)}
                self.assertEqual(told, {frame: [*((frames or [0])[0] for frames in lists[:-1]), lists[-1]]
                                        for frame, (_, *lists) in expected.items()})

    def test_read_filter_says_what_it_took(self):
        """Of seven frames of an abort the RST alone is kept."""
        file = capture(self.folder / "abort.pcap", map(ethernet, aborted(dport=7000).packets()))
        (reset,) = self.json(file, "-2", "-R", "tcp.flags.reset==1")
        self.assertEqual((reset["reason"], [piece["frame"] for piece in reset["evidence"]]), ("linger0", [1]))
        self.assertRegex("\n".join(reset["notes"]), r"(?m)^The read filter left out \d frames? that proves? it\.$")
        self.assertNotIn("notes", self.json(file, "-2")[0])

    def test_read_filter_on_resets_and_display_filter(self):
        rows = self.fields(self.file, ["rstcause.reason"], "-2", "-R", "tcp.flags.reset==1",
                           "-Y", 'rstcause.reason=="linger0"')
        self.assertEqual(rows, [["linger0"]] * 5)

    def test_field_filters(self):
        for text in ("rstcause.confidence > 0 && rstcause.evidence > 0",
                     "rstcause.expert.linger0 || rstcause.expert.port_closed"):
            with self.subTest(filter=text):
                rows = self.fields(self.file, ["frame.number"], "-Y", text)
                self.assertEqual([int(row[0]) for row in rows], list(self.expected()))

    def test_without_a_filter_every_frame_is_listed(self):
        for passes in ([], ["-2"]):
            rows = self.fields(self.file, ["frame.number", "rstcause.reason"], *passes)
            self.assertEqual({int(n): reason for n, reason in rows if reason}, self.expected())
            self.assertEqual(len(rows), 45)

    def test_json(self):
        for passes in ([], ["-2"]):
            done = self.tshark("-r", self.file, *passes, "-Y", "rstcause", "-T", "json")
            layers = [packet["_source"]["layers"] for packet in json.loads(done.text)]
            said = {int(layer["frame"]["frame.number"]): layer["rstcause"]["rstcause.reason"] for layer in layers}
            self.assertEqual(said, self.expected())

    def test_ek(self):
        for passes in ([], ["-2"]):
            done = self.tshark("-r", self.file, *passes, "-Y", "rstcause", "-T", "ek")
            packets = [json.loads(line) for line in done.lines]
            layers = [packet["layers"] for packet in packets if "layers" in packet]
            said = {int(layer["frame"]["frame_frame_number"]): layer["rstcause"]["rstcause_rstcause_reason"]
                    for layer in layers}
            self.assertEqual(said, self.expected())

    def test_pdml(self):
        for passes in ([], ["-2"]):
            done = self.tshark("-r", self.file, *passes, "-T", "pdml")
            said = {}
            for packet in xml.etree.ElementTree.fromstring(done.text).iter("packet"):
                number = int(packet.find(".//field[@name='frame.number']").get("show"))
                for field in packet.iterfind("./proto[@name='rstcause']/field[@name='rstcause.reason']"):
                    said[number] = field.get("show")
            self.assertEqual(said, self.expected())

    def test_details(self):
        for how in (["-V"], ["-2", "-V"], ["-V", "-x"]):
            with self.subTest(how=how):
                done = self.tshark("-r", self.file, *how)
                said = re.findall(r"^\[TCP Reset Cause: .+ \((\w+)\), \d+ %\]$", done.text, re.MULTILINE)
                self.assertEqual(said, list(self.expected().values()))

    def test_octets_alone(self):
        """-x prints no second data source of ours."""
        bare = self.tshark("-r", self.file, "-x", command="without")
        ours = self.tshark("-r", self.file, "-x", "-o", "rstcause.info_column:FALSE")
        self.assertEqual(ours.text, bare.text)

    def test_from_a_pipe(self):
        with open(self.file, "rb") as octets:
            done = subprocess.run([str(surface.STAGE / "with"), "-r", "-", "-q", "-z", "rstcause,json"],
                                  stdin=octets, capture_output=True, text=True, check=True)
        self.assertEqual(len(done.stdout.splitlines()), 10)


if __name__ == "__main__":
    surface.main()
