"""The accuracy page's text. Figures come in, Markdown goes out: no paths, no dates."""

import textwrap
from collections import Counter, defaultdict

import score
from figures.calibration import group_of, wilson

HEAD = """\
# Accuracy

Written by `tests/lab/accuracy.py`; do not edit. To write it anew, with captures of the lab
(`tests/lab/README.md`; it needs root, the page itself does not):

    python3 tests/lab/run.py -j 4 --out LAB
    python3 tests/lab/run.py -j 4 --latency 15 --out SLOW
    python3 tests/lab/run.py -j 4 --plain --out PLAIN
    python3 tests/lab/transform.py LAB COPIES
    python3 tests/lab/accuracy.py LAB --set "path of 15 ms=SLOW" --set "few TCP options=PLAIN" \\
        --transformed COPIES --judge judge_pcap --out plugin/docs/accuracy.md

The judge is the engine alone. Each reset of the captures has a record of what truly happened, from
the program that made it happen and from the kernel's tracepoint `tcp:tcp_send_reset`.

## What is counted

* **right**: the verdict names the true cause; or one that this capture shows just as well (named in
  the truth beforehand, by the rule in `tests/lab/README.md`), provided that the true cause is among
  its alternatives. `capture_incomplete` and `unknown` need no alternatives: they claim no cause.
* **to the letter**: the verdict names the true cause, and nothing else counts. Where two causes
  cannot be told apart, nobody can be right to the letter more often than their mixture allows.
* Resets of one scenario resemble each other. So intervals count scenarios, not resets: Wilson's
  interval of 95 % with as many trials as there are scenarios, a story and its IPv6 twin being one.
* The lab's mixture of causes is not the world's: it has each story once. Precision and calibration
  depend on the mixture; recall by cause does not.
* The rules were written with the lab's captures in view. The other sets tell the same stories over
  other paths and hosts, so they show whether a rule hangs on a delay or an option, not whether an
  unforeseen story is understood. For that see "Each scenario left out".
"""


def percent(share, digits=0):
    return f"{100 * share:.{digits}f} %"


def paragraph(text):
    return textwrap.fill(" ".join(text.split()), 100, break_long_words=False,
                         break_on_hyphens=False) + "\n"


def heading(title):
    return title[0].upper() + title[1:]


def table(head, rows):
    rule = "|---|" + "---:|" * (len(head) - 1)
    return "\n".join(["| " + " | ".join(head) + " |", rule]
                     + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def _share(part, whole):
    return percent(part / whole) if whole else "-"


def scored(cases):
    """score.py's counts."""
    total = score.Score()
    for case in cases:
        if case.verdict is None:
            total.missing(case.place, case.truth)
        else:
            total.add(case.place, case.truth, case.verdict)
    return total


def overview(sets):
    rows = []
    for title, cases, too_many in sets:
        total = scored(cases)
        rows.append([title, len({case.scenario for case in cases}), total.total,
                     percent(total.right / total.total, 1), percent(total.exact / total.total, 1),
                     percent(total.among / total.total, 1),
                     percent(total.origin_right / total.total, 1), too_many])
    return "\n## In short\n\n" + table(
        ["captures", "scenarios with resets", "resets", "right", "to the letter",
         "truth first or an alternative", "sender right", "verdicts on no reset"], rows)


def by_cause(title, cases):
    true, said, named = (Counter(case.truth["token"] for case in cases),
                         Counter(case.verdict["reason"] for case in cases if case.verdict),
                         Counter(case.truth["token"] for case in cases if case.is_exact))
    rows = [[f"`{token}`", *counts, _share(counts[2], counts[0]), _share(counts[2], counts[1]),
             _share(named[token], true[token]), _share(named[token], said[token])]
            for token, counts in sorted(scored(cases).by_token.items())]
    return (f"\n### {heading(title)}: by cause\n\nA look-alike that is right counts for the cause "
            "that was said; the last two columns count the true cause alone.\n\n"
            + table(["cause", "true", "said", "right", "recall", "precision",
                     "recall to the letter", "precision to the letter"], rows))


def kernel(title, cases):
    """Agreement with the tracepoint, whatever was said of the cause."""
    counts = defaultdict(Counter)
    for case in cases:
        true, said = case.truth.get("kernel_reason"), (case.verdict or {}).get("kernel_reason")
        kind = "same" if said == true else "another" if said else "none"
        counts[true or ""][kind] += 1
    rows = []
    for reason, count in sorted(counts.items()):
        total = sum(count.values())
        name = f"`{reason}`" if reason else "none"
        rows.append([name, total, count["same"], count["another"], count["none"],
                     _share(count["same"], total)])
    return (f"\n### {heading(title)}: the kernel's reason\n\n`rstcause.kernel_reason` against what the "
            "tracepoint said of the very reset. Where no kernel of ours made it (crafted frames, other "
            "stacks, netfilter) *same* is that nothing was said, and *another* what Linux would "
            "call it.\n\n"
            + table(["tracepoint", "resets", "same", "another", "nothing said", "agreement"], rows))


def _with_interval(share, scenarios):
    low, high = wilson(share * scenarios, scenarios)
    return f"{percent(share)} ({100 * low:.0f} to {100 * high:.0f})"


def calibration(title, cases):
    bins = defaultdict(list)
    for case in cases:
        if case.verdict:
            bins[min(case.verdict["confidence"] // 10 * 10, 90)].append(case)
    rows = []
    for low, inside in sorted(bins.items()):
        count, scenarios = len(inside), len({group_of(case.scenario) for case in inside})
        rows.append([f"{low} to {low + 9} %", count, scenarios,
                     percent(sum(case.verdict["confidence"] for case in inside) / count / 100),
                     _with_interval(sum(case.is_right for case in inside) / count, scenarios),
                     _with_interval(sum(case.is_exact for case in inside) / count, scenarios)])
    return (f"\n### {heading(title)}: calibration\n\n"
            + table(["confidence", "resets", "scenarios", "mean confidence", "right",
                     "to the letter"], rows))


def one_set(title, cases):
    return (f"\n## {heading(title)}\n" + by_cause(title, cases) + kernel(title, cases)
            + calibration(title, cases))


def _outcome_row(title, outcome, comparison):
    count = len(outcome.right)
    row = [title, percent(sum(outcome.right) / count, 1), percent(sum(outcome.exact) / count, 1),
           f"{sum(outcome.loss) / count:.3f}", percent(outcome.error, 1)]
    if comparison is None:
        return row + ["-", "-", "-"]
    return row + [f"{comparison.better} : {comparison.worse}", f"{comparison.chance:.2g}",
                  f"{comparison.loss_gain:+.3f} ± {comparison.loss_noise:.3f}"]


def left_out(groups, shipped, tried, moves):
    """`tried`: of title, outcome, comparison and whether it starts from the shipped weights."""
    rows = [_outcome_row("as shipped", shipped, None)]
    rows += [_outcome_row(title, outcome, comparison) for title, outcome, comparison, _ in tried]
    winners = [title for title, _, comparison, near in tried if near and comparison.is_clearly_better]
    if winners:
        verdict = (f"**Clearly better on scenarios that they had not seen: {', '.join(winners)}.** "
                   "The shipped weights should follow; the table below says where.")
    else:
        near = next(comparison for _, _, comparison, is_near in tried if is_near)
        verdict = (f"""**The shipped weights were kept.** Learned near them, the weights name the
cause more often in {near.better} scenarios and less often in {near.worse}, and the truth's share
gains {near.loss_gain:+.3f} ± {near.loss_noise:.3f} in loss. What would have counted as clearly
better: more scenarios better than worse, with a chance below 5 %, and a gain of more than twice its
standard error. The comparison flatters the shipped weights, which had seen every scenario; how far
is what learning from nothing shows.""")
    honest = tried[-1][1]
    return "\n## Each scenario left out\n\n" + paragraph(f"""
The weights of the catalogue (`plugin/engine/judge/causes/`) are set by judgement, in view of the
lab. To see what the figures owe to that, they are learned by a machine too: a multinomial logistic
regression over the rows that are not ruled out, every scenario counting as one. Each of the {groups}
scenarios is then judged by weights learned from all others alone (its IPv6 twin left out with it).
Where learning starts near the shipped weights, an L2 pull holds every weight there; but those had
seen the scenario. Where it starts from nothing, the pull is to 0, and no weight owes anything to
the scenario judged. The questions themselves (what a row needs, what excludes it, which clues it
asks) still do.""") + "\n" + paragraph(f"""
From nothing, {percent(sum(honest.right) / len(honest.right), 1)} are right. The distance to the
shipped weights is about the most that those can owe to having seen the scenario; part of it is
knowledge of TCP, which a few hundred stories do not teach.""") + "\n" + table(
        ["weights", "right", "to the letter", "loss", "calibration error",
         "scenarios better : worse", "chance", "gain in loss by scenario"], rows) + """
Loss: minus the natural logarithm of the share that the true cause got, on average; where the truth
was ruled out its share is taken as 0.1 %. Calibration error: the mean distance between the share
of the cause named and how often it is true to the letter, over bins of 10 %. Chance: that a fair
coin parts the scenarios so unequally, by how many of their resets are right. All here before
ceilings and before the discount for captures begun late or of one direction.

""" + paragraph(verdict) + """
Where learning from all scenarios, near the shipped weights, would move them most, and in how many
scenarios that weight speaks:

""" + table(["row", "prior or clue", "answer", "scenarios", "shipped", "learned"],
            [[f"`{row}`", what, answer or "-", count, f"{was:+.1f}", f"{now:+.1f}"]
             for row, what, answer, count, was, now in moves])


def _lean(error, temperature):
    if 0.95 < temperature < 1.05:
        return f"The shares are neither too sure nor too modest; they are off by {percent(error, 1)}."
    kind = "too modest" if temperature < 1 else "too sure"
    return f"The shares are {kind} on the lab's mixture; they are off by {percent(error, 1)}."


def mending(found):
    stairs = table(["shown", "true to the letter"],
                   [[f"{shown} %", percent(share)] for shown, share in found.stairs])
    return "\n## What would calibrate the percentages\n\n" + paragraph(
        f"""{_lean(found.error_shares, found.temperature)} The logarithms of odds divided by
{found.temperature:.2f} would fit best (below 1: be bolder; above 1: be more modest). How far they
are off to the letter, each scenario mapped by what the others taught (ten parts):""") + "\n" + table(["percentages", "calibration error"], [
        ["as shown, with ceilings and discounts", percent(found.error_shown, 1)],
        ["shares as weighed", percent(found.error_shares, 1)],
        ["shares at the best temperature", percent(found.error_temperature, 1)],
        ["as shown, through the best rising staircase", percent(found.error_isotonic, 1)]]) + f"""
The staircase, learned from all:

{stairs}
It is not built in. The percentages shown stay below the shares on purpose: ceilings say what one
capture can honestly show of a cause, and outside the lab there are causes, stacks and boxes that it
does not have. A lab where every other reset is of a rare kind is no measure for how sure one may be
elsewhere.
"""


def transformed(rows, unread):
    """`rows`: of name, whether evidence is kept, cases and verdicts on no reset."""
    cells = []
    for name, keeps, cases, too_many in rows:
        count = len(cases)
        bold = sum(not case.is_right and case.verdict is not None
                   and case.verdict["confidence"] >= 70 for case in cases)
        cells.append([f"`{name}`", "kept" if keeps else "lost", count,
                      percent(sum(case.is_right for case in cases) / count, 1),
                      percent(sum(case.is_exact for case in cases) / count, 1), bold, too_many])
    rest = "\n" + paragraph("Not in the table, because the engine alone neither unwraps nor "
                            "reassembles: " + ", ".join(f"`{name}`" for name in unread)
                            + ". The plugin in tshark is asked about those by `transform.py "
                            "--compare --plugin`.") if unread else ""
    return """
## The same stories in other captures

The lab's captures as `tests/lab/transform.py` changes them (`tests/lab/TRANSFORMS.md`). Where
evidence is lost, humbler verdicts are right as well.

""" + table(["transformation", "evidence", "resets", "right", "to the letter",
             "wrong with 70 % or more", "verdicts on no reset"], cells) + rest
