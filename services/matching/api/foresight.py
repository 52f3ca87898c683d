"""What would be: other slots and tables, a meeting elsewhere, more room, no bonus. Nothing is changed by asking."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.chassis.service import NotFoundError
from services.matching.api.present import present
from services.matching.api.summary import current_timetable
from services.matching.handlers.runs import record_of
from services.matching.projections.tables import meetings, participants, requests
from services.matching.timetable.capacity import capacity
from services.matching.timetable.comparison import Planned, compared
from services.matching.timetable.fairness import Share, fairness
from services.matching.timetable.figures import Figures, figures
from services.matching.timetable.occupancy import Condition, Occupancy
from services.matching.timetable.optimal import OptimalPlanner
from services.matching.timetable.plan import Planner, Seat
from services.matching.timetable.problem import Fixed, Problem, Request
from services.matching.timetable.search import Work
from services.matching.timetable.what_if import Changes, changed

Later = Callable[[], Mapping[str, Any]]
UNKNOWN: Final = "unknown"
WARNINGS: Final[Mapping[Condition, str]] = {
    "buyer-there": "buyer-not-available",
    "sme-there": "sme-not-available",
    "sme-free": "sme-busy",
    "table-free": "buyer-tables-taken",
    "hall-free": "hall-full",
    "within-limit": "sme-limit",
}
IN_THE_WAY: Final = frozenset({"sme-free", "table-free"})
ESTIMATOR: Final[Planner] = OptimalPlanner(Work(moves=0, few_moves=0, proof=0.0))
"""Plans what would be. Must and value are what counts here: breaks are left aside, somebody waits."""


def what_if(queries: Queries, _: Actor, *, fair_id: str, anew: bool, tables: list[dict[str, Any]], without: list[str],
            **numbers: Any) -> Later:  # fmt: skip
    """The best plan under the changes against the best plan without them, both by the planner that makes timetables.

    `anew`: also meetings that are confirmed may move.
    """
    timetable = current_timetable(queries, fair_id)
    published = timetable is not None and timetable["status"] == "published" and not anew
    problem = present(queries, fair_id, published=published).problem
    given = {row["buyer_participation_id"]: row["tables"] for row in tables}
    other = changed(problem, Changes(tables=given, without=frozenset(without), **numbers))

    def compute() -> Mapping[str, Any]:
        now, then = (Planned(one, ESTIMATOR.plan(one).placements) for one in (problem, other))
        return asdict(compared(now, then))

    return compute


def move_check(queries: Queries, _: Actor, *, fair_id: str, meeting_id: str, slot: int) -> Later:
    """What a meeting in this slot would break, and what it would cost in value.

    Raises:
        NotFoundError: the fair has no such meeting, it is not placed, or there is no such slot.
    """
    row = queries.get(meetings, meeting_id)
    if row is None or row["fair_id"] != fair_id or row["status"] != "placed":
        raise NotFoundError("placed meeting")
    timetable = current_timetable(queries, fair_id)
    published = timetable is not None and timetable["status"] == "published"
    assembled = present(queries, fair_id, published=published)
    placed = queries.find(meetings, fair_id=fair_id, status="placed")
    request = assembled.wider.request.get(row["request_id"])
    if request is None or not 1 <= slot <= assembled.wider.slots:
        raise NotFoundError("slot")
    others = {
        other["request_id"]: Seat(other["slot"], other["table_number"])
        for other in placed
        if other["meeting_id"] != meeting_id and other["request_id"] in assembled.wider.request
    }
    failed = Occupancy(assembled.wider, others).failing(request)[slot]
    warnings = [warning for condition, warning in WARNINGS.items() if condition in failed]

    fixed = {kept.request: Seat(kept.slot, kept.table or 1) for kept in assembled.problem.fixed}
    fixed.pop(request.id, None)
    possible = not Occupancy(assembled.wider, fixed).failing(request)[slot] & IN_THE_WAY

    def compute() -> Mapping[str, Any]:
        here = _planned_with(assembled.problem, request, row["slot"])
        there = _planned_with(assembled.problem, request, slot) if possible else None
        return {"meeting_id": meeting_id, "slot": slot, "warnings": warnings, "possible": possible,
                "cost": None if there is None else _cost(here, there)}  # fmt: skip

    return compute


def run_capacity(queries: Queries, _: Actor, *, fair_id: str, run_id: str, steps: int) -> Later:
    """How many more meetings more room would bring, all meetings of the run's problem planned anew but the fixed ones.

    Raises:
        NotFoundError: the fair has no such run.
    """
    record = record_of(queries, fair_id, run_id)
    return lambda: asdict(capacity(record.problem, ESTIMATOR, steps=steps))


def run_fairness(queries: Queries, _: Actor, *, fair_id: str, run_id: str) -> Later:
    """How evenly the meetings of a run fall on the SMEs that asked, over all and by region.

    Raises:
        NotFoundError: the fair has no such run.
    """
    record = record_of(queries, fair_id, run_id)
    regions = {row["participation_id"]: row["region"] for row in queries.find(participants, fair_id=fair_id)}
    asked = {row["sme_participation_id"] for row in queries.find(requests, fair_id=fair_id, status="active")}
    groups = {sme: regions.get(sme) or UNKNOWN for sme in asked}

    def compute() -> Mapping[str, Any]:
        found = fairness(record.problem, record.placements, ESTIMATOR, groups)
        return {
            "overall": _share(found.overall),
            "regions": [_share(share) for share in found.groups],
            "meetings": [{"meetings": number, "smes": smes} for number, smes in found.meetings.items()],
            "bonus": {**asdict(found.bonus), "cost": found.bonus.cost},
        }

    return compute


def _share(share: Share) -> dict[str, Any]:
    return {**asdict(share), "per_mille": share.per_mille}


def _planned_with(problem: Problem, request: Request, slot: int) -> Figures:
    """The best plan in which the request sits in this slot, whatever its sides declared."""
    kept = tuple(fixed for fixed in problem.fixed if fixed.request != request.id)
    there = replace(
        problem,
        fixed=(*kept, Fixed(request.id, slot)),
        requests=problem.requests if request.id in problem.request else (*problem.requests, request),
        buyers=tuple(
            replace(buyer, available=tuple(sorted({*buyer.available, slot}))) if buyer.id == request.buyer else buyer
            for buyer in problem.buyers
        ),
        smes=tuple(
            replace(sme, available=tuple(sorted({*sme.available, slot}))) if sme.id == request.sme else sme
            for sme in problem.smes
        ),
    )
    there = changed(there, Changes())
    return figures(there, ESTIMATOR.plan(there).placements)


def _cost(here: Figures, there: Figures) -> dict[str, int]:
    return {
        "must": here.must - there.must, "value": here.value - there.value, "meetings": here.placed - there.placed,
        "breaks": there.breaks - here.breaks,
    }  # fmt: skip
