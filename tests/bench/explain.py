# SPDX-License-Identifier: GPL-2.0-or-later
"""What rstcause-explain takes beside tshark: a part of measure.py, and its section of the page."""

import os
import pathlib
import shutil
import statistics
import subprocess

LISTED = ["-Y", "tcp.flags.reset==1", "-T", "fields", "-e", "frame.number"]
EXPLAINED = ["-q", "-z", "rstcause,json"]
BAR_JSON, BAR_LIST, BAR_MEMORY, BAR_FOLDER = 12, 20, 8, 50


def used(command, **options):
    """(seconds of processor, octets of memory at most) of a command."""
    with open(os.devnull, "w") as nowhere:
        child = subprocess.Popen(["nice", "-n", "5", *map(str, command)], stdout=nowhere,
                                 stderr=subprocess.DEVNULL, **options)
        _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"Failed: {command}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def one_capture(path, frames, runs, stage, explain):
    """Each way in turns: {name: [(seconds, octets)]}."""
    lean = {**os.environ, "WIRESHARK_CONFIG_DIR": str(stage / "profiles/TCP resets lean")}
    ways = {
        "rstcause-explain": ([explain, path], None),
        "tshark -z rstcause,json": ([stage / "with", "-r", path, *EXPLAINED], None),
        "the same with the lean profile": ([stage / "with", "-r", path, *EXPLAINED], lean),
        "tshark, listing resets by a filter": ([stage / "without", "-r", path, *LISTED], None),
        "wiretap alone (capinfos -c)": (["capinfos", "-c", path], None),
        "the octets alone (cat)": (["cat", path], None),
    }
    taken = {name: [] for name in ways}
    for _ in range(runs):
        for name, (command, environment) in ways.items():
            taken[name].append(used(command, env=environment))
    return {"frames": frames, "octets": path.stat().st_size, "taken": taken}


def folder(stage, explain, samples, copies, tshark_copies):
    """Seconds of processor a capture, by each way of explaining a folder of them."""
    place = stage / "many"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    names = sorted(samples.glob("*.pcap"))
    for number in range(copies):
        shutil.copyfile(names[number % len(names)], place / f"{number:05}.pcap")
    few = stage / "few"
    shutil.rmtree(few, ignore_errors=True)
    few.mkdir()
    for path in sorted(place.iterdir())[:tshark_copies]:
        shutil.copyfile(path, few / path.name)
    subprocess.run(["chmod", "-R", "a+rX", place, few], check=True)

    def batch(captures, program):
        out = stage / "many.out"
        shutil.rmtree(out, ignore_errors=True)
        environment = {**os.environ, "RSTCAUSE_TSHARK": str(stage / "with"), "RSTCAUSE_EXPLAIN": program}
        return used(["sh", stage / "batch/rstcause-batch", "-j", 2, "-o", out, captures], env=environment)[0]

    by_xargs = f"find '{place}' -type f -print0 | xargs -0 -P 2 -n 50 '{explain}' --exact >/dev/null"
    return {"captures": copies,
            "rstcause-batch by tshark": batch(few, "") / tshark_copies,
            "rstcause-batch": batch(place, str(explain)) / copies,
            "xargs -P 2 -n 50 rstcause-explain --exact": used(["sh", "-c", by_xargs])[0] / copies}


def measure(capture, wishes, stage, build, top):
    explain = build / "rstcause-explain"
    path, frames = capture("short", 5000 if wishes.quick else 34000)
    large = one_capture(path, frames, 3 if wishes.quick else 5, stage, explain)
    return {"large": large, "folder": folder(stage, explain, pathlib.Path(top) / "sample-pcaps",
                                             100 if wishes.quick else 1000, 20 if wishes.quick else 100)}


def ratio(taken, other, index=0):
    """The median of the ratios of neighbours: how many times more the other takes."""
    return statistics.median(b[index] / a[index] for a, b in zip(taken["rstcause-explain"], taken[other]))


def section(figures, table):
    large, many = figures["large"], figures["folder"]
    taken = large["taken"]
    rows = [[name, f"{statistics.median(s for s, _ in runs):.2f} s",
             f"{statistics.median(o for _, o in runs) / 2**20:.0f} MB",
             "" if name == "rstcause-explain" else f"{ratio(taken, name):.2f}"] for name, runs in taken.items()]
    json, listed = "tshark -z rstcause,json", "tshark, listing resets by a filter"
    bars = [["as JSON, processor", f"1/{ratio(taken, json):.1f}", f"1/{BAR_JSON}"],
            ["as JSON with the lean profile, processor", f"1/{ratio(taken, 'the same with the lean profile'):.1f}", ""],
            ["listing by a filter, processor", f"1/{ratio(taken, listed):.1f}", f"1/{BAR_LIST}"],
            ["as JSON, memory", f"1/{ratio(taken, json, 1):.1f}", f"1/{BAR_MEMORY}"]]
    before = many["rstcause-batch by tshark"]
    ways = [[name, f"{1000 * many[name]:.1f} ms", f"1/{before / many[name]:.1f}"]
            for name in many if name != "captures"]
    return f"""`rstcause-explain` on a capture of {large["frames"]:,} frames ({large["octets"] / 2**20:.0f} MB) of short
connections, of which one in three is reset; medians of {len(taken[json])} runs in turns, and how many times
more of the processor each other takes.

{table(["", "processor", "memory", "times"], rows)}
{table(["against tshark", "measured", "bar"], bars)}
A folder of {many["captures"]:,} small captures: processor time a capture (bar: 1/{BAR_FOLDER} of rstcause-batch by tshark).

{table(["", "a capture", "against tshark"], ways)}"""
