"""The capacity curve: how many more meetings another slot, hall table or buyer representative would bring."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from services.matching.timetable.figures import Figures, figures
from services.matching.timetable.plan import Plan, Planner
from services.matching.timetable.problem import Problem
from services.matching.timetable.what_if import Changes, changed

Kind = Literal["slot", "hall-table", "representative"]
STEPS: Final = 3
CANDIDATES: Final = 3
"""Among so many buyers that turned away the most, the next representative is tried at each."""


@dataclass(frozen=True, slots=True)
class Step:
    """`added` of this kind in all, `who` the buyer that got the last one, and what the best plan then reaches."""

    kind: Kind
    added: int
    who: str | None
    reached: Figures
    more_meetings: int
    more_value: int


@dataclass(frozen=True)
class Capacity:
    """The plan as things are, and each step beyond. A kind that nothing limits has no steps."""

    reached: Figures
    steps: tuple[Step, ...]


def capacity(problem: Problem, planner: Planner, *, steps: int = STEPS) -> Capacity:
    """Plan the problem again and again, each time with a little more room."""
    plan = planner.plan(problem)
    reached = figures(problem, plan.placements)

    def step(kind: Kind, added: int, who: str | None, found: Figures) -> Step:
        return Step(kind, added, who, found, found.placed - reached.placed, found.value - reached.value)

    def planned(changes: Changes) -> Figures:
        wider = changed(problem, changes)
        return figures(wider, planner.plan(wider).placements)

    found = [step("slot", added, None, planned(Changes(more_slots=added))) for added in range(1, steps + 1)]
    if problem.hall_tables is not None:
        found += [
            step("hall-table", added, None, planned(Changes(hall_tables=problem.hall_tables + added)))
            for added in range(1, steps + 1)
        ]
    found += [
        step("representative", added, who, best)
        for added, (who, best) in enumerate(_representatives(problem, planner, plan, steps), start=1)
    ]
    return Capacity(reached, tuple(found))


def _representatives(problem: Problem, planner: Planner, plan: Plan, steps: int) -> Iterator[tuple[str, Figures]]:
    """One more representative after the other, each where the value grows the most."""
    for _ in range(steps):
        tried: list[tuple[Figures, str, Problem, Plan]] = []
        for buyer in _asked_in_vain(problem, plan):
            wider = changed(problem, Changes(tables={buyer: problem.buyer[buyer].tables + 1}))
            wider_plan = planner.plan(wider)
            tried.append((figures(wider, wider_plan.placements), buyer, wider, wider_plan))
        if not tried:
            return
        best, who, problem, plan = max(tried, key=lambda one: (one[0].must, one[0].value, one[1]))
        yield who, best


def _asked_in_vain(problem: Problem, plan: Plan) -> list[str]:
    """The buyers whose full tables kept out the most requests."""
    turned_away = Counter(
        problem.request[request_id].buyer for request_id, reason in plan.unplaced.items() if reason == "buyer-full"
    )
    return sorted(turned_away, key=lambda buyer: (-turned_away[buyer], buyer))[:CANDIDATES]
