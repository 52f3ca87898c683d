"""Both searches against every timetable of tiny days, and what the formula counts."""

from dataclasses import replace
from itertools import combinations

import pytest
from b2b_days import days, fewest, searched
from hypothesis import given, settings
from hypothesis import strategies as st
from pysat.solvers import Cadical195

from services.matching.b2b import checker
from services.matching.b2b.cnf import Cnf
from services.matching.b2b.findings import Bound, Found, Impossible, Known
from services.matching.b2b.instance import Instance, Meeting
from services.matching.b2b.search import SEARCHES

BOTH = pytest.mark.parametrize("search", SEARCHES)
FAIRNESS = st.sampled_from([None, 0, 1, 2])


@BOTH
@settings(max_examples=150, deadline=None)
@given(instance=days(), fairness=FAIRNESS)
def test_the_fewest_breaks_of_all_timetables_are_found_and_proven(search, instance, fairness):
    best = fewest(instance, fairness)
    known = Known()
    for finding in (findings := searched(search, instance, fairness)):
        known = known.with_(finding)
        if isinstance(finding, Bound):
            assert best is None or finding.breaks <= best
        if isinstance(finding, Found):
            assert list(checker.violations(instance, finding.timetable, fairness)) == []
            assert sum(checker.breaks(instance, finding.timetable)) == finding.breaks
    if best is None:
        assert findings[-1] == Impossible()
    else:
        assert (known.lower, known.upper) == (best, best)


def one_against_all(slots: int, forbidden: frozenset[int], others: int) -> Instance:
    """Participant 1 meets all others, who meet nobody else."""
    meetings = tuple(Meeting(0, number) for number in range(1, others + 1))
    return Instance(others + 1, 5, slots, 0, meetings, (forbidden, *[frozenset()] * others))


@BOTH
@pytest.mark.parametrize(("fairness", "expected"), [(2, 2), (1, None), (None, 2)])
def test_breaks_that_cannot_be_avoided_meet_fairness(search, fairness, expected):
    instance = one_against_all(6, frozenset({2, 5}), 4)
    findings = searched(search, instance, fairness)
    if expected is None:
        assert findings[-1] == Impossible()
    else:
        assert min(finding.breaks for finding in findings if isinstance(finding, Found)) == expected
        assert max(finding.breaks for finding in findings if isinstance(finding, Bound)) == expected


@BOTH
def test_an_empty_day_has_a_timetable(search):
    empty = Instance(2, 1, 3, 1, (), (frozenset(), frozenset()))
    assert Found((), 0) in searched(search, empty, 2)


@BOTH
def test_precedences_in_a_circle_are_impossible(search):
    instance = one_against_all(4, frozenset(), 3)
    first, second, third = instance.meetings
    circle = (replace(first, after=frozenset({2})), replace(second, after=frozenset({0})),
              replace(third, after=frozenset({1})))  # fmt: skip
    assert searched(search, replace(instance, meetings=circle), 2)[-1] == Impossible()


@given(st.integers(1, 7), st.integers(0, 7), st.data())
@settings(max_examples=60, deadline=None)
def test_a_total_counts_exactly_up_to_its_limit(size, most, data):
    true = data.draw(st.sets(st.integers(1, size)))
    cnf = Cnf()
    inputs = [cnf.new() for _ in range(size)]
    sums = cnf.total(inputs, most)
    chosen = [literal if number in true else -literal for number, literal in enumerate(inputs, 1)]
    with Cadical195(bootstrap_with=cnf.clauses) as solver:
        assert solver.solve(assumptions=chosen)
        model = set(solver.get_model())
        for number, literal in enumerate(sums):
            assert (literal in model) == (len(true) > number)
            assert not solver.solve(assumptions=[*chosen, -literal if literal in model else literal])
    assert len(sums) >= min(size, most + 1)


def test_what_is_known_only_grows():
    known = Known()
    for finding, lower, upper in (
        (Found((1,), 5), 0, 5), (Bound(2), 2, 5), (Found((1,), 7), 2, 5), (Bound(1), 2, 5), (Found((1,), 2), 2, 2),
    ):  # fmt: skip
        known = known.with_(finding)
        assert (known.lower, known.upper) == (lower, upper)
    assert known.settled


def test_breaks_are_idle_runs_between_meetings_whatever_their_length():
    for slots in (chosen for size in range(7) for chosen in combinations(range(1, 7), size)):
        day = "".join("x" if slot in slots else "." for slot in range(1, 7)).strip(".")
        assert checker.breaks_of(slots) == len([run for run in day.split("x") if run])
