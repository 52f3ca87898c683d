"""What a plan reaches, counted from its placements by the rules of the benchmark's objective."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from services.matching.timetable.plan import Seat
from services.matching.timetable.problem import Problem


@dataclass(frozen=True, slots=True)
class Figures:
    """`placed` meetings, `must` ones among them, `value` with the bonus for each of the `covered` SMEs, `breaks`.

    `only_late` SMEs have two meetings or more, all of them in the last third of the day.
    """

    placed: int
    must: int
    value: int
    covered: int
    breaks: int
    only_late: int

    @property
    def objective(self) -> tuple[int, int, int]:
        """Must, value, breaks."""
        return self.must, self.value, self.breaks


def figures(problem: Problem, placements: Mapping[str, Seat]) -> Figures:
    """The figures of a plan of this problem. Everything placed must be a request of it."""
    return figures_of_slots(problem, {request_id: seat.slot for request_id, seat in placements.items()})


def figures_of_slots(problem: Problem, slot_of: Mapping[str, int]) -> Figures:
    """The figures of placed requests and their slots (from 1), fixed ones included."""
    placed = [problem.request[request_id] for request_id in slot_of]
    of_buyer: defaultdict[str, set[int]] = defaultdict(set)
    of_sme: defaultdict[str, set[int]] = defaultdict(set)
    for request in placed:
        of_buyer[request.buyer].add(slot_of[request.id])
        of_sme[request.sme].add(slot_of[request.id])
    late = problem.slots - problem.slots // 3
    return Figures(
        placed=len(placed),
        must=sum(request.must for request in placed),
        value=sum(request.score for request in placed) + problem.coverage_bonus * len(of_sme),
        covered=len(of_sme),
        breaks=sum(breaks(slots, problem.lunch_after) for side in (of_buyer, of_sme) for slots in side.values()),
        only_late=sum(len(slots) > 1 and min(slots) > late for slots in of_sme.values()),
    )


def breaks(slots: Iterable[int], lunch_after: int | None) -> int:
    """Maximal runs of idle slots strictly between two meetings of one half-day."""
    ordered = sorted(slots)
    return sum(
        later - earlier > 1 and not (lunch_after is not None and earlier <= lunch_after < later)
        for earlier, later in pairwise(ordered)
    )
