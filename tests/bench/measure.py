# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures and writes plugin/docs/performance.md; run by run.sh, which builds and stages.

Instructions are counted by cachegrind: they hardly change from run to run, whatever else the
machine does. Two sizes of one capture are subtracted, so that tshark's start falls out. Time is
taken in turns, and as the median of the ratios of neighbours.
"""

import concurrent.futures
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time

import traffic

STAGE = pathlib.Path(os.environ["RSTCAUSE_STAGE"])
BUILD = pathlib.Path(os.environ["RSTCAUSE_BUILD"])
TOP = pathlib.Path(os.environ["RSTCAUSE_TOP"])
QUICK = "--quick" in sys.argv[1:]

# Connections in the smaller and in the larger capture.
SIZES = {
    "short": (1000, 4000), "transfer": (20, 80), "ping-pong": (60, 240), "syn-flood": (3000, 12000),
    "rst-flood": (2000, 8000), "port-scan": (2500, 10000), "ipv6": (600, 2400), "gre": (600, 2400),
    "no-tcp": (2500, 10000),
}
WORDS = {
    "short": "short connections, every third ended by a RST", "transfer": "long transfers",
    "ping-pong": "pools of Redis connections: PING, PONG", "syn-flood": "SYN flood",
    "rst-flood": "RST flood, each from another address", "port-scan": "port scan, every port refused",
    "ipv6": "the short connections over IPv6", "gre": "the short connections in GRE",
    "no-tcp": "no TCP at all: DNS",
}
VARIANTS = {
    "plain tshark": ("without", []),
    "an empty post-dissector (the floor)": ("floor", []),
    "rstcause": ("with", []),
    "TRANSUM": ("without", ["--enable-protocol", "transum"]),
    "Lua, one of our rules": ("without", ["-X", f"lua_script:{STAGE}/resets.lua"]),
}
EVERY_FRAME = ["-q", "-z", "io,stat,0"]
EXPLAIN = ["-q", "-z", "rstcause,json"]
LIST = ["-Y", "tcp.flags.reset==1", "-T", "fields", "-e", "frame.number"]

BAR_INSTRUCTIONS, BAR_TIME, BAR_OCTETS = 1.03, 0.48, 256


def run(command, **more):
    done = subprocess.run(["nice", *map(str, command)], capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"Failed: {' '.join(map(str, command))}\n{done.stderr}")
    return done


def capture(kind, connections):
    """A capture of that kind: its path and its number of frames."""
    path = STAGE / f"{kind}-{connections}.pcap"
    frames = traffic.write(kind, connections, path)
    path.chmod(0o644)
    return path, frames


def instructions(command, path, arguments):
    valgrind = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null",
                "--trace-children=yes", "--vgdb=no"]
    done = run([*valgrind, STAGE / command, "-r", path, *EVERY_FRAME, *arguments])
    counts = re.findall(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if len(counts) != 1:
        sys.exit(f"cachegrind counted {len(counts)} programs instead of one:\n{done.stderr}")
    return int(counts[0].replace(",", ""))


def measure_instructions():
    """{kind: {variant: instructions a frame}}"""
    named = [kind for kind in SIZES if kind in sys.argv[1:]]
    kinds = ["short", *(named or (["no-tcp"] if QUICK else list(SIZES)[1:]))]
    jobs, frames = {}, {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for kind in kinds:
            captures = [capture(kind, connections) for connections in SIZES[kind]]
            frames[kind] = captures[1][1] - captures[0][1]
            names = VARIANTS if kind == "short" and not QUICK else ["plain tshark", "rstcause"]
            for name in names:
                command, arguments = VARIANTS[name]
                jobs[kind, name] = [pool.submit(instructions, command, path, arguments)
                                    for path, _ in captures]
    costs = {kind: {} for kind in kinds}
    for (kind, name), (small, large) in jobs.items():
        costs[kind][name] = (large.result() - small.result()) / frames[kind]
    return costs


def seconds(command, path, arguments):
    start = time.monotonic()
    run([STAGE / command, "-r", path, *arguments])
    return time.monotonic() - start


def measure_time():
    """Seconds of explaining all resets and of listing them, in turns."""
    path, frames = capture("short", 5000 if QUICK else 30000)
    pairs = [(seconds("with", path, EXPLAIN), seconds("without", path, LIST))
             for _ in range(3 if QUICK else 5)]
    return frames, pairs


def measure_growth():
    done = run([BUILD / "tests/bench/growth", 100000 if QUICK else 1000000])
    return [line.split("\t") for line in done.stdout.splitlines()]


def measure_engine():
    done = run([BUILD / "tests/bench/engine_bench", "--benchmark_format=json"])
    return json.loads(done.stdout)["benchmarks"]


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def judged(value, bar):
    return "met" if value <= bar else "**missed**"


def table_of_bars(costs, pairs, growth):
    short = costs["short"]
    ratio = short["rstcause"] / short["plain tshark"]
    share = statistics.median(explain / listing for explain, listing in pairs)
    octets = round(each_further(growth, "short"))
    return table(["what", "measured", "bar", ""], [
        ["instructions for each frame, against plain tshark, on the short connections",
         f"{ratio:.3f}", BAR_INSTRUCTIONS, judged(ratio, BAR_INSTRUCTIONS)],
        ["time to explain every reset as JSON, against listing them by a filter",
         f"{share:.3f}", BAR_TIME, judged(share, BAR_TIME)],
        ["octets of our own for each further connection, verdicts included", octets, BAR_OCTETS,
         judged(octets, BAR_OCTETS)]])


def each_further(growth, kind):
    """Octets for each connection beyond the smallest number: without what is there once."""
    totals = [(int(row[1]), int(row[1]) * int(row[4])) for row in growth[1:] if row[0] == kind]
    (few, small), (many, large) = totals[0], totals[-1]
    return (large - small) / (many - few)


def table_of_slopes(growth):
    kinds = dict.fromkeys(row[0] for row in growth[1:])
    with_resets, without = each_further(growth, "short"), each_further(growth, "no resets")
    rows = [[kind, f"{each_further(growth, kind):.0f}"] for kind in kinds]
    rows.append(["each reset of the short connections, beside its connection",
                 f"{3 * (with_resets - without):.0f}"])
    return table(["kind", "octets for each further connection"], rows)


def table_of_variants(costs):
    plain = costs["short"]["plain tshark"]
    return table(["variant", "instructions a frame", "against plain"],
                 [[name, f"{cost:,.0f}", f"{cost / plain:.3f}"] for name, cost in costs["short"].items()])


def table_of_kinds(costs):
    rows = []
    for kind, of in costs.items():
        plain, ours = of["plain tshark"], of["rstcause"]
        rows.append([WORDS[kind], f"{plain:,.0f}", f"{ours:,.0f}", f"{ours / plain:.3f}"])
    return table(["traffic", "plain tshark", "rstcause", "against plain"], rows)


def table_of_engine(benchmarks):
    rows = []
    for b in benchmarks:
        items = b.get("items_per_second")
        octets = b.get("bytes_per_second")
        rows.append([f"`{b['name']}`", f"{items:,.0f}" if items else "",
                     f"{octets / 1e6:,.0f}" if octets else ""])
    return table(["benchmark", "items a second", "million octets a second"], rows)


def processor():
    found = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{found.group(1) if found else platform.machine()}, {os.cpu_count()} processors"


def versions():
    tshark = run([STAGE / "with", "--version"]).stdout.splitlines()[0]
    cache = (BUILD / "CMakeCache.txt").read_text()
    compiler = run([re.search(r"CMAKE_CXX_COMPILER:\w+=(.+)", cache).group(1), "--version"]).stdout
    return [platform.system() + " " + platform.release(), tshark, compiler.splitlines()[0],
            run(["valgrind", "--version"]).stdout.strip()]


def page():
    costs = measure_instructions()
    frames, pairs = measure_time()
    growth, engine = measure_growth(), measure_engine()
    explain, listing = (statistics.median(column) for column in zip(*pairs))
    return f"""# What the plugin costs

Written by `sh tests/bench/run.sh` on {datetime.date.today():%Y-%m-%d}; run it to have this page for
your machine. {processor()}; {"; ".join(versions())}.

{table_of_bars(costs, pairs, growth)}
## Instructions for each frame

`tshark {" ".join(EVERY_FRAME)}`, which dissects every frame and builds its tree. Counted by
cachegrind on two sizes of one capture; their difference, so that tshark's start falls out. All
with the plugins that Wireshark brings. The captures are crafted (`tests/bench/traffic.py`).

{table_of_variants(costs)}
{table_of_kinds(costs)}
The floor is a post-dissector that does nothing (`tests/bench/empty_postdissector.cpp`). The Lua
script is one of our rules, asked in Lua (`tests/bench/resets.lua`).

## Time

A capture of {frames:,} frames: all resets explained by `{" ".join(EXPLAIN)}` with the plugin in
{explain:.2f} s, listed by `{" ".join(LIST)}` without it in {listing:.2f} s (medians of {len(pairs)}
runs in turns; the ratio of each pair: {", ".join(f"{e / l:.2f}" for e, l in pairs)}).

## Memory and growth

The engine alone, every allocation counted as the allocator grants it, its fixed tables included.

{table(growth[0], growth[1:])}
What is there once, whatever comes: seats for 4,096 connections at work, 512 verdicts, 1,024 hosts
and as many ports, the latest 16,384 segments, 65,536 verdicts that wait for news. The rest grows
with the capture:

{table_of_slopes(growth)}
A connection of which nothing comes any more is packed away whole, with all that was seen of it,
and so is a verdict; both come back when somebody asks. Nothing is dropped but this: of more than
65,536 verdicts that later news of a port or a host might change, the oldest stay as they are.

## The engine's parts

GoogleBenchmark; `scan_...` reads the same memory and does nothing with it, the physical limit.

{table_of_engine(engine)}"""


def main():
    written = page()
    print(written)
    if not QUICK:
        (TOP / "plugin/docs/performance.md").write_text(written)


if __name__ == "__main__":
    main()
