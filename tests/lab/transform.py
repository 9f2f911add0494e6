#!/usr/bin/env python3
"""Make transformed copies of captures whose truth is known, with their truth.

    transform.py IN OUT                    every transformation
    transform.py IN OUT vlan doubled ...   only these
    transform.py --list
    transform.py IN OUT --compare --judge judge_pcap [TRANSFORM...]
    transform.py IN OUT --compare --plugin rstcause.so --share 0.33 [TRANSFORM...]

The last two forms make nothing: they say what the engine or the plugin thinks of the copies that
are there, and where that is not what it thinks of the captures that they were made from.

IN holds captures NAME.pcap with NAME.truth.jsonl beside them, at any depth, as run.py --out makes
them. OUT/TRANSFORMATION/ gets the same tree, ready for score.py. TRANSFORMS.md says what each
transformation does, and what a capture that lost evidence may be taken for.
"""

import argparse
import pathlib
import tempfile

import score
from transforms import MERGES, REGISTRY, compare, files, truth


def transform_one(path, name, transformation, target):
    """One capture through one transformation."""
    before = files.read(path, str(name))
    after = transformation.change(before)
    records = truth.read(path.with_suffix(".truth.jsonl"))
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(after, target)
    truth.write(target.with_suffix(".truth.jsonl"),
                truth.transformed(records, before, after, transformation.keeps_evidence))


def merge_all(source, out, transformation):
    """Each scenario that was captured at both ends becomes one capture."""
    for here in sorted(source.rglob("client.pcap")):
        there = here.with_name("server.pcap")
        if not there.exists() or not here.with_suffix(".truth.jsonl").exists():
            continue
        name = here.parent.relative_to(source)
        capture, records = transformation.change(
            files.read(here, str(name)), files.read(there, str(name)),
            *(truth.read(path.with_suffix(".truth.jsonl")) for path in (here, there)))
        target = out / name / "merged.pcap"
        target.parent.mkdir(parents=True, exist_ok=True)
        files.write(capture, target)
        truth.write(target.with_suffix(".truth.jsonl"), truth.follow(records, capture))


def transform_all(source, out, names):
    """Every capture with truth through each of the transformations; returns how many captures."""
    captures = score.captures_in(source)
    for name in names:
        if name in MERGES:
            merge_all(source, out / name, MERGES[name])
            continue
        for capture in captures:
            place = capture.relative_to(source)
            transform_one(capture, place, REGISTRY[name], out / name / place)
    return len(captures)


def compare_all(options, names):
    """Compare each transformation's captures with those that they were made from."""
    known, results = {}, []
    with tempfile.TemporaryDirectory(prefix="rstcause-score-") as scratch:
        environment = score.stage(options.plugin, pathlib.Path(scratch)) if options.plugin else None
        for name in names:
            results.append(compare.compare(
                options.source, options.out / name,
                lambda capture: score.verdicts_of(capture, environment) if environment
                else score.engine_verdicts_of(capture, options.judge), options.share, known=known))
            compare.show(results[-1])
    print(f"\n{'transformation':22} {'evidence':9} {'captures':>8} {'resets':>6} {'right':>7} {'changed':>8}")
    for result in results:
        kept = "kept" if REGISTRY[result.name].keeps_evidence else "lost"
        print(f"{result.name:22} {kept:9} {result.captures:8} {result.resets:6}"
              f" {result.percent:5.1f} % {len(result.lines):8}")


def show_list():
    for transformation in (*REGISTRY.values(), *MERGES.values()):
        kept = "keeps the evidence" if transformation.keeps_evidence else "loses evidence"
        print(f"{transformation.name:22} {kept:19} {transformation.story}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", metavar="IN", type=pathlib.Path, nargs="?")
    parser.add_argument("out", metavar="OUT", type=pathlib.Path, nargs="?")
    parser.add_argument("names", metavar="TRANSFORM", nargs="*")
    parser.add_argument("--list", action="store_true", help="show the transformations")
    parser.add_argument("--compare", action="store_true", help="judge the copies that are there")
    parser.add_argument("--judge", type=pathlib.Path, help="the program judge_pcap")
    parser.add_argument("--plugin", type=pathlib.Path, help="rstcause.so, to be run in tshark")
    parser.add_argument("--share", type=float, default=1.0, help="how many of the captures, 0 to 1")
    options = parser.parse_intermixed_args()
    unknown = sorted(set(options.names) - REGISTRY.keys() - MERGES.keys())
    if not options.list and options.out is None:
        parser.error("IN and OUT are needed")
    if unknown:
        parser.error(f"no such transformation: {', '.join(unknown)}")
    if options.compare and bool(options.judge) == bool(options.plugin):
        parser.error("--compare needs either --judge or --plugin")
    if options.compare and set(options.names) & MERGES.keys():
        parser.error("two captures became one: there is none to compare it with; use score.py")
    return options


def main():
    options = parse_arguments()
    names = options.names or list(REGISTRY) + ([] if options.compare else list(MERGES))
    if options.list:
        show_list()
    elif options.compare:
        compare_all(options, names)
    else:
        count = transform_all(options.source, options.out, names)
        print(f"{count} captures, {len(names)} transformations")


if __name__ == "__main__":
    main()
