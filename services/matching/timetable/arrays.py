"""A problem as arrays of whole numbers: what is still open once the fixed meetings have taken their places."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.matching.timetable.problem import Problem

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Arrays:
    """One candidate a pair; slots are counted from 0. Shapes: P candidates, B buyers, S SMEs, T slots.

    Of several requests of one pair only one can be placed, and the best of them is as good as any: a must one before
    all others, then the highest score. What is fixed, forbidden or without a possible slot is no candidate.
    """

    requests: tuple[str, ...]
    """(P) The request of each candidate."""
    buyer: Ints
    """(P) The buyer of each candidate, by its place in the problem."""
    sme: Ints
    """(P) The SME of each candidate, by its place in the problem."""
    score: Ints
    """(P) Its score."""
    must: Flags
    """(P) Whether it goes before all others."""
    open: Flags
    """(P, T) The slots in which both sides are there and nothing fixed is in the way."""
    tables: Ints
    """(B, T) Tables that are left; none where the buyer is away."""
    sme_room: Ints
    """(S) Meetings that the SME may still have."""
    sme_free: Flags
    """(S, T) Slots in which the SME is there and has no fixed meeting."""
    uncovered: Flags
    """(S) SMEs without a fixed meeting: their first one earns the bonus."""
    hall: Ints
    """(T) Room that is left in the hall; as much as there are tables where it has no limit."""
    bonus: int
    fixed_buyer: Ints
    """(F) The buyer of each fixed meeting."""
    fixed_sme: Ints
    """(F) Its SME."""
    fixed_slot: Ints
    """(F) Its slot."""
    fixed_must: int
    """Must requests among the fixed ones."""
    fixed_value: int
    """Scores of the fixed meetings and the bonus of the SMEs that they cover."""
    lunch_after: int | None

    @property
    def slots(self) -> int:
        return int(self.tables.shape[1])

    @property
    def hall_limits(self) -> bool:
        """Whether the hall can be full in a slot before all tables are taken."""
        return bool((self.hall < self.tables.sum(axis=0)).any())


def arrays(problem: Problem) -> Arrays:
    """The arrays of a problem whose fixed meetings contradict nothing (see `contradiction`)."""
    slots: Final = problem.slots
    buyer_at = {buyer.id: place for place, buyer in enumerate(problem.buyers)}
    sme_at = {sme.id: place for place, sme in enumerate(problem.smes)}
    tables = np.zeros((len(problem.buyers), slots), np.int64)
    for place, buyer in enumerate(problem.buyers):
        tables[place, [slot - 1 for slot in buyer.available]] = buyer.tables
    free = np.zeros((len(problem.smes), slots), np.bool_)
    for place, sme in enumerate(problem.smes):
        free[place, [slot - 1 for slot in sme.available]] = True
    room = np.array([slots if sme.max_meetings is None else sme.max_meetings for sme in problem.smes], np.int64)
    hall = tables.sum(axis=0) if problem.hall_tables is None else np.full(slots, problem.hall_tables, np.int64)

    kept = [(problem.request[fixed.request], fixed.slot - 1) for fixed in problem.fixed]
    fixed_buyer = np.array([buyer_at[request.buyer] for request, _ in kept], np.int64)
    fixed_sme = np.array([sme_at[request.sme] for request, _ in kept], np.int64)
    fixed_slot = np.array([slot for _, slot in kept], np.int64)
    np.subtract.at(tables, (fixed_buyer, fixed_slot), 1)
    free[fixed_sme, fixed_slot] = False
    np.subtract.at(room, fixed_sme, 1)
    np.subtract.at(hall, fixed_slot, 1)
    uncovered = np.ones(len(problem.smes), np.bool_)
    uncovered[fixed_sme] = False

    best: dict[tuple[str, str], tuple[bool, int, str]] = {}
    closed = problem.forbidden_pairs | {(request.buyer, request.sme) for request, _ in kept}
    for request in problem.requests:
        pair = (request.buyer, request.sme)
        if pair not in closed:
            here = (request.must, request.score, request.id)
            there = best.get(pair)
            # Of equals the first id, as the greedy planner has it.
            if there is None or here[:2] > there[:2] or (here[:2] == there[:2] and here[2] < there[2]):
                best[pair] = here
    pairs = sorted(best, key=lambda pair: (buyer_at[pair[0]], sme_at[pair[1]]))
    buyers = np.array([buyer_at[pair[0]] for pair in pairs], np.int64)
    smes = np.array([sme_at[pair[1]] for pair in pairs], np.int64)
    possible = (tables[buyers] > 0) & free[smes] & (room[smes] > 0)[:, None] & (hall > 0)[None, :]
    some: Flags = np.asarray(possible.any(axis=1), np.bool_)
    taken = [best[pair] for pair, has in zip(pairs, some.tolist(), strict=True) if has]
    return Arrays(
        requests=tuple(request for _, _, request in taken),
        buyer=buyers[some],
        sme=smes[some],
        score=np.array([score for _, score, _ in taken], np.int64),
        must=np.array([must for must, _, _ in taken], np.bool_),
        open=possible[some],
        tables=tables,
        sme_room=np.maximum(room, 0),
        sme_free=free,
        uncovered=uncovered,
        hall=hall,
        bonus=problem.coverage_bonus,
        fixed_buyer=fixed_buyer,
        fixed_sme=fixed_sme,
        fixed_slot=fixed_slot,
        fixed_must=sum(request.must for request, _ in kept),
        fixed_value=sum(request.score for request, _ in kept)
        + problem.coverage_bonus * len({request.sme for request, _ in kept}),
        lunch_after=problem.lunch_after,
    )
