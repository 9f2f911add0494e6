"""Learn the catalogue's priors and weights from captures, and judge others by them.

The engine shares the probability among the rows that are not ruled out by the exponentials of
their odds. So the weights that make the truths likeliest are those of a multinomial logistic
regression; a pull towards given weights (L2) keeps them where the captures say little. What a row
needs and what excludes it stays as it is.
"""

import math
from dataclasses import dataclass

from figures.calibration import softmax


@dataclass(frozen=True)
class Weighing:
    """One reset as the regression sees it: for each row left its fixed part and the indices of the
    weights that speak, and which row is the truth."""

    scenario: str
    tokens: tuple
    rows: tuple  # of (fixed part, indices)
    true: int | None  # None: the truth was ruled out


class Catalogue:
    """The priors and weights of the rows, numbered as they are met."""

    def __init__(self):
        self.keys, self.shipped, self._index = [], [], {}

    def number(self, key, shipped):
        if key not in self._index:
            self._index[key] = len(self.keys)
            self.keys.append(key)
            self.shipped.append(shipped)
        return self._index[key]

    def weighing(self, case):
        """What the engine told of one case."""
        tokens, rows = [], []
        for row in case.rows:
            if row["odds"] is None:
                continue
            reason, fixed = row["reason"], row["odds"] - row["prior"]
            indices = [self.number((reason, "prior", ""), row["prior"])]
            for clue in row["clues"]:
                weight = clue.get("if_" + clue["answer"], 0)
                if weight:
                    fixed -= weight
                    indices.append(self.number((reason, clue["name"], clue["answer"]), weight))
            tokens.append(reason)
            rows.append((round(fixed, 6), tuple(indices)))
        token = case.truth["token"]
        return Weighing(case.scenario, tuple(tokens), tuple(rows),
                        tokens.index(token) if token in tokens else None)


def odds_of(weighing, weights):
    return [fixed + sum(weights[i] for i in indices) for fixed, indices in weighing.rows]


def compress(weighings):
    """Equal weighings of one scenario once; each scenario counts as one, however many resets it
    has. Returns pairs of weighing and weight."""
    counts, totals = {}, {}
    for weighing in weighings:
        if weighing.true is None or len(weighing.rows) < 2:
            continue
        counts[weighing] = counts.get(weighing, 0) + 1
        totals[weighing.scenario] = totals.get(weighing.scenario, 0) + 1
    return [(weighing, count / totals[weighing.scenario]) for weighing, count in counts.items()]


def _loss_and_slope(weights, data, home, pull):
    loss = sum(pull / 2 * (w - h) ** 2 for w, h in zip(weights, home))
    slope = [pull * (w - h) for w, h in zip(weights, home)]
    for weighing, count in data:
        shares = softmax(odds_of(weighing, weights))
        loss -= count * math.log(max(shares[weighing.true], 1e-300))
        for place, ((_, indices), share) in enumerate(zip(weighing.rows, shares)):
            lean = count * (share - (place == weighing.true))
            for i in indices:
                slope[i] += lean
    return loss, slope


def _dot(left, right):
    return sum(a * b for a, b in zip(left, right))


def _direction(slope, steps):
    """Minus the slope times the inverse curvature, as far as the last steps tell it (L-BFGS)."""
    way, kept = [-g for g in slope], []
    for moved, turned in reversed(steps):
        share = _dot(moved, way) / _dot(moved, turned)
        kept.append(share)
        way = [w - share * t for w, t in zip(way, turned)]
    if steps:
        moved, turned = steps[-1]
        scale = _dot(moved, turned) / _dot(turned, turned)
        way = [scale * w for w in way]
    for (moved, turned), share in zip(steps, reversed(kept)):
        more = share - _dot(turned, way) / _dot(moved, turned)
        way = [w + more * m for w, m in zip(way, moved)]
    return way


def fit(data, home, pull, start=None, rounds=60, enough=1e-5):
    """The weights that make the truths of `data` likeliest, pulled towards `home`."""
    weights = list(start or home)
    loss, slope = _loss_and_slope(weights, data, home, pull)
    steps = []
    for _ in range(rounds):
        way, length = _direction(slope, steps), 1.0 if steps else 0.1
        descent = _dot(way, slope)
        if -descent < enough:
            break
        while length > 1e-6:
            there = [w + length * d for w, d in zip(weights, way)]
            new_loss, new_slope = _loss_and_slope(there, data, home, pull)
            if new_loss <= loss + 1e-4 * length * descent:
                break
            length /= 2
        else:
            break
        moved = [a - b for a, b in zip(there, weights)]
        turned = [a - b for a, b in zip(new_slope, slope)]
        if _dot(moved, turned) > 1e-12:
            steps = (steps + [(moved, turned)])[-8:]
        weights, loss, slope = there, new_loss, new_slope
    return weights
