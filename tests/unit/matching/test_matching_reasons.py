"""Why a request is left out: exactly one reason, how much it was short, and which single change places it."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from test_matching_planner import problems

from services.matching.timetable.board import Board
from services.matching.timetable.checker import violations
from services.matching.timetable.greedy import GreedyPlanner
from services.matching.timetable.occupancy import Occupancy
from services.matching.timetable.plan import Plan, Reason, Seat
from services.matching.timetable.problem import Buyer, Fixed, Problem, Request, Sme
from services.matching.timetable.reasons import Change, Reasons, with_change

DAY = (1, 2)


def full(**changes) -> Problem:
    """One table for two slots, three who ask; the cheapest of the placed ones is worth 600 and its SME's only one."""
    problem = Problem(
        "full", 2, (Buyer("B", 1, DAY),), tuple(Sme(f"S{n}", DAY) for n in (1, 2, 3)),
        (Request("R1", "B", "S1", 900), Request("R2", "B", "S2", 600), Request("R3", "B", "S3", 500)),
        coverage_bonus=250,
    )  # fmt: skip
    return replace(problem, **changes)


def explained(problem: Problem, request_id: str = "R3", reason: str | None = None):
    plan = GreedyPlanner().plan(problem)
    reason = reason or plan.unplaced[request_id]
    return Reasons(problem, plan.placements).of(problem.request[request_id], reason)


def test_a_buyer_full_of_better_meetings_says_how_much_was_missing_and_that_a_table_would_do():
    found = explained(full())
    assert (found.reason, found.worth, found.short_by) == ("buyer-full", 750, 100)
    assert found.changes == (Change("buyer-table", 1),)


def test_a_meeting_that_covers_nobody_anew_is_cheaper_to_give_up():
    two = (Buyer("B", 1, DAY), Buyer("C", 1, (1,)))
    asked = (*full().requests, Request("R4", "C", "S2", 999))
    # S2 meets C as well: what would go with R2 is its score alone, so that an exchange would even gain.
    assert explained(full(buyers=two, requests=asked)).short_by == 0


def test_fixed_and_must_meetings_make_no_room():
    kept = full(fixed=(Fixed("R1", 1), Fixed("R2", 2)))
    assert explained(kept).short_by is None
    asked = full().requests
    musts = full(requests=(*(replace(request, must=True) for request in asked[:2]), asked[2]))
    assert explained(musts).short_by is None


def test_no_common_slot_names_the_side_that_could_come():
    problem = full(buyers=(Buyer("B", 2, (1,)),), smes=(*full().smes[:2], Sme("S3", (2,))))
    found = explained(problem)
    assert (found.reason, found.short_by) == ("no-common-slot", None)
    assert found.changes == (Change("buyer-slot", 2),)
    roomy = replace(problem, buyers=(Buyer("B", 3, (1,)),))
    assert explained(roomy).changes == (Change("sme-slot", 1), Change("buyer-slot", 2))


def test_a_full_hall_and_a_limit_are_mended_by_one_more():
    found = explained(full(buyers=(Buyer("B", 2, DAY),), hall_tables=1))
    assert (found.reason, found.short_by, found.changes) == ("hall-full", 100, (Change("hall-table", 1),))
    two = (Buyer("B", 1, DAY), Buyer("C", 1, DAY))
    limited = full(
        buyers=two, smes=(Sme("S1", DAY, 1),), requests=(Request("R1", "B", "S1", 9), Request("R3", "C", "S1", 5))
    )
    found = explained(limited)
    assert (found.reason, found.worth, found.short_by) == ("sme-full", 5, 4)
    assert found.changes == (Change("sme-limit", 2),)


def test_an_answer_alone_helps_only_where_there_is_room():
    declined = explained(full(), reason="declined")
    assert (declined.reason, declined.short_by, declined.changes) == ("declined", None, ())
    roomy = full(buyers=(Buyer("B", 1, (1, 2, 3)),), smes=tuple(Sme(f"S{n}", (1, 2, 3)) for n in (1, 2, 3)), slots=3)
    first_two = replace(roomy, requests=roomy.requests[:2])
    plan = GreedyPlanner().plan(first_two)
    found = Reasons(roomy, plan.placements).of(roomy.request["R3"], "unanswered")
    assert found.changes == (Change("buyer-accepts", 3),)


def test_a_pair_that_is_ruled_out_is_not_advised_anything():
    found = explained(full(forbidden_pairs=frozenset({("B", "S3")})))
    assert (found.reason, found.short_by, found.changes) == ("excluded", None, ())


@given(problems())
def test_every_request_left_out_has_exactly_one_true_reason(problem):
    plan = GreedyPlanner().plan(problem)
    occupancy = Occupancy(problem, plan.placements)
    for request_id, reason in plan.unplaced.items():
        assert occupancy.obstacle(problem.request[request_id]) == reason
        true = [
            claimed
            for claimed in get_args(Reason)
            if not list(violations(problem, replace(plan, unplaced={**plan.unplaced, request_id: claimed})))
        ]
        assert true == [reason]


@given(problems())
def test_each_change_named_makes_the_request_placeable_and_gains(problem):
    plan = GreedyPlanner().plan(problem)
    reasons = Reasons(problem, plan.placements)
    for request_id, reason in plan.unplaced.items():
        request = problem.request[request_id]
        found = reasons.of(request, reason)
        for change in found.changes:
            changed = with_change(problem, request, change)
            assert not _failing(changed, plan, request, change.slot)
            grown = Plan({**plan.placements, request_id: Seat(change.slot, _table(changed, plan, request, change))}, {},
                         "test", 1)  # fmt: skip
            broken = [line for line in violations(changed, grown) if "neither placed" not in line]
            assert broken == []
            assert _value(changed, grown) - _value(problem, plan) == found.worth > 0


@given(problems())
def test_where_no_change_is_named_no_single_one_helps(problem):
    plan = GreedyPlanner().plan(problem)
    reasons = Reasons(problem, plan.placements)
    for request_id, reason in plan.unplaced.items():
        request = problem.request[request_id]
        named = {change.kind for change in reasons.of(request, reason).changes}
        for kind in ("buyer-slot", "sme-slot", "buyer-table", "hall-table", "sme-limit"):
            for slot in range(1, problem.slots + 1):
                if kind == "hall-table" and problem.hall_tables is None:
                    continue
                if kind == "sme-limit" and problem.sme[request.sme].max_meetings is None:
                    continue
                changed = with_change(problem, request, Change(kind, slot))
                fits = not _failing(changed, plan, request, slot) and reason not in {"excluded", "pair-already-met"}
                assert not fits or kind in named


@given(problems())
def test_the_exchange_that_was_short_is_possible(problem):
    """Without some single meeting there is room; and no single meeting makes a better exchange."""
    plan = GreedyPlanner().plan(problem)
    reasons, fixed = Reasons(problem, plan.placements), {kept.request for kept in problem.fixed}
    for request_id, reason in plan.unplaced.items():
        request = problem.request[request_id]
        found = reasons.of(request, reason)
        if reason not in {"buyer-full", "sme-full", "hall-full"}:
            assert found.short_by is None
            continue
        losses = []
        for other in plan.placements.keys() - fixed:
            if problem.request[other].must and not request.must:
                continue
            left = {name: seat for name, seat in plan.placements.items() if name != other}
            occupancy = Occupancy(problem, left)
            if occupancy.obstacle(request) is None:
                change = _value(problem, replace(plan, placements=left)) + occupancy.worth(request)
                better = request.must and not problem.request[other].must
                losses.append(0 if better else _value(problem, plan) - change)
        assert found.short_by == (max(0, min(losses)) if losses else None)


@pytest.mark.parametrize("kind", ["buyer-accepts"])
def test_an_accepted_request_joins_the_problem(kind):
    problem = full()
    newcomer = Request("R9", "B", "S3", 10)
    grown = with_change(problem, newcomer, Change(kind, 1))
    assert grown.request["R9"] == newcomer
    assert with_change(grown, newcomer, Change(kind, 1)) == grown
    assert Board(grown).first_free(newcomer) == 1


def _failing(problem, plan, request, slot):
    return Occupancy(problem, plan.placements).failing(request)[slot]


def _table(problem, plan, request, change):
    used = {
        seat.table
        for other, seat in plan.placements.items()
        if seat.slot == change.slot and problem.request[other].buyer == request.buyer
    }
    return next(table for table in range(1, len(used) + 2) if table not in used)


def _value(problem, plan):
    placed = [problem.request[name] for name in plan.placements]
    return sum(request.score for request in placed) + problem.coverage_bonus * len({r.sme for r in placed})
