"""What would be: changed problems, the capacity curve, fairness; nothing real is touched by asking."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from test_matching_planner import problems

from services.matching.timetable.capacity import capacity
from services.matching.timetable.checker import violations
from services.matching.timetable.fairness import fairness
from services.matching.timetable.figures import figures
from services.matching.timetable.greedy import GreedyPlanner
from services.matching.timetable.problem import Buyer, Problem, Request, Sme
from services.matching.timetable.what_if import Changes, changed

CROWDED = Problem(
    "crowded", 1, (Buyer("B1", 1, (1,)), Buyer("B2", 1, (1,))), tuple(Sme(f"S{n}", (1,)) for n in range(5)),
    (*(Request(f"R{n}", "B1", f"S{n}", 100 + n) for n in range(4)), Request("R4", "B2", "S4", 50)),
    hall_tables=2, coverage_bonus=250,
)  # fmt: skip


def test_each_kind_of_room_brings_what_it_can():
    found = capacity(CROWDED, GreedyPlanner(), steps=2)
    assert (found.reached.placed, found.reached.value) == (2, 103 + 50 + 500)
    steps = {(step.kind, step.added): (step.more_meetings, step.who) for step in found.steps}
    assert steps == {
        ("slot", 1): (1, None), ("slot", 2): (2, None),
        # The buyer has one table: a larger hall is of no use. And another one takes the place of somebody else's.
        ("hall-table", 1): (0, None), ("hall-table", 2): (0, None),
        ("representative", 1): (0, "B1"), ("representative", 2): (0, "B1"),
    }  # fmt: skip
    roomy = capacity(replace(CROWDED, hall_tables=None), GreedyPlanner(), steps=2)
    assert {(step.kind, step.added): (step.more_meetings, step.who) for step in roomy.steps} == {
        ("slot", 1): (1, None), ("slot", 2): (2, None),
        ("representative", 1): (1, "B1"), ("representative", 2): (2, "B1"),
    }  # fmt: skip


def test_the_bonus_covers_more_smes_and_says_what_that_costs():
    two = Problem(
        "bonus", 1, (Buyer("B1", 1, (1,)), Buyer("B2", 1, (2,))), (Sme("S1", (1, 2)), Sme("S2", (2,)), Sme("S3", (1,))),
        (Request("R1", "B1", "S1", 900), Request("R2", "B2", "S1", 800), Request("R3", "B2", "S2", 700)),
        coverage_bonus=250,
    )  # fmt: skip
    two = replace(two, slots=2)

    class Best:
        """The best plan, by trying all."""

        def plan(self, problem):
            plans = (
                GreedyPlanner().plan(replace(problem, requests=tuple(r for r in problem.requests if r.id in kept)))
                for kept in ({"R1", "R2"}, {"R1", "R3"})
            )
            return max(plans, key=lambda plan: figures(problem, plan.placements).value)

    plan = Best().plan(two)
    found = fairness(two, plan.placements, Best(), {"S1": "seoul", "S2": "seoul", "S3": "busan"})
    assert (found.overall.smes, found.overall.covered, found.overall.per_mille) == (3, 2, 666)
    assert [(share.group, share.covered, share.smes) for share in found.groups] == [("busan", 0, 1), ("seoul", 2, 2)]
    assert found.meetings == {0: 1, 1: 2}
    bonus = found.bonus
    assert (bonus.covered, bonus.covered_without, bonus.score, bonus.score_without) == (2, 1, 1600, 1700)
    assert bonus.cost == 100


CHANGES = st.builds(
    Changes,
    more_slots=st.integers(0, 2),
    more_tables=st.integers(0, 2),
    tables=st.dictionaries(st.sampled_from(["B0", "B1", "B9"]), st.integers(1, 3)),
    hall_tables=st.none() | st.integers(1, 3),
    without=st.sets(st.sampled_from(["B0", "S0", "S1", "S9"])),
    coverage_bonus=st.none() | st.integers(0, 500),
)


@given(problems(), CHANGES)
def test_a_changed_problem_can_be_planned_and_keeps_what_is_fixed(problem, changes):
    other = changed(problem, changes)
    plan = GreedyPlanner().plan(other)
    assert list(violations(other, plan)) == []
    staying = {kept for kept in problem.fixed if kept.request in other.request}
    assert set(other.fixed) == staying
    assert not {request.buyer for request in other.requests} & changes.without
    assert changed(problem, Changes()).requests == problem.requests


@given(problems())
def test_asking_for_capacity_leaves_the_plan_as_it_is(problem):
    found = capacity(problem, GreedyPlanner(), steps=1)
    assert found.reached == figures(problem, GreedyPlanner().plan(problem).placements)
    for step in found.steps:
        assert step.more_meetings == step.reached.placed - found.reached.placed
