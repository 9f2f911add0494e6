# SPDX-License-Identifier: GPL-2.0-or-later
"""The subtree of a reset: the answer first, all else in "Details", and no line that says nothing."""

import re
import subprocess
import xml.etree.ElementTree

import surface
from packets import *

ORDER = ["Reason", "Confidence", "Summary", "Summary (continued)", "Note", "Note (continued)", "Advice", "Beside it", "Evidence", "Alternative", "Context", "Details"]
LINE = re.compile(r"^( *)\[(.*)\]$")


class Line:
    def __init__(self, depth, text):
        self.depth, self.text, self.children = depth, text, []
        self.label = text.split(":")[0]


def subtrees(text):
    """The lines of each "TCP Reset Cause" in what -V prints, nested as they are."""
    found, path = [], []
    for row in text.splitlines():
        match = LINE.match(row)
        if match and match[2].startswith("TCP Reset Cause: ") and not match[1]:
            path = [Line(0, match[2])]
            found.append(path[0])
        elif match and match[1] and path:
            line = Line(len(match[1]), match[2])
            while path[-1].depth >= line.depth:
                path.pop()
            path[-1].children.append(line)
            path.append(line)
        else:
            path = []
    return found


def walk(line):
    yield line
    for child in line.children:
        yield from walk(child)


class Tree(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.folder / "whole.pcapng"
        subprocess.run(["mergecap", "-a", "-w", cls.file, *surface.samples()], check=True)
        cls.file.chmod(0o644)
        cls.asked = ("-r", cls.file, "-2", "-Y", "rstcause.reason")
        cls.trees = subtrees(surface.run("with", *cls.asked, "-V").text)

    def setUp(self):
        self.assertGreater(len(self.trees), 30)

    def field(self, name):
        """Its value at each reset of the samples."""
        return [value for _, value in self.fields(self.file, ["rstcause.reason", name], *self.asked[2:])]

    def test_the_first_line_says_the_title_and_the_confidence(self):
        for tree in self.trees:
            self.assertRegex(tree.text, r"^TCP Reset Cause: [A-Z].+ \(\w+\), \d+ %$")

    def test_the_answer_comes_first_and_all_else_stands_in_details(self):
        for tree in self.trees:
            labels = [line.label for line in tree.children]
            self.assertLessEqual(set(labels), set(ORDER), tree.text)
            self.assertEqual(labels, sorted(labels, key=ORDER.index), tree.text)
            self.assertEqual([labels.count(name) for name in ORDER if name in "Reason Confidence Summary Advice Details"], [1] * 5)

    def test_no_line_is_cut_whatever_the_addresses(self):
        """Epan cuts a line at 240 octets; addresses of IPv6 at their full length take 39 each, three or four in a summary."""
        ends = {"client": "2001:db8:1111:2222:3333:4444:5555:6666", "server": "2001:db8:ffff:eeee:dddd:cccc:bbbb:aaaa"}
        frames = [ethernet(packet, 0x86DD) for number in range(4) for talk in (
                      aborted(sport=50000 + number, dport=17000, iss=number), refused(sport=51000 + number, dport=17001, iss=number),
                      forgotten(sport=52000 + number, dport=17002, iss=number)) for packet in talk.packets(ip6, **ends)]
        file = capture(self.folder / "long.pcap", frames)
        trees = subtrees(self.tshark("-r", file, "-2", "-V").text)
        summaries = [value for value, in self.fields(file, ["rstcause.summary"], "-2", "-Y", "rstcause.summary")]
        self.assertEqual(len(trees), len(summaries))
        for tree, summary in zip(trees, summaries):
            lines = [line.text.partition(": ")[2] for line in tree.children if line.label.startswith("Summary")]
            self.assertEqual(" ".join(lines), summary)
            for line in walk(tree):
                self.assertNotIn("[truncated]", line.text)
                self.assertFalse(line.text.endswith("…") or line.text.endswith("..."), line.text)
        self.assertEqual(len(trees), 12)

    def test_a_line_below_the_evidence_says_more(self):
        below = 0
        for tree in self.trees:
            for line in tree.children:
                if line.label == "Evidence":
                    for child in line.children:
                        said = child.text.removeprefix("It proves: ")
                        self.assertFalse(line.text.endswith(said), line.text)
                        below += 1
        self.assertGreater(below, 10)

    def test_no_line_says_nothing(self):
        empty = re.compile(r"^(Bytes lost: 0|Benign: False|Idle: 0\.000\d* seconds|RESP commands outstanding: 0)$")
        for tree in self.trees:
            for line in walk(tree):
                self.assertNotRegex(line.text, empty)

    def test_filters_find_what_is_not_shown(self):
        """Hidden is not absent: every reset has these fields."""
        for name in ("rstcause.bytes_lost", "rstcause.benign", "rstcause.stream.reason"):
            with self.subTest(field=name):
                rows = self.field(name)
                self.assertEqual(len(rows), len(self.trees))
                self.assertTrue(all(rows))

    def test_programs_find_the_reason_where_it_was(self):
        """In JSON and PDML it and its confidence are the protocol's own children."""
        packets = xml.etree.ElementTree.fromstring(self.tshark(*self.asked, "-T", "pdml").text)
        protos = [proto for proto in packets.iter("proto") if proto.get("name") == "rstcause"]
        self.assertEqual(len(protos), len(self.trees))
        for proto in protos:
            self.assertEqual([field.get("name") for field in proto][:2], ["rstcause.reason", "rstcause.confidence"])

    def test_a_detail_is_told_in_words(self):
        """Its token is the field's value, and stands in brackets behind what it means."""
        tokens = sorted(filter(None, self.field("rstcause.detail")))
        lines = [line.text for tree in self.trees for line in walk(tree) if line.label == "Detail"]
        said = [re.fullmatch(r"Detail: (?=.* )[^()]+ \((\w+)\)", line) for line in lines]
        self.assertTrue(all(said), lines)
        self.assertEqual(sorted(match[1] for match in said), tokens)
        self.assertGreater(len(tokens), 10)

    def test_the_class_of_tampering_stands_with_the_tests_of_authenticity_alone(self):
        """And not where an end closed harmlessly, whose form is the same."""
        shown = 0
        for tree in self.trees:
            at = [line for line in walk(tree) if any(child.label == "Tampering class" for child in line.children)]
            self.assertLessEqual({line.label for line in at}, {"Authenticity"})
            harmless = any(line.text == "Benign: True" for line in walk(tree))
            by_an_end = any(line.label == "Origin" and line.text != "Origin: middlebox" for line in walk(tree))
            self.assertFalse(at and harmless and by_an_end, tree.text)
            shown += len(at)
        self.assertGreater(shown, 5)

    def test_an_alternative_has_its_title_beside_its_token(self):
        lines = [line.text for tree in self.trees for line in tree.children if line.label == "Alternative"]
        self.assertGreater(len(lines), 20)
        for line in lines:
            self.assertRegex(line, r"^Alternative: [A-Z].+ \(\w+\), \d+ %$")


if __name__ == "__main__":
    surface.main()
