#!/usr/bin/env python3
"""Score the plugin's verdicts on captures whose truth is known.

    score.py FOLDER --plugin rstcause.so [--list wrong|all] [--min PERCENT]
    score.py FOLDER --judge judge_pcap   (the engine alone, in seconds: for trials)

A verdict is right when it names the true cause, or one that this capture shows just as well
("inseparable" in the truth), provided that the true cause is among its alternatives: look-alikes
are to be ranked, not to be forgotten. Two verdicts need no alternatives, because they claim no
cause: capture_incomplete and unknown. "to the letter" counts the true cause alone.

FOLDER holds captures NAME.pcap with NAME.truth.jsonl beside them, at any depth, as run.py
--out makes them. Prints precision and recall by cause, calibration, agreement with the
kernel's tracepoint, and what was wrong. Exit code 1 when fewer than --min percent are right,
or when a capture without a reset in its truth got a verdict. RSTCAUSE_TSHARK in the environment
names another tshark than the path's, for a plugin that was built for another Wireshark.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

NOBODY = 65534
#: The tshark that the plugin was built for, where that is not the one on the path.
TSHARK = os.environ.get("RSTCAUSE_TSHARK", "tshark")
#: What one says when one claims no cause.
HUMBLE = {"capture_incomplete", "unknown"}


def stage(plugin, scratch):
    """Lay the plugin out as Wireshark looks for it; returns tshark's environment."""
    version = subprocess.run([TSHARK, "--version"], capture_output=True, text=True, check=True).stdout
    series = ".".join(version.split()[2].split(".")[:2])
    folder = scratch / "plugins" / series / "epan"
    folder.mkdir(parents=True)
    shutil.copy(plugin, folder / "rstcause.so")
    home = scratch / "home"
    home.mkdir()
    for path in [scratch, *scratch.rglob("*")]:
        path.chmod(0o755)
    home.chmod(0o777)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "WIRESHARK_CONFIG_DIR": str(home),
                   "WIRESHARK_PLUGIN_DIR": str(scratch / "plugins"),
                   # No capture helper is started: one of them hangs with a sanitizer's runtime.
                   "WIRESHARK_EXTCAP_DIR": str(home)}
    # A plugin that was built with a sanitizer wants its runtime first.
    if preload := os.environ.get("RSTCAUSE_PRELOAD"):
        environment |= {"LD_PRELOAD": preload, "ASAN_OPTIONS": "detect_leaks=0"}
    return environment


def verdicts_of(capture, environment):
    """The plugin's verdicts on one capture, by frame. As root Wireshark loads no plugins of
    the user's, so privileges are dropped; the capture comes through standard input."""
    def drop():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    with open(capture, "rb") as octets:
        done = subprocess.run([TSHARK, "-r", "-", "-q", "-z", "rstcause,json"], stdin=octets,
                              capture_output=True, text=True, env=environment, preexec_fn=drop, check=False)
    if done.returncode != 0:
        sys.exit(f"{capture}: tshark failed: {done.stderr}")
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    return {verdict["frame"]: verdict for verdict in verdicts}


def captures_in(folder):
    """The captures of a folder whose truth lies beside them, at any depth, in a stable order."""
    return sorted(c for c in folder.rglob("*.pcap*") if c.with_suffix(".truth.jsonl").exists())


def truth_of(capture):
    with open(capture.with_suffix(".truth.jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def is_right(truth, verdict):
    """Whether the verdict is the truth, or a look-alike of it ranked above the truth."""
    token, claimed = truth["token"], verdict["reason"]
    if claimed == token:
        return True
    ranked = {alternative["reason"] for alternative in verdict.get("alternatives", [])}
    return claimed in truth.get("inseparable", []) and (claimed in HUMBLE or token in ranked)


class Score:
    """Counts over all resets."""

    def __init__(self):
        self.total = self.right = self.exact = self.among = self.unranked = 0
        self.kernel_total = self.kernel_right = 0
        self.origin_right = 0
        self.by_token = collections.defaultdict(lambda: [0, 0, 0])  # true, claimed, both
        self.bins = collections.defaultdict(lambda: [0, 0])
        self.lines = []
        self.claims_too_many = 0

    def add(self, place, truth, verdict):
        token, claimed = truth["token"], verdict["reason"]
        right = is_right(truth, verdict)
        ranked = [alternative["reason"] for alternative in verdict.get("alternatives", [])]
        self.total += 1
        self.right += right
        self.exact += token == claimed
        self.unranked += not right and claimed in truth.get("inseparable", [])
        self.among += right or token in ranked
        self.origin_right += truth["origin"] == verdict["origin"]
        self.by_token[token][0] += 1
        self.by_token[claimed][1] += 1
        self.by_token[token][2] += right
        if right and token != claimed:
            self.by_token[claimed][0] += 1
            self.by_token[claimed][2] += 1
            self.by_token[token][0] -= 1
            self.by_token[token][2] -= 1
        percent = verdict["confidence"]
        bin_of = self.bins[min(percent // 10 * 10, 90)]
        bin_of[0] += 1
        bin_of[1] += right
        if truth.get("kernel_reason") and right:
            self.kernel_total += 1
            self.kernel_right += truth["kernel_reason"] == verdict.get("kernel_reason")
        alternatives = " ".join(f"{a['reason']}:{a['confidence']}" for a in verdict.get("alternatives", []))
        self.lines.append((right, f"{'ok   ' if right else 'WRONG'} {place} frame {truth['frame']}: is {token}"
                           f" ({truth.get('kernel_reason')}/{truth.get('kernel_state')}), said {claimed} {percent} %"
                           f" [{alternatives}] kernel {verdict.get('kernel_reason')}"))

    def missing(self, place, truth):
        self.total += 1
        self.by_token[truth["token"]][0] += 1
        self.lines.append((False, f"WRONG {place} frame {truth['frame']}: is {truth['token']}, no verdict"))

    def report(self, which):
        for right, line in self.lines:
            if which == "all" or (which == "wrong" and not right):
                print(line)
        print(f"\n{'cause':24} {'true':>5} {'said':>5} {'right':>6} {'recall':>7} {'precision':>9}")
        for token in sorted(self.by_token):
            true, claimed, both = self.by_token[token]
            recall = f"{100 * both / true:.0f} %" if true else "-"
            precision = f"{100 * both / claimed:.0f} %" if claimed else "-"
            print(f"{token:24} {true:5} {claimed:5} {both:6} {recall:>7} {precision:>9}")
        print("\nconfidence   verdicts  right")
        for low in sorted(self.bins):
            count, right = self.bins[low]
            print(f"{low:3} to {low + 9 if low < 90 else 99:2} % {count:10} {100 * right / count:6.1f} %")
        share = 100 * self.right / max(self.total, 1)
        print(f"\nright: {self.right} of {self.total} ({share:.1f} %); to the letter:"
              f" {100 * self.exact / max(self.total, 1):.1f} %; look-alikes that forget the truth:"
              f" {self.unranked}; true cause named first or as an"
              f" alternative: {100 * self.among / max(self.total, 1):.1f} %; origin right:"
              f" {100 * self.origin_right / max(self.total, 1):.1f} %; kernel reason right where the cause is:"
              f" {self.kernel_right} of {self.kernel_total}; verdicts on frames without a reset: {self.claims_too_many}")
        return share


def engine_verdicts_of(capture, program):
    done = subprocess.run([program, capture], capture_output=True, text=True, check=True)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    return {verdict["frame"]: verdict for verdict in verdicts}


def score(folder, plugin, judge, jobs=2):
    total = Score()
    captures = captures_in(folder)
    with tempfile.TemporaryDirectory(prefix="rstcause-score-") as scratch:
        environment = stage(plugin, pathlib.Path(scratch)) if plugin else None
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            all_verdicts = pool.map(
                lambda capture: verdicts_of(capture, environment) if plugin else engine_verdicts_of(capture, judge),
                captures)
            for capture, verdicts in zip(captures, all_verdicts):
                place = capture.relative_to(folder).with_suffix("")
                for truth in truth_of(capture):
                    verdict = verdicts.pop(truth["frame"], None)
                    if verdict is None:
                        total.missing(place, truth)
                    else:
                        total.add(place, truth, verdict)
                total.claims_too_many += len(verdicts)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--plugin", type=pathlib.Path, help="rstcause.so, to be run in tshark")
    how.add_argument("--judge", type=pathlib.Path, help="the program judge_pcap")
    parser.add_argument("--list", choices=["none", "wrong", "all"], default="wrong")
    parser.add_argument("--min", type=float, default=0)
    options = parser.parse_args()
    total = score(options.folder, options.plugin, options.judge)
    share = total.report(options.list)
    return 0 if share >= options.min and total.claims_too_many == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
