"""The hot loop that makes a day calm: annealing over exchanges between two slots. Plain Python that numba can compile.

One move picks a meeting and another slot that its two sides share, and exchanges along the alternating chain that this
starts between the two slots (a Kempe chain of the bipartite graph of meetings): whoever is in the way goes the other
way. Nothing is placed or given up, so must and value stay. A chain that meets a fixed meeting or somebody who is away
is taken back. Where the hall is tight a slot may hold too many for a while, at a price that rises.

A move touches a few dozen numbers; hundreds of millions are needed for the largest fair, some 100 times more than
Python makes in the same time. `compiled` hands out the compiled loop, or this one where numba is missing or would not
pay.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray


def anneal(  # noqa: PLR0915  one loop: numba compiles one function, and a call for each step costs more than the step
    meeting_buyer: NDArray[np.int64],
    meeting_sme: NDArray[np.int64],
    meeting_slots: NDArray[np.int64],
    slot: NDArray[np.int64],
    best: NDArray[np.int64],
    tables: NDArray[np.int64],
    hall: NDArray[np.int64],
    breaks: NDArray[np.int64],
    smes: int,
    lunch: int,
    late: int,
    break_weight: int,
    late_weight: int,
    moves: int,
    hot: float,
    cold: float,
    price: float,
    state: NDArray[np.uint64],
) -> int:
    """Make `moves` moves from `slot` (M), which is changed, and leave the best one without overflow in `best` (M).

    `meeting_slots` (M) has a bit for each slot that a meeting may have; `breaks`
    has the breaks of each set of slots of a half-day, `late` the bits of the late slots, and `lunch` is
    how many slots come before the break. The cost is `break_weight` x breaks + `late_weight` x SMEs with two meetings
    or more, all late. Temperatures are in units of cost and fall geometrically. `state` (1) is the generator's, not
    0, and goes on from call to call. Returns the cost of `best`. The same arguments give the same answer everywhere.
    """
    meetings = len(slot)
    buyers, slots = tables.shape
    morning = (1 << lunch) - 1
    at = np.full((buyers, slots, max(1, tables.max())), -1, np.int64)
    load = np.zeros((buyers, slots), np.int64)
    held = np.full((smes, slots), -1, np.int64)
    in_hall = np.zeros(slots, np.int64)
    buyer_busy, sme_busy = np.zeros(buyers, np.int64), np.zeros(smes, np.int64)
    buyer_cost, sme_cost = np.zeros(buyers, np.int64), np.zeros(smes, np.int64)
    # The number of the move in which a meeting moved, or a participant was looked at, last.
    moved, buyer_seen, sme_seen = np.zeros(meetings, np.int64), np.zeros(buyers, np.int64), np.zeros(smes, np.int64)
    chain = np.zeros(meetings + 1, np.int64)

    def drawn() -> Any:
        drawing = state[0]
        drawing ^= drawing << np.uint64(13)
        drawing ^= drawing >> np.uint64(7)
        drawing ^= drawing << np.uint64(17)
        state[0] = drawing
        return np.int64(drawing >> np.uint64(11))

    def take_out(m: int, t: int) -> None:
        b = meeting_buyer[m]
        last = load[b, t] - 1
        for k in range(last):
            if at[b, t, k] == m:
                at[b, t, k] = at[b, t, last]
        load[b, t] = last
        held[meeting_sme[m], t] = -1

    def put_in(m: int, t: int) -> None:
        b = meeting_buyer[m]
        at[b, t, load[b, t]] = m
        load[b, t] += 1
        held[meeting_sme[m], t] = m

    def cost_of_sme(mask: int) -> Any:
        only_late = mask & (mask - 1) != 0 and mask & ~late == 0
        return break_weight * (breaks[mask & morning] + breaks[mask >> lunch]) + (late_weight if only_late else 0)

    for m in range(meetings):
        put_in(m, slot[m])
        buyer_busy[meeting_buyer[m]] |= 1 << slot[m]
        sme_busy[meeting_sme[m]] |= 1 << slot[m]
        in_hall[slot[m]] += 1
    for b in range(buyers):
        buyer_cost[b] = break_weight * (breaks[buyer_busy[b] & morning] + breaks[buyer_busy[b] >> lunch])
    for s in range(smes):
        sme_cost[s] = cost_of_sme(sme_busy[s])
    cost = buyer_cost.sum() + sme_cost.sum()
    overflow = np.maximum(in_hall - hall, 0).sum()
    best_cost = cost if overflow == 0 else 1 << 60
    if overflow == 0:
        best[:] = slot
    unsaved = False
    temperature = hot
    cooling = (cold / hot) ** (1024.0 / max(moves, 1024))
    for move in range(1, moves + 1):
        if move & 1023 == 0:
            temperature *= cooling
        lot = drawn()
        first, new = (lot >> 20) % meetings, (lot & 0xFFFFF) % slots
        old = slot[first]
        if new == old or (meeting_slots[first] >> new) & 1 == 0:
            continue
        both = old + new
        # The first one comes out, then one after the other goes in; whoever is in the way comes out and waits in
        # `chain`.
        take_out(first, old)
        moved[first] = move
        chain[0] = first
        waiting, placed, refused = 1, 0, False
        while placed < waiting:
            m = chain[placed]
            target = both - slot[m]
            b, s = meeting_buyer[m], meeting_sme[m]
            rival, full = held[s, target], load[b, target]
            if (meeting_slots[m] >> target) & 1 == 0 or (rival >= 0 and moved[rival] == move):
                refused = True
                break
            if rival >= 0:
                take_out(rival, target)
                moved[rival] = move
                chain[waiting] = rival
                waiting += 1
                full = load[b, target]
            if full == tables[b, target]:
                # At a buyer with several tables anybody who has not moved yet may make way.
                rival = -1
                shift = drawn() if full > 1 else 0
                for k in range(full):
                    there = at[b, target, (k + shift) % full]
                    if moved[there] != move:
                        rival = there
                        break
                if rival < 0:
                    refused = True
                    break
                take_out(rival, target)
                moved[rival] = move
                chain[waiting] = rival
                waiting += 1
            put_in(m, target)
            slot[m] = target
            placed += 1
        change = 0
        change_overflow = 0
        shifted = 0
        if not refused:
            others = ~((1 << old) | (1 << new))
            for k in range(waiting):
                m = chain[k]
                b, s = meeting_buyer[m], meeting_sme[m]
                shifted += 1 if slot[m] == new else -1
                if buyer_seen[b] != move:
                    buyer_seen[b] = move
                    mask = (buyer_busy[b] & others) | ((load[b, old] > 0) << old) | ((load[b, new] > 0) << new)
                    if mask != buyer_busy[b]:
                        here = break_weight * (breaks[mask & morning] + breaks[mask >> lunch])
                        change += here - buyer_cost[b]
                if sme_seen[s] != move:
                    sme_seen[s] = move
                    mask = (sme_busy[s] & others) | ((held[s, old] >= 0) << old) | ((held[s, new] >= 0) << new)
                    if mask != sme_busy[s]:
                        change += cost_of_sme(mask) - sme_cost[s]
            change_overflow = (
                max(in_hall[old] - shifted - hall[old], 0)
                + max(in_hall[new] + shifted - hall[new], 0)
                - max(in_hall[old] - hall[old], 0)
                - max(in_hall[new] - hall[new], 0)
            )
            worse = change + price * change_overflow
            if worse > 0:
                refused = drawn() / 9007199254740992.0 >= np.exp(-worse / temperature)  # 2 ** 53 draws
        if refused:
            for k in range(placed):
                take_out(chain[k], slot[chain[k]])
                slot[chain[k]] = both - slot[chain[k]]
            for k in range(waiting):
                put_in(chain[k], slot[chain[k]])
            continue
        if unsaved and (change > 0 or change_overflow > 0):
            # The best one so far is kept when it is about to be left, not each time it is bettered.
            best[:] = slot
            for k in range(waiting):
                best[chain[k]] = both - slot[chain[k]]
            unsaved = False
        in_hall[old] -= shifted
        in_hall[new] += shifted
        for k in range(waiting):
            b, s = meeting_buyer[chain[k]], meeting_sme[chain[k]]
            mask = (buyer_busy[b] & others) | ((load[b, old] > 0) << old) | ((load[b, new] > 0) << new)
            if mask != buyer_busy[b]:
                buyer_busy[b] = mask
                buyer_cost[b] = break_weight * (breaks[mask & morning] + breaks[mask >> lunch])
            mask = (sme_busy[s] & others) | ((held[s, old] >= 0) << old) | ((held[s, new] >= 0) << new)
            if mask != sme_busy[s]:
                sme_busy[s], sme_cost[s] = mask, cost_of_sme(mask)
        cost += change
        overflow += change_overflow
        if overflow == 0 and cost < best_cost:
            best_cost = cost
            unsaved = True
    if unsaved:
        best[:] = slot
    return best_cost


def compiled(*, worthwhile: bool) -> Callable[..., int]:
    """The loop, compiled where that is possible and worthwhile."""
    return _compiled() if worthwhile else anneal


def warm() -> None:
    """Have the loop compiled, or loaded from where an earlier process left it, before it is needed."""
    one, two = np.zeros(1, np.int64), np.ones((1, 2), np.int64)
    _compiled()(
        one, one.copy(), one + 3, one.copy(), one.copy(), two, np.ones(2, np.int64), np.zeros(4, np.int64),
        1, 1, 0, 1, 0, 1, 1.0, 0.5, 1.0, np.ones(1, np.uint64),
    )  # fmt: skip


@cache
def _compiled() -> Callable[..., int]:
    try:
        import numba  # costs a third of a second, which small fairs do not spend
    except ImportError:
        return anneal
    try:
        loop: Callable[..., int] = numba.njit(cache=True, nogil=True)(anneal)
    except RuntimeError:  # there is no folder that a cache can be written to
        loop = numba.njit(nogil=True)(anneal)
    return loop
