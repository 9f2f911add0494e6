# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile "TCP resets": its columns, colours, buttons and macros work and fit the catalogue."""

import csv
import os
import re
import shutil

import surface
from packets import *

PROFILE = "TCP resets"
SOURCES = surface.pathlib.Path(__file__).parents[2] / "plugin"


def severities():
    """{token: (severity, benign)}, read from the catalogue's rows."""
    found, token = {}, None
    rows = "".join(family.read_text() for family in (SOURCES / "engine/judge/causes").glob("*.h"))
    for line in rows.splitlines():
        if match := re.search(r'\.token = "(\w+)"', line):
            token = match[1]
            found[token] = ["note", False]
        elif match := re.search(r"\.severity = Severity::(\w+)", line):
            found[token][0] = match[1]
        elif ".benign = true" in line:
            found[token][1] = True
    return found


class Profiles(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config = surface.STAGE / "config" / "profiles" / PROFILE
        shutil.copytree(surface.STAGE / "profiles" / PROFILE, cls.config)
        packets = aborted(dport=7000).packets() + refused(sport=50001, dport=7001).packets()
        cls.file = capture(cls.folder / "talks.pcap", map(ethernet, packets))
        for path in (cls.config.parent, cls.config, *cls.config.iterdir()):
            path.chmod(0o755 if path.is_dir() else 0o644)
        if os.getuid() == 0:
            shutil.chown(cls.config.parent.parent, group=65534)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.config.parent)

    def test_columns(self):
        """The cause by its title, how sure it is, for what the connection was, and what happened."""
        done = self.tshark("-C", PROFILE, "-r", self.file, "-2")
        self.assertRegex(done.lines[6], r" Closed with SO_LINGER 0 \d+ \S+:7000 .*\[RST, ACK\] .* The client \(")
        self.assertRegex(done.lines[8], r" Nothing listens on the port \d+ \S+:7001 .*\[RST, ACK\] .* The server \(")
        self.assertNotIn("SO_LINGER", done.lines[0])
        self.assertNotIn("RST cause:", done.text)

    def test_colours(self):
        rows = self.fields(self.file, ["frame.number", "frame.coloring_rule.name"], "-C", PROFILE, "-2", "--color")
        self.assertEqual(rows[6][1], "Reset: nothing to fix")  # a whole exchange
        self.assertEqual(rows[8][1], "Reset: warning")
        self.assertEqual({row[1] for row in rows[:6] + rows[7:8]}, {"Connection that was reset"})

    def test_colours_follow_the_catalogue(self):
        rules = dict(line.split("@")[1:3] for line in (self.config / "colorfilters").read_text().splitlines() if line[0] == "@")
        named = {rule: set(re.findall(r'"(\w+)"', rules[f"Reset: {rule}"])) for rule in ("error", "note")}
        for rule, tokens in named.items():
            expected = {token for token, (severity, benign) in severities().items() if severity == rule and not benign}
            self.assertEqual(tokens, expected, rule)

    def test_buttons(self):
        """Each button's filter is one, and the first finds the resets."""
        with open(self.config / "dfilter_buttons", newline="") as file:
            buttons = list(csv.reader(file))
        self.assertGreater(len(buttons), 3)
        for _, label, text, _ in buttons:
            with self.subTest(button=label):
                rows = self.fields(self.file, ["frame.number"], "-2", "-Y", text.replace(r"\x22", '"'))
                if label == "Resets":
                    self.assertEqual(rows, [["7"], ["9"]])
                if label == "Not benign":
                    self.assertEqual(rows, [["9"]])

    def test_what_is_harmless_has_no_alarming_colour(self):
        """Its rule stands before those of causes and severities."""
        rules = [line.split("@")[1] for line in (self.config / "colorfilters").read_text().splitlines() if line[0] == "@"]
        self.assertEqual(rules[0], "Reset: nothing to fix")

    def graphs(self):
        """[(name, filter, style)] of the I/O graphs that the profile offers."""
        lines = [line for line in (self.config / "io_graphs").read_text().splitlines() if line[0] != "#"]
        return [(row[1], row[2].replace(r"\x22", '"'), row[4]) for row in csv.reader(lines)]

    def test_the_graphs_bars_are_of_each_cause_once(self):
        named = [token for _, text, _ in self.graphs() for token in re.findall(r'"(\w+)"', text)]
        self.assertEqual(sorted(named), sorted(severities()))
        self.assertEqual({style for _, _, style in self.graphs()}, {"Stacked Bar"})

    def test_the_graphs_bars_make_up_all_resets(self):
        found = [self.fields(self.file, ["frame.number"], "-2", "-Y", text) for _, text, _ in self.graphs()]
        self.assertEqual(sorted(sum(found, [])), [["7"], ["9"]])

    def test_macros(self):
        for text, frames in {"${reset_by:linger0}": [["7"]], "${reset_by:port_closed}": [["9"]],
                             "${reset_stream:port_closed}": [["8"], ["9"]], "${reset_sure:100}": [],
                             "${reset_idle:0;1}": [["7"]]}.items():
            with self.subTest(macro=text):
                self.assertEqual(self.fields(self.file, ["frame.number"], "-C", PROFILE, "-2", "-Y", text), frames)

    def test_macros_of_both_formats_agree(self):
        with open(self.config / "dfilter_macros", newline="") as file:
            old = {row[0]: row[1].replace(r"\x22", '"') for row in csv.reader(file)}
        new = dict(re.match(r'"(\w+)" (.*)', line).groups() for line in (self.config / "dmacros").read_text().splitlines())
        self.assertEqual(old, new)


if __name__ == "__main__":
    surface.main()
