"""Why a request is not in a plan, by how much it was short, and which single change would place it. All computed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from services.matching.timetable.occupancy import Condition, Occupancy
from services.matching.timetable.plan import Seat
from services.matching.timetable.problem import Problem, Request

ChangeKind = Literal["buyer-accepts", "buyer-slot", "sme-slot", "buyer-table", "hall-table", "sme-limit"]
ANSWERED_AWAY: Final = frozenset({"declined", "expired", "unanswered"})
"""Reasons outside the problem that the buyer's answer alone can mend."""
FULL: Final = frozenset({"buyer-full", "sme-full", "hall-full"})
_MENDS: Final[Mapping[Condition, ChangeKind]] = {
    "buyer-there": "buyer-slot",
    "sme-there": "sme-slot",
    "table-free": "buyer-table",
    "hall-free": "hall-table",
    "within-limit": "sme-limit",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that alone makes room in `slot`.

    The buyer accepts, is there, or has one more table; the SME is there or takes one more meeting; the hall has one
    more table.
    """

    kind: ChangeKind
    slot: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request is left out, in figures.

    `worth`: what placing the request would add. `short_by`: how much less that is than the cheapest one meeting
    that could make room for it; None where no single meeting could (or where room is not what is missing). 0 means
    that an exchange would lose nothing, which an optimal plan may leave as a tie.
    """

    reason: str
    worth: int
    short_by: int | None
    changes: tuple[Change, ...]


class Reasons:
    """Explains the requests that a plan leaves out.

    `problem` may hold more than what was planned: requests that answers ruled out, so that their worth is known, too.
    """

    def __init__(self, problem: Problem, placements: Mapping[str, Seat]) -> None:
        self._occupancy: Final = Occupancy(problem, placements)
        self._fixed: Final = {fixed.request for fixed in problem.fixed}

    def of(self, request: Request, reason: str) -> Explanation:
        """`reason` is the planner's, or what kept the request out of the problem."""
        failing = self._occupancy.failing(request)
        barred = self._occupancy.barred(request) is not None
        changes = () if barred else tuple(_first_of_each(_single_changes(failing, reason)))
        short_by = self._short_by(request, failing) if reason in FULL else None
        return Explanation(reason, self._occupancy.worth(request), short_by, changes)

    def _short_by(self, request: Request, failing: Mapping[int, frozenset[Condition]]) -> int | None:
        found = [
            self._missing(request, placed) for placed in self._rivals(request, failing) if self._may_go(placed, request)
        ]
        return max(0, min(found)) if found else None

    def _rivals(self, request: Request, failing: Mapping[int, frozenset[Condition]]) -> Iterator[Request]:
        """Meetings of which one alone makes room: of the same buyer or SME, and the cheapest ones of a full hall."""
        occupancy = self._occupancy
        for placed in (*occupancy.of_buyer.get(request.buyer, ()), *occupancy.of_sme.get(request.sme, ())):
            if any(
                failed <= self._freed(request, placed, at_its_slot=slot == occupancy.slot_of[placed.id])
                for slot, failed in failing.items()
            ):
                yield placed
        for slot, failed in failing.items():
            if failed == {"hall-free"}:
                cheapest = self._cheapest.get((slot, request.must))
                if cheapest is not None:
                    yield cheapest

    @staticmethod
    def _freed(request: Request, placed: Request, *, at_its_slot: bool) -> set[Condition]:
        freed: set[Condition] = set()
        if placed.sme == request.sme:
            freed.add("within-limit")
        if at_its_slot:
            freed.add("hall-free")
            freed |= {"sme-free"} if placed.sme == request.sme else set()
            freed |= {"table-free"} if placed.buyer == request.buyer else set()
        return freed

    def _may_go(self, placed: Request, request: Request) -> bool:
        return placed.id not in self._fixed and (request.must or not placed.must)

    def _missing(self, request: Request, placed: Request) -> int:
        """How much the value falls when `request` takes the place of `placed`."""
        if request.must and not placed.must:
            return 0
        if placed.sme == request.sme:
            return placed.score - request.score
        return self._occupancy.loss(placed) - self._occupancy.worth(request)

    @cached_property
    def _cheapest(self) -> Mapping[tuple[int, bool], Request]:
        """By slot, and whether a must asks: the meeting that costs the least to give up."""
        found: dict[tuple[int, bool], Request] = {}
        for slot, placed in self._occupancy.in_slot.items():
            movable = [request for request in placed if request.id not in self._fixed]
            for must in (False, True):
                candidates = [request for request in movable if must or not request.must]
                if candidates:
                    found[slot, must] = min(
                        candidates, key=lambda request: (request.must, self._occupancy.loss(request), request.id)
                    )
        return found


def with_change(problem: Problem, request: Request, change: Change) -> Problem:
    """The problem after the change, as far as the format can say it: an added table is there all day.

    "buyer-accepts" adds the request, if the problem does not hold it yet.
    """
    buyer, sme, slot = problem.buyer[request.buyer], problem.sme[request.sme], change.slot
    if change.kind == "buyer-accepts":
        asked = problem.requests if request.id in problem.request else (*problem.requests, request)
        return replace(problem, requests=asked)
    if change.kind == "hall-table":
        return replace(problem, hall_tables=(problem.hall_tables or 0) + 1)
    if change.kind in {"buyer-slot", "buyer-table"}:
        there = tuple(sorted({*buyer.available, slot})) if change.kind == "buyer-slot" else buyer.available
        tables = buyer.tables + (change.kind == "buyer-table")
        changed_buyer = replace(buyer, available=there, tables=tables)
        return replace(problem, buyers=tuple(changed_buyer if b.id == buyer.id else b for b in problem.buyers))
    there = tuple(sorted({*sme.available, slot})) if change.kind == "sme-slot" else sme.available
    limit = (sme.max_meetings or 0) + 1 if change.kind == "sme-limit" else sme.max_meetings
    changed_sme = replace(sme, available=there, max_meetings=limit)
    return replace(problem, smes=tuple(changed_sme if s.id == sme.id else s for s in problem.smes))


def _single_changes(failing: Mapping[int, frozenset[Condition]], reason: str) -> Iterator[Change]:
    """Each slot in which exactly one thing stands in the way, if it can be changed: nobody can be in two places."""
    for slot, failed in failing.items():
        if reason in ANSWERED_AWAY:
            if not failed:
                yield Change("buyer-accepts", slot)
        elif len(failed) == 1:
            (condition,) = failed
            if condition in _MENDS:
                yield Change(_MENDS[condition], slot)


def _first_of_each(changes: Iterator[Change]) -> Iterator[Change]:
    """Of each kind the earliest: enough to act on."""
    seen: set[ChangeKind] = set()
    for change in changes:
        if change.kind not in seen:
            seen.add(change.kind)
            yield change
