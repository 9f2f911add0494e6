# SPDX-License-Identifier: GPL-2.0-or-later
"""Columns, colours, lists of fields, and other plugins beside ours."""

import re

import surface
from packets import *


class Columns(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        packets = aborted(dport=7000).packets() + refused(sport=50001, dport=7001).packets()
        cls.file = capture(cls.folder / "talks.pcap", map(ethernet, packets))

    def test_custom_column(self):
        columns = 'gui.column.format:"No.","%m","Why","%Cus:rstcause.reason:0:R","Sure","%Cus:rstcause.confidence:0:R"'
        for passes in ([], ["-2"]):
            done = self.tshark("-r", self.file, *passes, "-o", columns)
            rows = [line.split() for line in done.lines]
            self.assertEqual([row[:2] for row in rows if len(row) > 1], [["7", "linger0"], ["9", "port_closed"]])
            self.assertTrue(all(int(row[2]) <= 100 for row in rows if len(row) > 1))

    def test_info_column(self):
        for passes in ([], ["-2"]):
            done = self.tshark("-r", self.file, *passes)
            said = [re.search(r" TCP \d+ \[RST cause: (\w+), \d+%\] \d+ → \d+ \[RST", line) for line in done.lines]
            self.assertEqual([m and m.group(1) for m in said], [None] * 6 + ["linger0", None, "port_closed"])

    def test_info_column_off(self):
        bare = self.tshark("-r", self.file, command="without").text
        for passes in ([], ["-2"]):
            off = self.tshark("-r", self.file, *passes, "-o", "rstcause.info_column:FALSE")
            self.assertEqual(off.text, bare)

    def test_expert_infos_without_a_tree(self):
        """As the window of expert infos and -z expert read a capture."""
        for arguments in ([], ["-2"], ["-Y", "frame"], ["-o", "rstcause.info_column:FALSE"]):
            done = self.tshark("-r", self.file, "-q", "-z", "expert", *arguments)
            said = [line.split()[0] for line in done.lines if " RSTCAUSE " in line]
            self.assertEqual(said, ["1", "1"], done.text)

    def test_equal_causes_are_one_row_of_expert_infos(self):
        """Whatever the hosts, ports and frames that each summary names."""
        packets = [packet for n in range(3) for packet in aborted(sport=50000 + n, dport=7000).packets()]
        file = capture(self.folder / "alike.pcap", map(ethernet, [*packets, *refused(sport=50009).packets()]))
        done = self.tshark("-r", file, "-q", "-z", "expert")
        self.assertEqual(sorted(line.split()[0] for line in done.lines if " RSTCAUSE " in line), ["1", "3"], done.text)

    def test_colour_filters(self):
        rules = surface.STAGE / "config" / "colorfilters"
        rules.write_text('@Refused@rstcause.reason == "port_closed"@[65535,0,0][0,0,0]\n'
                         "@Other reset@rstcause.reason@[0,65535,0][0,0,0]\n")
        rules.chmod(0o644)
        try:
            for passes in ([], ["-2"]):
                rows = self.fields(self.file, ["frame.number", "frame.coloring_rule.name"], *passes, "--color")
                said = {int(number): rule for number, rule in rows if rule}
                self.assertEqual(said, {7: "Other reset", 9: "Refused"})
        finally:
            rules.unlink()


class Lists(surface.Surface):
    def test_lists(self):
        """tshark lists all that it knows, ours among it, without a word on standard error."""
        ours = {"fields": "rstcause.reason", "values": "", "decodes": "ip.proto", "plugins": "rstcause.so",
                "protocols": "rstcause_resp", "column-formats": "%Cus", "ftypes": "FT_", "currentprefs": "rstcause.source",
                "defaultprefs": "rstcause.info_column", "heuristic-decodes": "", "dissector-tables": "ip.proto"}
        for name, expected in ours.items():
            with self.subTest(list=name):
                self.assertIn(expected, self.tshark("-G", name).text)

    def test_field_names(self):
        """None of our names is taken twice, neither among fields nor among protocols."""
        rows = [line.split("\t") for line in self.tshark("-G", "fields").lines]
        fields = [row[2] for row in rows if row[0] == "F" and row[2].startswith("rstcause")]
        self.assertIn("rstcause.reason", fields)
        self.assertEqual(len(fields), len(set(fields)))
        protocols = [row[2] for row in rows if row[0] == "P"]
        self.assertEqual(len([p for p in protocols if p.startswith("rstcause")]),
                         len({p for p in protocols if p.startswith("rstcause")}))
        self.assertLessEqual({"rstcause", "rstcause_resp"}, set(protocols))
        self.assertFalse(set(fields) & set(protocols))

    def test_taps_are_listed(self):
        done = surface.run("with", "-z", "help")
        listed = [line.strip() for line in (done.text + done.complaint).splitlines()]
        for name in ("rstcause,tree", "rstcause,json", "rstcause,csv"):
            self.assertEqual(listed.count(name), 1, name)


class Neighbours(surface.Surface):
    """Other post-dissectors, and TCP with other preferences."""

    chatter = re.compile(r"MATE MESSAGE|entering$")
    MATE = 'Pdu tcp_pdu Proto tcp Transport ip { Extract addr From ip.addr; Extract port From tcp.port; };\n' \
           'Gop tcp_ses On tcp_pdu Match (addr, addr, port, port) { Start (port); Stop (port=7001); };\nDone;\n'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # TRANSUM looks at the ports of known services only.
        asked = aborted(b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", dport=80)
        packets = asked.packets() + refused(sport=50001, dport=7001).packets()
        cls.file = capture(cls.folder / "talks.pcap", map(ethernet, packets))

    # A post-dissector of its own that reads fields of TCP's, adds to the tree and counts by a tap.
    LUA = """
        local watch = Proto("watch", "Watch")
        local flags, total = Field.new("tcp.flags"), Field.new("frame.len")
        watch.fields.seen = ProtoField.uint32("watch.seen", "Seen")
        function watch.dissector(buffer, pinfo, tree)
          local found = flags()
          if found then tree:add(watch):add(watch.fields.seen, found.value + total().value) end
        end
        register_postdissector(watch, true)
        local tap, resets = Listener.new("frame", "tcp.flags.reset==1"), 0
        function tap.packet() resets = resets + 1 end
        function tap.draw() print("watch: " .. resets .. " resets") end
    """
    # What each shows of its own.
    SHOWN = {"transum": ["transum.art", "transum.reqspread"], "mate": ["mate.tcp_pdu", "mate.tcp_ses"], "watch": ["watch.seen"]}

    def neighbours(self):
        """{name: tshark's options for it}, and all of them together."""
        mate, lua = self.folder / "talks.mate", self.folder / "watch.lua"
        mate.write_text(self.MATE)
        lua.write_text(self.LUA)
        for file in (mate, lua):
            file.chmod(0o644)
        options = {"transum": ["--enable-protocol", "transum"],
                   "mate": ["-o", f"mate.config:{mate}", "--enable-protocol", "mate"],
                   "watch": ["-X", f"lua_script:{lua}"]}
        return {**options, "transum mate watch": sum(options.values(), [])}

    def test_other_post_dissectors(self):
        """Beside each other nothing changes, neither in what we say nor in what they say."""
        plain = self.verdicts(self.file, "-2")
        self.assertEqual(sorted(plain), [7, 9])
        for names, options in self.neighbours().items():
            shown = [word for name in names.split() for field in self.SHOWN[name] for word in ("-e", field)]
            for passes in ([], ["-2"]):
                with self.subTest(neighbours=names, passes=passes):
                    ours = self.tshark("-r", self.file, *options, *passes, "-Y", "rstcause.reason", "-T", "fields",
                                       *(word for name in ["frame.number", *surface.VERDICT] for word in ("-e", name)))
                    said = {int(row[0]): row[1:] for row in (line.split("\t") for line in ours.lines if "\t" in line)}
                    self.assertEqual(said, plain)
                    theirs = [self.tshark("-r", self.file, *options, *passes, "-T", "fields", "-e", "frame.number", *shown,
                                          command=command).lines for command in ("with", "without")]
                    self.assertEqual(*theirs)
            for name in names.split():
                self.assertTrue(self.fields(self.file, ["frame.number"], "-2", *options, "-Y", name), f"{name} does not run")

    def test_other_statistics(self):
        """Ours and theirs in one run: each prints what it prints alone."""
        theirs = ["-z", "conv,tcp", "-z", "io,stat,0,tcp.flags.reset", "-z", "expert,note,tcp"]
        alone = self.tshark("-r", self.file, "-q", *theirs, "-o", "rstcause.info_column:FALSE", "--disable-protocol", "rstcause")
        self.assertEqual(alone.text, self.tshark("-r", self.file, "-q", *theirs, command="without").text)
        ours = self.tshark("-r", self.file, "-q", "-z", "rstcause,json").text
        both = self.tshark("-r", self.file, "-q", "-z", "rstcause,json", *theirs[:4]).text
        self.assertIn(ours, both)
        self.assertEqual(both.replace(ours, ""), self.tshark("-r", self.file, "-q", *theirs[:4], command="without").text)

    def test_preferences_of_tcp(self):
        plain = self.verdicts(self.file)
        for name in ("tcp.analyze_sequence_numbers", "tcp.relative_sequence_numbers", "tcp.desegment_tcp_streams",
                     "tcp.track_bytes_in_flight", "ip.defragment"):
            with self.subTest(preference=name):
                self.assertEqual(self.verdicts(self.file, "-o", f"{name}:FALSE"), plain)

    def test_protocol_disabled(self):
        bare = self.tshark("-r", self.file, command="without")
        self.assertEqual(self.tshark("-r", self.file, "--disable-protocol", "rstcause").text, bare.text)


if __name__ == "__main__":
    surface.main()
