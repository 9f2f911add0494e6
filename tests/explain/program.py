# SPDX-License-Identifier: GPL-2.0-or-later
"""What rstcause-explain(1) promises: options, exit status, what is said where; run by run.sh."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import layers

STAGE = pathlib.Path(os.environ["RSTCAUSE_STAGE"])
EXPLAIN = os.environ["RSTCAUSE_EXPLAIN"]
SAMPLES = pathlib.Path(os.environ["RSTCAUSE_TOP"]) / "sample-pcaps"
ALL_READ, NOT_ALL_READ, BROKEN, WRONG_USE, CANNOT_WRITE = 0, 1, 2, 3, 74


def explain(*arguments, **options):
    done = subprocess.run([EXPLAIN, *map(str, arguments)], capture_output=True, **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Program(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(dir=STAGE))
        layers.write_all(cls.folder)
        cls.folder.chmod(0o755)
        for file in cls.folder.iterdir():
            file.chmod(0o644)
        cls.ethernet, cls.wireless = cls.folder / "ethernet.pcap", cls.folder / "wireless.pcap"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_names_each_capture_as_the_command_line_does(self):
        status, out, err = explain(self.ethernet, self.folder / "raw.pcap")
        self.assertEqual((status, err), (ALL_READ, ""))
        self.assertEqual(out.count(f'"file":"{self.ethernet}"'), 3)
        self.assertEqual(out.count(f'"file":"{self.folder}/raw.pcap"'), 3)

    def test_prints_the_header_of_csv_once(self):
        _, out, _ = explain("--csv", self.ethernet, self.folder / "raw.pcap")
        self.assertEqual(len(out.split("\r\n")), 1 + 6 + 1)

    def test_names_the_captures_above_several_trees(self):
        _, out, _ = explain("--tree", self.ethernet, self.wireless)
        self.assertIn(f"{self.ethernet}\n", out)
        self.assertIn(f"{self.wireless}\n", out)
        self.assertNotIn(str(self.ethernet), explain("--tree", self.ethernet)[1])

    def test_counts_and_tells_what_it_did_not_read(self):
        status, out, err = explain(self.wireless)
        self.assertEqual((status, out), (NOT_ALL_READ, ""))
        self.assertEqual(err, f"rstcause-explain: {self.wireless}: not read: 14 packets of link type IEEE 802.11 "
                              "Wireless LAN. --exact gives such a capture to tshark.\n")

    def test_gives_tshark_what_it_cannot_read_itself(self):
        environment = {**os.environ, "RSTCAUSE_TSHARK": str(STAGE / "with")}
        for form in ([], ["--csv"]):
            status, out, err = explain("--exact", *form, self.wireless, env=environment)
            self.assertEqual(status, ALL_READ, err)
            self.assertIn("read by tshark", err)
            self.assertEqual(out.count("port_closed"), 1, out)
            self.assertIn(str(self.wireless), out)

    def test_says_when_tshark_cannot_be_run(self):
        status, out, err = explain("--exact", self.wireless, self.ethernet,
                                   env={**os.environ, "RSTCAUSE_TSHARK": "/nowhere/tshark"})
        self.assertEqual(status, BROKEN)
        self.assertIn("/nowhere/tshark", err)
        self.assertEqual(len(out.splitlines()), 3, "the next capture is explained all the same")

    def test_explains_a_broken_capture_up_to_the_break(self):
        status, out, err = explain(self.folder / "broken-off.pcap", self.ethernet)
        self.assertEqual(status, BROKEN)
        self.assertEqual(len(out.splitlines()), 2 + 3)
        self.assertIn("broken-off.pcap: ", err)

    def test_says_what_is_no_capture(self):
        for path in (self.folder / "missing.pcap", self.folder, "/dev/null"):
            status, out, err = explain(path, self.ethernet)
            self.assertEqual((status, len(out.splitlines())), (BROKEN, 3), path)
            self.assertTrue(err.startswith(f"rstcause-explain: {path}: "), err)

    def test_reads_standard_input(self):
        with self.ethernet.open("rb") as file:
            with subprocess.Popen(["cat"], stdin=file, stdout=subprocess.PIPE) as piped:
                status, out, err = explain("-", stdin=piped.stdout)
        self.assertEqual((status, err), (ALL_READ, ""))
        self.assertEqual(out.count('"file":"-"'), 3)

    def test_cannot_give_standard_input_to_tshark(self):
        with self.wireless.open("rb") as file:
            status, out, err = explain("--exact", "-", stdin=file)
        self.assertEqual((status, out), (BROKEN, ""))
        self.assertIn("standard input", err)

    def test_reads_what_is_compressed(self):
        status, out, _ = explain(self.folder / "compressed.pcap.gz")
        self.assertEqual((status, len(out.splitlines())), (ALL_READ, 3))

    def test_refuses_a_wrong_command_line(self):
        for arguments in ([], ["--nonsense"], ["--csv", "--tree", self.ethernet], ["--story", "8", "--csv", self.ethernet],
                          ["--story", "x", self.ethernet], ["--story", "0", self.ethernet], ["--story", "8,9", self.ethernet],
                          ["--story", "8", "-"], ["--story", "8", self.ethernet, self.ethernet],
                          ["--segments", "8,", self.ethernet], ["--catalogue", self.ethernet]):
            status, out, err = explain(*arguments)
            self.assertEqual((status, out), (WRONG_USE, ""), arguments)
            self.assertIn("--help", err)

    def test_says_that_its_output_was_not_written(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([EXPLAIN, self.ethernet], stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, CANNOT_WRITE)
        self.assertIn(b"cannot be written", done.stderr)

    def test_ends_each_capture_with_its_number_of_lines(self):
        _, out, _ = explain("--total", self.ethernet, self.folder / "raw.pcap")
        self.assertEqual([n for n, line in enumerate(out.splitlines()) if line == '{"schema":1,"total":3}'], [3, 7])

    def test_tells_the_story_of_one_reset_in_80_columns(self):
        for capture in sorted(SAMPLES.glob("*.pcap")):
            for reset in map(json.loads, explain(capture)[1].splitlines()):
                status, out, err = explain("--story", reset["frame"], capture)
                with self.subTest(capture.name, frame=reset["frame"]):
                    self.assertEqual((status, err), (ALL_READ, ""))
                    self.assertLessEqual(max(map(len, out.splitlines())), 80)
                    self.assertIn(f"({reset['reason']}, {reset['confidence']} %)", " ".join(out.split()))
                    self.assertIn(reset["summary"], " ".join(out.split()))
                    (marked,) = [line for line in out.splitlines() if line.endswith("<=")]
                    self.assertEqual(int(marked.split()[0]), reset["frame"])
                    self.assertIn(" RST", marked)
                    for evidence in reset["evidence"]:
                        self.assertIn(f"* frame {evidence['frame']}: ", out)

    def test_gives_the_segments_of_a_story_to_programs(self):
        capture = SAMPLES / "article-jedis-linger0.pcap"
        story = json.loads(explain("--segments", "8,1,4", capture)[1])
        self.assertEqual((story["client"], story["server"], story["reset"]), ("10.116.248.43:47996", "10.30.61.0:3964", 8))
        said = [(s["frame"], s["from"], s["flags"], s["seq"], s.get("ack"), s.get("len"), s.get("words")) for s in story["segments"]]
        self.assertEqual(said[3], (4, "client", "PSH,ACK", 1, 1, 14, "PING"))
        self.assertEqual(said[5], (6, "server", "PSH,ACK", 1, 15, 7, "+PONG"))
        self.assertEqual(said[7], (8, "client", "RST,ACK", 15, 8, None, None))

    def test_has_no_story_of_a_frame_without_reset(self):
        for option in ("--story", "--segments"):
            for frame in (1, 9999):
                status, out, err = explain(option, frame, SAMPLES / "article-jedis-linger0.pcap")
                self.assertEqual((status, out), (BROKEN, ""))
                self.assertIn(f"no TCP reset that is read here in frame {frame}", err)

    def test_prints_the_catalogue_as_json(self):
        status, out, _ = explain("--catalogue")
        told = json.loads(out)
        self.assertEqual(status, ALL_READ)
        self.assertGreaterEqual(len(told["causes"]), 44)
        self.assertTrue(all(cause["title"] and cause["meaning"] for cause in told["causes"]))
        self.assertIn({"name": "Amazon RDS Proxy", "seconds": 86400, "port": 0}, told["ages"])

    def test_keeps_nothing_of_a_file_but_what_the_engine_keeps(self):
        """A capture of 200 MB takes no more memory than a small one, but for a few buffers."""
        length = 1400
        segments = [layers.ethernet(layers.v4(0, layers.tcp(50001, 80, 1 + i * length, 1, 24, bytes(length))))
                    for i in range(100)]
        path = self.folder / "long.pcap"
        layers.write(path, 1, segments * 1400)
        usage = [self.most_memory(file) for file in (self.ethernet, path)]
        self.assertLess(usage[1] - usage[0], 8 << 10, "kibibytes")
        path.unlink()

    @staticmethod
    def most_memory(path):
        child = os.fork()
        if child == 0:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.execv(EXPLAIN, [EXPLAIN, str(path)])
        return os.wait4(child, 0)[2].ru_maxrss


if __name__ == "__main__":
    unittest.main()
