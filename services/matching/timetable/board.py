"""The board that a planner fills: who is taken when, where a request still fits, and why it fits nowhere."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from services.matching.timetable.certificate import Certificate
from services.matching.timetable.plan import Plan, Reason, Seat
from services.matching.timetable.problem import Problem, Request


class Board:
    """A timetable in the making. Placing only ever takes room away, so what does not fit now never will."""

    def __init__(self, problem: Problem) -> None:
        self._problem: Final = problem
        self._slots: Final[dict[str, int]] = {}
        self._buyer_taken: Final[defaultdict[tuple[str, int], int]] = defaultdict(int)
        self._sme_taken: Final[defaultdict[str, set[int]]] = defaultdict(set)
        self._hall_taken: Final[defaultdict[int, int]] = defaultdict(int)
        self._met: Final[set[tuple[str, str]]] = set()
        self._buyer_there: Final = {buyer.id: frozenset(buyer.available) for buyer in problem.buyers}
        self._sme_there: Final = {sme.id: frozenset(sme.available) for sme in problem.smes}

    def place(self, request: Request, slot: int) -> None:
        """Take the slot for both sides. The caller has made sure that it is free."""
        self._slots[request.id] = slot
        self._buyer_taken[request.buyer, slot] += 1
        self._sme_taken[request.sme].add(slot)
        self._hall_taken[slot] += 1
        self._met.add((request.buyer, request.sme))

    def keep_fixed(self) -> None:
        """Place the fixed meetings where they are fixed."""
        for fixed in self._problem.fixed:
            self.place(self._problem.request[fixed.request], fixed.slot)

    def fill(self) -> None:
        """Place whatever still fits, the best first, each in its first free slot."""
        for request in best_first(self._problem):
            slot = None if request.id in self._slots else self.first_free(request)
            if slot is not None:
                self.place(request, slot)

    def first_free(self, request: Request) -> int | None:
        """The first slot in which the request can be placed."""
        if self._pair(request) or self._quota_used(request):
            return None
        return next(
            (slot for slot in self._sme_free(request) if self._buyer_free(request, slot) and self._room(slot)), None
        )

    def fits(self, request: Request, slot: int) -> bool:
        """Whether the request can be placed in this slot."""
        barred = self._pair(request) is not None or self._quota_used(request)
        return not barred and slot in self._sme_free(request) and self._buyer_free(request, slot) and self._room(slot)

    def obstacle(self, request: Request) -> Reason | None:
        """Why the request can be placed nowhere; None when it can."""
        pair = self._pair(request)
        if pair is not None:
            return pair
        if not self._common(request):
            return "no-common-slot"
        free = [] if self._quota_used(request) else list(self._sme_free(request))
        if not free:
            return "sme-full"
        at_buyer = [slot for slot in free if self._buyer_free(request, slot)]
        if not at_buyer:
            return "buyer-full"
        return None if any(self._room(slot) for slot in at_buyer) else "hall-full"

    @property
    def slots(self) -> Mapping[str, int]:
        """The slot of each request that is placed."""
        return self._slots

    def finished(self, planner: str, version: int, certificate: Certificate | None = None) -> Plan:
        """The plan: tables given out, every request that was left out with its reason.

        Raises:
            ValueError: a request was left out that still fits.
        """
        unplaced: dict[str, Reason] = {}
        for request in self._problem.requests:
            if request.id not in self._slots:
                reason = self.obstacle(request)
                if reason is None:
                    raise ValueError(f"{request.id} was left out although it fits")
                unplaced[request.id] = reason
        return Plan(self._seats(), unplaced, planner, version, certificate)

    def _seats(self) -> dict[str, Seat]:
        """Fixed meetings keep their tables; the others take the lowest free one, in the order they were placed."""
        kept = {fixed.request: fixed.table for fixed in self._problem.fixed if fixed.table is not None}
        taken: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        for request_id, table in kept.items():
            taken[self._problem.request[request_id].buyer, self._slots[request_id]].add(table)
        seats: dict[str, Seat] = {}
        for request_id, slot in self._slots.items():
            used = taken[self._problem.request[request_id].buyer, slot]
            table = kept.get(request_id) or next(number for number in range(1, len(used) + 2) if number not in used)
            used.add(table)
            seats[request_id] = Seat(slot, table)
        return seats

    def _pair(self, request: Request) -> Reason | None:
        pair = (request.buyer, request.sme)
        if pair in self._problem.forbidden_pairs:
            return "excluded"
        return "pair-already-met" if pair in self._met else None

    def _common(self, request: Request) -> frozenset[int]:
        return self._buyer_there[request.buyer] & self._sme_there[request.sme]

    def _quota_used(self, request: Request) -> bool:
        limit = self._problem.sme[request.sme].max_meetings
        return limit is not None and len(self._sme_taken[request.sme]) >= limit

    def _sme_free(self, request: Request) -> Iterator[int]:
        return (slot for slot in sorted(self._common(request)) if slot not in self._sme_taken[request.sme])

    def _buyer_free(self, request: Request, slot: int) -> bool:
        return self._buyer_taken[request.buyer, slot] < self._problem.buyer[request.buyer].tables

    def _room(self, slot: int) -> bool:
        return self._problem.hall_tables is None or self._hall_taken[slot] < self._problem.hall_tables


def best_first(problem: Problem) -> list[Request]:
    """Must requests before all others, then the highest score; equal ones by id."""
    return sorted(problem.requests, key=lambda request: (not request.must, -request.score, request.id))
