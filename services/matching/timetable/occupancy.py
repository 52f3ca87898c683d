"""What a plan leaves: for each slot the conditions that a request fails there. Counted once, asked many times."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final, Literal

from services.matching.timetable.plan import Reason, Seat
from services.matching.timetable.problem import Problem, Request

Condition = Literal["buyer-there", "sme-there", "sme-free", "table-free", "hall-free", "within-limit"]


class Occupancy:
    """Who sits where in a plan. `placements` may name requests of the problem only, and is taken as it is."""

    def __init__(self, problem: Problem, placements: Mapping[str, Seat]) -> None:
        self.problem: Final = problem
        self.slot_of: Final = {request_id: seat.slot for request_id, seat in placements.items()}
        self.of_buyer: Final[defaultdict[str, list[Request]]] = defaultdict(list)
        self.of_sme: Final[defaultdict[str, list[Request]]] = defaultdict(list)
        self.in_slot: Final[defaultdict[int, list[Request]]] = defaultdict(list)
        self._at_buyer: Final[Counter[tuple[str, int]]] = Counter()
        self._at_sme: Final[set[tuple[str, int]]] = set()
        self._met: Final[set[tuple[str, str]]] = set()
        self._buyer_there: Final = {buyer.id: frozenset(buyer.available) for buyer in problem.buyers}
        self._sme_there: Final = {sme.id: frozenset(sme.available) for sme in problem.smes}
        for request_id, slot in self.slot_of.items():
            request = problem.request[request_id]
            self.of_buyer[request.buyer].append(request)
            self.of_sme[request.sme].append(request)
            self.in_slot[slot].append(request)
            self._at_buyer[request.buyer, slot] += 1
            self._at_sme.add((request.sme, slot))
            self._met.add((request.buyer, request.sme))

    def barred(self, request: Request) -> Reason | None:
        """What bars the pair whatever the time: it is excluded, or meets already."""
        pair = (request.buyer, request.sme)
        if pair in self.problem.forbidden_pairs:
            return "excluded"
        return "pair-already-met" if pair in self._met else None

    def failing(self, request: Request) -> dict[int, frozenset[Condition]]:
        """By slot, the conditions that keep the request from sitting there; an empty set where it fits."""
        problem = self.problem
        buyer, sme, hall = problem.buyer[request.buyer], problem.sme[request.sme], problem.hall_tables
        limited = sme.max_meetings is not None and len(self.of_sme.get(sme.id, ())) >= sme.max_meetings
        found: dict[int, frozenset[Condition]] = {}
        for slot in range(1, problem.slots + 1):
            holds: tuple[tuple[Condition, bool], ...] = (
                ("buyer-there", slot in self._buyer_there[buyer.id]),
                ("sme-there", slot in self._sme_there[sme.id]),
                ("sme-free", (sme.id, slot) not in self._at_sme),
                ("table-free", self._at_buyer[buyer.id, slot] < buyer.tables),
                ("hall-free", hall is None or len(self.in_slot.get(slot, ())) < hall),
                ("within-limit", not limited),
            )
            found[slot] = frozenset(condition for condition, held in holds if not held)
        return found

    def obstacle(self, request: Request) -> Reason | None:
        """The one reason why the request can be added nowhere, in the order of `Reason`; None when it can."""
        barred = self.barred(request)
        if barred is not None:
            return barred
        failing = self.failing(request)
        common = [failed for failed in failing.values() if not failed & {"buyer-there", "sme-there"}]
        if not common:
            return "no-common-slot"
        free = [failed for failed in common if not failed & {"sme-free", "within-limit"}]
        if not free:
            return "sme-full"
        at_buyer = [failed for failed in free if "table-free" not in failed]
        if not at_buyer:
            return "buyer-full"
        return "hall-full" if all("hall-free" in failed for failed in at_buyer) else None

    def worth(self, request: Request) -> int:
        """What placing the request adds to the value: its score, and the bonus if its SME has no meeting yet."""
        return request.score + (0 if self.of_sme.get(request.sme) else self.problem.coverage_bonus)

    def loss(self, placed: Request) -> int:
        """What the value loses if this placed request goes."""
        alone = len(self.of_sme[placed.sme]) == 1
        return placed.score + (self.problem.coverage_bonus if alone else 0)
