# SPDX-License-Identifier: GPL-2.0-or-later
"""rstcause-report: what stands in the page is what rstcause-ask answers and tshark shows. How it looks
in a browser report_page.py asks."""

import collections
import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

import surface
from batch import ASK, Folder
from packets import *

REPORT = surface.STAGE / "batch" / "rstcause-report"
EXPLAIN = pathlib.Path(os.environ["RSTCAUSE_BUILT"]) / "rstcause-explain"
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


class Reporting(Folder):
    environment = {"RSTCAUSE_EXPLAIN": str(EXPLAIN)}

    def report(self, *arguments, status=0, of=None, **environment):
        """The page's text."""
        done = subprocess.run(["sh", REPORT, of or self.out, *arguments], capture_output=True, encoding="utf-8",
                              stdin=subprocess.DEVNULL, timeout=300, env={**os.environ, **self.environment, **environment})
        self.assertEqual((done.returncode, done.stderr if not status else ""), (status, ""), done.stderr)
        if status:
            return done.stderr
        self.page = pathlib.Path(done.stdout.strip()) if "-o" not in arguments else None
        return self.page.read_text() if self.page else done.stdout

    def told(self, *arguments, **named):
        """What the page's data are."""
        return json.loads(DATA.search(self.report(*arguments, **named))[1])

    def ask(self, *arguments):
        done = subprocess.run(["sh", ASK, "-m", "csv", self.out, *arguments], capture_output=True, encoding="utf-8", check=True)
        return list(csv.DictReader(io.StringIO(done.stdout, newline="")))


class Samples(Reporting):
    """Over the samples and a service that ended four connections at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fresh(cls)
        wave = []
        for number in range(4):
            talk = Talk(sport=51000 + number, dport=6379).handshake().say(True, ACK | PSH, b"*1\r\n$4\r\nPING\r\n")
            talk.say(False, ACK | PSH, b"+PONG\r\n").say(True, ACK)
            wave.append(talk.packets())
        ends = [Talk(sport=51000 + number, dport=6379) for number in range(4)]
        for number, end in enumerate(ends):
            end.next = [1000 + 1 + 14, 900000 + 1 + 7]
            end.say(False, RST | ACK)
        packets = [packet for talk in wave for packet in talk] + [packet for end in ends for packet in end.packets()]
        case = cls("report")
        case.put("wave.pcap", map(ethernet, packets), step=0.005)
        case.batch(cls.captures, surface.STAGE / "samples")
        cls.lines = [json.loads(line) for line in case.joined()]
        cls.counted = [reset for reset in cls.lines if "duplicate_of" not in reset]

    def test_the_totals_are_those_of_the_lines(self):
        totals = self.told()["totals"]
        self.assertEqual(totals["resets"], len(self.counted))
        self.assertEqual(totals["connections"], len({(r["file"], r["stream"]) for r in self.counted}))
        self.assertEqual(totals["captures"], len({r["file"] for r in self.counted}))
        self.assertEqual(totals["follows"], sum("root" in r for r in self.counted))
        self.assertEqual((totals["first"], totals["last"]), (min(r["time"] for r in self.counted), max(r["time"] for r in self.counted)))

    def test_causes_services_waves_and_what_to_mend_are_those_of_rstcause_ask(self):
        told = self.told()
        self.assertEqual({c["reason"]: str(c["resets"]) for c in told["causes"]}, {r["reason"]: r["resets"] for r in self.ask("causes")})
        self.assertEqual([(s["server"], str(s["resets"])) for s in told["services"]],
                         [(r["server"], r["resets"]) for r in self.ask("services", "top=12")])
        self.assertEqual([(v["server"], str(v["connections"])) for v in told["waves"]],
                         [(r["server"], r["connections"]) for r in self.ask("waves")])
        self.assertIn((f"{SERVER}:6379", 4), [(v["server"], v["connections"]) for v in told["waves"]])
        mend = self.ask("to_mend")
        self.assertEqual(told["totals"]["mend"], sum(int(r["resets"]) for r in mend))
        self.assertEqual([(m["reason"], m["server"], str(m["resets"])) for m in told["mend"]],
                         [(r["reason"], r["server"], r["resets"]) for r in mend[:10]])

    def test_each_reset_stands_in_the_bars_and_in_the_rows_once(self):
        told = self.told()
        self.assertEqual(sum(number for _, _, number in told["time"]["counts"]), len(self.counted))
        self.assertEqual(sorted((row[1], row[2]) for row in told["rows"]), sorted((r["file"], r["frame"]) for r in self.counted))
        idle = [r for r in self.counted if r.get("idle", 0) >= 0.001 and "root" not in r]
        self.assertEqual(sum(number for _, number in told["idle"]), len(idle))

    def test_a_filter_leaves_what_it_says(self):
        first = min(r["time"] for r in self.counted)
        for words, fits in ((["reason=linger0"], lambda r: r["reason"] == "linger0"),
                            ([f"server={SERVER}:6379"], lambda r: r["src"] == SERVER),
                            (["end=198.51.100.10"], lambda r: "198.51.100.10" in (r["src"], r["dst"])),
                            (["file=wave.pcap"], lambda r: r["file"].endswith("/wave.pcap")),
                            ([f"since={first[:19]}Z", "until=2023-01-01Z"], lambda r: r["time"] < "2023"),
                            (["since=2040-01-01"], lambda _: False)):
            with self.subTest(words):
                told = self.told(*words)
                self.assertEqual(told["totals"]["resets"], sum(map(bool, map(fits, self.counted))))
                self.assertEqual([asked[0] for asked in told["asked"]], [word.split("=")[0] for word in words])

    def test_a_ladder_shows_what_tshark_shows(self):
        """Relative numbers, lengths and flags of each segment, the reset among them, and no other connection's."""
        told, compared = self.told(), 0
        for cause in told["causes"]:
            example = cause["example"]
            ladder = told["ladders"][str(example["id"])]
            with self.subTest(example["file"]):
                self.assertNotIn("why", ladder)
                stream = next(r["stream"] for r in self.counted if (r["file"], r["frame"]) == (example["file"], example["frame"]))
                rows = self.fields(example["file"], ["frame.number", "tcp.flags", "tcp.seq", "tcp.ack", "tcp.len", "tcp.flags.ack"],
                                   "-Y", f"tcp.stream == {stream} && !icmp", "-o", "tcp.reassemble_out_of_order:FALSE")
                shown = {int(row[0]): row for row in rows}
                self.assertIn(example["frame"], [s["frame"] for s in ladder["segments"]])
                for s in ladder["segments"]:
                    row = shown[s["frame"]]
                    if "," in row[2]:
                        continue  # a tunnel's frame with two headers
                    self.assertEqual(s.get("len", 0), int(row[4]))
                    self.assertEqual("RST" in s["flags"], bool(int(row[1], 16) & RST))
                    if "SYN" in ladder["segments"][0]["flags"] and not ("RST" in s["flags"] and s["seq"] == 0):
                        self.assertEqual(s["seq"] % 2**32, int(row[2]))
                        compared += 1
        self.assertGreater(compared, 60)

    def test_evidence_is_that_of_the_example(self):
        told = self.told()
        for cause in told["causes"]:
            example = cause["example"]
            line = self.lines[example["id"] - 1]
            self.assertEqual((line["file"], line["frame"], line["reason"]), (example["file"], example["frame"], cause["reason"]))
            self.assertEqual(told["evidence"][str(example["id"])], line["evidence"])

    def test_timers_and_words_are_the_projects_own(self):
        catalogue = self.told()["catalogue"]
        self.assertIn({"name": "AWS NLB idle", "seconds": 350, "port": 0}, catalogue["timers"])
        titles = {r["reason"]: r["title"] for r in self.counted}
        for cause in catalogue["causes"]:
            self.assertEqual(titles.get(cause["token"], cause["title"]), cause["title"])

    def test_without_captures_or_reader_the_page_says_so(self):
        for reader in ("", "/bin/false"):
            self.assertEqual({ladder["why"] for ladder in self.told(RSTCAUSE_EXPLAIN=reader)["ladders"].values()}, {"no_reader"})
        gone = self.folder / "gone"
        shutil.rmtree(gone, ignore_errors=True)
        gone.mkdir()
        (gone / "resets.ndjson").write_text("".join(json.dumps({**line, "file": f"/nowhere{line['file']}"}) + "\n" for line in self.lines))
        self.assertEqual({ladder["why"] for ladder in self.told(of=gone)["ladders"].values()}, {"gone"})

    def test_captures_that_broke_are_told(self):
        out = self.folder / "broken"
        shutil.copytree(self.out, out, dirs_exist_ok=True)
        (out / "broken.tsv").write_text('a"b\tc.pcap'.replace("\t", " ") + "\t2\t0\tcut short\n")
        self.assertEqual(self.told(of=out)["broken"], {"count": 1, "first": [['a"b c.pcap', "cut short"]]})

    def test_a_page_is_whole_or_not_there(self):
        self.assertIn("cannot write", self.report("-o", self.folder / "no such folder/page.html", status=2))
        self.assertTrue(self.report("-o", "-").endswith("</html>\n"))
        with open("/dev/full", "w") as full:
            done = subprocess.run(["sh", REPORT, self.out, "-o", "-"], stdout=full, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 2)

    def test_wrong_questions_are_refused(self):
        for words in (["top=3"], ["since=no such day"], ["lang=xx"], ["--no-such-option"], ["-o"]):
            with self.subTest(words):
                self.assertTrue(self.report(*words, status=2))

    def test_the_page_is_in_chinese_where_that_is_asked_for(self):
        told = self.told("lang=zh")
        self.assertIn('<html lang="zh">', self.page.read_text())
        # The staged tree has no pages; the sources have.
        self.assertNotIn("pages", told)

    def test_of_each_causes_chinese_page_the_report_takes_title_meaning_and_what_to_do(self):
        plugin = surface.pathlib.Path(__file__).parents[2] / "plugin"
        files = sorted((plugin / "docs/causes/zh").glob("[a-z]*.md"))
        done = subprocess.run(["awk", "-f", plugin / "batch/report/pages.awk", *files], capture_output=True, encoding="utf-8", check=True)
        pages = json.loads("{" + done.stdout.rstrip().rstrip(",") + "}")["pages"]
        self.assertEqual(sorted(pages), [file.stem for file in files])
        for token, (title, meaning, todo) in pages.items():
            with self.subTest(token):
                self.assertTrue(title and meaning and todo)
                self.assertNotRegex(" ".join([title, meaning, *todo]), r"[*]|\]\(|^#|<!--")
                self.assertNotIn("`", title)
                self.assertNotIn("|---", " ".join(todo))  # a table is no piece of advice
                for text in (meaning, *todo):
                    self.assertEqual(text.count("`") % 2, 0, text)


class Metrics(Reporting):
    """rstcause-ask OUT metrics."""

    LINE = re.compile(r'^(\w+?)(?:\{((?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\d+)$')

    def metrics(self, lines, *words):
        file = self.folder / "metrics.ndjson"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        text = subprocess.run(["sh", ASK, file, "metrics", *words], capture_output=True, encoding="utf-8", check=True).stdout
        self.assertTrue(text.endswith("\n# EOF\n"))
        found = collections.defaultdict(dict)
        for line in text.splitlines():
            if not line.startswith("#"):
                name, labels, value = self.LINE.match(line).groups()
                pairs = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")
                self.assertNotIn(tuple(pairs), found[name])
                found[name][tuple(pairs)] = int(value)
        for name in found:
            self.assertIn(f"# TYPE {name.removesuffix('_total')} ", text)
        return found

    def line(self, **more):
        return {"schema": 1, "file": "a.pcap", "frame": 1, "time": "2023-11-14T22:13:20.000000000Z", "src": "192.0.2.1", "sport": 80,
                "dst": "192.0.2.2", "dport": 50000, "reason": "linger0", "confidence": 90, "basis": "inferred", "origin": "server",
                "idle": 0, "bytes_lost": 0, "benign": False, **more}

    def test_each_reset_counts_once_by_cause_service_and_benign(self):
        lines = [self.line(), self.line(benign=True), self.line(sport=81, bytes_lost=7), self.line(sport=81, bytes_lost=5),
                 self.line(duplicate_of=1)]
        found = self.metrics(lines)
        self.assertEqual(found["rstcause_resets_total"],
                         {(("cause", "linger0"), ("service", "192.0.2.1:80"), ("benign", "false")): 1,
                          (("cause", "linger0"), ("service", "192.0.2.1:80"), ("benign", "true")): 1,
                          (("cause", "linger0"), ("service", "192.0.2.1:81"), ("benign", "false")): 2})
        self.assertEqual(list(found["rstcause_lost_bytes_total"].values()), [12])
        self.assertEqual(found["rstcause_latest_reset_timestamp_seconds"], {(): 1700000000})

    def test_what_a_label_may_not_hold_is_escaped(self):
        found = self.metrics([self.line(src='a"b\\c\nd}'), self.line(reason='x"} 9\n# EOF')])
        self.assertEqual(sum(found["rstcause_resets_total"].values()), 2)

    def test_services_beyond_the_top_are_one(self):
        found = self.metrics([self.line(sport=port) for port in (80, 80, 81, 82)], "top=1")
        self.assertEqual({labels[1][1]: count for labels, count in found["rstcause_resets_total"].items()}, {"192.0.2.1:80": 2, "other": 2})

    def promtool(self, *words, **more):
        return subprocess.run(["promtool", *words], capture_output=True, encoding="utf-8", cwd=self.folder, **more)

    @unittest.skipUnless(shutil.which("promtool"), "Debian's package prometheus has promtool")
    def test_prometheus_takes_it(self):
        file = self.folder / "taken.ndjson"
        file.write_text("".join(json.dumps(line) + "\n" for line in [self.line(), self.line(src='a"b\\c\nd}', bytes_lost=7)]))
        text = subprocess.run(["sh", ASK, file, "metrics"], capture_output=True, encoding="utf-8", check=True).stdout
        # This one knows the older format alone, where a counter's help bears its suffix.
        found = self.promtool("check", "metrics", input=text)
        self.assertIn(found.returncode, (0, 3))
        self.assertEqual([line for line in found.stderr.splitlines() if not line.endswith("_total no help text")], [])
        # Without a time it imports nothing.
        timed = self.folder / "timed.txt"
        timed.write_text(re.sub(r"^([^#].*)$", r"\1 1700000000", text, flags=re.MULTILINE))
        done = self.promtool("tsdb", "create-blocks-from", "openmetrics", timed, "blocks")
        self.assertEqual(done.returncode, 0, done.stderr)
        timed.write_text(timed.read_text().replace("# EOF", ""))
        self.assertNotEqual(self.promtool("tsdb", "create-blocks-from", "openmetrics", timed, "none").returncode, 0)

    @unittest.skipUnless(shutil.which("promtool"), "Debian's package prometheus has promtool")
    def test_prometheus_understands_what_the_dashboard_asks(self):
        asked = re.findall(r'"expr": ("(?:[^"\\]|\\.)*")', (surface.STAGE / "batch/grafana/resets.json").read_text())
        self.assertGreater(len(asked), 4)
        rules = {"groups": [{"name": "dashboard", "rules": [{"record": f"asked:{n}", "expr": json.loads(expr).replace("$service", "x")}
                                                            for n, expr in enumerate(asked)]}]}
        file = self.folder / "rules.yml"
        file.write_text(json.dumps(rules))  # JSON is YAML
        done = self.promtool("check", "rules", file)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_no_reset_is_an_answer_too(self):
        self.assertEqual(self.metrics([]), {"rstcause_captures": {(): 0}})


if __name__ == "__main__":
    if not shutil.which("parallel") or not shutil.which("sqlite3"):
        print("GNU parallel or sqlite3 is missing")
        sys.exit(77)
    surface.main()
