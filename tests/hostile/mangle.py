# SPDX-License-Identifier: GPL-2.0-or-later
"""mangle.py [--rates R,...] [--seeds N] [--group N] [--most-octets N] [PATH...]

Captures with octets changed at random (editcap -E), in one pass and in two, with the plugin and
without. The plugin must end as tshark ends without it, say nothing that tshark does not say, take
no more than three times as long, meet no dissector bug, and write JSON that is JSON.

Without PATH: the samples, a few mutants, for every run of the tests. By hand, over everything:

    sh tests/hostile/run.sh mangle --rates 0.001,0.01,0.05 --seeds 3 FOLDER...

Captures are joined in groups, for tshark takes longer to start than to read one. Half of the
mutants keep the first 34 octets of each frame (Ethernet and IPv4), so that TCP is reached.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import surface

FIELDS = ["-T", "fields", "-e", "frame.number", "-e", "_ws.expert.message", "-e", "_ws.malformed"]
OURS = ["-e", "rstcause.reason", "-e", "rstcause.summary", "-e", "rstcause.resp.command", "-e", "rstcause.resp.exchange"]
WHEN = re.compile(r"\(tshark:\d+\) [\d:.]+ ")  # each run has its own
BUG = re.compile(r"dissector bug|rstcause: internal error", re.IGNORECASE)
SLOWER, SLACK = 3.0, 5.0  # times, and seconds for a busy machine


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rates", default="0.004,0.03")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--group", type=int, default=60, help="captures joined into one")
    parser.add_argument("--most-octets", type=int, default=4_000_000, help="larger captures are left out")
    parser.add_argument("paths", nargs="*", type=pathlib.Path, default=[surface.SAMPLES])
    return parser.parse_args()


def captures_below(paths, most):
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and re.search(r"\.(pcap|pcapng|cap|trace)\b", file.name) and file.stat().st_size <= most:
                yield file


def joined(files, folder, size):
    """The captures in groups, each group one file; those that are no captures are left out."""
    for number, at in enumerate(range(0, len(files), size)):
        group = folder / f"group{number}.pcapng"
        good = [f for f in files[at:at + size]
                if subprocess.run(["capinfos", "-t", f], capture_output=True).returncode == 0]
        # mergecap reads a broken file up to where it breaks, and says so.
        subprocess.run(["mergecap", "-a", "-w", group, *good], capture_output=True)
        if group.exists():
            yield group


def mutants(group, rates, seeds, folder):
    for rate in rates:
        for seed in range(1, seeds + 1):
            for kept in (0, 34):
                mutant = folder / f"{group.stem}-{rate}-{seed}-{kept}.pcapng"
                subprocess.run(["editcap", "-E", rate, "--seed", str(seed), "-o", str(kept), group, mutant],
                               capture_output=True, check=True)
                mutant.chmod(0o644)
                yield mutant
                mutant.unlink()


class Timed:
    def __init__(self, command, *what):
        begun = time.monotonic()
        # Captures of all kinds hold other things than UTF-8; so may what tshark says of them.
        done = subprocess.run([str(surface.STAGE / command), *map(str, what)], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=1800)
        self.seconds = time.monotonic() - begun
        self.status, self.error = done.returncode, WHEN.sub("", done.stderr.decode("utf-8", "replace"))
        self.octets = done.stdout
        self.lines = done.stdout.decode("utf-8", "replace").splitlines()

    def bugs(self):
        return sorted(line for line in [*self.lines, *self.error.splitlines()] if BUG.search(line))


class Figures:
    def __init__(self):
        self.captures = self.mutants = self.frames = self.resets = self.runs = 0
        self.with_plugin = self.without = 0.0
        self.wrong = []

    def add_times(self, ours, bare):
        self.with_plugin += ours.seconds
        self.without += bare.seconds
        self.runs += 2

    def __str__(self):
        return (f"{self.captures} captures, {self.mutants} mutants, {self.runs} runs over {self.frames} frames, "
                f"{self.resets} resets explained; {self.with_plugin:.0f} s with the plugin, {self.without:.0f} s "
                f"without; {len(self.wrong)} wrong")


def compare(what, ours, bare, figures):
    figures.add_times(ours, bare)
    if (ours.status, ours.error) != (bare.status, bare.error):
        figures.wrong.append(f"{what}: ended {ours.status} {ours.error[-300:]!r}, without {bare.status} {bare.error[-300:]!r}")
    if len(ours.lines) < len(bare.lines):
        figures.wrong.append(f"{what}: {len(ours.lines)} lines, without {len(bare.lines)}")
    if len(ours.bugs()) > len(bare.bugs()):
        figures.wrong.append(f"{what}: {ours.bugs()[:3]}")
    if ours.seconds > SLOWER * bare.seconds + SLACK:
        figures.wrong.append(f"{what}: {ours.seconds:.1f} s, without {bare.seconds:.1f} s")


def unfit(constant):
    raise ValueError(constant)


def check_json(what, mutant, bare, figures):
    done = Timed("with", "-r", mutant, "-q", "-z", "rstcause,json")
    figures.runs += 1
    # tshark meets bugs of its own in some mutants.
    if done.status != bare.status or set(done.bugs()) - set(bare.bugs()):
        figures.wrong.append(f"{what}: JSON ended {done.status} {done.error[-300:]!r}")
    for line in done.octets.splitlines():
        try:
            json.loads(line.decode("utf-8"), parse_constant=unfit)
        except ValueError as error:
            figures.wrong.append(f"{what}: {error}: {line[:300]!r}")
    return len(done.lines)


def try_mutant(mutant, figures):
    figures.mutants += 1
    for passes in ([], ["-2"]):
        what = " ".join([mutant.stem, *passes])
        bare = Timed("without", "-r", mutant, *passes, *FIELDS)
        ours = Timed("with", "-r", mutant, *passes, *FIELDS, *OURS)
        compare(what, ours, bare, figures)
    figures.frames += len(bare.lines)
    figures.resets += check_json(mutant.stem, mutant, bare, figures)


def main():
    wanted = arguments()
    figures = Figures()
    files = list(captures_below(wanted.paths, wanted.most_octets))
    figures.captures = len(files)
    with tempfile.TemporaryDirectory(dir=surface.STAGE) as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        for group in joined(files, folder, wanted.group):
            for mutant in mutants(group, wanted.rates.split(","), wanted.seeds, folder):
                try_mutant(mutant, figures)
            print(f"{group.stem}: {figures}", file=sys.stderr, flush=True)
    print("\n".join([*figures.wrong[:40], str(figures)]))
    return 1 if figures.wrong or figures.mutants == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
