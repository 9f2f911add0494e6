"""Each scenario judged by weights that it did not help to learn."""

import concurrent.futures
import math
from collections import defaultdict
from dataclasses import dataclass, field

import score
from figures import refit
from figures.calibration import (expected_error, fold_of, group_of, isotonic, sign_test, softmax,
                                 temperature_of)

#: As in the engine (classify.cpp): below this share an alternative is noise, and how many at most.
LEAST_ALTERNATIVE, MOST_ALTERNATIVES = 0.02, 6
#: The share that a truth which was ruled out is taken to have had, for the logarithmic loss.
RULED_OUT = 0.001


@dataclass
class Outcome:
    """What one set of weights makes of all cases."""

    right: list = field(default_factory=list)  # of bool
    exact: list = field(default_factory=list)
    sure: list = field(default_factory=list)  # the share of the cause named
    loss: list = field(default_factory=list)  # minus the logarithm of the truth's share

    def add(self, case, weighing, weights):
        shares = softmax(refit.odds_of(weighing, weights))
        ranked = sorted(zip(shares, weighing.tokens), key=lambda one: -one[0])
        others = [{"reason": token} for share, token in ranked[1:1 + MOST_ALTERNATIVES]
                  if share >= LEAST_ALTERNATIVE]
        verdict = {"reason": ranked[0][1], "alternatives": others}
        self.right.append(score.is_right(case.truth, verdict))
        self.exact.append(verdict["reason"] == case.truth["token"])
        self.sure.append(ranked[0][0])
        true = RULED_OUT if weighing.true is None else shares[weighing.true]
        self.loss.append(-math.log(max(true, RULED_OUT)))

    @property
    def error(self):
        return expected_error(list(zip(self.sure, self.exact)))


def judged_by(cases, weighings, weights):
    outcome = Outcome()
    for case, weighing in zip(cases, weighings):
        outcome.add(case, weighing, weights)
    return outcome


def _fit_without(task):
    """One fit, in a process of its own."""
    left_out, data, home, pull, start = task
    kept = [(weighing, count) for weighing, count in data if group_of(weighing.scenario) != left_out]
    return left_out, refit.fit(kept, home, pull, start, rounds=20, enough=1e-3)


def left_out(cases, weighings, home, pull, jobs=2):
    """Every group of scenarios judged by the weights learned from all others; and the weights
    learned from all."""
    data = refit.compress(weighings)
    from_all = refit.fit(data, home, pull)
    groups = sorted({group_of(weighing.scenario) for weighing, _ in data})
    tasks = [(group, data, home, pull, from_all) for group in groups]
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        learned = dict(pool.map(_fit_without, tasks, chunksize=8))
    outcome = Outcome()
    for case, weighing in zip(cases, weighings):
        outcome.add(case, weighing, learned.get(group_of(case.scenario), from_all))
    return outcome, from_all


def by_scenario(cases, values):
    """The mean of each scenario."""
    sums = defaultdict(lambda: [0.0, 0])
    for case, value in zip(cases, values):
        sums[group_of(case.scenario)][0] += value
        sums[group_of(case.scenario)][1] += 1
    return {name: total / count for name, (total, count) in sums.items()}


@dataclass
class Comparison:
    """How another outcome does against the shipped one, a scenario counting as one."""

    better: int
    worse: int
    chance: float  # that a fair coin parts them so unequally
    loss_gain: float
    loss_noise: float  # the standard error of the gain

    @property
    def is_clearly_better(self):
        return (self.better > self.worse and self.chance < 0.05
                and self.loss_gain > 2 * self.loss_noise)


def compare(cases, shipped, other):
    before, after = by_scenario(cases, shipped.right), by_scenario(cases, other.right)
    gains = [a - b for a, b in zip(by_scenario(cases, shipped.loss).values(),
                                   by_scenario(cases, other.loss).values())]
    mean = sum(gains) / len(gains)
    spread = math.sqrt(sum((gain - mean) ** 2 for gain in gains) / max(len(gains) - 1, 1))
    better = sum(after[name] > before[name] for name in before)
    worse = sum(after[name] < before[name] for name in before)
    return Comparison(better, worse, sign_test(better, worse), mean, spread / math.sqrt(len(gains)))


@dataclass
class Mending:
    """What a mapping of the percentages would gain, learned on other scenarios."""

    temperature: float
    error_shown: float
    error_shares: float
    error_temperature: float
    error_isotonic: float
    stairs: list  # of (confidence, what it would become)


def mend(cases, weighings, shipped, folds=10):
    """Temperature and staircase, each scenario mapped by what the other parts of ten taught."""
    told = [(case, weighing) for case, weighing in zip(cases, weighings) if weighing.true is not None]
    shown = [(case.verdict["confidence"] / 100, case.is_exact) for case in cases]
    odds = [(refit.odds_of(w, shipped), w.true) for _, w in told]
    by_temperature, by_isotonic = [], []
    for fold in range(folds):
        here = [fold_of(case.scenario, folds) == fold for case in cases]
        stairs = isotonic([pair for pair, mine in zip(shown, here) if not mine])
        by_isotonic += [(stairs(said), came) for (said, came), mine in zip(shown, here) if mine]
        warmth = temperature_of([pair for pair, (case, _) in zip(odds, told)
                                 if fold_of(case.scenario, folds) != fold])
        for case, weighing, mine in zip(cases, weighings, here):
            if mine:
                share = max(softmax(refit.odds_of(weighing, shipped), warmth))
                by_temperature.append((share, case.is_exact))
    plain = [(max(softmax(refit.odds_of(w, shipped))), case.is_exact)
             for case, w in zip(cases, weighings)]
    stairs = isotonic(shown)
    return Mending(temperature_of(odds), expected_error(shown), expected_error(plain),
                   expected_error(by_temperature), expected_error(by_isotonic),
                   [(percent, stairs(percent / 100)) for percent in (30, 40, 50, 60, 70, 80, 90, 95)])
