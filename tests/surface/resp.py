# SPDX-License-Identifier: GPL-2.0-or-later
"""RESP labels on any port, beside Wireshark's own dissector on 6379."""

import surface
from packets import *

LABELS = ["frame.number", "rstcause.resp.command", "rstcause.resp.reply", "rstcause.resp.ping", "rstcause.resp.pong",
          "rstcause.resp.request_in", "rstcause.resp.response_in", "rstcause.resp.time"]


def dialogue(dport):
    """PING inline and as an array, an error, a bulk reply cut in two, a pipeline."""
    talk = Talk(dport=dport).handshake()
    talk.say(True, ACK | PSH, b"*1\r\n$4\r\nPING\r\n").say(False, ACK | PSH, b"+PONG\r\n")  # 4, 5
    talk.say(True, ACK | PSH, b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\n")  # 6
    talk.say(False, ACK, b"$10\r\nabcd").say(False, ACK | PSH, b"efghij\r\n")  # 7, 8
    talk.say(True, ACK | PSH, b"*2\r\n$3\r\nGET\r\n$1\r\nl\r\n*1\r\n$4\r\nPING\r\n")  # 9
    talk.say(False, ACK | PSH, b"-ERR no\r\n+PONG\r\n")  # 10
    return talk.say(True, ACK).say(True, RST | ACK)  # 11, 12


class Resp(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = {port: capture(cls.folder / f"{port}.pcap", map(ethernet, dialogue(port).packets()))
                     for port in (6379, 7000)}

    def labels(self, port, *arguments):
        rows = self.fields(self.files[port], LABELS, "-Y", "rstcause_resp", *arguments)
        return {int(row[0]): row[1:] for row in rows}

    def test_labels_on_any_port(self):
        said = self.labels(7000, "-2")
        self.assertEqual(sorted(said), [4, 5, 6, 8, 9, 10])
        command, reply, ping, pong, request, response, time = range(7)
        self.assertEqual(said[4][command], "PING")
        self.assertTrue(said[4][ping])
        self.assertFalse(said[4][pong])
        self.assertEqual(said[4][response], "5")
        self.assertIn("PONG", said[5][reply])
        self.assertTrue(said[5][pong])
        self.assertFalse(said[5][ping])
        self.assertEqual(said[5][request], "4")
        self.assertAlmostEqual(float(said[5][time]), 0.01, places=4)
        self.assertEqual(said[6][command], "GET")
        self.assertEqual(said[8][request], "6")
        self.assertEqual(said[9][command], "GET,PING")
        self.assertTrue(said[9][ping])
        self.assertTrue(said[10][pong])
        self.assertEqual(said[10][request], "9,9")

    def test_same_on_every_port(self):
        for passes in ([], ["-2"]):
            self.assertEqual(self.labels(6379, *passes), self.labels(7000, *passes))

    def test_one_pass_knows_all_but_what_comes_later(self):
        later = LABELS.index("rstcause.resp.response_in") - 1
        one, two = self.labels(7000), self.labels(7000, "-2")
        for frame in two:
            one[frame][later] = two[frame][later] = ""
        self.assertEqual(one, two)

    def test_error(self):
        rows = self.fields(self.files[7000], ["frame.number", "rstcause.resp.error"], "-Y", "rstcause.resp.error")
        self.assertEqual([row[0] for row in rows], ["10"])
        self.assertIn("ERR", rows[0][1])

    def test_the_reset_knows_the_heartbeat(self):
        names = ["frame.number", "rstcause.resp.last_ping", "rstcause.resp.last_pong", "rstcause.resp.outstanding"]
        rows = self.fields(self.files[7000], names, "-Y", "rstcause.reason")
        self.assertEqual(rows, [["12", "9", "10", "0"]])

    def test_the_reset_knows_the_rhythm(self):
        talk = Talk(dport=7000).handshake()
        for _ in range(4):
            talk.say(True, ACK | PSH, b"*1\r\n$4\r\nPING\r\n").say(False, ACK | PSH, b"+PONG\r\n")
        talk.say(True, RST | ACK)
        file = capture(self.folder / "rhythm.pcap", map(ethernet, talk.packets()), step=1)
        rows = self.fields(file, ["rstcause.resp.ping_period", "rstcause.context"], "-Y", "rstcause.reason")
        self.assertAlmostEqual(float(rows[0][0]), 2, places=6)
        self.assertIn("RESP: a PING every 2.0 s", rows[0][1])

    def test_decode_as_forces_the_recognition(self):
        talk = Talk(dport=7000).handshake()
        talk.say(False, ACK | PSH, b"+OK\r\n").say(True, ACK).say(True, RST | ACK)  # 4: POP3 says so too
        file = capture(self.folder / "weak.pcap", map(ethernet, talk.packets()))
        ask = ["frame.number", "rstcause.resp.reply"]
        for passes in ([], ["-2"]):
            self.assertEqual(self.fields(file, ask, "-Y", "rstcause_resp", *passes), [])
            forced = ("-d", "tcp.port==7000,rstcause_resp")
            said = self.fields(file, ask, "-Y", "rstcause.resp.reply", *forced, *passes)
            self.assertEqual(said, [["4", "OK"]])
            other = ("-d", "tcp.port==7001,rstcause_resp")
            self.assertEqual(self.fields(file, ask, "-Y", "rstcause.resp.reply", *other, *passes), [])

    def test_decode_as_changes_no_other_label(self):
        forced = ("-d", "tcp.port==7000,rstcause_resp")
        labelled = ("-2", "-Y", "rstcause.resp.command or rstcause.resp.reply")
        plain = self.fields(self.files[7000], LABELS, *labelled)
        self.assertTrue(plain)
        self.assertEqual(self.fields(self.files[7000], LABELS, *labelled, *forced), plain)

    def test_preference_off(self):
        for passes in ([], ["-2"]):
            self.assertEqual(self.labels(7000, "-o", "rstcause.resp:FALSE", *passes), {})
        self.assertEqual(list(self.reasons(self.files[7000], "-o", "rstcause.resp:FALSE")), [12])

    def test_wiresharks_own_resp_is_unchanged(self):
        file, own = self.files[6379], ["frame.number", "resp.string", "resp.bulk_string.value", "resp.error", "resp"]
        for passes in ([], ["-2"]):
            with_plugin = self.fields(file, own, *passes)
            self.assertEqual(with_plugin, self.fields(file, own, *passes, command="without"))
        self.assertTrue([row for row in with_plugin if b"abcdefghij".hex() in row[2]], with_plugin)
        ours = self.tshark("-r", file, "-V", "-O", "resp")
        bare = self.tshark("-r", file, "-V", "-O", "resp", command="without")
        self.assertEqual(surface.without_ours(ours.text), bare.text.splitlines())


if __name__ == "__main__":
    surface.main()
