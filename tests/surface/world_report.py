# SPDX-License-Identifier: GPL-2.0-or-later
"""world_report.py OUT: sums up what world.sh left in OUT. Fails when something is wrong."""

import collections
import json
import pathlib
import sys

out = pathlib.Path(sys.argv[1])
names = dict(line.split("\t", 1) for line in (out / "names").read_text().splitlines())
wrong = []
reasons = collections.Counter()
unrevised = 0
unknown = collections.defaultdict(list)
verdicts = []


def text(path):
    return path.read_text(errors="replace") if path.exists() else ""


def compare(number, kind):
    """Did tshark end and complain as it does without the plugin?"""
    at = out / "runs" / f"{number}.{kind}"
    bare = out / "runs" / f"{number}.{kind}-without"
    status, complaint = text(at.with_name(at.name + ".status")), text(at.with_name(at.name + ".err"))
    if status.strip() == "0" and not complaint:
        return
    if status != text(bare.with_name(bare.name + ".status")):
        wrong.append(f"{names[number]} ({kind}): exit status {status.strip()}, "
                     f"{text(bare.with_name(bare.name + '.status')).strip()} without")
    more = set(complaint.splitlines()) - set(text(bare.with_name(bare.name + ".err")).splitlines())
    if more:
        wrong.append(f"{names[number]} ({kind}): on standard error: {sorted(more)[:3]}")


for number, name in names.items():
    compare(number, "json")
    compare(number, "two")
    last = 0
    one_pass = collections.defaultdict(list)
    for line in text(out / "runs" / f"{number}.json.out").splitlines():
        try:
            reset = json.loads(line)
        except ValueError as failure:
            wrong.append(f"{name}: no JSON ({failure}): {line[:120]}")
            continue
        if reset["frame"] < last:
            wrong.append(f"{name}: frame {reset['frame']} comes after {last}")
        last = reset["frame"]
        reset["file"] = name
        verdicts.append(reset)
        reasons[reset["reason"]] += 1
        if reset["reason"] == "unknown":
            unknown[name].append(reset["frame"])
        one_pass[reset["frame"]].append(reset["reason"])
    for line in text(out / "runs" / f"{number}.two.out").splitlines():
        columns = line.split("\t")
        if "issector bug" in line:
            wrong.append(f"{name}: {line[:200]}")
        said = columns[1].split(",") if len(columns) > 1 and columns[1] else []
        if columns[0].isdigit() and said != one_pass[int(columns[0])]:
            wrong.append(f"{name}: frame {columns[0]}: JSON says {one_pass[int(columns[0])]}, two passes {said}")

with open(out / "resets.json", "w") as file:
    for reset in verdicts:
        file.write(json.dumps(reset) + "\n")

print(f"{len(names)} captures, {len(verdicts)} resets in {len({v['file'] for v in verdicts})} of them")
print(f"\nWrong: {len(wrong)}")
for line in wrong:
    print("  " + line)
print("\nResets by cause (in how many captures):")
spread = collections.Counter(reason for reason, _ in {(v["reason"], v["file"]) for v in verdicts})
for reason, count in reasons.most_common():
    print(f"  {count:7} {reason} ({spread[reason]})")
print("\nUnknown:")
for name, frames in unknown.items():
    print(f"  {name}: {len(frames)}: {' '.join(map(str, frames[:12]))}")
sys.exit(1 if wrong else 0)
