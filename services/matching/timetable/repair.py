"""Whole timetables where the linear relaxation is not whole: by rounding at once, by an integer program exactly."""

from dataclasses import dataclass

import numpy as np

from services.matching.timetable.arrays import Arrays, Flags, Ints
from services.matching.timetable.linear import Effort, maximise
from services.matching.timetable.master import Relaxed, program
from services.matching.timetable.prices import worth


@dataclass(frozen=True, eq=False)
class Repaired:
    """Placed candidates with their slots; `most` bounds the objective over the columns that took part."""

    candidate: Ints
    slot: Ints
    most: int


def integer(problem: Arrays, columns: Flags, must_weight: int, effort: Effort) -> Repaired:
    """The best timetable over the (candidate, slot) pairs flagged in `columns` (P, T).

    Raises:
        NothingSolvedError: the effort was too small.
    """
    asked, candidate, slot = program(problem, columns, must_weight)
    if not len(candidate):
        return Repaired(candidate, slot, 0)
    solved = maximise(asked, effort, whole=True)
    taken = solved.values > 0.5  # noqa: PLR2004  0 or 1 within the solver's tolerance
    return Repaired(candidate[taken], slot[taken], int(np.floor(solved.most + 1e-4)))


def filled(problem: Arrays, relaxed: Relaxed, must_weight: int) -> tuple[Ints, Ints]:
    """A valid timetable near the relaxed one: its columns by falling value and worth, each if it still fits."""
    some = np.flatnonzero(relaxed.values > 1e-6)  # noqa: PLR2004  the solver's tolerance
    weight = worth(problem, must_weight)[relaxed.candidate[some]]
    order = some[np.lexsort((some, -weight, -np.round(relaxed.values[some], 6)))]
    tables, free, room, hall = (
        problem.tables.copy(),
        problem.sme_free.copy(),
        problem.sme_room.copy(),
        problem.hall.copy(),
    )
    taken: dict[int, int] = {}
    for candidate, slot in zip(relaxed.candidate[order].tolist(), relaxed.slot[order].tolist(), strict=True):
        buyer, sme = int(problem.buyer[candidate]), int(problem.sme[candidate])
        if candidate not in taken and tables[buyer, slot] and free[sme, slot] and room[sme] and hall[slot] > 0:
            taken[candidate] = slot
            tables[buyer, slot] -= 1
            free[sme, slot] = False
            room[sme] -= 1
            hall[slot] -= 1
    return np.fromiter(taken, np.int64, len(taken)), np.fromiter(taken.values(), np.int64, len(taken))


def near(problem: Arrays, relaxed: Relaxed, hops: int) -> Flags:
    """(P, T) What is taken in full, and everything of those who meet somebody within `hops` of what is not whole."""
    columns = np.zeros(problem.open.shape, np.bool_)
    in_full = relaxed.values > 1 - 1e-6
    columns[relaxed.candidate[in_full], relaxed.slot[in_full]] = True
    used = np.unique(relaxed.candidate[relaxed.values > 1e-6])  # noqa: PLR2004  the solver's tolerance
    parts = np.unique(relaxed.candidate[(relaxed.values > 1e-6) & ~in_full])  # noqa: PLR2004  the solver's tolerance
    buyers, smes = np.zeros(len(problem.tables), np.bool_), np.zeros(len(problem.sme_room), np.bool_)
    buyers[problem.buyer[parts]] = True
    smes[problem.sme[parts]] = True
    for _ in range(hops):
        reached = used[buyers[problem.buyer[used]] | smes[problem.sme[used]]]
        buyers[problem.buyer[reached]] = True
        smes[problem.sme[reached]] = True
    columns[buyers[problem.buyer] & smes[problem.sme]] = True
    return columns
