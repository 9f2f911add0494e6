# SPDX-License-Identifier: GPL-2.0-or-later
"""The page of rstcause-report in a real browser: it renders without a complaint, asks nobody for anything,
sorts and filters, and what a hostile capture holds stays text. Skips itself without Chromium."""

import json
import shutil
import sys

import browser
import surface
from packets import *
from report import EXPLAIN, Reporting

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`&lt;<!--\u2028]]>"


class Pages(Reporting):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.browser = browser.Browser(cls.folder / "profile")
        cls.addClassCleanup(cls.browser.__exit__)
        cls.fresh(cls)
        case = cls("open")
        case.batch(surface.STAGE / "samples")
        cls.count = len(case.joined())

    def open(self, *arguments, of=None, media={}):
        self.report(*arguments, of=of)
        page = self.browser.open(self.page, **media)
        page.size(1200)
        return page

    def assertQuiet(self, page):
        """No error, no warning, no breach of the policy, no dialogue, no request but for the file itself."""
        self.assertEqual((page.complaints(), page.dialogs(), page.requests()), ([], [], [self.page.resolve().as_uri()]))

    def rows(self, page):
        return page.evaluate("[...document.querySelectorAll('.resets tbody tr')].map(r => [...r.cells].map(c => c.textContent.trim()))")

    def test_every_section_stands_there_in_both_languages_light_dark_and_narrow(self):
        for lang, media in (("en", {}), ("en", {"prefers_color_scheme": "dark"}), ("zh", {})):
            with self.subTest(lang, **media):
                page = self.open(f"lang={lang}", media=media)
                self.assertEqual(page.evaluate("[...document.querySelectorAll('main > section')].map(s => s.id)"),
                                 ["time", "services", "idle", "age", "causes", "resets", "unknown"])
                self.assertEqual(page.evaluate("document.documentElement.lang"), lang)
                self.assertEqual(page.evaluate("document.querySelectorAll('.answer p').length"), 3)
                self.assertGreater(page.evaluate("document.querySelectorAll('.ladder .reset').length"), 10)
                for width in (390, 1200):
                    page.size(width)
                    self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), width)
                self.assertQuiet(page)

    def test_a_head_sorts_its_column_up_and_down(self):
        page = self.open()
        for column in range(7):
            for order in ("ascending", "descending"):
                page.evaluate(f"document.querySelectorAll('.resets th button')[{column}].click()")
                with self.subTest(column=column, order=order):
                    if column == 0 and order == "ascending":  # it stood so; the first click turns it
                        page.evaluate("document.querySelectorAll('.resets th button')[0].click()")
                    self.assertEqual(page.evaluate(f"document.querySelectorAll('.resets th')[{column}].ariaSort"), order)
                    said = [row[column] for row in self.rows(page)]
                    keys = [int(text.removesuffix(" %")) for text in said] if column == 2 else said
                    if column != 6:  # by the capture's whole path
                        self.assertEqual(keys, sorted(keys, reverse=order == "descending"))
        self.assertEqual(page.evaluate("document.querySelectorAll('[aria-sort]').length"), 1)

    def test_words_causes_and_worth_filter_the_rows(self):
        page = self.open()
        told = self.told()["rows"]
        self.assertEqual(len(self.rows(page)), len(told))

        def set_to(name, value, event):
            page.evaluate(f"(() => {{ const e = document.getElementById('{name}'); e.{value}; e.dispatchEvent(new Event('{event}')); }})()")

        set_to("search", "value = 'SO_LINGER 203.0.113.52'", "input")
        titles = {cause["token"]: cause["title"] for cause in self.told()["catalogue"]["causes"]}
        fits = [row for row in told if "203.0.113.52" in f"{row[5:8]}" and "SO_LINGER" in f"{titles[row[3]]} {row[7]}"]
        self.assertEqual(len(self.rows(page)), len(fits))
        self.assertGreater(len(fits), 1)
        self.assertLess(len(fits), len(told))
        set_to("search", "value = ''", "input")
        set_to("only", "value = 'port_closed'", "change")
        self.assertEqual(len(self.rows(page)), sum(row[3] == "port_closed" for row in told))
        set_to("only", "value = ''", "change")
        set_to("worth", "checked = true", "change")
        self.assertEqual(len(self.rows(page)), sum(row[9] for row in told))
        self.assertIn(str(sum(row[9] for row in told)), page.evaluate("document.querySelector('.count').textContent"))

    def test_links_lead_to_causes_and_back(self):
        page = self.open()
        cause = page.evaluate("(() => { const d = [...document.querySelectorAll('details.cause:not([open])')].pop(); "
                              "document.querySelector(`.resets a[href='#${d.id}']`).click(); return d.id; })()")
        page.evaluate("new Promise(r => setTimeout(r, 100))")
        self.assertTrue(page.evaluate(f"document.getElementById('{cause}').open"))
        page.evaluate(f"[...document.querySelectorAll('#{cause} button')].pop().click()")
        self.assertEqual(page.evaluate("document.getElementById('only').value"), cause.removeprefix("cause-"))
        dead = page.evaluate("[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.querySelector(a.hash)).length")
        self.assertEqual(dead, 0)

    def test_every_control_is_reached_by_the_keyboard_and_has_a_name(self):
        page = self.open()
        names = page.evaluate("[...document.querySelectorAll('button, input, select, a, [role=img], [role=region]')]"
                              ".filter(e => !e.hidden && !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).length")
        self.assertEqual(names, 0)
        self.assertEqual(page.evaluate("[...document.querySelectorAll('table')].filter(t => !t.caption || !t.tHead).length"), 0)

    def test_tab_walks_through_every_control_and_shows_where_it_is(self):
        page = self.open()
        expected = page.evaluate("""(() => { let n = 0;
            for (const e of document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]'))
              if (e.checkVisibility()) e.dataset.place = ++n;
            return n; })()""")
        self.assertGreater(expected, 50)
        said = []
        for _ in range(expected):
            page.press("Tab")
            said.append(page.evaluate("""(() => { const e = document.activeElement, s = getComputedStyle(e);
                return [Number(e.dataset.place), e.matches(':focus-visible') && (s.outlineStyle !== 'none' || s.boxShadow !== 'none' || e.className === 'skip')]; })()"""))
        self.assertEqual(sorted(place for place, _ in said), list(range(1, expected + 1)))
        self.assertEqual([place for place, shown in said if not shown], [])
        self.assertEqual(said[0][0], 1)

    def test_the_keyboard_skips_unfolds_sorts_and_searches(self):
        page = self.open()
        page.press("Tab")
        self.assertEqual(page.evaluate("document.activeElement.className"), "skip")
        page.press("Enter")
        self.assertEqual(page.evaluate("location.hash"), "#resets")
        page.evaluate("document.querySelector('details.cause:not([open]) summary').focus()")
        before = page.evaluate("document.querySelectorAll('details.cause[open]').length")
        page.press("Enter")
        self.assertEqual(page.evaluate("document.querySelectorAll('details.cause[open]').length"), before + 1)
        page.evaluate("document.querySelectorAll('.resets th button')[2].focus()")
        page.press(" ")
        self.assertEqual(page.evaluate("document.querySelectorAll('.resets th')[2].ariaSort"), "ascending")
        self.assertEqual(page.evaluate("document.activeElement.closest('th')?.cellIndex"), 2)  # the focus stays
        page.evaluate("document.getElementById('search').focus()")
        page.type("SO_LINGER")
        told = self.told()["rows"]
        self.assertLess(len(self.rows(page)), len(told))
        self.assertGreater(len(self.rows(page)), 0)
        self.assertQuiet(page)

    def test_what_a_stranger_wrote_stays_text(self):
        """In file names, payload and every string of the lines; with the ladder of a capture of that name."""
        out = self.folder / "evil"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        folder = self.folder / "a<"
        (folder).mkdir(exist_ok=True)
        file = folder / "script><img src=x onerror=alert(3)>\"'\n.pcap"
        talk = Talk().handshake().say(True, ACK | PSH, EVIL.encode()).say(False, RST | ACK, EVIL.encode())
        capture(file, map(ethernet, talk.packets()))
        subject = json.loads(surface.subprocess.run([EXPLAIN, file], capture_output=True, check=True).stdout)
        self.assertIn("</script>", subject["file"])
        lines = [subject, {**subject, "file": EVIL, "summary": EVIL, "advice": EVIL, "reason": "x" + EVIL, "title": EVIL, "context": [EVIL],
                           "src": EVIL, "dst": EVIL, "evidence": [{"frame": 1, "text": EVIL}],
                           "alternatives": [{"reason": EVIL, "confidence": 9}], "timer": [EVIL]}]
        (out / "resets.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
        (out / "broken.tsv").write_text(f"{EVIL}\t2\t0\t{EVIL}\n")
        page = self.open(of=out)
        self.assertQuiet(page)
        self.assertEqual(page.evaluate("document.querySelectorAll('img, script').length"), 2)  # our own two scripts
        self.assertEqual(page.evaluate("document.querySelectorAll('.resets tbody tr').length"), 2)
        text = page.evaluate("document.body.textContent")
        self.assertGreaterEqual(text.count(EVIL.replace("\u2028", "\u2028")), 5)
        self.assertEqual(page.evaluate("document.querySelectorAll('.ladder .reset').length"), 1)

    def test_the_policy_forbids_all_network(self):
        page = self.open()
        blocked = page.evaluate("""new Promise(answer => {
            document.addEventListener('securitypolicyviolation', e => answer(e.effectiveDirective));
            fetch('http://192.0.2.1/').catch(() => {}); })""")
        self.assertEqual(blocked, "connect-src")

    def test_three_resets_or_none_make_a_page_too(self):
        out = self.folder / "few"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        lines = self.joined()[:3]
        for count, rows in ((3, 3), (1, 1), (0, 0)):
            with self.subTest(count):
                (out / "resets.ndjson").write_text("".join(line + "\n" for line in lines[:count]))
                page = self.open(of=out)
                self.assertQuiet(page)
                self.assertEqual(len(self.rows(page)), rows)
                self.assertEqual(page.evaluate("[...document.querySelectorAll('.chart')].filter(c => !c.querySelector('rect')).length"), 0)

    def test_a_printed_address_stays_in_one_line(self):
        page = self.open()
        page.send("Emulation.setEmulatedMedia", media="print")
        page.size(688)  # A4 within its margins
        self.assertGreater(page.evaluate("document.querySelectorAll('.find').length"), 50)
        self.assertEqual(page.evaluate("[...document.querySelectorAll('.find')].filter(e => !e.textContent.includes('[') && "
                                       "e.offsetHeight > 2.2 * parseFloat(getComputedStyle(e).fontSize)).map(e => e.textContent)"), [])

    def test_it_prints_with_every_cause_unfolded(self):
        page = self.open()
        page.pdf(self.folder / "page.pdf")
        self.assertGreater((self.folder / "page.pdf").stat().st_size, 50_000)
        self.assertGreater(page.evaluate("document.querySelectorAll('details.cause:not([open])').length"), 0)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(page.evaluate("document.querySelectorAll('details.cause:not([open])').length"), 0)


if __name__ == "__main__":
    missing = [what for what, there in (("GNU parallel", shutil.which("parallel")), ("sqlite3", shutil.which("sqlite3")),
                                        ("Chromium (Debian's package chromium)", browser.PROGRAM)) if not there]
    if missing:
        print(f"skipped: {', '.join(missing)} is missing")
        sys.exit(77)
    surface.main()
