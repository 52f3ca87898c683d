"""What the benchmark of scores measures with: the hard cases are what they claim, the figures what they are called."""

from collections import Counter

import pytest

from tests.benchmarks.hard_cases import cases
from tests.benchmarks.ranking import ndcg, ordered, recall

CASES = cases()


def test_there_are_enough_hard_cases_of_every_kind():
    assert len(CASES) >= 60
    kinds = Counter((case.split, case.kind) for case in CASES)
    for kind in ("synonym", "abbreviation", "mixed-script", "typo"):
        assert kinds["listed", kind] >= 10, kind
        assert kinds["held-out", kind] >= 9, kind


@pytest.mark.parametrize("case", [case for case in CASES if case.split == "held-out"], ids=lambda case: case.id)
def test_the_table_of_synonyms_knows_nothing_of_what_is_held_out(case):
    assert not case.touched, f"{case.offer} / {case.demand}: take the synonym out, or call the case listed"


def test_the_best_order_has_everything_and_what_says_nothing_gains_nothing():
    grades = {"a": 2, "b": 1}
    scores = {"a": 3.0, "b": 2.0, **{f"z{n:02}": 1.0 for n in range(20)}}
    order = ordered(scores, grades)
    assert (ndcg(order, grades), recall(order, grades)) == (1.0, 1.0)
    silent = ordered(dict.fromkeys(scores, 0.0), grades)
    assert (ndcg(silent, grades), recall(silent, grades)) == (0.0, 0.0)


def test_the_second_place_counts_less_and_recall_counts_the_best_grade_only():
    order = ["x", "a", *(f"z{n}" for n in range(20)), "b"]
    assert ndcg(order, {"a": 1}) == pytest.approx(0.6309, abs=1e-4)
    assert recall(order, {"a": 1, "b": 1}) == 0.5
    assert recall(order, {"a": 2, "b": 1}) == 1.0
