# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures what the plugin costs, part by part; run by run.sh, which builds and stages.

Each part leaves its figures in a file of its own, with the day and the machine's load, so that
parts can be measured one by one; page.py makes plugin/docs/performance.md of them.

Instructions are counted by cachegrind: they hardly change from run to run, whatever else the
machine does. What a small capture takes is subtracted, so that tshark's start falls out. Time is
taken in turns, and as the median of the ratios of neighbours.
"""

import argparse
import concurrent.futures
import datetime
import functools
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

import explain
import multiply
import page
import traffic

STAGE = pathlib.Path(os.environ["RSTCAUSE_STAGE"])
BUILD = pathlib.Path(os.environ["RSTCAUSE_BUILD"])
TOP = pathlib.Path(os.environ["RSTCAUSE_TOP"])

# Connections of each kind.
SIZES = {
    "transfer": 20, "ping-pong": 45, "syn-flood": 5000, "rst-flood": 3500, "port-scan": 2500,
    "ipv6": 500, "gre": 500, "no-tcp": 2500,
}
SHORT = 500, 2500  # The mix that the bar is about: a smaller and a larger capture.
COPIES = 1  # Of the real captures.
REPEATS = 3  # Of what the bar is about; the median counts.
START = 9  # Short connections, one of every ending: with them tshark is under way.
VARIANTS = {
    "plain tshark": ("without", []),
    "an empty post-dissector": ("floor", []),
    "rstcause": ("with", []),
    "TRANSUM": ("without", ["--enable-protocol", "transum"]),
    "Lua, one of our rules": ("without", ["-X", f"lua_script:{STAGE}/resets.lua"]),
}
EVERY_FRAME = ["-q", "-z", "io,stat,0"]
EXPLAIN = ["-q", "-z", "rstcause,json"]
LIST = ["-Y", "tcp.flags.reset==1", "-T", "fields", "-e", "frame.number"]


def run(command):
    done = subprocess.run(["nice", "-n", "5", *map(str, command)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"Failed: {' '.join(map(str, command))}\n{done.stderr}")
    return done


def capture(kind, connections):
    """A capture of that kind: its path and its number of frames."""
    path = STAGE / f"{kind}-{connections}.pcap"
    frames = traffic.write(kind, connections, path)
    path.chmod(0o644)
    return path, frames


def real_capture(folder, copies):
    path = STAGE / f"real-{copies}.pcap"
    frames = multiply.write(folder, copies, path)
    path.chmod(0o644)
    return path, frames


def instructions(command, path, arguments):
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
                "--trace-children=yes", "--vgdb=no"]
    # Wireshark's hash tables are seeded alike, or two countings of one thing differ by 0.5 %.
    steady = ["env", f"LD_PRELOAD={STAGE / 'steady_seed.so'}"]
    done = run([*steady, *valgrind, STAGE / command, "-r", path, *EVERY_FRAME, *arguments])
    counts = re.findall(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if len(counts) != 1:
        sys.exit(f"cachegrind counted {len(counts)} programs instead of one:\n{done.stderr}")
    return int(counts[0].replace(",", ""))


def counted(jobs):
    """{name: instructions} of {name: (variant, capture)}, as many at a time as there are processors."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {name: pool.submit(instructions, VARIANTS[variant][0], path, VARIANTS[variant][1])
                   for name, (variant, path) in jobs.items()}
        return {name: job.result() for name, job in running.items()}


def a_frame(small, large, repeats):
    """{variant: instructions a frame}: what the larger capture takes beyond the smaller one, as
    the median of so many countings ({variant: number})."""
    frames = large[1] - small[1]
    counts = counted({(variant, path, i): (variant, path) for variant, times in repeats.items()
                      for path in (small[0], large[0]) for i in range(times)})

    def median(variant, path):
        return statistics.median(counts[variant, path, i] for i in range(repeats[variant]))

    return {variant: (median(variant, large[0]) - median(variant, small[0])) / frames
            for variant in repeats}


BOTH = ["plain tshark", "rstcause"]


def measure_variants(_):
    repeats = {variant: REPEATS if variant in BOTH else 1 for variant in VARIANTS}
    return a_frame(*(capture("short", connections) for connections in SHORT), repeats)


@functools.cache
def start():
    """The smallest capture and its instructions, counted once for all kinds."""
    small = capture("short", START)
    return small, counted({variant: (variant, small[0]) for variant in BOTH})


def beyond_start(large):
    small, counts = start()
    costs = counted({variant: (variant, large[0]) for variant in BOTH})
    return {variant: (costs[variant] - counts[variant]) / (large[1] - small[1]) for variant in BOTH}


def measure_kind(kind):
    return lambda _: beyond_start(capture(kind, SIZES[kind]))


def measure_real(wishes):
    """None without captures: they are no part of the project."""
    return None if wishes.captures is None else beyond_start(real_capture(wishes.captures, COPIES))


def seconds(command, path, arguments):
    start = time.monotonic()
    run([STAGE / command, "-r", path, *arguments])
    return time.monotonic() - start


def processor_seconds(command, path, arguments):
    """What it took of the processor: other programs hardly change that."""
    before = os.times()
    run([STAGE / command, "-r", path, *arguments])
    after = os.times()
    return (after.children_user + after.children_system
            - before.children_user - before.children_system)


def measure_time(wishes):
    """Explaining all resets and listing them, in turns."""
    path, frames = capture("short", 5000 if wishes.quick else 20000)
    runs = 3 if wishes.quick else 5
    pairs = [(seconds("with", path, EXPLAIN), seconds("without", path, LIST)) for _ in range(runs)]
    worked = [(processor_seconds("with", path, EXPLAIN), processor_seconds("without", path, LIST))
              for _ in range(runs)]
    return {"frames": frames, "pairs": pairs, "worked": worked}


def rows(*arguments):
    done = run([BUILD / "tests/bench/growth", *arguments])
    return [line.split("\t") for line in done.stdout.splitlines()]


def measure_growth(wishes):
    return rows(100_000 if wishes.quick else 1_000_000)


def measure_at_work(_):
    return rows("--at-work", 256_000)


def measure_engine(_):
    done = run([BUILD / "tests/bench/engine_bench", "--benchmark_format=json"])
    return json.loads(done.stdout)["benchmarks"]


def resident(command, path):
    """Octets that tshark had in memory at most."""
    # os.wait4() tells of the one child; "nice" and the shell give way to tshark by exec.
    with open(os.devnull, "w") as nowhere:
        child = subprocess.Popen(["nice", "-n", "5", STAGE / command, "-r", path, *EVERY_FRAME], stdout=nowhere)
        _, status, used = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command} failed on {path}")
    return used.ru_maxrss * 1024


def measure_flood(wishes):
    """Half-open connections: as many as tshark's own state leaves room for; the engine alone
    holds ten million."""
    few, many = (20_000, 100_000) if wishes.quick else (50_000, 500_000)
    small, large = capture("syn-flood", few)[0], capture("syn-flood", many)[0]
    octets = {name: (resident(command, large) - resident(command, small)) / (many - few)
              for name, command in (("plain tshark", "without"), ("rstcause", "with"))}
    large.unlink()
    return {"connections": many, "octets": octets,
            "alone": rows("--flood", 100_000 if wishes.quick else 10_000_000)}


PARTS = {
    "variants": measure_variants,
    **{kind: measure_kind(kind) for kind in SIZES},
    "real": measure_real,
    "time": measure_time,
    "growth": measure_growth,
    "at-work": measure_at_work,
    "engine": measure_engine,
    "flood": measure_flood,
    "explain": lambda wishes: explain.measure(capture, wishes, STAGE, BUILD, TOP),
}
QUICK_PARTS = ["variants", "no-tcp", "time", "growth", "engine"]


def versions():
    tshark = run([STAGE / "with", "--version"]).stdout.splitlines()[0]
    cache = (BUILD / "CMakeCache.txt").read_text()
    compiler = run([re.search(r"CMAKE_CXX_COMPILER:\w+=(.+)", cache).group(1), "--version"]).stdout
    built = re.search(r"CMAKE_BUILD_TYPE:\w+=(.*)", cache).group(1)
    return [tshark, f"{compiler.splitlines()[0]} ({built})",
            run(["valgrind", "--version"]).stdout.strip()]


def measure(part, wishes, kept):
    print(f"Measuring: {part}", file=sys.stderr)
    figures = PARTS[part](wishes)
    if figures is None:
        return
    told = {"day": f"{datetime.date.today():%Y-%m-%d}", "versions": versions(), "figures": figures}
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{part}.json").write_text(json.dumps(told, indent=1))


def main():
    parser = argparse.ArgumentParser(prog="run.sh", usage="run.sh [--quick] [--captures FOLDER] [PART...]")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--captures", type=pathlib.Path)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    wishes = parser.parse_args()
    kept = BUILD / "tests/bench" / ("quick" if wishes.quick else "results")
    for part in wishes.parts or (QUICK_PARTS if wishes.quick else list(PARTS)):
        measure(part, wishes, kept)
    results = {path.stem: json.loads(path.read_text()) for path in kept.glob("*.json")}
    if missing := page.NEEDED - set(results):
        sys.exit(f"No page without these parts: {', '.join(sorted(missing))}")
    written = page.write(results)
    print(written)
    if not wishes.quick:
        (TOP / "plugin/docs/performance.md").write_text(written)


if __name__ == "__main__":
    main()
