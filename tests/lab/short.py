#!/usr/bin/env python3
"""A short form of the lab, for every build: play some stories, judge them, compare.

    short.py --judge judge_pcap [--jobs N]

Every scenario of STORIES must play, with the kernel as witness, and every verdict on its captures
must be right in score.py's sense. Exit code 0: so it is; 1: it is not; 77: there is no lab to be
had here, and the reason is printed. The whole lab: run.py --out DIR, then score.py DIR.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import score

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
TOOLS = ("ip", "ss", "tcpdump", "nft", "ethtool", "iptables-legacy", "conntrack")
#: Of each family at least one whose verdict stands on a proof or on a clear sign.
STORIES = (
    "linger0-idle", "linger0-disconnect", "close-unread-data", "unread-full-receive-buffer",
    "listener-closed", "admin-abort-full-buffer", "linger2", "keepalive-gives-up",
    "connection-unknown", "port-closed", "bad-handshake-ack", "synack-unacceptable",
    "half-open-recovery-ipv6", "connect-cancelled", "data-after-close",
    "late-segment-after-both-fins", "accept-then-abort", "connect-probe", "nat-through",
    "idle-timeout-both-sides", "injected-in-window-not-exact", "mptcp-fastclose",
    "declared-f5-idle", "windows-abort", "partial-linger0", "mixed-traffic",
    "loopback-port-closed", "silent-out-of-order-only", "silent-user-timeout",
)


def missing():
    """Why there is no lab here, or nothing."""
    if os.geteuid() != 0:
        return "needs root, for network namespaces and tracefs"
    absent = [tool for tool in TOOLS if shutil.which(tool) is None]
    if absent:
        return f"not installed: {', '.join(absent)}"
    if not pathlib.Path("/proc/sys/net/mptcp").is_dir():
        return "this kernel has no Multipath TCP"
    return ""


def play(names, folder, jobs):
    """Play scenarios; returns run.py's exit code and what it said."""
    done = subprocess.run([sys.executable, HERE / "run.py", "--out", folder, "-j", str(jobs), *names],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def failed(said):
    return [line.split()[1] for line in said.splitlines() if line.startswith("FAIL ")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--judge", required=True, help="the program judge_pcap")
    parser.add_argument("--jobs", type=int, default=4)
    options = parser.parse_args()
    reason = missing()
    if reason:
        print(f"skipped: {reason}")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="rstlab-short-") as scratch:
        folder = pathlib.Path(scratch)
        code, said = play(STORIES, folder, options.jobs)
        print(said)
        if code == 1:
            # A busy machine can spoil a story's timing once; a contradiction comes back.
            print("once more, one at a time:", *failed(said))
            code, said = play(failed(said), folder, 1)
            print(said)
        if code:
            return code
        result = score.score(folder, None, options.judge)
        share = result.report("wrong")
    return 0 if share == 100 and not result.claims_too_many else 1


if __name__ == "__main__":
    sys.exit(main())
