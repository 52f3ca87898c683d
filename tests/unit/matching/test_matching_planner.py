"""The planner, its checker and the problem's format."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.timetable.checker import PlanError, require_valid, violations
from services.matching.timetable.greedy import GreedyPlanner
from services.matching.timetable.optimal import OptimalPlanner
from services.matching.timetable.plan import Plan, Seat
from services.matching.timetable.problem import Buyer, Fixed, Problem, Request, Sme, from_json, to_json

INSTANCE = {
    "format": "fair-timetable/1", "name": "small", "slots": 3, "lunch_after": 2, "hall_tables": 2,
    "coverage_bonus": 250,
    "buyers": [
        {"id": "B1", "tables": 1, "available": [1, 2, 3]}, {"id": "B2", "tables": 2, "available": [2, 3]},
        {"id": "B3", "tables": 1, "available": [1]},
    ],
    "smes": [
        {"id": "S1", "available": [1, 2, 3], "max_meetings": 2}, {"id": "S2", "available": [2], "max_meetings": None},
        {"id": "S3", "available": [1, 2], "max_meetings": None}, {"id": "S4", "available": [2], "max_meetings": None},
    ],
    "requests": [
        {"id": "R1", "buyer": "B1", "sme": "S1", "score": 100, "must": True},
        {"id": "R2", "buyer": "B1", "sme": "S1", "score": 900, "must": False},
        {"id": "R3", "buyer": "B2", "sme": "S1", "score": 800, "must": False},
        {"id": "R4", "buyer": "B3", "sme": "S1", "score": 700, "must": False},
        {"id": "R5", "buyer": "B1", "sme": "S2", "score": 600, "must": False},
        {"id": "R6", "buyer": "B3", "sme": "S2", "score": 500, "must": False},
        {"id": "R7", "buyer": "B1", "sme": "S3", "score": 999, "must": False},
        {"id": "R8", "buyer": "B1", "sme": "S4", "score": 50, "must": False},
        {"id": "R9", "buyer": "B2", "sme": "S4", "score": 40, "must": False},
    ],
    "fixed": [{"request": "R5", "slot": 2}],
    "forbidden_pairs": [["B1", "S3"]],
}  # fmt: skip


def small(**changes) -> Problem:
    return replace(from_json(INSTANCE), **changes)


def test_fixed_then_must_then_the_highest_score_each_in_the_first_free_slot():
    plan = GreedyPlanner().plan(small())
    assert {request: seat.slot for request, seat in plan.placements.items()} == {"R5": 2, "R1": 1, "R3": 2}


def test_every_unplaced_request_says_why():
    assert GreedyPlanner().plan(small()).unplaced == {
        "R2": "pair-already-met", "R4": "sme-full", "R6": "no-common-slot", "R7": "excluded", "R8": "buyer-full",
        "R9": "hall-full",
    }  # fmt: skip


def test_tables_are_counted_at_each_buyer_and_a_fixed_one_is_kept():
    problem = Problem(
        "tables", 1, (Buyer("B", 3, (1,)),), tuple(Sme(f"S{n}", (1,)) for n in range(3)),
        tuple(Request(f"R{n}", "B", f"S{n}", 10 - n) for n in range(3)), fixed=(Fixed("R2", 1, 2),),
    )  # fmt: skip
    plan = GreedyPlanner().plan(problem)
    assert plan.placements == {"R2": Seat(1, 2), "R0": Seat(1, 1), "R1": Seat(1, 3)}


def test_the_format_goes_in_and_out_unchanged_and_names_its_input():
    assert to_json(from_json(INSTANCE)) == INSTANCE
    assert list(to_json(from_json(INSTANCE))) == list(INSTANCE)
    assert small().digest == from_json(json.loads(json.dumps(INSTANCE))).digest
    assert small().digest != small(hall_tables=None).digest


@pytest.mark.parametrize(
    "change",
    [
        {"format": "fair-timetable/2"},
        {"fixed": [{"request": "R0", "slot": 1}]},
        {"forbidden_pairs": [["B9", "S1"]]},
        {"requests": [{"id": "R1", "buyer": "B9", "sme": "S1", "score": 1, "must": False}]},
    ],
)
def test_an_instance_that_names_nobody_or_another_format_is_refused(change):
    with pytest.raises(ValueError, match=r"format|exist"):
        from_json({**INSTANCE, **change})


def _bent(placements=None, unplaced=None) -> Plan:
    plan = GreedyPlanner().plan(small())
    return replace(plan, placements={**plan.placements, **(placements or {})}, unplaced=unplaced or plan.unplaced)


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        (_bent({"R1": Seat(4, 1)}), "slot 4 does not exist"),
        (_bent({"R3": Seat(1, 1)}), "not available"),
        (_bent({"R1": Seat(1, 2)}), "no table 2"),
        (_bent({"R1": Seat(2, 1)}), "at table 1 in slot 2"),
        (_bent({"R1": Seat(2, 1)}), "S1: 2 meetings in slot 2"),
        (_bent({"R5": Seat(1, 1)}), "R5: not where it is fixed"),
        (_bent({"R2": Seat(3, 1)}), "R2: both placed and unplaced"),
        (_bent({"R2": Seat(3, 1)}), "at most 2"),
        (_bent({"R2": Seat(3, 1)}), "of one pair"),
        (_bent({"R7": Seat(1, 1)}), "the pair is excluded"),
        (_bent({"R9": Seat(2, 2)}), "hall holds 2"),
        (_bent({"R0": Seat(1, 1)}), "R0: unknown"),
        (_bent(unplaced={"R2": "pair-already-met"}), "R4: unknown, or neither"),
        (_bent(unplaced={**_bent().unplaced, "R8": "hall-full"}), "R8: the reason hall-full is not true"),
        (_bent(unplaced={**_bent().unplaced, "R6": "sme-full"}), "R6: the reason sme-full is not true"),
        (_bent(unplaced={**_bent().unplaced, "R4": "buyer-full"}), "R4: the reason buyer-full is not true"),
    ],
)
def test_the_checker_finds_every_broken_rule(plan, word):
    assert any(word in broken for broken in violations(small(), plan)), list(violations(small(), plan))
    with pytest.raises(PlanError, match="greedy"):
        require_valid(small(), plan)


@st.composite
def problems(draw) -> Problem:
    slots = draw(st.integers(1, 5))
    available = st.sets(st.integers(1, slots)).map(lambda found: tuple(sorted(found)))
    buyers = tuple(Buyer(f"B{n}", draw(st.integers(1, 3)), draw(available)) for n in range(draw(st.integers(1, 4))))
    limit = st.none() | st.integers(1, 3)
    smes = tuple(Sme(f"S{n}", draw(available), draw(limit)) for n in range(draw(st.integers(1, 6))))
    pair = st.tuples(st.sampled_from([b.id for b in buyers]), st.sampled_from([s.id for s in smes]))
    asked = draw(st.lists(st.tuples(pair, st.integers(1, 1000), st.booleans()), max_size=25))
    requests = tuple(Request(f"R{n:02}", *who, points, must) for n, (who, points, must) in enumerate(asked))
    open_problem = Problem("random", slots, buyers, smes, requests, hall_tables=draw(st.none() | st.integers(1, 4)))
    # What stays fixed is a part of a valid plan, so that it breaks no rule.
    first = GreedyPlanner().plan(open_problem).placements
    kept = draw(st.sets(st.sampled_from(sorted(first)))) if first else set()
    pairs = {(open_problem.request[r].buyer, open_problem.request[r].sme) for r in kept}
    return replace(
        open_problem,
        fixed=tuple(Fixed(r, first[r].slot, draw(st.sampled_from([None, first[r].table]))) for r in sorted(kept)),
        forbidden_pairs=frozenset(draw(st.sets(pair, max_size=3)) - pairs),
    )


@pytest.mark.parametrize("planner", [GreedyPlanner(), OptimalPlanner()], ids=lambda planner: planner.NAME)
@settings(deadline=None)
@given(problem=problems())
def test_every_planner_keeps_the_rules_tells_true_reasons_and_is_deterministic(planner, problem):
    plan = planner.plan(problem)
    assert list(violations(problem, plan)) == []
    assert plan == planner.plan(from_json(to_json(problem))) or any(f.table for f in problem.fixed)
