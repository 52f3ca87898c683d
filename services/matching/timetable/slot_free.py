"""The relaxation without slots: how many meetings each side has room for, not when. A network, solved in no time.

Its prices are prices of slots, the same in all slots of a participant, and so are a proof (`prices`). They also say
which candidates can matter at all.
"""

import numpy as np

from services.matching.timetable.arrays import Arrays
from services.matching.timetable.linear import Credits, Effort, Limits, Program, maximise
from services.matching.timetable.prices import Prices, whole, worth


def slot_free_prices(problem: Arrays, must_weight: int, effort: Effort) -> Prices:
    """The best prices that are the same in every slot.

    Raises:
        NothingSolvedError: the effort was too small.
    """
    candidates = len(problem.requests)
    free = problem.sme_free.sum(axis=1)
    by_slots = free < problem.sme_room
    everyone = np.arange(candidates, dtype=np.int64)
    uncovered = problem.uncovered[problem.sme]
    limits = [
        Limits(problem.buyer, problem.tables.sum(axis=1)),
        Limits(problem.sme, np.minimum(free, problem.sme_room)),
    ]
    if problem.hall_limits:
        limits.append(Limits(np.zeros(candidates, np.int64), problem.hall.sum(keepdims=True)))
    program = Program(
        worth(problem, must_weight),
        everyone,
        tuple(limits),
        Credits(np.where(uncovered, problem.sme, -1), np.unique(problem.sme[uncovered]), problem.bonus),
    )
    solved = maximise(program, effort)
    table, own, coverage = solved.prices[0], solved.prices[1], np.zeros(len(free))
    coverage[: len(solved.prices[-1])] = solved.prices[-1]
    slots = problem.slots
    return Prices(
        table=np.repeat(whole(table)[:, None], slots, axis=1),
        presence=np.repeat(whole(np.where(by_slots, own, 0.0))[:, None], slots, axis=1),
        meeting=whole(np.where(by_slots, 0.0, own)),
        coverage=whole(coverage),
        hall=np.repeat(whole(solved.prices[2]), slots) if problem.hall_limits else np.zeros(slots, np.int64),
    )
