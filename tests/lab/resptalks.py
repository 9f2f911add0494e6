#!/usr/bin/env python3
"""Let real Redis clients talk to a real redis-server, and hold every RESP label against their logs.

    resptalks.py --list
    resptalks.py --plugin rstcause.so [NAME...]     play them (all without a name) and score
    resptalks.py --plugin rstcause.so --short       the quick ones: the test lab.resp
    resptalks.py --out DIR [NAME...]                keep the captures; respscore.py scores them

Exit code 0: no label is wrong and none is absent; 1: one is; 77: there is no lab to be had here.
"""

import argparse
import concurrent.futures
import importlib
import os
import pathlib
import shutil
import sys
import tempfile
import traceback

import respscore
import score
from rstlab import topology, witness
from rstlab.lab import Lab
from rstlab.topology import NoNamespaces
from rstlab.witness import NoWitness
from talks import TALKS

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
_TOOLS = ("ip", "tcpdump", "nft", "ethtool", "iptables-legacy", "redis-server", "redis-cli",
          score.TSHARK)


def load_talks():
    """Import every module of talks/; importing registers."""
    for module in sorted((HERE / "talks").glob("[a-z]*.py")):
        importlib.import_module(f"talks.{module.stem}")


def missing():
    """Why there is no lab here, or nothing."""
    if os.geteuid() != 0:
        return "needs root, for network namespaces"
    absent = [tool for tool in _TOOLS if shutil.which(tool) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


def play(name, out):
    """Play one; returns (name, what went wrong)."""
    directory = out / ("lenient" if TALKS[name].lenient else "strict") / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    try:
        with Lab(TALKS[name], directory) as lab:
            TALKS[name].play(lab)
            lab.finish([])
    except (NoNamespaces, NoWitness):
        raise
    except Exception as reason:  # pylint: disable=broad-except
        if (needs := TALKS[name].needs) and needs in str(reason):
            shutil.rmtree(directory)
            return name, f"left out: {needs}"
        return name, traceback.format_exc()
    return name, None


def play_all(names, out, jobs):
    """Play them, some at a time; returns whether all were made."""
    good = True
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        for name, error in pool.map(play, names, [out] * len(names)):
            print(f"{'ok  ' if error is None else 'FAIL'} {name}", flush=True)
            if error:
                print(error)
                good = good and error.startswith("left out")
    return good


def score_all(out, plugin):
    """Score strict talks and lenient ones; whether they are good."""
    good = True
    with tempfile.TemporaryDirectory(prefix="rstlab-resp-") as scratch:
        environment = score.stage(plugin, pathlib.Path(scratch))
        for kind in ("strict", "lenient"):
            if not (out / kind).is_dir():
                continue
            lenient = kind == "lenient"
            captures, results = respscore.score_folder(out / kind, environment, lenient)
            good = respscore.report(captures, results, lenient, True) and good
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="list them")
    parser.add_argument("--short", action="store_true", help="only the quick ones")
    parser.add_argument("--plugin", type=pathlib.Path, help="rstcause.so, to score")
    parser.add_argument("--out", type=pathlib.Path, help="keep the captures in this folder")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    options = parser.parse_args()
    load_talks()
    if options.list:
        for talk in TALKS.values():
            print(f"{talk.name:24} {talk.story}")
        return 0
    if reason := missing():
        print(f"skipped: {reason}")
        return SKIPPED
    topology.remove_leftovers()
    witness.remove_leftovers()
    names = options.names or [name for name, talk in TALKS.items() if talk.short or not options.short]
    with tempfile.TemporaryDirectory(prefix="rstlab-resp-") as scratch:
        out = (options.out or pathlib.Path(scratch)).resolve()
        try:
            made = play_all(names, out, options.jobs)
        except (NoNamespaces, NoWitness) as reason:
            print(f"skipped: {reason}")
            return SKIPPED
        good = score_all(out, options.plugin) if options.plugin else True
    return 0 if made and good else 1


if __name__ == "__main__":
    sys.exit(main())
