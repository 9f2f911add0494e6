#!/usr/bin/env python3
"""Make captures of TCP resets whose causes are known.

    run.py --list                   what there is
    run.py [NAME...]                play these scenarios (all without a name)
    run.py --out DIR [NAME...]      and keep the captures in DIR/NAME/POINT.pcap
    run.py --latency MS ...         with that much delay in the router, each way
    run.py --plain ...              with hosts that have no TCP timestamps, window scaling and SACK
    run.py --samples                renew sample-pcaps/, their README and their truth

Each capture DIR/NAME/POINT.pcap has its truth beside it, POINT.truth.jsonl: one JSON object a
reset. A scenario fails when a reset has no truth or when the kernel's tracepoint contradicts.
Needs root. Exit code 0: all made; 1: some failed; 77: no namespaces or no tracefs here.
"""

import argparse
import concurrent.futures
import importlib
import json
import os
import pathlib
import platform
import shutil
import signal
import sys
import tempfile
import time
import traceback

from rstlab import samples, topology, witness
from rstlab.lab import Lab
from rstlab.scenario import SCENARIOS, NotHere
from rstlab.topology import NoNamespaces
from rstlab.truth import FOLLOW_UPS
from rstlab.witness import NoWitness

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77


def load_scenarios():
    """Import every module of scenarios/; importing registers."""
    for module in sorted((HERE / "scenarios").glob("[a-z]*.py")):
        importlib.import_module(f"scenarios.{module.stem}")


def play(name, out, latency, plain=False):
    """Play one scenario; returns (name, seconds, truth by point, error text, why skipped)."""
    story = SCENARIOS[name]
    directory = out / name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    started = time.monotonic()
    truth, error = None, None
    try:
        with Lab(story, directory, latency, plain) as lab:
            truth = lab.finish(story.play(lab))
        (directory / "scenario.json").write_text(json.dumps({
            "name": name, "family": story.family, "story": story.story,
            "tokens": list(story.tokens), "points": list(story.points),
            "program": story.program, "offloads": story.offloads, "latency": latency,
            "plain": plain,
            "kernel": platform.release().split("-")[0]}, indent=1) + "\n", encoding="utf-8")
        promised = set(story.tokens)
        found = {record["token"] for records in truth.values() for record in records}
        if latency:
            found -= FOLLOW_UPS - promised
        if not promised <= found <= promised | set(story.may):
            error = f"tokens promised {sorted(promised)}, found {sorted(found)}"
    except (NoNamespaces, NoWitness):
        raise
    except NotHere as reason:
        shutil.rmtree(directory)
        return name, time.monotonic() - started, None, None, str(reason)
    except Exception:  # pylint: disable=broad-except
        error = traceback.format_exc()
    return name, time.monotonic() - started, truth, error, None


def report(name, seconds, truth, error, skipped):
    """One line for a scenario, and the reason when it failed or was skipped."""
    if skipped:
        print(f"skip {name}: {skipped}", flush=True)
        return
    counts = ", ".join(f"{point} {len(records)}" for point, records in (truth or {}).items())
    print(f"{'FAIL' if error else 'ok  '} {name} ({seconds:.1f} s; resets: {counts})", flush=True)
    if error:
        print("     " + error.strip().replace("\n", "\n     "), flush=True)


def play_all(names, out, jobs, latency=0, plain=False):
    """Play the scenarios, some at a time; returns whether all were made."""
    failed, skipped = [], 0
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        try:
            games = [pool.submit(play, name, out, latency, plain) for name in names]
            for done in concurrent.futures.as_completed(games):
                result = done.result()
                report(*result)
                skipped += result[4] is not None
                if result[3] is not None:
                    failed.append(result[0])
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    print(f"{len(names) - len(failed) - skipped} of {len(names)} made"
          + (f"; {skipped} skipped" if skipped else "")
          + (f"; failed: {' '.join(sorted(failed))}" if failed else ""))
    return not failed


def list_scenarios():
    for story in sorted(SCENARIOS.values(), key=lambda s: (s.family, s.name)):
        tokens = ", ".join(story.tokens) or "no reset"
        print(f"{story.family:12} {story.name:44} [{tokens}]\n{'':13}{story.story}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help="scenarios; all when none is given")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--out", type=pathlib.Path, help="keep the captures in this folder")
    parser.add_argument("--samples", action="store_true", help="renew sample-pcaps/")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--latency", type=float, default=0, metavar="MS",
                        help="delay in the router, each way")
    parser.add_argument("--plain", action="store_true",
                        help="no TCP timestamps, window scaling and SACK")
    options = parser.parse_args()

    load_scenarios()
    if options.list:
        list_scenarios()
        return 0
    unknown = [name for name in options.names if name not in SCENARIOS]
    if unknown:
        parser.error(f"no such scenario: {', '.join(unknown)}")
    if os.geteuid() != 0:
        print("skipped: the lab needs root, for network namespaces and tracefs", file=sys.stderr)
        return SKIPPED
    topology.remove_leftovers()
    witness.remove_leftovers()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="rstlab-out-") as scratch:
        out = (options.out or pathlib.Path(scratch)).resolve()
        try:
            if options.samples:
                return make_samples(out, options.jobs)
            good = play_all(options.names or playable(options.plain), out, options.jobs,
                            options.latency / 1000, options.plain)
        except (NoNamespaces, NoWitness) as reason:
            print(f"skipped: {reason}", file=sys.stderr)
            return SKIPPED
    return 0 if good else 1


def playable(plain):
    """All scenarios that can be told with these hosts."""
    return sorted(name for name, story in SCENARIOS.items() if not (plain and story.timestamps))


def make_samples(out, jobs):
    """Play the scenarios that are samples and renew sample-pcaps/."""
    names = sorted(name for name, story in SCENARIOS.items() if story.sample)
    if not play_all(names, out, jobs):
        return 1
    samples.renew(out, [SCENARIOS[name] for name in names])
    return 0


if __name__ == "__main__":
    sys.exit(main())
