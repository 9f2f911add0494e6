"""How far percentages are from what happens, and what would mend them."""

import bisect
import math
import zlib


def wilson(right, count, z=1.96):
    """Wilson's interval of a share, 95 % by default. Needs no whole numbers."""
    if count == 0:
        return 0.0, 1.0
    share, square = right / count, z * z / count
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / count + square / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def group_of(scenario):
    """What must not be parted when one part is left out: a story and its IPv6 twin."""
    return scenario.removesuffix("-ipv6")


def fold_of(scenario, folds):
    """Which part a scenario belongs to, always the same one."""
    return zlib.crc32(group_of(scenario).encode()) % folds


def expected_error(pairs, width=0.1):
    """The mean distance of confidence and share over bins, weighted by their size (the expected
    calibration error). `pairs` of a probability and whether it came true."""
    bins = {}
    for said, came in pairs:
        count, sum_said, sum_came = bins.get(min(int(said / width), int(1 / width) - 1), (0, 0.0, 0))
        bins[min(int(said / width), int(1 / width) - 1)] = (count + 1, sum_said + said, sum_came + came)
    return sum(abs(said - came) for _, said, came in bins.values()) / max(len(pairs), 1)


def isotonic(pairs):
    """The rising staircase nearest to the pairs (pool adjacent violators), as a function."""
    blocks = []  # [lowest probability said, sum of what came, count]
    for said, came in sorted(pairs):
        if blocks and blocks[-1][0] == said:
            blocks[-1][1] += came
            blocks[-1][2] += 1
        else:
            blocks.append([said, came, 1])
        while len(blocks) > 1 and blocks[-2][1] * blocks[-1][2] >= blocks[-1][1] * blocks[-2][2]:
            _, came_too, count = blocks.pop()
            blocks[-1][1] += came_too
            blocks[-1][2] += count
    starts = [block[0] for block in blocks]
    shares = [block[1] / block[2] for block in blocks]
    return lambda said: shares[max(bisect.bisect_right(starts, said) - 1, 0)]


def softmax(odds, temperature=1.0):
    """Shares of the rows by the logarithms of their odds."""
    highest = max(odds)
    parts = [math.exp((one - highest) / temperature) for one in odds]
    total = sum(parts)
    return [part / total for part in parts]


def temperature_of(pairs):
    """By what to divide all logarithms of odds so that the truth becomes likeliest. `pairs` of
    odds and the place of the truth among them. Above 1: the shares were too sure."""
    def loss(temperature):
        return -sum(math.log(max(softmax(odds, temperature)[true], 1e-9)) for odds, true in pairs)
    low, high, golden = 0.2, 5.0, (math.sqrt(5) - 1) / 2
    for _ in range(30):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return (low + high) / 2


def sign_test(better, worse):
    """Chance of so unequal a count, or a more unequal one, from a fair coin."""
    count = better + worse
    tail = sum(math.comb(count, k) for k in range(min(better, worse) + 1))
    return min(1.0, 2 * tail / 2 ** count)
