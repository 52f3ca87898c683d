"""Two plans side by side: who gains, who loses, what moved, and what it comes to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.matching.timetable.figures import Figures, figures
from services.matching.timetable.plan import Seat
from services.matching.timetable.problem import Problem, Request


@dataclass(frozen=True)
class Planned:
    """A problem with what a plan places of it."""

    problem: Problem
    placements: Mapping[str, Seat]

    @property
    def placed(self) -> Iterable[Request]:
        return (self.problem.request[request_id] for request_id in self.placements)


@dataclass(frozen=True, slots=True)
class Shift:
    """A participant with another number of meetings."""

    participant: str
    side: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A request that is placed in both, in another slot."""

    request: str
    before: int
    after: int


@dataclass(frozen=True)
class Comparison:
    """`gained` and `lost` are the requests that only the later or only the earlier plan places."""

    before: Figures
    after: Figures
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    moved: tuple[Moved, ...]
    shifts: tuple[Shift, ...]


def compared(earlier: Planned, later: Planned) -> Comparison:
    """The way from the earlier plan to the later one; their problems need not be the same."""
    before, after = earlier.placements, later.placements
    both = sorted(before.keys() & after.keys())
    counted, recounted = _meetings(earlier.placed), _meetings(later.placed)
    return Comparison(
        before=figures(earlier.problem, before),
        after=figures(later.problem, after),
        gained=tuple(sorted(after.keys() - before.keys())),
        lost=tuple(sorted(before.keys() - after.keys())),
        moved=tuple(
            Moved(request_id, before[request_id].slot, after[request_id].slot)
            for request_id in both
            if before[request_id].slot != after[request_id].slot
        ),
        shifts=tuple(
            Shift(who, side, counted[side, who], recounted[side, who])
            for side, who in sorted(counted.keys() | recounted.keys())
            if counted[side, who] != recounted[side, who]
        ),
    )


def _meetings(placed: Iterable[Request]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for request in placed:
        counts["buyer", request.buyer] += 1
        counts["sme", request.sme] += 1
    return counts
