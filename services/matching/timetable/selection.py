"""Which requests are met, and in which slots: must first, then value, with the proof that nothing is better.

Must and value are one objective: each must weighs so much that the best timetable places the most of them. That the
weight was enough is checked, not assumed: a separate program over the must candidates alone proves how many can be
placed.

The relaxation with slots is solved over the candidates that can matter at the prices of the relaxation without slots;
those that would still gain at the new prices are let in until none is left or the bound is reached. Its vertices are
whole nearly always; what is not is repaired by an integer program over the columns that the gap leaves possible.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from services.matching.timetable.arrays import Arrays, Flags, Ints
from services.matching.timetable.linear import Basis, Effort, NothingSolvedError
from services.matching.timetable.master import Relaxed, relax
from services.matching.timetable.prices import SCALE, Prices, bound, scaled_bound, surplus
from services.matching.timetable.repair import filled, integer, near
from services.matching.timetable.slot_free import slot_free_prices

MUST_WEIGHT: Final = 3000
"""Three times the best score: displacing more than that for one must is rare, and noticed."""
_DENSE: Final = 0.4
"""With fewer open slots than this share the slot-free prices say little, and the whole relaxation is small."""
_ROUNDS: Final = 30
_HEAVIEST: Final = 3_000_000
_NEAR: Final = 3
_TOLERANCE: Final = SCALE // 1000
"""Gains below a thousandth of a point are the solver's rounding."""


@dataclass(frozen=True, eq=False)
class Selection:
    """Placed candidates with their slots and what is proved so far. Musts and value are without what is fixed."""

    candidate: Ints
    slot: Ints
    must: int
    value: int
    must_bound: int
    value_bound: int
    """Holds for timetables with `must_bound` musts."""
    prices: Prices | None = None
    must_weight: int = MUST_WEIGHT

    @property
    def optimal(self) -> bool:
        return (self.must, self.value) == (self.must_bound, self.value_bound)


Told = Callable[[Selection], None]


def valued(problem: Arrays, candidate: Ints) -> tuple[int, int]:
    """Musts and value (scores and bonus) of placed candidates, without what is fixed."""
    covered = np.unique(problem.sme[candidate][problem.uncovered[problem.sme[candidate]]])
    return int(problem.must[candidate].sum()), int(problem.score[candidate].sum()) + problem.bonus * len(covered)


def bounded(problem: Arrays, candidate: Ints, slot: Ints) -> Selection:
    """A valid selection with bounds that cost nothing: every candidate placed, every SME covered."""
    must, value = valued(problem, np.arange(len(problem.requests), dtype=np.int64))
    return Selection(candidate, slot, *valued(problem, candidate), must, value)


def select(problem: Arrays, first: tuple[Ints, Ints], effort: Effort, told: Told) -> Selection:
    """The best selection from `first` (candidates and slots of any valid one) on; `told` hears of all that gets
    better.
    """
    search = _Search(problem, first, told)
    try:
        search.musts(effort)
        search.run(effort)
    except NothingSolvedError:
        pass  # the effort is spent: what is known stands
    return search.best


class _Search:
    def __init__(self, problem: Arrays, first: tuple[Ints, Ints], told: Told) -> None:
        self._problem: Final = problem
        self._told: Final = told
        self.best = bounded(problem, *first)
        self._weight = MUST_WEIGHT

    def musts(self, effort: Effort) -> None:
        """How many musts can be placed: a program over the musts alone, in which each is worth 1."""
        problem = self._problem
        if not problem.must.any():
            return
        alone = replace(problem, score=np.zeros_like(problem.score), bonus=0)
        relaxed = relax(alone, problem.must, 1, effort, None)
        most = scaled_bound(alone, relaxed.prices, 1) // SCALE
        if not _whole(relaxed):
            columns = np.repeat(problem.must[:, None], problem.slots, axis=1)
            most = min(most, integer(alone, columns, 1, effort).most)
        self._hear(replace(self.best, must_bound=most))

    def run(self, effort: Effort) -> None:
        problem, taking_part, basis = self._problem, np.zeros(len(self._problem.requests), np.bool_), None
        prices = slot_free_prices(problem, self._weight, effort)
        self._bounded(prices)
        dense = problem.open.mean() >= _DENSE if problem.open.size else True
        taking_part |= surplus(problem, prices, self._weight).max(axis=1, initial=-SCALE) >= 0 if dense else True
        for _ in range(_ROUNDS):
            relaxed = self._relaxed(taking_part, effort, basis)
            if self.best.optimal or not relaxed.optimal:
                return
            gaining = surplus(problem, relaxed.prices, self._weight).max(axis=1, initial=-1) > _TOLERANCE
            basis = relaxed.basis
            if (gaining & ~taking_part).any():
                taking_part |= gaining
            elif self._placed_musts(relaxed) < self.best.must_bound - 1e-6 and self._weight < _HEAVIEST:
                self._weight *= 4
            else:
                self._repair(relaxed, effort)
                return

    def _relaxed(self, taking_part: Flags, effort: Effort, basis: Basis | None) -> Relaxed:
        relaxed = relax(self._problem, taking_part, self._weight, effort, basis)
        self._bounded(relaxed.prices)
        if _whole(relaxed):
            taken = relaxed.values > 0.5  # noqa: PLR2004  whole: 0 or 1
            self._placed(relaxed.candidate[taken], relaxed.slot[taken])
        return relaxed

    def _repair(self, relaxed: Relaxed, effort: Effort) -> None:
        """Whole values by a program over the columns without which the bound, then the best known, is not reached."""
        problem, gains = self._problem, surplus(self._problem, relaxed.prices, self._weight)
        self._placed(*filled(problem, relaxed, self._weight))
        proved = scaled_bound(problem, relaxed.prices, self._weight)
        for aim in (self.best.value_bound, self.best.value + 1):
            if self._done():
                return
            target = aim if aim == self.best.value_bound else self.best.value + 1
            lacking = proved - (target + self._weight * self.best.must_bound) * SCALE
            possible = gains >= -lacking
            for hops in range(_NEAR):
                found = integer(problem, possible & near(problem, relaxed, hops), self._weight, effort)
                self._placed(found.candidate, found.slot)
                if self._done():
                    return
            found = integer(problem, possible, self._weight, effort)
            self._placed(found.candidate, found.slot)
            # A better one than `target` has all its columns in the program; its bound or `target` - 1 bounds the rest.
            most = max(found.most - self._weight * self.best.must_bound, target - 1)
            self._hear(replace(self.best, value_bound=min(self.best.value_bound, most)))

    def _done(self) -> bool:
        return self.best.optimal

    def _placed_musts(self, relaxed: Relaxed) -> float:
        return float(relaxed.values[self._problem.must[relaxed.candidate]].sum())

    def _bounded(self, prices: Prices) -> None:
        most = bound(self._problem, prices, self._weight, self.best.must_bound)
        if most < self.best.value_bound:
            self._hear(replace(self.best, value_bound=most, prices=prices, must_weight=self._weight))

    def _placed(self, candidate: Ints, slot: Ints) -> None:
        must, value = valued(self._problem, candidate)
        if (must, value) > (self.best.must, self.best.value):
            self._hear(replace(self.best, candidate=candidate, slot=slot, must=must, value=value))

    def _hear(self, better: Selection) -> None:
        self.best = better
        self._told(better)


def _whole(relaxed: Relaxed) -> bool:
    return relaxed.optimal and bool((np.abs(relaxed.values - np.rint(relaxed.values)) < 1e-6).all())  # noqa: PLR2004
