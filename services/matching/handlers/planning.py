"""The timetable: the wish for one, the job that makes it, its publication."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.rejection import Rejection
from services.chassis.service import Loaded, Unit
from services.matching.domain import planning
from services.matching.domain.answers import Answers
from services.matching.domain.commands import PlanTimetable, PublishTimetable, RequestTimetable, ReviseTimetable
from services.matching.domain.floor import Floor, Planning
from services.matching.domain.hall import Hall
from services.matching.domain.planning import NewMeeting, Planned
from services.matching.handlers.assembly import Answered, Assembled, Confirmed, OnFloor, assemble
from services.matching.handlers.loading import ANSWERS, admitted, fair_of, floor_of, slots_of
from services.matching.projections.tables import participants, requests
from services.matching.timetable.checker import require_valid
from services.matching.timetable.optimal import OptimalPlanner
from services.matching.timetable.plan import Plan, Planner

PLANNER: Final[Planner] = OptimalPlanner()


def request_timetable(unit: Unit, command: RequestTimetable) -> Mapping[str, Any]:
    _require_schedule(unit, command.fair_id)
    timetable_id = command.timetable_id or unit.new_id()
    floor = floor_of(unit, command.fair_id)
    unit.record(floor, planning.ask_for_draft(floor.state, command.fair_id, timetable_id))
    return {"timetable_id": timetable_id, "location": _location(command.fair_id, timetable_id)}


def revise_timetable(unit: Unit, command: ReviseTimetable) -> Mapping[str, Any]:
    _require_schedule(unit, command.fair_id)
    floor = floor_of(unit, command.fair_id)
    unit.record(floor, planning.ask_for_revision(floor.state, command.fair_id, command.timetable_id))
    return {"timetable_id": command.timetable_id, "location": _location(command.fair_id, command.timetable_id)}


def publish_timetable(unit: Unit, command: PublishTimetable) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    unit.record(floor, planning.publish(floor.state, command.fair_id, command.timetable_id))
    return {"timetable_id": command.timetable_id, "status": "published"}


def plan_timetable(unit: Unit, command: PlanTimetable) -> Mapping[str, Any]:
    """Solve outside any transaction; what was read is checked when the plan is stored, else it is planned again."""
    floor = floor_of(unit, command.fair_id)
    if floor.state.closed or floor.state.planning != Planning(command.timetable_id, command.mode):
        return {"timetable_id": command.timetable_id, "planned": False}
    _require_schedule(unit, command.fair_id)
    fair = fair_of(unit, command.fair_id)
    answered = _answered(unit, command.fair_id)
    revising = command.mode == "revise"
    assembled = assemble(unit, command.fair_id, answered, _on_floor(unit, command, floor.state, revising=revising))
    plan = PLANNER.plan(assembled.problem)
    require_valid(assembled.problem, plan)
    hall = Hall(slots_of(fair), fair["hall_tables"], admitted(unit.find(participants, fair_id=command.fair_id)))
    decide = planning.revise if revising else planning.draft
    events = decide(floor.state, hall, command.fair_id, _planned(command, assembled, plan))
    # The plan belongs to the moment it was asked for, however long the worker took.
    unit.record(floor, [replace(event, occurred_at=command.at) for event in events])
    return {"timetable_id": command.timetable_id, "planned": True}


def _require_schedule(unit: Unit, fair_id: str) -> None:
    fair = fair_of(unit, fair_id)
    if fair["status"] == "cancelled":
        raise Rejection("fair.cancelled", "The fair was cancelled.", "Nothing can be planned for a cancelled fair.")
    if not fair["slots"]:
        raise Rejection("fair.not-scheduled", "The fair has no slots yet.", "Schedule the fair first, then plan.")


def _answered(unit: Unit, fair_id: str) -> Answered:
    """Read from the answers' own streams and guarded: an answer that changes while the plan is made is not missed."""
    asked: dict[str, Loaded[Answers]] = {}
    standing = {}
    for row in unit.find(requests, fair_id=fair_id):
        buyer = row["buyer_participation_id"]
        if buyer not in asked:
            asked[buyer] = unit.load(ANSWERS, buyer)
            unit.guard(asked[buyer])
        standing[row["request_id"]] = asked[buyer].state.standing(row["request_id"])
    excluded = {(buyer, sme) for buyer, loaded in asked.items() for sme in loaded.state.excluded}
    return Answered(standing, excluded)


def _on_floor(unit: Unit, command: PlanTimetable, floor: Floor, *, revising: bool) -> OnFloor:
    """A draft starts from an empty floor. A revision keeps what is placed and uses slots that have not begun."""
    slots = slots_of(fair_of(unit, command.fair_id))
    return OnFloor(
        slots=frozenset(slot.number for slot in slots if not revising or slot.starts_at > command.at),
        confirmed=tuple(
            Confirmed(meeting.request_id, meeting.buyer, meeting.sme, meeting.slot, meeting.table)
            for meeting in (floor.placed() if revising else ())
        ),
        left=floor.left,
        dropped=floor.dropped.keys(),
    )


def _planned(command: PlanTimetable, assembled: Assembled, plan: Plan) -> Planned:
    fixed = {fixed.request for fixed in assembled.problem.fixed}
    return Planned(
        timetable_id=command.timetable_id,
        planner=plan.planner,
        planner_version=plan.planner_version,
        input_digest=assembled.problem.digest,
        meetings=tuple(
            NewMeeting(
                request_id, row["buyer_participation_id"], row["buyer_company_id"], row["sme_participation_id"],
                row["sme_company_id"], seat.slot, seat.table,
            )
            for request_id, seat in sorted(plan.placements.items())
            if request_id not in fixed
            for row in (assembled.requests[request_id],)
        ),
        unplaced={**assembled.ruled_out, **plan.unplaced},
    )  # fmt: skip


def _location(fair_id: str, timetable_id: str) -> str:
    return f"/fairs/{fair_id}/timetables/{timetable_id}"
