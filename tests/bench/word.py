# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel's word costs: the same resets on a loopback, captured by dumpcap and by
rstcause-capture side by side.

    python3 tests/bench/word.py BUILD/rstcause-capture [--rate 10000] [--seconds 10]

As root, in a network namespace of its own. Prints for each program the packets that it got and lost,
its processor time and its largest memory, and how many resets got the kernel's word.
"""

import argparse
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "capture" / "real"))
from stage import Stage, packets_of  # noqa: E402


def resets(rate, seconds):
    """Connections refused, as many a second as asked for, or as many as this machine can. Returns how many."""
    wanted, began, done = rate * seconds, time.monotonic(), 0
    there = ("127.0.0.1", 9)
    while done < wanted and time.monotonic() - began < 3 * seconds:
        ahead = done / rate - (time.monotonic() - began)
        if ahead > 0.002:
            time.sleep(ahead)
        with socket.socket() as one:
            one.connect_ex(there)
        done += 1
    return done, time.monotonic() - began


def usage_of(pid):
    """Processor seconds and peak memory in MiB of a process and its children."""
    tick, total, peak = os.sysconf("SC_CLK_TCK"), 0, 0
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in [str(pid), *children]:
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / tick
        peak = max(peak, int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{one}/status").read_text())[1]))
    return total, peak / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("--rate", type=int, default=10000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--writers", type=int, default=1, help="processes that make resets")
    asked = parser.parse_args()
    sys.argv[1:] = [asked.program]
    with Stage() as stage:
        theirs, ours = stage.file("dumpcap.pcapng"), stage.file("rstcause.pcapng")
        os.chmod(stage.folder.name, 0o777)
        dumpcap = subprocess.Popen(["dumpcap", "-q", "-i", "lo", "-w", theirs], stderr=subprocess.PIPE, text=True)
        while "File:" not in dumpcap.stderr.readline():
            pass
        capture = stage.start("-i", "lo", "-w", ours)
        time.sleep(0.5)
        children = []
        for _ in range(asked.writers - 1):
            child = os.fork()
            if child == 0:
                resets(asked.rate // asked.writers, asked.seconds)
                os._exit(0)
            children.append(child)
        done, took = resets(asked.rate // asked.writers, asked.seconds)
        for child in children:
            os.waitpid(child, 0)
        time.sleep(1)
        used = {"dumpcap": usage_of(dumpcap.pid), "rstcause-capture": usage_of(capture.pid)}
        for one in (dumpcap, capture):
            one.terminate()
        lost = {"dumpcap": dumpcap.communicate()[1].strip().splitlines()[-1], "rstcause-capture": capture.communicate()[1].strip()}
        print(f"{asked.writers * done} resets in {took:.1f} s: {asked.writers * done / took:.0f} a second")
        for name, file in (("dumpcap", theirs), ("rstcause-capture", ours)):
            found = packets_of(file)
            words = sum(1 for one in found if one[2] and one[3])
            print(f"{name}: {len(found)} packets, {sum(one[2] for one in found)} resets, {words} with the word; "
                  f"{used[name][0]:.2f} s of processor, {used[name][1]:.1f} MiB\n    {lost[name]}")


if __name__ == "__main__":
    main()
