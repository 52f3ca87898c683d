"""What makes a day calm or not, as whole numbers: breaks of everybody, SMEs that meet late only."""

from typing import Final

import numpy as np

from services.matching.timetable.arrays import Arrays, Ints

WIDEST_HALF: Final = 22
"""Slots of a half-day up to which all sets of them are tabulated (32 MB)."""


def breaks_of_sets(slots: int) -> Ints:
    """(2 ** slots) The breaks of each set of slots within a half-day: its runs but one."""
    sets = np.arange(1 << slots, dtype=np.int64)
    starts = sets & ~(sets << 1)
    but_one: Ints = np.maximum(np.bitwise_count(starts).astype(np.int64) - 1, 0)
    return but_one


def halves(problem: Arrays) -> tuple[int, int]:
    """Slots before and after lunch; all before it when there is no lunch."""
    before = problem.slots if problem.lunch_after is None else min(max(problem.lunch_after, 0), problem.slots)
    return before, problem.slots - before


def late_slots(problem: Arrays) -> int:
    """A bit for each slot of the last third of the day (0 with fewer than three)."""
    first = problem.slots - problem.slots // 3
    return sum(1 << slot for slot in range(first, problem.slots))


def busy(who: Ints, slot: Ints, count: int, slots: int) -> Ints:
    """(count, slots) 1 where somebody has a meeting, 0 elsewhere."""
    found = np.zeros((count, slots), np.int64)
    found[who, slot] = 1
    return found


def breaks(problem: Arrays, candidate: Ints, slot: Ints) -> int:
    """Breaks of all buyers and SMEs, fixed meetings included."""
    meetings = np.concatenate([slot, problem.fixed_slot])
    before = halves(problem)[0]
    total = 0
    for of_candidates, of_fixed, count in (
        (problem.buyer[candidate], problem.fixed_buyer, len(problem.tables)),
        (problem.sme[candidate], problem.fixed_sme, len(problem.sme_room)),
    ):
        used = busy(np.concatenate([of_candidates, of_fixed]), meetings, count, problem.slots)
        for half in (used[:, :before], used[:, before:]):
            starts = half[:, :1].sum(axis=1) + (np.diff(half, axis=1) > 0).sum(axis=1)
            total += int(np.maximum(starts - 1, 0).sum())
    return total


def only_late(problem: Arrays, candidate: Ints, slot: Ints) -> int:
    """SMEs with two meetings or more, all of them in the last third of the day."""
    smes = np.concatenate([problem.sme[candidate], problem.fixed_sme])
    used = busy(smes, np.concatenate([slot, problem.fixed_slot]), len(problem.sme_room), problem.slots)
    late = problem.slots - problem.slots // 3
    return int(((used.sum(axis=1) > 1) & (used[:, :late].sum(axis=1) == 0)).sum())
