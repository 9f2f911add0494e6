# SPDX-License-Identifier: GPL-2.0-or-later
"""plugin/docs/performance.md, made of what measure.py left and of the notes kept by hand."""

import os
import pathlib
import platform
import re
import statistics

HERE = pathlib.Path(__file__).parent
BAR_INSTRUCTIONS, BAR_TIME, BAR_OCTETS, BAR_FLOOD = 1.03, 0.48, 256, 1.1

WORDS = {
    "short": "short connections, every third ended by a RST", "transfer": "long transfers",
    "ping-pong": "pools of Redis connections: PING, PONG", "syn-flood": "SYN flood",
    "rst-flood": "RST flood, each from another address", "port-scan": "port scan, every port refused",
    "ipv6": "the short connections over IPv6", "gre": "the short connections in GRE",
    "no-tcp": "no TCP at all: DNS", "real": "real captures of many stacks",
}


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def judged(value, bar):
    return "met" if value <= bar else "**missed**"


def each_further(growth, kind):
    """Octets for each connection beyond the smallest number: without what is there once."""
    totals = [(int(row[1]), int(row[1]) * int(row[4])) for row in growth[1:] if row[0] == kind]
    (few, small), (many, large) = totals[0], totals[-1]
    return (large - small) / (many - few)


def medians(pairs):
    return [statistics.median(column) for column in zip(*pairs)]


def median_ratio(pairs):
    return statistics.median(left / right for left, right in pairs)


def table_of_bars(of):
    ratio = of["variants"]["rstcause"] / of["variants"]["plain tshark"]
    share, octets = median_ratio(of["time"]["worked"]), round(each_further(of["growth"], "short"))
    rows = [
        ["instructions for each frame, against plain tshark, on the short connections",
         f"{ratio:.3f}", BAR_INSTRUCTIONS, judged(ratio, BAR_INSTRUCTIONS)],
        ["time to explain every reset as JSON, against listing them by a filter",
         f"{share:.3f}", BAR_TIME, judged(share, BAR_TIME)],
        ["octets of our own for each further connection, verdicts included", octets, BAR_OCTETS,
         judged(octets, BAR_OCTETS)]]
    if "flood" in of:
        state = of["flood"]["octets"]["rstcause"] / of["flood"]["octets"]["plain tshark"]
        rows.append(["memory of tshark for each half-open connection, against plain tshark",
                     f"{state:.3f}", BAR_FLOOD, judged(state, BAR_FLOOD)])
    return table(["what", "measured", "bar", ""], rows)


def table_of_variants(costs):
    plain = costs["plain tshark"]
    return table(["variant", "instructions a frame", "against plain"],
                 [[name, f"{cost:,.0f}", f"{cost / plain:.3f}"] for name, cost in costs.items()])


def table_of_kinds(of):
    costs = {"short": of["variants"], **{kind: of[kind] for kind in WORDS if kind in of}}
    rows = []
    for kind, cost in costs.items():
        plain, ours = cost["plain tshark"], cost["rstcause"]
        rows.append([WORDS[kind], f"{plain:,.0f}", f"{ours:,.0f}", f"{ours / plain:.3f}"])
    return table(["traffic", "plain tshark", "rstcause", "against plain"], rows)


def table_of_slopes(growth):
    kinds = dict.fromkeys(row[0] for row in growth[1:])
    with_resets, without = each_further(growth, "short"), each_further(growth, "no resets")
    rows = [[kind, f"{each_further(growth, kind):.0f}"] for kind in kinds]
    rows.append(["each reset of the short connections, beside its connection",
                 f"{3 * (with_resets - without):.0f}"])
    return table(["kind", "octets for each further connection"], rows)


def table_of_engine(benchmarks):
    rows = []
    for b in benchmarks:
        items, octets = b.get("items_per_second"), b.get("bytes_per_second")
        rows.append([f"`{b['name']}`", f"{items:,.0f}" if items else "",
                     f"{octets / 1e6:,.0f}" if octets else ""])
    return table(["benchmark", "items a second", "million octets a second"], rows)


def machine():
    found = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    name = found.group(1) if found else platform.machine()
    return f"{name}, {os.cpu_count()} processors; {platform.system()} {platform.release()}"


def notes(section):
    """A section of notes.md, which is kept by hand: what figures alone do not tell."""
    text = (HERE / "notes.md").read_text()
    return re.search(rf"^## {section}\n\n(.*?)(?=^## |\Z)", text,
                     re.M | re.S).group(1).rstrip() + "\n"


def time_section(figures):
    explain, listing = medians(figures["pairs"])
    busy, listing_busy = medians(figures["worked"])
    return f"""A capture of {figures["frames"]:,} frames: all resets explained by
`-q -z rstcause,json` with the plugin in {busy:.2f} s of the processor, listed by
`-Y tcp.flags.reset==1 -T fields -e frame.number` without it in {listing_busy:.2f} s (medians of
{len(figures["worked"])} runs in turns; ratio of each pair:
{", ".join(f"{e / l:.2f}" for e, l in figures["worked"])}). By the clock on the wall, other programs
running beside: {explain:.2f} s and {listing:.2f} s (ratio of each pair:
{", ".join(f"{e / l:.2f}" for e, l in figures["pairs"])}).
"""


def flood_section(figures):
    plain, ours = figures["octets"]["plain tshark"], figures["octets"]["rstcause"]
    return f"""`tshark -q -z io,stat,0` over {figures["connections"]:,} half-open connections: the most
that it had in memory, beyond that of a tenth of them. Plain: {plain:,.0f} octets a connection; with
the plugin: {ours:,.0f}, {ours / plain:.3f} times as much.

The engine alone:

{table(figures["alone"][0], figures["alone"][1:])}"""


NEEDED = {"variants", "time", "growth", "engine"}


def write(results):
    """The page, of all the parts that were measured, NEEDED among them."""
    of = {part: told["figures"] for part, told in results.items()}
    days = sorted({told["day"] for told in results.values()})
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    versions = "; ".join(results["variants"]["versions"])
    unmeasured = [WORDS[kind] for kind in WORDS if kind != "short" and kind not in of]
    return f"""# What the plugin costs

Written by `sh tests/bench/run.sh` on {when}; run it to have this page for your machine.
{machine()}; {versions}.

{notes("These figures")}
{table_of_bars(of)}
## Instructions for each frame

`tshark -q -z io,stat,0`, which dissects every frame and builds its tree. Counted by
cachegrind; what a small capture takes is subtracted, so that tshark's start falls out. All
with the plugins that Wireshark brings. Wireshark seeds its hash tables anew at each start, by which
two countings of one thing differ by up to 0.5 %; for these they are always seeded alike
(`tests/bench/steady_seed.cpp`). Of plain tshark and rstcause on the short connections the median
of three is told.

{table_of_variants(of["variants"])}
{table_of_kinds(of)}
{"Not measured: " + "; ".join(unmeasured) + ". " if unmeasured else ""}The captures are crafted (`tests/bench/traffic.py`), but for the real ones (`--captures FOLDER`,
`tests/bench/multiply.py`). The empty post-dissector does nothing
(`tests/bench/empty_postdissector.cpp`). The Lua script is one of our rules, asked in Lua
(`tests/bench/resets.lua`).

### Where the rest goes

{notes("Where the rest goes")}
### What was weighed

{notes("What was weighed")}
## Time

{time_section(of["time"])}
## Without tshark

{explain.section(of["explain"], table) if "explain" in of else "Not measured."}
{notes("Without tshark")}
## Memory and growth

The engine alone, every allocation counted as the allocator grants it, its fixed tables included;
nanoseconds of the processor.

{table(of["growth"][0], of["growth"][1:])}
What is there once, whatever comes: seats for 4,096 connections at work, 2,048 verdicts, 1,024 hosts
and as many ports (eight times as many where they are too few), the latest 16,384 segments, 65,536
verdicts that wait for news. The rest grows
with the capture:

{table_of_slopes(of["growth"])}
A connection of which nothing comes any more is packed away whole, with all that was seen of it,
and so is a verdict; both come back when somebody asks. {notes("Packing")}
{table(of["at-work"][0], of["at-work"][1:]) if "at-work" in of else ""}
## Under attack

{flood_section(of["flood"]) if "flood" in of else "Not measured this time."}
{notes("Under attack")}
## The engine's parts

GoogleBenchmark; `scan_...` reads the same memory and does nothing with it, the physical limit.

{table_of_engine(of["engine"])}"""
