"""Calming a day by annealing: same meetings, other slots; fewer breaks, then fewer SMEs that meet late only."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.matching.timetable.annealing import compiled
from services.matching.timetable.arrays import Arrays, Ints
from services.matching.timetable.day import WIDEST_HALF, breaks, breaks_of_sets, halves, late_slots, only_late

HOT: Final = 0.6
COLD: Final = 0.1
OVERFLOW_PRICE: Final = 1.0
"""Measured at 20 million moves: hotter or colder by half loses a few breaks, a price between 0.7 and 2 is as good."""
_BREAK: Final = 1000
"""One break outweighs all late SMEs that a chain can change: they come second."""
_GOLDEN: Final = 0x9E3779B97F4A7C15
_MASK: Final = (1 << 64) - 1


@dataclass(frozen=True, eq=False)
class Day:
    """The slots of the placed candidates, how many breaks they cause, and how many SMEs meet late only."""

    slot: Ints
    breaks: int
    only_late: int


class Calming:
    """Anneals the slots of chosen candidates. `run` may be called again: it goes on from the best day."""

    def __init__(self, problem: Arrays, candidate: Ints, slot: Ints, seed: int, *, quick: bool) -> None:
        """`quick`: compile the loop, which pays from some hundred thousand moves on."""
        self._problem: Final = problem
        self._candidate: Final = candidate
        self._current = np.concatenate([slot, problem.fixed_slot])
        self._state: Final = np.array([((seed + 1) * _GOLDEN) & _MASK | 1], np.uint64)
        self.day = Day(slot, breaks(problem, candidate, slot), only_late(problem, candidate, slot))
        before, after = halves(problem)
        self._possible = max(before, after) <= WIDEST_HALF and len(candidate) > 0
        if not self._possible:
            return
        bits = 1 << np.arange(problem.slots, dtype=np.int64)
        tables, hall = problem.tables.copy(), problem.hall.copy()
        np.add.at(tables, (problem.fixed_buyer, problem.fixed_slot), 1)
        np.add.at(hall, problem.fixed_slot, 1)
        own = (problem.open[candidate] * bits).sum(axis=1)
        self._loop = compiled(worthwhile=quick)
        self._meetings = (
            np.concatenate([problem.buyer[candidate], problem.fixed_buyer]),
            np.concatenate([problem.sme[candidate], problem.fixed_sme]),
            np.concatenate([own, bits[problem.fixed_slot]]),
        )
        self._limits = (
            tables,
            hall,
            breaks_of_sets(max(before, after)),
            len(problem.sme_room),
            before,
            late_slots(problem),
        )

    def run(self, moves: int, hot: float, cold: float, *, spread: bool = False) -> Day:
        """The best day after so many moves; `spread`: late SMEs count, too, and no break may come back."""
        if not self._possible or moves <= 0:
            return self.day
        if spread:
            self._current = np.concatenate([self.day.slot, self._problem.fixed_slot])
        best = np.concatenate([self.day.slot, self._problem.fixed_slot])
        weights = (_BREAK, 1) if spread else (1, 0)
        self._loop(
            *self._meetings, self._current, best, *self._limits, *weights, moves, hot, cold,
            OVERFLOW_PRICE * weights[0], self._state,
        )  # fmt: skip
        found = best[: len(self._candidate)]
        day = Day(
            found, breaks(self._problem, self._candidate, found), only_late(self._problem, self._candidate, found)
        )
        if (day.breaks, day.only_late) < (self.day.breaks, self.day.only_late):
            self.day = day
        return self.day


def temperature(share: float) -> float:
    """The temperature after that share of the moves (0 to 1)."""
    return float(HOT * (COLD / HOT) ** min(max(share, 0.0), 1.0))
