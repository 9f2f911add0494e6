# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of rstcause-report in Chinese, in a real browser: no English sentence is left, whatever the
results say, but for words of payloads, devices and programs. Skips itself without Chromium."""

import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import browser
import report
import surface
from report import Reporting

SOURCES = pathlib.Path(__file__).parents[2]
LIST_CAUSES = pathlib.Path(os.environ["RSTCAUSE_BUILT"]) / "tests/list_causes"

# Each form of what a {name} of a template may stand for (engine/tell/words.h).
END = ["the client", "the server", "192.0.2.1:80", "[2001:db8::1]:443"]
AT = ["the client (192.0.2.1:40000)", "the server ([2001:db8::2]:443)", "192.0.2.1:80"]
SEGMENT = ["an uncaptured segment", "the data (1 octet, frame 5)", "the data (12 octets, frame 5)",
           *(f"the {name} (frame 5)" for name in ("PING", "SYN", "SYN-ACK", "FIN", "ACK", "RST", "segment"))]
TIME = ["45 us", "12.3 ms", "4.083 s", "2 min 5 s", "3 h", "2 d 3 h"]
OCTETS = ["1 octet", "77 octets"]
ICMP = ["ICMP host unreachable", "ICMP fragmentation needed, at most 1400 octets fit", "ICMP hop limit exceeded in transit"]
KERNEL = ["its TCP did not make this RST, so a firewall or a raw socket there did", "its kernel says no reason",
          "its kernel says tcp_abort_on_close in CLOSE_WAIT as the listener was closed, by process 7 (a b)"]
SETTING = ["", " (of a proxy: nginx proxy_read_timeout)", " (wait_timeout, interactive_timeout)", " (see SLOWLOG GET)"]
VALUES = {
    "trigger": SEGMENT, "trigger:brief": ["frame 5", "an uncaptured segment"], "a:time": TIME, "b:time": TIME, "idle": TIME, "age": TIME,
    "a:octets": OCTETS, "a:of:b": ["3 of 10 octets", *OCTETS], "a:times": ["once", "twice", "5 times"], "a:routers": ["1 router", "3 routers"],
    "b:routers": ["1 router", "3 routers"], "fin:at": ["in frame 4", "before (its FIN was not captured)"],
    "ydata:in": [" (last in frame 3)", " (not captured)"], "words": ["that it ends", '421: "Too many (4) of you, go away."', "TLS alert bad_certificate"],
    "after": ["", " right after its PING was answered by PONG", " right after it had answered PING by PONG"],
    "carried": ["", " but the 3 that the RST itself carries"], "declared": ["NetScaler 9811: closing"], "word": KERNEL,
    "missing": ["the SYN (or the odd segment) that it refuses was not captured", "it is the first frame of its connection in the capture",
                "only the direction of the client was captured", "nothing that 192.0.2.1:80 sent before was captured",
                "segments before it were not captured"],
    "told:by": ["192.0.2.254", "2001:db8::fe", "a router"], "told:target": ["192.0.2.9:25"], "told:what": ICMP,
    "fellow:peer": ["192.0.2.7:6379", "another address"],
}
# Quoted words and names of programs, files and settings are nobody's to translate; four words in a row are a sentence.
QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
ENGLISH = re.compile(r"\b[A-Za-z]+(?: [a-z']+){3,}")


def values_of(name):
    if name.startswith("setting:"):
        return SETTING
    known = VALUES.get(name.replace(":The", "")) or {"x": END, "y": END, "x:at": AT, "y:at": AT}.get(name.lower(), ["12", "4294967295"])
    capital = name[0].isupper() or name.endswith(":The")
    return [value[0].upper() + value[1:] for value in known] if capital else known


def filled(template):
    """The template with every form of what its names stand for, in turn."""
    pieces = re.split(r"\{([^}]+)\}", template)
    choices = [values_of(name) for name in pieces[1::2]]
    for turn in range(max(map(len, choices), default=1)):
        said = [next(itertools.islice(itertools.cycle(values), turn, None)) for values in choices]
        yield "".join(itertools.chain.from_iterable(itertools.zip_longest(pieces[::2], said, fillvalue="")))


def line(**more):
    return {"schema": 1, "file": "/a.pcap", "frame": 1, "time": "2026-11-14T22:13:20.000000000Z", "src": "192.0.2.1", "sport": 80,
            "dst": "192.0.2.2", "dport": 50000, "reason": "linger0", "confidence": 90, "basis": "inferred", "origin": "server", "idle": 0,
            "bytes_lost": 0, "benign": False, "summary": "No known cause fits this RST of the client.", **more}


class Chinese(Reporting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser(cls.folder / "profile")
        cls.addClassCleanup(cls.browser.__exit__)
        cls.fresh(cls)
        case = cls("open")
        case.batch(surface.STAGE / "samples")
        # The sources have the causes' pages, which the staged tree lacks.
        cls.addClassCleanup(setattr, report, "REPORT", report.REPORT)
        report.REPORT = SOURCES / "plugin/batch/rstcause-report"

    def open(self, of=None):
        self.report("lang=zh", of=of)
        return self.browser.open(self.page)

    def sentences(self, page):
        return page.evaluate("""(() => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), said = [];
            while (walker.nextNode()) {
              const at = walker.currentNode.parentElement;
              if (!at.closest("script, style, noscript, code, .words, .where, option")) said.push(walker.currentNode.data);
            }
            return said; })()""")

    def assertChinese(self, page):
        english = [text for text in self.sentences(page) if ENGLISH.search(QUOTED.sub("", text))]
        self.assertEqual(english, [])
        self.assertEqual(page.evaluate("[...document.querySelectorAll('[lang=en]')].map(e => e.textContent)"), [])
        self.assertEqual(page.complaints(), [])

    def test_no_english_sentence_is_left_of_the_samples(self):
        page = self.open()
        self.assertChinese(page)
        self.assertGreater(sum("证据" in text for text in self.sentences(page)), 10)

    def test_every_text_of_the_catalogue_is_told_in_chinese_whatever_stands_in_it(self):
        texts = {"summary": [], "advice": [], "evidence": []}
        listed = subprocess.run([LIST_CAUSES, "--texts"], capture_output=True, encoding="utf-8", check=True).stdout
        for text in map(json.loads, listed.splitlines()):
            texts[{"remedy": "advice"}.get(text["kind"], text["kind"])] += filled(text["text"])
        self.assertGreater(min(map(len, texts.values())), 150)
        # The page shows one example of each cause: all evidence and advice stand there, a piece after another.
        lines = []
        for kind, said in texts.items():
            for first in range(0, len(said), 12):
                some = said[first:first + 12]
                lines.append(line(reason=f"{kind}_{first}", **{
                    "evidence": {"evidence": [{"frame": number + 1, "text": text} for number, text in enumerate(some)]},
                    "summary": {"summary": " ".join(some)}, "advice": {"advice": " ".join(some)}}[kind]))
        self.assertChinese(self.open(of=self.lines_in("texts", lines)))

    def test_what_an_application_was_doing_is_told_in_chinese(self):
        """Each context that the engine's own tests expect."""
        source = "\n".join(path.read_text() for path in sorted((SOURCES / "tests").rglob("*_test.cpp")))
        contexts = sorted({text.replace('\\"', '"') for text in re.findall(
            r'"((?:HTTP|HTTP/2|TLS|RESP|TCP|SSH|SMTP|FTP|MySQL|PostgreSQL|Kafka|MQTT|AMQP|NATS|DNS|SIP|IRC|Heartbeat): (?:[^"\\]|\\")*)"[^"]', source)
            if "{" not in text and not text.endswith(" ")})
        self.assertGreater(len(contexts), 40)
        self.assertChinese(self.open(of=self.lines_in("contexts", [line(context=contexts)])))

    def test_what_a_capture_says_goes_through_untouched_and_what_is_unknown_is_marked(self):
        evil = 'PostgreSQL: the server refused, FATAL: "the client，</b> \ue000 {x} the server closed"'
        page = self.open(of=self.lines_in("evil", [line(summary="A sentence of another version.", context=[evil])]))
        said = page.evaluate("document.querySelector('details.cause').textContent")
        self.assertIn('PostgreSQL：服务端拒绝了，FATAL: "the client，</b> \ue000 {x} the server closed"', said)
        self.assertEqual(set(page.evaluate("[...document.querySelectorAll('[lang=en]')].map(e => e.textContent)")), {"A sentence of another version."})

    def lines_in(self, name, lines):
        file = self.folder / f"{name}.ndjson"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return file


if __name__ == "__main__":
    if not shutil.which("parallel") or not shutil.which("sqlite3") or not browser.PROGRAM:
        print("GNU parallel, sqlite3 or Chromium is missing")
        sys.exit(77)
    surface.main()
