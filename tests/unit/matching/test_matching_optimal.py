"""The optimal planner against every timetable that there is: must, value and breaks, and what it proves."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_matching_planner import problems, small

from services.matching.timetable.annealing import anneal
from services.matching.timetable.arrays import arrays
from services.matching.timetable.calm import Calming
from services.matching.timetable.checker import violations
from services.matching.timetable.day import breaks, only_late
from services.matching.timetable.figures import figures_of_slots
from services.matching.timetable.greedy import GreedyPlanner
from services.matching.timetable.linear import Effort
from services.matching.timetable.optimal import OptimalPlanner
from services.matching.timetable.prices import SCALE, Prices, bound
from services.matching.timetable.problem import Buyer, Fixed, Problem, Request, Sme
from services.matching.timetable.search import Work, search
from services.matching.timetable.selection import select

PROVING = OptimalPlanner(Work(proof=20.0, few_moves=200))


@st.composite
def tiny(draw) -> Problem:
    """So small that all timetables can be listed."""
    slots = draw(st.integers(2, 5))
    available = st.sets(st.integers(1, slots), min_size=1).map(lambda found: tuple(sorted(found)))
    buyers = tuple(Buyer(f"B{n}", draw(st.integers(1, 2)), draw(available)) for n in range(draw(st.integers(1, 3))))
    limit = st.none() | st.integers(1, 2)
    smes = tuple(Sme(f"S{n}", draw(available), draw(limit)) for n in range(draw(st.integers(1, 3))))
    pair = st.tuples(st.sampled_from([b.id for b in buyers]), st.sampled_from([s.id for s in smes]))
    asked = draw(st.lists(st.tuples(pair, st.integers(1, 4), st.booleans()), max_size=5))
    requests = tuple(Request(f"R{n}", *who, 100 * points, must) for n, (who, points, must) in enumerate(asked))
    return Problem(
        "tiny", slots, buyers, smes, requests, lunch_after=draw(st.none() | st.integers(1, slots - 1)),
        hall_tables=draw(st.none() | st.integers(1, 2)), coverage_bonus=draw(st.sampled_from([0, 150])),
    )  # fmt: skip


def best(problem: Problem) -> tuple[int, int, int]:
    """Must, value and breaks of the best of all timetables, each listed and checked."""
    found = (-1, 0, 0)
    names = [request.id for request in problem.requests]
    for slots in product(range(problem.slots + 1), repeat=len(names)):
        placed = {name: slot for name, slot in zip(names, slots, strict=True) if slot}
        if _allowed(problem, placed):
            here = figures_of_slots(problem, placed)
            found = max(found, (here.must, here.value, -here.breaks))
    return found[0], found[1], -found[2]


def _allowed(problem: Problem, placed: dict[str, int]) -> bool:
    sme_slots, pairs, tables, hall, meetings = set(), set(), {}, {}, {}
    for name, slot in placed.items():
        request = problem.request[name]
        buyer, sme = problem.buyer[request.buyer], problem.sme[request.sme]
        if slot not in buyer.available or slot not in sme.available or (sme.id, slot) in sme_slots:
            return False
        if (buyer.id, sme.id) in pairs or (buyer.id, sme.id) in problem.forbidden_pairs:
            return False
        sme_slots.add((sme.id, slot))
        pairs.add((buyer.id, sme.id))
        tables[buyer.id, slot] = tables.get((buyer.id, slot), 0) + 1
        hall[slot] = hall.get(slot, 0) + 1
        meetings[sme.id] = meetings.get(sme.id, 0) + 1
        if tables[buyer.id, slot] > buyer.tables or meetings[sme.id] > (sme.max_meetings or problem.slots):
            return False
        if problem.hall_tables is not None and hall[slot] > problem.hall_tables:
            return False
    return all(placed.get(fixed.request) == fixed.slot for fixed in problem.fixed)


@settings(deadline=None, max_examples=60)
@given(tiny())
def test_must_value_and_breaks_are_those_of_the_best_of_all_timetables(problem):
    plan = PROVING.plan(problem)
    proof = plan.certificate
    assert list(violations(problem, plan)) == []
    assert (proof.must, proof.value, proof.breaks) == best(problem)
    assert (proof.status, proof.must_bound, proof.value_bound) == ("optimal", proof.must, proof.value)
    assert proof.breaks_bound <= proof.breaks


@settings(deadline=None, max_examples=40)
@given(tiny(), st.data())
def test_bounds_hold_for_any_prices_and_weights(problem, data):
    """The proof does not rest on where the prices come from."""
    cells = arrays(problem)
    price = st.integers(0, 300 * SCALE)

    def some(shape):
        size = int(np.prod(shape))
        drawn = data.draw(st.lists(price, min_size=size, max_size=size))
        return np.array(drawn, np.int64).reshape(shape)

    sme = len(problem.smes)
    prices = Prices(
        some(cells.tables.shape), some(cells.sme_free.shape), some(sme),
        np.where(cells.uncovered, np.minimum(some(sme), problem.coverage_bonus * SCALE), 0), some(cells.slots),
    )  # fmt: skip
    must, value, _ = best(problem)
    assert bound(cells, prices, data.draw(st.integers(0, 5000)), must) >= value


@settings(deadline=None, max_examples=40)
@given(problems())
def test_nothing_is_better_than_what_is_proved_and_the_same_plan_is_found_again(problem):
    plan, greedy = OptimalPlanner().plan(problem), GreedyPlanner().plan(problem)
    assert list(violations(problem, plan)) == []
    proof = plan.certificate
    assert proof.status == "optimal"
    simple = figures_of_slots(problem, {request: seat.slot for request, seat in greedy.placements.items()})
    assert (proof.must, proof.value) >= (simple.must, simple.value)
    assert plan == OptimalPlanner().plan(problem)


@settings(deadline=None, max_examples=40)
@given(problems(), st.integers(0, 3))
def test_annealing_keeps_meetings_and_rules_and_makes_nothing_worse(problem, seed):
    cells = arrays(problem)
    empty = np.zeros(0, np.int64)
    found = select(cells, (empty, empty), Effort(), lambda _: None)
    calming = Calming(cells, found.candidate, found.slot, seed, quick=False)
    before = calming.day
    for hot, cold, spread in ((0.6, 0.2, False), (0.2, 0.1, True)):
        day = calming.run(300, hot, cold, spread=spread)
        assert (day.breaks, day.only_late) <= (before.breaks, before.only_late)
        assert day.breaks == breaks(cells, found.candidate, day.slot)
        assert day.only_late == only_late(cells, found.candidate, day.slot)
        slots = {cells.requests[n]: slot + 1 for n, slot in zip(found.candidate, day.slot.tolist(), strict=True)}
        slots |= {fixed.request: fixed.slot for fixed in problem.fixed}
        assert _allowed(problem, slots)
        before = day


def test_the_compiled_loop_takes_the_same_way_as_the_plain_one():
    pytest.importorskip("numba")
    problem = spread_day()
    cells, empty = arrays(problem), np.zeros(0, np.int64)
    found = select(cells, (empty, empty), Effort(), lambda _: None)
    days = [
        Calming(cells, found.candidate, found.slot, 3, quick=quick).run(2000, 0.6, 0.1).slot.tolist()
        for quick in (True, False)
    ]
    assert days[0] == days[1]
    assert anneal.__module__ == "services.matching.timetable.annealing"


def spread_day() -> Problem:
    """Five SMEs ask three buyers in six slots: easily placed, and with breaks that can be had or avoided."""
    everybody = (1, 2, 3, 4, 5, 6)
    return Problem(
        "spread", 6, tuple(Buyer(f"B{n}", 1 + n % 2, everybody) for n in range(3)),
        tuple(Sme(f"S{n}", everybody) for n in range(5)),
        tuple(Request(f"R{b}{s}", f"B{b}", f"S{s}", 500 + b + s) for b in range(3) for s in range(5)), lunch_after=3,
    )  # fmt: skip


def test_a_calm_day_has_no_break_that_can_be_avoided():
    plan = PROVING.plan(spread_day())
    assert (plan.certificate.breaks, plan.certificate.breaks_bound) == (0, 0)


def test_a_must_goes_before_any_value():
    everyone = (1,)
    rich = tuple(Request(f"R{n}", f"B{n}", "S0", 1000) for n in range(1))
    poor = (Request("M", "B0", "S1", 1, must=True),)
    problem = Problem("must", 1, (Buyer("B0", 1, everyone),), (Sme("S0", (1,)), Sme("S1", (1,))), rich + poor)
    assert list(OptimalPlanner().plan(problem).placements) == ["M"]


def test_the_bound_holds_when_the_work_ends_at_once_and_the_plan_is_whole():
    stopped = OptimalPlanner(Work(iterations=0, nodes=0, moves=0, few_moves=0, proof=0.0))
    plan = stopped.plan(small())
    assert list(violations(small(), plan)) == []
    full = OptimalPlanner().plan(small()).certificate
    assert plan.certificate.value <= full.value <= plan.certificate.value_bound
    assert plan.certificate.must <= full.must <= plan.certificate.must_bound


def test_what_is_told_on_the_way_only_gets_better():
    told = []
    search(spread_day(), Work(), 1, told.append)
    figures = [(f.selection.must, f.selection.value, -f.breaks) for f in told]
    assert figures == sorted(figures)
    assert [f.selection.value_bound for f in told] == sorted((f.selection.value_bound for f in told), reverse=True)
    assert told[0].phase == "first"


def test_no_time_left_still_gives_the_first_plan():
    found = search(spread_day(), Work(), 1, lambda _: None, lambda: 0.0)
    assert len(found.selection.candidate) > 0
    assert found.selection.value <= found.selection.value_bound


def test_the_objective_counts_breaks_as_the_field_does():
    problem = Problem(
        "breaks", 6, (Buyer("B", 1, (1, 2, 3, 4, 5, 6)),), (Sme("S", (1, 2, 3, 4, 5, 6)),), (), lunch_after=3
    )
    requests = tuple(Request(f"R{n}", "B", "S", 1) for n in range(4))
    problem = replace(problem, requests=requests, coverage_bonus=10)
    for slots, expected in (((1, 3, 4, 6), 4), ((1, 4), 0), ((1, 2, 6), 0), ((4, 6), 2)):
        placed = {f"R{n}": slot for n, slot in enumerate(slots)}
        late = int(len(slots) > 1 and min(slots) > 4)
        found = figures_of_slots(problem, placed)
        assert (found.must, found.value, found.breaks, found.only_late) == (0, len(slots) + 10, expected, late)


def test_a_fixed_contradiction_is_refused_in_words():
    problem = replace(small(), fixed=(Fixed("R5", 3),))
    with pytest.raises(ValueError, match=r"R5 .* S2 is not available in slot 3"):
        OptimalPlanner().plan(problem)
