# SPDX-License-Identifier: GPL-2.0-or-later
"""sharkd opens several captures in one process, and asks for frames again and in any order,
as the GUI does: no verdict may be lost, and none may stay over."""

import json

import surface
from packets import *


def conversation(*requests):
    """sharkd's answers to the requests (method, {parameter: value})."""
    lines = []
    for number, (method, parameters) in enumerate(requests, 1):
        request = {"jsonrpc": "2.0", "id": number, "method": method}
        if parameters:
            request["params"] = {name: str(value) if isinstance(value, surface.pathlib.Path) else value
                                 for name, value in parameters.items()}
        lines.append(json.dumps(request) + "\n")
    done = surface.run("with-sharkd", "-", stdin="".join(lines))
    answers = [json.loads(line) for line in done.lines if line.startswith("{")]
    assert done.status == 0 and len(answers) == len(requests), (done.status, done.text, done.complaint)
    return [answer.get("result", answer.get("error")) for answer in answers]


def numbers(frames):
    return [frame["num"] for frame in frames]


def texts(node):
    """All labels of a tree of details."""
    for child in node:
        yield child.get("l", "")
        yield from texts(child.get("n", []))


def causes(frame):
    return [label for label in texts(frame["tree"]) if label.startswith("TCP Reset Cause")]


FRAMES = ("frames", {"filter": "rstcause.reason"})


def frame(number):
    return "frame", {"frame": number, "proto": True}


@surface.unittest.skipUnless((surface.STAGE / "with-sharkd").exists(), "there is no sharkd")
class Sharkd(surface.Surface):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        one = aborted(sport=50000, dport=7000).packets() + refused(sport=50001, dport=7001).packets()
        # The same connections, ended by FIN: what was learnt of the first file is wrong here.
        peaceful = Talk(sport=50000, dport=7000).handshake().say(True, ACK | PSH, b"PING\r\n")
        peaceful.say(False, ACK | PSH, b"+PONG\r\n").say(True, ACK | FIN).say(False, ACK | FIN).say(True, ACK)
        two = refused(sport=50002, dport=7002).packets() + peaceful.packets()
        cls.one = capture(cls.folder / "one.pcap", map(ethernet, one))
        cls.two = capture(cls.folder / "two.pcap", map(ethernet, two))

    def test_frames_and_details(self):
        """Backwards, twice, and before any list was asked for."""
        answers = conversation(("load", {"file": self.one}), frame(9), frame(7), frame(9), frame(3), FRAMES, FRAMES,
                               ("frames", {"filter": 'rstcause.reason == "linger0"'}), frame(7))
        self.assertEqual(answers[0], {"status": "OK"})
        for place, cause in ((1, "port_closed"), (2, "linger0"), (3, "port_closed"), (8, "linger0")):
            said = causes(answers[place])
            self.assertEqual(len(said), 1, said)
            self.assertIn(f" ({cause}), ", said[0])
        self.assertEqual(causes(answers[4]), [])
        self.assertEqual([numbers(answer) for answer in answers[5:8]], [[7, 9], [7, 9], [7]])

    def test_verdicts_are_those_of_tshark(self):
        rows = self.verdicts(self.one)
        answers = conversation(("load", {"file": self.one}), *(frame(number) for number in rows))
        for (number, said), answer in zip(rows.items(), answers[1:]):
            labels = list(texts(answer["tree"]))
            self.assertIn(f"Reason: {said[0]}", labels, number)
            self.assertIn(f"Confidence: {said[1]}", labels, number)

    def test_info_column(self):
        answers = conversation(("load", {"file": self.one}), ("frames", {}), ("frames", {}))
        for answer in answers[1:]:
            said = [row["num"] for row in answer if "[RST cause: " in row["c"][-1]]
            self.assertEqual(said, [7, 9])

    def test_another_file_and_the_same_again(self):
        """Each list by a filter of its own text: sharkd remembers by that what a filter let pass,
        and does not forget it when it loads another file."""
        load_one, load_two = ("load", {"file": self.one}), ("load", {"file": self.two})
        frames = [("frames", {"filter": f"rstcause.reason && frame.number < {1000 + n}"}) for n in range(5)]
        answers = conversation(load_one, frames[0], frame(7), load_two, frames[1], frame(7), frame(2), load_one,
                               frames[2], frame(7), load_one, frames[3], load_two, frames[4])
        self.assertEqual([numbers(answers[place]) for place in (1, 4, 8, 11, 13)], [[7, 9], [2], [7, 9], [7, 9], [2]])
        self.assertEqual(causes(answers[5]), [])
        self.assertEqual(len(causes(answers[6])), 1)
        self.assertEqual(causes(answers[9]), causes(answers[2]))

    def test_statistics(self):
        """A tap of the GUI's kind, after the load and again."""
        tap = ("tap", {"tap0": "stat:rstcause"})
        answers = conversation(("load", {"file": self.one}), tap, ("load", {"file": self.two}), tap)
        counts = []
        for answer in (answers[1], answers[3]):
            (resets,) = answer["taps"][0]["stats"]
            counts.append({node["name"]: node["count"] for node in resets["sub"]})
        self.assertEqual(counts, [{"linger0": 1, "port_closed": 1}, {"port_closed": 1}])

    def test_follow_ups_stand_below_their_roots(self):
        """They make the root's cause no more: of two resets of one connection it has one."""
        talk = aborted(dport=7000)
        talk.say(False, ACK | PSH, b"more")
        client, server = talk.ports
        talk.said.append((True, tcp(client, server, RST, talk.said[-1][1].ack(), window=0)))
        file = capture(self.folder / "late.pcap", map(ethernet, talk.packets()))
        answers = conversation(("load", {"file": file}), ("tap", {"tap0": "stat:rstcause"}))
        (resets,) = answers[1]["taps"][0]["stats"]
        (root,) = resets["sub"]
        self.assertEqual((resets["count"], root["name"], root["count"]), (2, "linger0", 1))
        below = {node["name"]: node["count"] for node in root["sub"]}
        self.assertEqual(below, {f"{CLIENT} -> {SERVER}:7000": 1, "late_segment": 1})

    def test_no_column_of_the_statistics_is_empty(self):
        """stats_tree has them in any case; those that would be empty tell the confidence."""
        answers = conversation(("load", {"file": self.one}), ("tap", {"tap0": "stat:rstcause"}))
        (resets,) = answers[1]["taps"][0]["stats"]
        sure = {said[0]: int(said[1]) for said in self.verdicts(self.one).values()}
        told = {node["name"]: node for node in resets["sub"]}
        self.assertEqual({name: node["avg"] for name, node in told.items()}, sure)
        self.assertEqual((resets["min"], resets["max"]), (min(sure.values()), max(sure.values())))
        for node in (pair for cause in resets["sub"] for pair in cause["sub"]):
            self.assertLessEqual({"count", "avg", "min", "max", "rate", "perc"}, set(node))

    def test_preference_changed_while_open(self):
        """What the new preference says holds for the next list."""
        off = ("setconf", {"name": "rstcause.info_column", "value": "FALSE"})
        answers = conversation(("load", {"file": self.one}), off, ("frames", {}), FRAMES)
        self.assertFalse([row["num"] for row in answers[2] if "[RST cause: " in row["c"][-1]])
        self.assertEqual(numbers(answers[3]), [7, 9])

    def test_follow_and_back(self):
        """Following a stream dissects all frames again."""
        follow = ("follow", {"follow": "TCP", "filter": "tcp.stream == 0"})
        answers = conversation(("load", {"file": self.one}), FRAMES, follow, FRAMES, frame(7))
        self.assertEqual(numbers(answers[1]), numbers(answers[3]))
        self.assertEqual(len(causes(answers[4])), 1)


if __name__ == "__main__":
    surface.main()
