# SPDX-License-Identifier: GPL-2.0-or-later
"""-z rstcause,tree, json and csv."""

import csv
import io
import json
import os
import subprocess

import surface
from packets import *

# What a key holds whose type rstcause(7) calls so.
TYPES = {"string": str, "number": int, "seconds": (int, float), "boolean": bool, "list": list, "object": dict}


class Taps(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        packets = []
        for port in range(50000, 50004):
            packets += aborted(sport=port, dport=7000, iss=port).packets()
            packets += refused(sport=port, dport=7001, iss=port).packets()
        cls.file = capture(cls.folder / "talks.pcap", map(ethernet, packets))
        cls.none = capture(cls.folder / "none.pcap", map(ethernet, packets[:6]))
        cls.resets = [frame for talk in range(4) for frame in (talk * 9 + 7, talk * 9 + 9)]

    def z(self, *words, passes=()):
        taps = [word for argument in words for word in ("-z", argument)]
        return self.tshark("-r", self.file, "-q", *taps, *passes).text

    def test_json(self):
        """One object for each reset, in frame order, and nothing else."""
        one = self.z("rstcause,json")
        said = [json.loads(line) for line in one.splitlines()]
        self.assertEqual([reset["frame"] for reset in said], self.resets)
        self.assertEqual([reset["reason"] for reset in said], ["linger0", "port_closed"] * 4)
        types = surface.keys()
        for reset in said:
            self.assertEqual(reset["schema"], 1)
            for key, value in reset.items():
                self.assertIsInstance(value, TYPES[types[key]], key)
            for piece in reset.get("evidence", []):
                self.assertEqual({"frame", "text"}, set(piece))
            for other in reset.get("alternatives", []):
                self.assertEqual({"reason", "confidence"}, set(other))
        self.assertEqual(self.z("rstcause,json", passes=["-2"]), one)

    def test_csv(self):
        one = self.z("rstcause,csv")
        rows = list(csv.DictReader(io.StringIO(one, newline="")))
        self.assertEqual([int(row["frame"]) for row in rows], self.resets)
        self.assertEqual([row["reason"] for row in rows], ["linger0", "port_closed"] * 4)
        self.assertEqual(self.z("rstcause,csv", passes=["-2"]), one)

    def test_csv_has_the_keys_of_json(self):
        done = self.tshark("-r", self.none, "-q", "-z", "rstcause,csv")
        header = next(csv.reader(io.StringIO(done.text)))
        self.assertEqual(len(done.lines), 1)
        self.assertEqual(len(set(header)), len(header))
        self.assertEqual(set(header), set(surface.keys()))

    def test_tree(self):
        one = self.z("rstcause,tree")
        for cause in ("linger0", "port_closed"):
            self.assertRegex(one, rf"(?m)^.*\b{cause}\b.*\b4\b")
        self.assertEqual(self.z("rstcause,tree", passes=["-2"]), one)

    def test_a_total_closes_the_lines(self):
        """Where it is asked for; so a file that was cut short is known for one."""
        asked = ["-o", "rstcause.total:TRUE"]
        lines = self.z("rstcause,json", passes=asked).splitlines()
        self.assertEqual(lines, [*self.z("rstcause,json").splitlines(), '{"schema":1,"total":8}'])
        rows = list(csv.reader(io.StringIO(self.z("rstcause,csv", passes=asked), newline="")))
        self.assertEqual((rows[-1][:2], len(rows[-1]), len(rows)), (["total", "8"], len(rows[0]), 10))

    def test_what_cannot_be_written_is_told(self):
        """tshark itself ends with success then."""
        for statistics in ("json", "csv", "tree"):
            with self.subTest(statistics), open("/dev/full", "w") as full:
                done = subprocess.run([surface.STAGE / "with", "-r", self.file, "-q", "-z", f"rstcause,{statistics}"],
                                      stdout=full, stderr=subprocess.PIPE, encoding="utf-8")
                self.assertEqual(done.returncode, 74)
                self.assertIn("cannot be written: No space left on device", done.stderr)

    def test_each_reset_once_over_sessions(self):
        """-M begins a new session every few frames: what is printed at the end is what was printed
        frame by frame."""
        for frames in (1, 5, 7):
            with self.subTest(frames=frames):
                asked = ["-r", self.file, "-M", str(frames)]
                one = surface.run("with", *asked, "-Y", "rstcause.reason", "-T", "fields", "-e", "frame.number",
                                  "-e", "rstcause.reason").lines
                said = map(json.loads, surface.run("with", *asked, "-q", "-z", "rstcause,json").lines)
                self.assertEqual([f"{reset['frame']}\t{reset['reason']}" for reset in said], one)
                self.assertEqual(len(one), 8)
                rows = list(csv.DictReader(io.StringIO(surface.run("with", *asked, "-q", "-z", "rstcause,csv").text)))
                self.assertEqual([f"{row['frame']}\t{row['reason']}" for row in rows], one)
                self.assertRegex(surface.run("with", *asked, "-q", "-z", "rstcause,tree").text, r"(?m)^Resets +8 ")

    @surface.unittest.skipIf(tuple(map(int, os.environ["RSTCAUSE_SERIES"].split("."))) < (4, 4), "came with 4.4")
    def test_streams_of_deinterlaced_conversations(self):
        """Where the user keys conversations by VLAN, MAC address or interface, too."""
        plain = [reset["stream"] for reset in self.json(self.file)]
        for key in (".MI", "VM.", "VMI"):
            with self.subTest(key=key):
                said = self.json(self.file, "-o", f"protocols.conversation_deinterlacing_key:{key}")
                self.assertEqual([reset.get("stream") for reset in said], plain)

    def test_together(self):
        """Each is printed whole, in tshark's order: the last one first."""
        parts = ["rstcause,json", "rstcause,csv", "rstcause,tree", "io,phs"]
        alone = [self.z(part) for part in parts]
        together = self.z(*parts)
        for text in alone:
            self.assertIn(text, together)
        self.assertEqual(len(together), sum(map(len, alone)))

    def test_filter(self):
        said = self.z("rstcause,json,tcp.port==50001")
        self.assertEqual([json.loads(line)["frame"] for line in said.splitlines()], [16, 18])
        said = self.z('rstcause,json,rstcause.reason == "linger0"')
        self.assertEqual([json.loads(line)["frame"] for line in said.splitlines()], self.resets[::2])
        self.assertEqual(self.z("rstcause,json,udp"), "")

    def test_two_listeners_of_one_kind(self):
        both = self.z("rstcause,json,tcp.port==50001", "rstcause,json,tcp.port==50002")
        self.assertEqual(sorted(json.loads(line)["frame"] for line in both.splitlines()), [16, 18, 25, 27])

    def test_display_filter_does_not_hide_resets_from_a_tap(self):
        """As with tshark's own taps: -Y chooses what is printed."""
        done = self.tshark("-r", self.file, "-q", "-Y", "udp", "-z", "rstcause,json")
        self.assertEqual(len(done.lines), 8)

    def test_not_quiet(self):
        done = self.tshark("-r", self.file, "-z", "rstcause,json")
        said = [json.loads(line) for line in done.lines if line.startswith("{")]
        self.assertEqual([reset["frame"] for reset in said], self.resets)
        self.assertEqual(len(done.lines), 36 + 8)

    def test_bad_arguments(self):
        """A message on standard error, which names the culprit, and a status other than 0."""
        for argument in ("rstcause,treefoo", "rstcause,jsonl", "rstcause,csvx,tcp", "rstcause,json,no.such.field",
                         "rstcause,tree,tcp.port==", "rstcause,csv,tcp &&", "rstcause,nosuch", "rstcause"):
            with self.subTest(argument=argument):
                done = surface.run("with", "-r", self.file, "-q", "-z", argument)
                self.assertNotEqual(done.status, 0)
                self.assertGreater(done.status, 0, "killed by a signal")
                self.assertEqual(done.text, "")
                self.assertIn("rstcause", done.complaint)

    def test_empty_filter(self):
        self.assertEqual(self.z("rstcause,json,"), self.z("rstcause,json"))

    def test_tree_names_the_pairs(self):
        """Below each cause, who resets whom; the shares are those of all resets."""
        lines = self.z("rstcause,tree").splitlines()
        pairs = [line for line in lines if f"{CLIENT} -> {SERVER}:7000" in line or f"{SERVER}:7001 -> {CLIENT}" in line]
        self.assertEqual(len(pairs), 2)
        for line in pairs:
            self.assertRegex(line, r"\b4\b")
        for cause in ("linger0", "port_closed"):
            self.assertRegex("\n".join(lines), rf"(?m)^.*\b{cause}\b.*\b50\.0+ ?%")

    def test_copies_count_once(self):
        """A mirror port shows every frame twice: one reset for the tree, two lines that say so."""
        frames = [ethernet(packet) for packet in aborted(dport=7000).packets() for _ in (1, 2)]
        file = capture(self.folder / "twice.pcap", frames, step=0.00001)
        said = self.json(file)
        self.assertEqual([(reset["frame"], reset.get("duplicate_of")) for reset in said], [(13, None), (14, 13)])
        self.assertEqual(len({reset["reason"] for reset in said}), 1)
        self.assertRegex(self.tshark("-r", file, "-q", "-z", "rstcause,tree").text, r"(?m)^.*\blinger0\b.*\b1\b")

    def test_last_verdict_counts_in_one_pass_and_two(self):
        """The reset's "sender" goes on: frame by frame one pass does not know it yet, statistics do."""
        talk = aborted(dport=7000)
        for _ in range(3):
            talk.say(True, ACK | PSH, b"PING\r\n").say(False, ACK | PSH, b"+PONG\r\n")
        file = capture(self.folder / "belied.pcap", map(ethernet, talk.packets()), step=0.5)
        first, last = self.reasons(file), self.reasons(file, "-2")
        self.assertNotEqual(first[7], last[7])
        for passes in ([], ["-2"]):
            (reset,) = self.json(file, *passes)
            self.assertEqual(reset["reason"], last[7])
            self.assertIn("revised", reset)
            (row,) = self.csv(file, *passes)
            self.assertEqual(row["reason"], last[7])
            tree = self.tshark("-r", file, "-q", "-z", "rstcause,tree", *passes).text
            self.assertIn(last[7], tree)
            self.assertNotIn(first[7], tree)

    def csv(self, file, *arguments):
        done = self.tshark("-r", file, "-q", "-z", "rstcause,csv", *arguments)
        return list(csv.DictReader(io.StringIO(done.text, newline="")))

    F5 = b"BIG-IP: [0x2b:1577] No local listener "
    OCTETS = [bytes(range(256)), bytes(range(255, -1, -1)), b"\xc3\x28 \xf0\x9f\x92 \xed\xa0\x80 \x00\x7f", b'",\r\n\\"', b"\xff" * 300]

    def test_every_octet(self):
        """What a RST carries, and what an application said, is any octet: lines stay lines, JSON
        stays JSON in UTF-8, CSV keeps its columns, and both say the same."""
        packets = []
        for number, octets in enumerate(self.OCTETS):
            talk = Talk(sport=50000 + number, dport=7000).handshake()
            talk.say(True, ACK | PSH, b"*2\r\n$4\r\nECHO\r\n$%d\r\n%s\r\n" % (len(octets), octets))
            talk.say(False, ACK | PSH, b"-ERR " + octets.replace(b"\r\n", b"") + b"\r\n")
            packets += talk.say(True, RST | ACK, octets).packets()
            packets += Talk(sport=51000 + number, dport=7001).say(True, SYN).say(False, RST | ACK, self.F5 + octets, window=0).packets()
        file = capture(self.folder / "octets.pcap", map(ethernet, packets))
        raw = subprocess.run([surface.STAGE / "with", "-r", file, "-q", "-z", "rstcause,json"], capture_output=True, check=True).stdout
        lines = raw.decode("utf-8").split("\n")
        said = [json.loads(line) for line in lines[:-1]]
        self.assertEqual(len(said), 2 * len(self.OCTETS))
        self.assertTrue(any(reset.get("declared") for reset in said))
        rows = self.csv(file)
        self.assertEqual([(row["frame"], row["reason"], row["summary"]) for row in rows],
                         [(str(reset["frame"]), reset["reason"], reset["summary"]) for reset in said])
        self.assertTrue(all(None not in row and None not in row.values() for row in rows))

    def test_no_resets(self):
        done = self.tshark("-r", self.none, "-q", "-z", "rstcause,json")
        self.assertEqual(done.text, "")
        self.tshark("-r", self.none, "-q", "-z", "rstcause,tree")

    def test_source(self):
        name = 'a "name" \\ of, é.pcap'
        done = self.tshark("-r", self.file, "-q", "-z", "rstcause,json", "-z", "rstcause,csv", "-o", f"rstcause.source:{name}")
        said = [json.loads(line) for line in done.lines if line.startswith("{")]
        self.assertEqual({reset["file"] for reset in said}, {name})
        rest = "\r\n".join(line for line in done.lines if not line.startswith("{"))
        rows = list(csv.DictReader(io.StringIO(rest, newline="")))
        self.assertEqual({row["file"] for row in rows}, {name})
        self.assertTrue(all("file" not in json.loads(line) for line in self.z("rstcause,json").splitlines()))


if __name__ == "__main__":
    surface.main()
