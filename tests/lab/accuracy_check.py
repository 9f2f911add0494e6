#!/usr/bin/env python3
"""Check the accuracy page's arithmetic, and that the page can be written.

    accuracy_check.py --judge judge_pcap

Numbers whose answer is known by other means; the weighings of sample-pcaps, which must give the
very verdicts; and the page from those samples, which must tell nothing of this machine.
"""

import argparse
import math
import pathlib
import random
import shutil
import tempfile
import types
import unittest

import accuracy
import calibration as calibrate
from figures import calibration, heldout, observed, refit

ROOT = pathlib.Path(__file__).resolve().parents[2]
JUDGE = ""


class Arithmetic(unittest.TestCase):
    def test_wilson_gives_the_textbook_interval(self):
        low, high = calibration.wilson(8, 10)
        self.assertAlmostEqual(low, 0.4902, 3)
        self.assertAlmostEqual(high, 0.9433, 3)
        self.assertEqual(calibration.wilson(0, 0), (0.0, 1.0))

    def test_the_staircase_pools_what_falls(self):
        stairs = calibration.isotonic([(0.1, 0), (0.2, 1), (0.3, 0), (0.4, 1)])
        self.assertEqual([stairs(said) for said in (0.05, 0.1, 0.2, 0.35, 0.9)], [0, 0, 0.5, 0.5, 1])

    def test_the_error_is_nought_where_shares_come_true(self):
        self.assertAlmostEqual(calibration.expected_error([(0.75, 1)] * 3 + [(0.75, 0)]), 0)
        self.assertAlmostEqual(calibration.expected_error([(1.0, 0)]), 1)

    def test_the_sign_test_counts_coins(self):
        self.assertAlmostEqual(calibration.sign_test(0, 6), 2 / 64)
        self.assertEqual(calibration.sign_test(3, 3), 1.0)

    def test_odds_twice_too_large_need_a_temperature_of_two(self):
        # Truly 3 : 1, said as 9 : 1.
        odds = [2 * math.log(3), 0.0]
        self.assertAlmostEqual(calibration.temperature_of([(odds, 0)] * 3 + [(odds, 1)]), 2, 2)

    def test_an_ipv6_twin_is_left_out_with_its_story(self):
        self.assertEqual(calibration.fold_of("linger0-ipv6", 10), calibration.fold_of("linger0", 10))


def weighing_of(scenario, spoke, true):
    """Two rows; a clue speaks for the first one or not."""
    return refit.Weighing(scenario, ("one", "other"), ((0.0, (0,) if spoke else ()), (0.0, ())), true)


class Learning(unittest.TestCase):
    def test_finds_the_weight_that_made_the_truths(self):
        dice = random.Random(9293)
        chance = 1 / (1 + math.exp(-1.5))
        weighings = [weighing_of(f"story {i}", True, 0 if dice.random() < chance else 1)
                     for i in range(3000)]
        learned = refit.fit(refit.compress(weighings), [0.0], 0.001)
        self.assertAlmostEqual(learned[0], 1.5, 1)

    def test_stays_where_it_starts_without_anything_to_learn(self):
        self.assertEqual(refit.fit([], [0.7, -2.0], 1.0), [0.7, -2.0])

    def test_counts_a_scenario_once_however_many_resets_it_has(self):
        data = refit.compress([weighing_of("many", True, 0)] * 50 + [weighing_of("one", True, 1)])
        self.assertEqual([weight for _, weight in data], [1.0, 1.0])

    def test_a_scenario_left_out_teaches_nothing(self):
        # Alone with its clue, its truth is a coin's toss to weights that never saw it.
        cases = [types.SimpleNamespace(scenario=name, truth={"token": "one"}) for name in ("a", "b")]
        weighings = [weighing_of("a", True, 0), weighing_of("b", False, 0)]
        outcome, from_all = heldout.left_out(cases, weighings, [0.0], 0.1, jobs=1)
        self.assertAlmostEqual(outcome.sure[0], 0.5)
        self.assertGreater(from_all[0], 0.5)


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="rstcause-accuracy-")
        cls.lab = pathlib.Path(cls.scratch.name)
        for truth in sorted((ROOT / "tests/samples/truth").glob("*.jsonl")):
            story = cls.lab / truth.stem
            story.mkdir()
            shutil.copy(ROOT / "sample-pcaps" / f"{truth.stem}.pcap", story / "client.pcap")
            shutil.copy(truth, story / "client.truth.jsonl")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_the_weighings_give_the_very_verdicts(self):
        cases, too_many = observed.observe(self.lab, JUDGE, with_clues=True)
        self.assertEqual(too_many, 0)
        self.assertGreater(len(cases), 20)
        catalogue = refit.Catalogue()
        for case in cases:
            weighing = catalogue.weighing(case)
            odds = refit.odds_of(weighing, catalogue.shipped)
            place = max(range(len(odds)), key=odds.__getitem__)
            self.assertEqual(weighing.tokens[place], case.verdict["reason"], case.place)
            share = 100 * calibration.softmax(odds)[place]
            self.assertLessEqual(case.verdict["confidence"], share + 0.01, case.place)

    def test_is_written_and_tells_nothing_of_this_machine(self):
        text = accuracy.write(types.SimpleNamespace(
            lab=self.lab, judge=JUDGE, set=[("another run", self.lab)], transformed=None, jobs=1,
            sources=[calibrate.Source("a third", str(self.lab), False)]))
        for title in ("In short", "Each scenario left out", "What would calibrate",
                      "The lab: by cause", "Another run: calibration",
                      "How sure, and how often right", "| a third | held back |"):
            self.assertIn(title, text)
        self.assertNotIn(str(self.lab), text)
        self.assertNotIn(str(ROOT), text)
        self.assertNotRegex(text, r"\b(nan|inf|None)\b")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--judge", required=True, help="the program judge_pcap")
    JUDGE = parser.parse_args().judge
    unittest.main(argv=["accuracy_check"])
