"""The whole search: a plan at once, then must and value with their proof, then a calm day, then its proof.

Pure: what may take time is counted in work (simplex iterations, moves, deterministic time), so that the same problem
and effort give the same plan everywhere. Who wants a limit in seconds hands in what is left of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from services.matching.timetable.arrays import Arrays, Ints, arrays
from services.matching.timetable.calm import COLD, Calming, temperature
from services.matching.timetable.calm_proof import face, fewest_breaks
from services.matching.timetable.day import breaks, only_late
from services.matching.timetable.greedy import GreedyPlanner
from services.matching.timetable.linear import Effort
from services.matching.timetable.problem import Problem
from services.matching.timetable.selection import Selection, bounded, select

Phase = Literal["first", "selection", "calm", "proof", "spread"]
FEW: Final = 600
"""Meetings up to which the loop in plain Python is faster than loading the compiled one."""
_PIECES: Final = 40


@dataclass(frozen=True)
class Work:
    """How much work each phase may take. `moves` are annealing moves a meeting, `few_moves` those without compiling."""

    moves: int = 6_000
    few_moves: int = 80
    proof: float = 60.0
    """Deterministic time of CP-SAT, about seconds."""
    proof_cells: int = 8_000
    """The largest optimal face (candidate, slot) that a proof is tried on."""
    workers: int = 1
    iterations: int = 2_000_000
    nodes: int = 5_000


@dataclass(frozen=True, eq=False)
class Found:
    """The best timetable known at some moment, and what is proved. Figures are without the fixed meetings."""

    phase: Phase
    arrays: Arrays
    selection: Selection
    breaks: int
    breaks_bound: int
    only_late: int


Told = Callable[[Found], None]
Remaining = Callable[[], float]


def without_end() -> float:
    """Seconds that are left when only work is limited."""
    return float("inf")


def search(problem: Problem, work: Work, seed: int, told: Told, remaining: Remaining = without_end) -> Found:
    """The best timetable within `work` (and the seconds that `remaining` tells); `told` hears of every better one.

    The fixed meetings must contradict nothing (see `contradiction`).
    """
    return _Search(problem, work, seed, told, remaining).run()


class _Search:
    def __init__(self, problem: Problem, work: Work, seed: int, told: Told, remaining: Remaining) -> None:
        self._work: Final = work
        self._seed: Final = seed
        self._told: Final = told
        self._remaining: Final = remaining
        self._found = first(problem)
        self._arrays: Final = self._found.arrays

    def run(self) -> Found:
        work = self._work
        self._told(self._found)
        effort = Effort(self._remaining(), work.iterations, work.nodes)
        start = (self._found.selection.candidate, self._found.selection.slot)
        self._selected(select(self._arrays, start, effort, self._selected))
        candidates = len(self._found.selection.candidate)
        quick = candidates > FEW
        calming = Calming(
            self._arrays, self._found.selection.candidate, self._found.selection.slot, self._seed, quick=quick
        )
        moves = candidates * (work.moves if quick else work.few_moves)
        self._calm(calming, moves)
        if self._prove():
            selection = self._found.selection
            calming = Calming(self._arrays, selection.candidate, selection.slot, self._seed, quick=quick)
        self._spread(calming, moves // 4)
        return self._found

    def _selected(self, selection: Selection) -> None:
        self._hear(_assessed("selection", self._arrays, selection))

    def _calm(self, calming: Calming, moves: int) -> None:
        """The temperature falls with the moves or with the time, whichever is further."""
        share, at_start = 0.0, self._remaining()
        for piece in range(_PIECES):
            if share >= 1.0 or self._found.breaks == 0:
                break
            spent = 1 - self._remaining() / at_start if 0 < at_start < float("inf") else float(at_start <= 0)
            after = max((piece + 1) / _PIECES, min(spent * 1.2, 1.0))
            day = calming.run(moves // _PIECES, temperature(share), temperature(after))
            share = after
            self._hear(self._with_slots(day.slot, "calm"))

    def _prove(self) -> bool:
        """Whether the optimal face gave other meetings or slots than were known."""
        found, work = self._found, self._work
        if not found.selection.optimal or found.breaks == 0 or min(work.proof, self._remaining()) <= 0:
            return False
        if int(face(self._arrays, found.selection).sum()) > work.proof_cells:
            return False
        fewest = fewest_breaks(
            self._arrays, found.selection, found.selection.slot,
            work=work.proof, seconds=self._remaining(), workers=work.workers, seed=self._seed,
        )  # fmt: skip
        better = fewest.candidate is not None and fewest.slot is not None and fewest.breaks < found.breaks
        if better:
            assert fewest.candidate is not None and fewest.slot is not None  # noqa: S101, PT018  for the type checker
            found = replace(found, selection=replace(found.selection, candidate=fewest.candidate, slot=fewest.slot))
            self._found = found
            found = self._with_slots(fewest.slot, "proof")
        self._hear(replace(found, phase="proof", breaks_bound=max(found.breaks_bound, fewest.bound)))
        return better

    def _spread(self, calming: Calming, moves: int) -> None:
        if self._found.only_late and self._remaining() > 0:
            day = calming.run(moves, COLD, COLD / 2, spread=True)
            self._hear(self._with_slots(day.slot, "spread"))

    def _with_slots(self, slot: Ints, phase: Phase) -> Found:
        found = self._found
        where = (self._arrays, found.selection.candidate, slot)
        return replace(
            found, phase=phase, selection=replace(found.selection, slot=slot),
            breaks=breaks(*where), only_late=only_late(*where),
        )  # fmt: skip

    def _hear(self, found: Found) -> None:
        self._found = found
        self._told(found)


def first(problem: Problem) -> Found:
    """The greedy plan as candidates and slots (of each pair both take the same request), with bounds that cost
    nothing.
    """
    cells = arrays(problem)
    plan, place = GreedyPlanner().plan(problem), {request: n for n, request in enumerate(cells.requests)}
    taken = [(place[request], seat.slot - 1) for request, seat in plan.placements.items() if request in place]
    found = np.array(sorted(taken), np.int64).reshape(-1, 2)
    return _assessed("first", cells, bounded(cells, found[:, 0], found[:, 1]))


def _assessed(phase: Phase, cells: Arrays, selection: Selection) -> Found:
    where = (cells, selection.candidate, selection.slot)
    return Found(phase, cells, selection, breaks(*where), 0, only_late(*where))
