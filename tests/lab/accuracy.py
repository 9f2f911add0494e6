#!/usr/bin/env python3
"""Write the accuracy page from captures whose truth is known.

    accuracy.py LAB --judge judge_pcap [--set TITLE=DIR]... [--transformed DIR]
                [--seen TITLE=SOURCE]... [--held TITLE=SOURCE]... [--out FILE.md]

LAB and each DIR hold captures with their truth, as run.py --out makes them; --transformed is the
folder that transform.py makes, one folder for each transformation in it; --seen and --held are
calibration.py's. Standard library only.
Takes a minute or two: each scenario of LAB is left out once, to be judged by weights learned from
the others. Without --out the page goes to standard output.
"""

import argparse
import pathlib
import sys

import calibration
from figures import heldout, page, refit
from figures.calibration import group_of
from figures.observed import observe
from transforms import REGISTRY

#: How hard learning is pulled to where it starts: the inverse variance that one grants a weight.
NEAR, NEARER, FROM_NOTHING = 0.3, 1.0, 0.1
MOST_MOVES = 12
#: Read by the engine alone without an error, but not as what they are.
NEEDS_TSHARK = {"ip_fragments"}


def _moves(catalogue, weighings, learned):
    """The weights that learning moves most."""
    speaks = [set() for _ in learned]
    for weighing in weighings:
        for _, indices in weighing.rows:
            for i in indices:
                speaks[i].add(group_of(weighing.scenario))
    moved = [(*key, len(heard), was, now) for key, heard, was, now
             in zip(catalogue.keys, speaks, catalogue.shipped, learned)]
    return sorted(moved, key=lambda one: (-abs(one[-1] - one[-2]), one[:3]))[:MOST_MOVES]


def left_out(cases, jobs):
    """The sections about weights."""
    cases = [case for case in cases if case.verdict is not None]
    catalogue = refit.Catalogue()
    weighings = [catalogue.weighing(case) for case in cases]
    shipped = heldout.judged_by(cases, weighings, catalogue.shipped)
    tried, moves = [], []
    for title, home, pull in (
            ("learned near the shipped ones", catalogue.shipped, NEARER),
            ("the same, held less", catalogue.shipped, NEAR),
            ("learned from nothing", [0.0] * len(catalogue.shipped), FROM_NOTHING)):
        near = home is catalogue.shipped
        outcome, learned = heldout.left_out(cases, weighings, home, pull, jobs)
        tried.append((title, outcome, heldout.compare(cases, shipped, outcome), near))
        moves = moves or _moves(catalogue, weighings, learned)
    groups = len(heldout.by_scenario(cases, shipped.right))
    return (page.left_out(groups, shipped, tried, moves)
            + page.mending(heldout.mend(cases, weighings, catalogue.shipped)))


def transformed(folder, judge):
    """The section about transformed copies."""
    rows, unread = [], []
    for name, transformation in REGISTRY.items():
        if not (folder / name).is_dir():
            continue
        cases, too_many = observe(folder / name, judge)
        if name not in NEEDS_TSHARK and any(case.verdict for case in cases):
            rows.append((name, transformation.keeps_evidence, cases, too_many))
        else:
            unread.append(name)
    return page.transformed(rows, unread)


def _set(text):
    title, equals, folder = text.partition("=")
    if not equals or not title:
        raise argparse.ArgumentTypeError("TITLE=DIR is wanted")
    return title, pathlib.Path(folder)


def write(options):
    """The page's text."""
    lab, too_many = observe(options.lab, options.judge, with_clues=True)
    if not lab:
        sys.exit("no captures with truth there")
    sets = [("the lab", lab, too_many)]
    sets += [(title, *observe(folder, options.judge)) for title, folder in options.set]
    text = page.HEAD + page.overview(sets)
    text += left_out(lab, options.jobs)
    if options.transformed:
        text += transformed(options.transformed, options.judge)
    if options.sources:
        text += calibration.section([(source, calibration.cases_of(source, options.judge))
                                     for source in options.sources])
    return text + "".join(page.one_set(title, cases) for title, cases, _ in sets)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lab", metavar="LAB", type=pathlib.Path)
    parser.add_argument("--judge", required=True, help="the program judge_pcap")
    parser.add_argument("--set", metavar="TITLE=DIR", type=_set, action="append", default=[],
                        help="another run of the lab")
    parser.add_argument("--transformed", metavar="DIR", type=pathlib.Path)
    calibration.add_options(parser)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    text = write(options)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
