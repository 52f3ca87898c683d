"""The objective of a plan, counted anew from its meetings: must, value, breaks, and who meets late only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from services.matching.timetable.problem import Problem


@dataclass(frozen=True)
class Objective:
    """In this order of importance; must and value the more the better, the others the fewer."""

    must: int
    value: int
    breaks: int
    only_late: int


def objective(problem: Problem, slots: Mapping[str, int]) -> Objective:
    """The objective of placed requests and their slots (from 1), fixed ones included."""
    of_sme, of_buyer = defaultdict(list), defaultdict(list)
    for request_id, slot in slots.items():
        request = problem.request[request_id]
        of_sme[request.sme].append(slot)
        of_buyer[request.buyer].append(slot)
    placed = [problem.request[request_id] for request_id in slots]
    late = problem.slots - problem.slots // 3
    return Objective(
        must=sum(request.must for request in placed),
        value=sum(request.score for request in placed) + problem.coverage_bonus * len(of_sme),
        breaks=sum(
            breaks_of(met, problem.lunch_after) for side in (of_sme, of_buyer) for met in side.values()
        ),
        only_late=sum(len(met) > 1 and min(met) > late for met in of_sme.values()),
    )  # fmt: skip


def breaks_of(slots: Iterable[int], lunch_after: int | None) -> int:
    """The idle runs strictly between two meetings of the same half-day."""
    return sum(
        after > before + 1 and not (lunch_after is not None and before <= lunch_after < after)
        for before, after in pairwise(sorted(set(slots)))
    )
