#!/usr/bin/env python3
"""Does rstcause-compare know from the captures of both ends who truly sent each RST?

    both_ends.py --plugin rstcause.so           play the stories below and compare: lab.both-ends
    both_ends.py --plugin rstcause.so FOLDER    compare what run.py --out left there

Right is "between" for what a device in the path sent, "sender" or "lost" for what an end sent, and
where a doubt stands beside it, or it says "unknown", it counts as said with a doubt. What is said
without any must be true. Exit code 0: it is; 1: it is not; 77: there is no lab to be had here.
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

import score
import short

COMMAND = pathlib.Path(__file__).resolve().parents[2] / "plugin/batch/rstcause-compare"
#: Devices that answer in an end's name, and beside each the nearest story in which that end does.
STORIES = (
    "firewall-reset-request", "firewall-reset-both-sides", "firewall-reset-mid-stream",
    "firewall-reject", "port-closed", "idle-timeout-firewall", "connection-unknown",
    "injected-client-goes-on", "injected-copies-ttl", "linger0-idle", "close-unread-data",
    "nat-through", "nat-state-lost-server-speaks", "firewall-reset-on-host",
)


def stage_command(plugin, scratch):
    """A tshark with the plugin, as a command, for rstcause-compare's environment."""
    environment = score.stage(plugin, scratch)
    as_nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups" if os.geteuid() == 0 else ""
    settings = " ".join(f"{name}='{value}'" for name, value in environment.items())
    command = scratch / "tshark"
    command.write_text(f"#!/bin/sh\nexec {as_nobody} env {settings} {score.TSHARK} \"$@\"\n")
    command.chmod(0o755)
    return {**os.environ, "RSTCAUSE_TSHARK": str(command)}


def compare(story, environment):
    """What the command says of the story's two captures."""
    done = subprocess.run(["sh", COMMAND, "--json", story / "client.pcap", story / "server.pcap"],
                          capture_output=True, text=True, env=environment, check=False)
    if done.returncode or done.stderr:
        raise RuntimeError(f"{story.name}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def true_senders(story):
    """{(point, frame): who sent it}; a host's own packet filter is that host. A proxy is an end and a
    device at once: None, and nothing that is said of it is wrong."""
    senders = {}
    for point in ("client", "server"):
        for truth in score.truth_of(story / f"{point}.pcap"):
            proxy = truth["token"] == "proxy_upstream_refused"
            senders[point, truth["frame"]] = None if proxy else truth["origin"]
    return senders


def frames_of(said):
    """Where the captures have it: (point, frame)."""
    return [(point, said[place]["frame"]) for point, place in (("client", "first"), ("server", "second"))
            if said[place]]


def is_true(said, senders):
    names = {senders[frame] for frame in frames_of(said)}
    from_between = "middlebox" in names
    return None in names or (said["origin"] == "between") == from_between


def score_folder(folder, environment, jobs):
    """Counts by (origin said, sure, right); prints what is wrong."""
    stories = sorted(path.parent for path in folder.rglob("client.truth.jsonl")
                     if (path.parent / "server.truth.jsonl").exists())
    counts = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for story, told in zip(stories, pool.map(lambda story: compare(story, environment), stories)):
            senders = true_senders(story)
            if sorted(frame for said in told for frame in frames_of(said)) != sorted(senders):
                print(f"WRONG {story.name}: not every RST is told once")
                counts["missing", True, False] += 1
            for said in told:
                right = is_true(said, senders)
                counts[said["origin"], said["sure"], right] += 1
                if not right and said["sure"]:
                    print(f"WRONG {story.name}: {said['says']}")
    return counts


def report(counts):
    """Whether all that was said without a doubt is true, and something was."""
    for (origin, sure, right), count in sorted(counts.items()):
        print(f"{origin:8} {'sure' if sure else 'with a doubt':13} {'right' if right else 'wrong or not told':18} {count:5}")
    surely = [(right, count) for (_, sure, right), count in counts.items() if sure]
    return any(right for right, _ in surely) and all(right for right, _ in surely)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=pathlib.Path, help="captures of run.py --out")
    parser.add_argument("--plugin", type=pathlib.Path, required=True, help="rstcause.so")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    if not shutil.which("sqlite3"):
        print("skipped: not installed: sqlite3")
        return short.SKIPPED
    with tempfile.TemporaryDirectory(prefix="rstlab-ends-") as scratch:
        folder = options.folder
        if not folder:
            if reason := short.missing():
                print(f"skipped: {reason}")
                return short.SKIPPED
            folder = pathlib.Path(scratch) / "lab"
            code, said = short.play(STORIES, folder, options.jobs)
            print(said)
            if code:
                return code
        stage = pathlib.Path(scratch) / "stage"
        stage.mkdir()
        pathlib.Path(scratch).chmod(0o755)
        return 0 if report(score_folder(folder, stage_command(options.plugin, stage), options.jobs)) else 1


if __name__ == "__main__":
    sys.exit(main())
