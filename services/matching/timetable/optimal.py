"""The planner that proves its plan: must first, then value, then a calm day."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Final

from services.matching.timetable.board import Board
from services.matching.timetable.certificate import Certificate
from services.matching.timetable.contradiction import contradiction
from services.matching.timetable.figures import figures_of_slots
from services.matching.timetable.plan import Plan
from services.matching.timetable.problem import Problem
from services.matching.timetable.search import Found, Work, search

SOLVERS: Final = ("highspy", "ortools", "numba", "numpy")
PLANNED_WORK: Final = Work(proof=0.0)
"""A plan is waited for: that no plan as good has fewer breaks is left to the command `solve` to prove."""


class OptimalPlanner:
    """Deterministic: limited by work, never by the clock."""

    NAME: Final = "optimal"
    VERSION: Final = 1

    def __init__(self, work: Work = PLANNED_WORK, seed: int = 1) -> None:
        self._work: Final = work
        self._seed: Final = seed

    def plan(self, problem: Problem) -> Plan:
        """The plan with its certificate.

        Raises:
            ValueError: the fixed meetings contradict each other or the rules; says how.
        """
        why = contradiction(problem)
        if why is not None:
            raise ValueError(why)
        return plan_of(problem, search(problem, self._work, self._seed, lambda _: None), self._seed)


def plan_of(problem: Problem, found: Found, seed: int) -> Plan:
    """A found timetable as a plan. What still fits is added: only a search cut short leaves such requests."""
    board = Board(problem)
    board.keep_fixed()
    slots = found.selection.slot.tolist()
    placed = {
        found.arrays.requests[n]: slot + 1 for n, slot in zip(found.selection.candidate.tolist(), slots, strict=True)
    }
    for request in problem.requests:
        if request.id in placed:
            board.place(request, placed[request.id])
    board.fill()
    return board.finished(OptimalPlanner.NAME, OptimalPlanner.VERSION, certified(problem, board.slots, found, seed))


def certified(problem: Problem, slots: Mapping[str, int], found: Found, seed: int) -> Certificate:
    """What the search proved, beside the objective of the plan that was made of it."""
    reached = figures_of_slots(problem, slots)
    must_bound = found.selection.must_bound + found.arrays.fixed_must
    value_bound = found.selection.value_bound + found.arrays.fixed_value
    best = (reached.must, reached.value) == (must_bound, value_bound)
    return Certificate(
        status="optimal" if best else "feasible",
        must=reached.must,
        must_bound=must_bound,
        value=reached.value,
        value_bound=value_bound,
        breaks=reached.breaks,
        breaks_bound=found.breaks_bound,
        only_late=reached.only_late,
        seed=seed,
        versions=tuple((name, version(name)) for name in SOLVERS),
    )
