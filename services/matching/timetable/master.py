"""The linear relaxation with slots over a part of the candidates, each with all of its open slots."""

from dataclasses import dataclass

import numpy as np

from services.matching.timetable.arrays import Arrays, Flags, Ints
from services.matching.timetable.linear import Basis, Credits, Effort, Limits, Program, Solved, maximise
from services.matching.timetable.prices import Floats, Prices, whole, worth


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Columns are (candidate, slot) with a value each; `optimal` over the candidates that took part."""

    candidate: Ints
    slot: Ints
    values: Floats
    prices: Prices
    basis: Basis | None
    optimal: bool


def program(problem: Arrays, columns: Flags, must_weight: int) -> tuple[Program, Ints, Ints]:
    """The program over the (candidate, slot) pairs flagged in `columns` (P, T), and candidate and slot of each
    column.
    """
    candidate, slot = (found.astype(np.int64) for found in np.nonzero(columns & problem.open))
    slots = problem.slots
    buyer, sme = problem.buyer[candidate], problem.sme[candidate]
    limits = [
        Limits(buyer * slots + slot, problem.tables.ravel()),
        Limits(sme * slots + slot, np.ones(problem.sme_free.size, np.int64)),
        Limits(sme, problem.sme_room),
        Limits(candidate, np.ones(len(problem.requests), np.int64)),
    ]
    if problem.hall_limits:
        limits.append(Limits(slot, problem.hall))
    uncovered = problem.uncovered[sme]
    credits_ = Credits(np.where(uncovered, sme, -1), np.unique(sme[uncovered]), problem.bonus)
    names = candidate * slots + slot
    return Program(worth(problem, must_weight)[candidate], names, tuple(limits), credits_), candidate, slot


def relax(problem: Arrays, taking_part: Flags, must_weight: int, effort: Effort, start: Basis | None) -> Relaxed:
    """The relaxation over the candidates flagged in `taking_part` (P).

    Raises:
        NothingSolvedError: the effort was too small.
    """
    asked, candidate, slot = program(problem, np.repeat(taking_part[:, None], problem.slots, axis=1), must_weight)
    solved = maximise(asked, effort, start=start)
    return Relaxed(
        candidate, slot, solved.values, _prices(problem, solved, asked.credits.owners), solved.basis, solved.optimal
    )


def _prices(problem: Arrays, solved: Solved, owners: Ints) -> Prices:
    coverage = np.zeros(len(problem.sme_room))
    coverage[: len(solved.prices[-1])] = solved.prices[-1]
    # SMEs of whom nobody takes part keep the whole bonus as their credit: that is what a first meeting earns.
    without = problem.uncovered.copy()
    without[owners] = False
    coverage[without] = problem.bonus
    return Prices(
        table=whole(solved.prices[0]).reshape(problem.tables.shape),
        presence=whole(solved.prices[1]).reshape(problem.sme_free.shape),
        meeting=whole(solved.prices[2]),
        coverage=whole(coverage),
        hall=whole(solved.prices[4]) if problem.hall_limits else np.zeros(problem.slots, np.int64),
    )
