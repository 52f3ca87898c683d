"""Prices of slots, and the bound that any prices prove in whole numbers.

Linear duality without a solver's tolerance: whoever pays a price for each table, slot, meeting and place in the hall
can gain at most what is bought (every limit at its price) plus the surplus of each candidate and of each covered SME.
That holds for every set of prices that are not negative, so the prices of a solver are rounded to whole 2^-24 parts
and the sum is made in 64-bit integers. The solver's accuracy decides how good the bound is, never whether it is true.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.matching.timetable.arrays import Arrays, Ints

SCALE: Final = 1 << 24
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Prices:
    """Whole multiples of 1 / SCALE, none negative. Shapes as in `Arrays`."""

    table: Ints
    """(B, T) A table of a buyer in a slot."""
    presence: Ints
    """(S, T) An SME in a slot."""
    meeting: Ints
    """(S) One of the meetings that an SME may have."""
    coverage: Ints
    """(S) How much of the bonus its first meeting is credited with; at most the bonus."""
    hall: Ints
    """(T) A place in the hall."""


def whole(values: Floats) -> Ints:
    """Prices of a solver as whole parts; what is negative by its tolerance becomes 0."""
    rounded: Ints = np.rint(np.maximum(values, 0.0) * SCALE).astype(np.int64)
    return rounded


def worth(problem: Arrays, must_weight: int) -> Ints:
    """(P) The score of each candidate and `must_weight` for each must."""
    return problem.score + must_weight * problem.must


def surplus(problem: Arrays, prices: Prices, must_weight: int) -> Ints:
    """(P, T) What a candidate gains in each slot over what it has to pay, in 1 / SCALE; very low where not open."""
    own = worth(problem, must_weight) * SCALE + prices.coverage[problem.sme] - prices.meeting[problem.sme]
    gain = own[:, None] - prices.table[problem.buyer] - prices.presence[problem.sme] - prices.hall[None, :]
    return np.where(problem.open, gain, np.iinfo(np.int64).min // 4)


def scaled_bound(problem: Arrays, prices: Prices, must_weight: int) -> int:
    """An upper bound of score, bonus and `must_weight` x musts over all timetables, in 1 / SCALE, without what is
    fixed.
    """
    best = surplus(problem, prices, must_weight).max(axis=1, initial=0)
    asking = np.zeros(len(problem.sme_room), np.bool_)
    asking[problem.sme] = True
    rest = np.maximum(problem.bonus * SCALE - prices.coverage, 0)[asking & problem.uncovered]
    return (
        int(best.sum())
        + int(rest.sum())
        + int((prices.table * problem.tables).sum())
        + int(prices.presence[problem.sme_free].sum())
        + int((prices.meeting * problem.sme_room).sum())
        + int((prices.hall * problem.hall).sum())
    )


def bound(problem: Arrays, prices: Prices, must_weight: int, musts: int) -> int:
    """The most value of a timetable that places `musts` of the musts that are not fixed, without what is fixed."""
    return (scaled_bound(problem, prices, must_weight) - must_weight * musts * SCALE) // SCALE
