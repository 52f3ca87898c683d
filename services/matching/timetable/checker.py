"""Every rule of a plan, checked anew and without the planner's own bookkeeping."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from services.matching.timetable.plan import Plan, Reason
from services.matching.timetable.problem import Problem, Request


class PlanError(RuntimeError):
    """A planner broke the rules: a fault of the planner, never of those who asked."""


def require_valid(problem: Problem, plan: Plan) -> None:
    """Raise PlanError with the first broken rules, if any is broken."""
    broken = list(violations(problem, plan))
    if broken:
        raise PlanError(f"{plan.planner}: {len(broken)} rules broken, first: {'; '.join(broken[:5])}")


def violations(problem: Problem, plan: Plan) -> Iterator[str]:
    """Each broken rule in words; nothing when the plan is valid and every reason is true."""
    known = set(problem.request)
    placed, unplaced = set(plan.placements), set(plan.unplaced)
    for request_id in sorted((placed | unplaced) ^ known):
        yield f"{request_id}: unknown, or neither placed nor given a reason"
    for request_id in sorted(placed & unplaced):
        yield f"{request_id}: both placed and unplaced"
    if (placed | unplaced) - known:
        return
    yield from _each(problem, plan)
    yield from _together(problem, plan)
    for fixed in problem.fixed:
        seat = plan.placements.get(fixed.request)
        if seat is None or seat.slot != fixed.slot or (fixed.table is not None and seat.table != fixed.table):
            yield f"{fixed.request}: not where it is fixed"
    taken = _Taken(problem, plan)
    for request_id, reason in plan.unplaced.items():
        if request_id in known and not taken.explains(problem.request[request_id], reason):
            yield f"{request_id}: the reason {reason} is not true"


class _Taken:
    """What the plan leaves nothing of, counted once: a large fair has tens of thousands of unplaced requests."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._problem: Final = problem
        self._of_sme: Final[defaultdict[str, set[int]]] = defaultdict(set)
        self._at_buyer: Final[Counter[tuple[str, int]]] = Counter()
        self._in_hall: Final[Counter[int]] = Counter()
        self._met: Final[set[tuple[str, str]]] = set()
        for request_id, seat in plan.placements.items():
            request = problem.request[request_id]
            self._of_sme[request.sme].add(seat.slot)
            self._at_buyer[request.buyer, seat.slot] += 1
            self._in_hall[seat.slot] += 1
            self._met.add((request.buyer, request.sme))

    def explains(self, request: Request, reason: Reason) -> bool:
        """Whether `reason` is what keeps the request out; of all reasons at most one is.

        A reason counts only where none before it does, in the order of `Reason`. `sme-full`: the SME is at its limit or
        busy in every common slot. `buyer-full`: in every common slot in which the SME is free, all tables of the buyer
        are taken. `hall-full`: wherever one is free, the hall is full.
        """
        buyer, sme = self._problem.buyer[request.buyer], self._problem.sme[request.sme]
        pair, hall = (request.buyer, request.sme), self._problem.hall_tables
        common = set(buyer.available) & set(sme.available)
        busy = self._of_sme[sme.id]
        limited = sme.max_meetings is not None and len(busy) >= sme.max_meetings
        free = common - busy
        tables = {slot for slot in free if self._at_buyer[buyer.id, slot] < buyer.tables}
        holds: dict[Reason, bool] = {
            "excluded": pair in self._problem.forbidden_pairs,
            "pair-already-met": pair in self._met,
            "no-common-slot": not common,
            "sme-full": limited or not free,
            "buyer-full": not tables,
            "hall-full": hall is not None and all(self._in_hall[slot] >= hall for slot in tables),
        }
        return next((name for name, held in holds.items() if held), None) == reason


def _each(problem: Problem, plan: Plan) -> Iterator[str]:
    for request_id, seat in plan.placements.items():
        request = problem.request[request_id]
        buyer, sme = problem.buyer[request.buyer], problem.sme[request.sme]
        if not 1 <= seat.slot <= problem.slots:
            yield f"{request_id}: slot {seat.slot} does not exist"
        if seat.slot not in buyer.available or seat.slot not in sme.available:
            yield f"{request_id}: a side is not available in slot {seat.slot}"
        if not 1 <= seat.table <= buyer.tables:
            yield f"{request_id}: the buyer has no table {seat.table}"
        if (request.buyer, request.sme) in problem.forbidden_pairs:
            yield f"{request_id}: the pair is excluded"


def _together(problem: Problem, plan: Plan) -> Iterator[str]:
    meetings = [(problem.request[request_id], seat) for request_id, seat in plan.placements.items()]
    for (buyer, slot, table), count in Counter((r.buyer, seat.slot, seat.table) for r, seat in meetings).items():
        if count > 1:
            yield f"{buyer}: {count} meetings at table {table} in slot {slot}"
    for (sme, slot), count in Counter((r.sme, seat.slot) for r, seat in meetings).items():
        if count > 1:
            yield f"{sme}: {count} meetings in slot {slot}"
    for sme, count in Counter(r.sme for r, _ in meetings).items():
        limit = problem.sme[sme].max_meetings
        if limit is not None and count > limit:
            yield f"{sme}: {count} meetings, at most {limit}"
    for pair, count in Counter((r.buyer, r.sme) for r, _ in meetings).items():
        if count > 1:
            yield f"{pair}: {count} requests of one pair placed"
    for slot, count in Counter(seat.slot for _, seat in meetings).items():
        if problem.hall_tables is not None and count > problem.hall_tables:
            yield f"slot {slot}: {count} meetings, hall holds {problem.hall_tables}"
