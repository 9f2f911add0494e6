#!/usr/bin/env python3
"""Write the page of precision and recall for forgery alone.

    forgery.py FOLDER --plugin rstcause.so | --judge judge_pcap [--out FILE.md]

FOLDER holds captures with their truth, as for score.py. A reset counts as forged where its
truth is a third party's; calling it by the other kind of forgery is still finding it. Exit code
1 when an endpoint's own reset was called forged.
"""

import argparse
import collections
import pathlib
import sys
import tempfile

import score

FORGED = {"injected", "blind_reset_attack"}
DEVICES = {"firewall_reset", "firewall_reject", "nat_state_lost", "idle_timeout", "proxy_upstream_refused"}


def kind_of(token):
    """Who sent a reset of this token, as far as forgery is concerned."""
    return "forger" if token in FORGED else "device" if token in DEVICES else "endpoint"


def pairs_of(folder, plugin, judge):
    """Every reset of the lab: its capture, its truth and what was said of it."""
    with tempfile.TemporaryDirectory(prefix="rstcause-forgery-") as scratch:
        environment = score.stage(plugin, pathlib.Path(scratch)) if plugin else None
        for capture in score.captures_in(folder):
            said = (score.verdicts_of(capture, environment) if plugin
                    else score.engine_verdicts_of(capture, judge))
            for truth in score.truth_of(capture):
                if truth["frame"] in said:
                    yield capture.relative_to(folder).with_suffix(""), truth, said[truth["frame"]]


class Tally:
    """Counts over all resets, and the lines to list."""

    def __init__(self):
        self.matrix = collections.Counter()
        self.words = collections.defaultdict(collections.Counter)
        self.accused, self.missed = [], []

    def add(self, place, truth, verdict):
        true, claimed = kind_of(truth["token"]), kind_of(verdict["reason"])
        self.matrix[true, claimed] += 1
        line = (f"{place}, frame {truth['frame']}: `{truth['token']}`, said `{verdict['reason']}`"
                f" {verdict['confidence']} %")
        if claimed == "forger" and true == "endpoint":
            self.accused.append(line)
        if true == "forger" and claimed != "forger":
            self.missed.append(line)
        for test, word in verdict["forged"].items():
            self.words[test][true, word] += 1

    def page(self):
        forged = sum(n for (true, _), n in self.matrix.items() if true == "forger")
        called = sum(n for (_, claimed), n in self.matrix.items() if claimed == "forger")
        found = self.matrix["forger", "forger"]
        share = lambda part, whole: f"{100 * part / whole:.1f} %" if whole else "-"
        yield "# Forgery: precision and recall\n"
        yield "Made by `tests/lab/forgery.py` from the lab's captures; do not edit.\n"
        yield f"* resets: {sum(self.matrix.values())}, forged {forged}, called forged {called}"
        yield f"* recall: {share(found, forged)}; precision: {share(found, called)}"
        yield f"* resets of an endpoint's own called forged: {len(self.accused)}\n"
        yield "| truly of | said: endpoint | device | forger |\n|---|---|---|---|"
        for true in ("endpoint", "device", "forger"):
            counts = " | ".join(str(self.matrix[true, claimed]) for claimed in ("endpoint", "device", "forger"))
            yield f"| {true} | {counts} |"
        yield "\nEach test by itself, over resets that a forger sent and that an endpoint sent:\n"
        yield "| test | for: forged | for: endpoint's | against: forged | against: endpoint's |\n|---|---|---|---|---|"
        for test, words in self.words.items():
            counts = " | ".join(str(words[true, word]) for word in ("for", "against")
                                for true in ("forger", "endpoint"))
            yield f"| {test} | {counts} |"
        for title, lines in (("Accused wrongly", self.accused), ("Missed", self.missed)):
            yield f"\n## {title}\n"
            yield "\n".join(f"* {line}" for line in lines) or "None."


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--plugin", type=pathlib.Path)
    how.add_argument("--judge", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    tally = Tally()
    for place, truth, verdict in pairs_of(options.folder, options.plugin, options.judge):
        tally.add(place, truth, verdict)
    page = "\n".join(tally.page()) + "\n"
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)
    return 1 if tally.accused else 0


if __name__ == "__main__":
    sys.exit(main())
