"""What a plan reaches, counted from its placements by the rules of the benchmark's objective."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from services.matching.timetable.plan import Seat
from services.matching.timetable.problem import Problem


@dataclass(frozen=True, slots=True)
class Figures:
    """`placed` meetings, `must` ones among them, `value` with the bonus for each of the `covered` SMEs, `breaks`."""

    placed: int
    must: int
    value: int
    covered: int
    breaks: int

    @property
    def objective(self) -> tuple[int, int, int]:
        """Must, value, breaks."""
        return self.must, self.value, self.breaks


def figures(problem: Problem, placements: Mapping[str, Seat]) -> Figures:
    """The figures of a plan of this problem. Everything placed must be a request of it."""
    placed = [problem.request[request_id] for request_id in placements]
    covered = len({request.sme for request in placed})
    busy: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for request in placed:
        busy["buyer", request.buyer].add(placements[request.id].slot)
        busy["sme", request.sme].add(placements[request.id].slot)
    return Figures(
        placed=len(placed),
        must=sum(request.must for request in placed),
        value=sum(request.score for request in placed) + problem.coverage_bonus * covered,
        covered=covered,
        breaks=sum(breaks(slots, problem.lunch_after) for slots in busy.values()),
    )


def breaks(slots: Iterable[int], lunch_after: int | None) -> int:
    """Maximal runs of idle slots strictly between two meetings of one half-day."""
    ordered = sorted(slots)
    return sum(
        later - earlier > 1 and not (lunch_after is not None and earlier <= lunch_after < later)
        for earlier, later in pairwise(ordered)
    )
