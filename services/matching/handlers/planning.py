"""The timetable: the wish for one, the job that makes it, its publication."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.rejection import Rejection
from services.chassis.service import Loaded, Unit
from services.matching.domain import planning, restoring
from services.matching.domain.answers import Answers
from services.matching.domain.commands import (
    PlanTimetable,
    PublishTimetable,
    RequestTimetable,
    ReviseTimetable,
    RollBackTimetable,
)
from services.matching.domain.floor import Floor, Left, Meeting, Planning
from services.matching.domain.hall import Hall
from services.matching.domain.planning import NewMeeting, Planned
from services.matching.domain.runs import run_id_of
from services.matching.handlers.assembly import Answered, Assembled, Confirmed, OnFloor, assemble
from services.matching.handlers.loading import ANSWERS, fair_of, floor_of, slots_of
from services.matching.handlers.runs import keep_run, record_of, run_of
from services.matching.projections.tables import requests
from services.matching.timetable.checker import require_valid
from services.matching.timetable.optimal import OptimalPlanner
from services.matching.timetable.plan import Plan, Planner
from services.matching.timetable.reasons import Reasons
from services.matching.timetable.restoring import restored

PLANNER: Final[Planner] = OptimalPlanner()


def request_timetable(unit: Unit, command: RequestTimetable) -> Mapping[str, Any]:
    require_schedule(unit, command.fair_id)
    timetable_id = command.timetable_id or unit.new_id()
    floor = floor_of(unit, command.fair_id)
    unit.record(floor, planning.ask_for_draft(floor.state, command.fair_id, timetable_id))
    return {"timetable_id": timetable_id, "location": _location(command.fair_id, timetable_id)}


def revise_timetable(unit: Unit, command: ReviseTimetable) -> Mapping[str, Any]:
    require_schedule(unit, command.fair_id)
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
    require_schedule(unit, command.fair_id)
    fair = fair_of(unit, command.fair_id)
    revising = command.mode == "revise"
    assembled = assembled_for(unit, command.fair_id, floor.state, command.at, revising=revising)
    plan = PLANNER.plan(assembled.problem)
    require_valid(assembled.problem, plan)
    hall = Hall(slots_of(fair), fair["hall_tables"], assembled.participants)
    decide = planning.revise if revising else planning.draft
    events = decide(
        floor.state, hall, command.fair_id, planned_of(command.timetable_id, assembled, plan, revising=revising)
    )
    # The plan belongs to the moment it was asked for, however long the worker took.
    unit.record(floor, [replace(event, occurred_at=command.at) for event in events])
    if events:
        made = revision_of(unit, command.fair_id)
        run_id = run_id_of(command.timetable_id, made)
        keep_run(unit, command.fair_id, command.timetable_id, run_id, command.mode, assembled.problem, plan)
    return {"timetable_id": command.timetable_id, "planned": True}


def roll_back_timetable(unit: Unit, command: RollBackTimetable) -> Mapping[str, Any]:
    """Go back to an earlier run: what is still possible of its plan, and whatever fits besides."""
    require_schedule(unit, command.fair_id)
    fair, floor = fair_of(unit, command.fair_id), floor_of(unit, command.fair_id)
    record = record_of(unit, command.fair_id, command.run_id)
    current = floor.state.timetable
    if current is None or current.timetable_id != command.timetable_id:
        raise Rejection("timetable.not-current", "Another timetable counts by now.", "Name the one that counts.")
    revising = current.published
    timetable_id = command.timetable_id if revising else unit.new_id()
    ask = planning.ask_for_revision if revising else planning.ask_for_draft
    unit.record(floor, ask(floor.state, command.fair_id, timetable_id))
    asked = floor_of(unit, command.fair_id)
    assembled = assembled_for(unit, command.fair_id, asked.state, unit.now, revising=revising, kept_only=True)
    plan = restored(assembled.problem, record.placements)
    require_valid(assembled.problem, plan)
    hall = Hall(slots_of(fair), fair["hall_tables"], assembled.participants)
    planned = planned_of(timetable_id, assembled, plan, revising=revising)
    if revising:
        events = restoring.restore(asked.state, hall, command.fair_id, planned, unit.now)
    else:
        events = planning.draft(asked.state, hall, command.fair_id, planned)
    unit.record(asked, events)
    run_id = run_id_of(timetable_id, revision_of(unit, command.fair_id))
    mode = "revise" if revising else "draft"
    keep_run(unit, command.fair_id, timetable_id, run_id, mode, assembled.problem, plan)
    return {"timetable_id": timetable_id, "run_id": run_id}


def revision_of(unit: Unit, fair_id: str) -> int:
    """The revision of the timetable that counts now, this unit's own events included."""
    timetable = floor_of(unit, fair_id).state.timetable
    return 0 if timetable is None else timetable.revision


def require_schedule(unit: Unit, fair_id: str) -> None:
    """Raises:
    NotFoundError, Rejection: the fair is not known, was cancelled or has no slots yet.
    """
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


def assembled_for(
    unit: Unit, fair_id: str, floor: Floor, at: str, *, revising: bool, kept_only: bool = False
) -> Assembled:
    """The problem as it stands. Answers that it rests on are guarded.

    A draft starts from an empty floor but for what is locked. A revision keeps what is placed (`kept_only`: what is
    locked, asked for on site or has begun) and uses slots that have not begun.
    """
    slots = slots_of(fair_of(unit, fair_id))

    def stays(meeting: Meeting) -> bool:
        if not revising:
            return meeting.locked
        return not kept_only or meeting.locked or meeting.channel == "on-site" or meeting.starts_at <= at

    on_floor = OnFloor(
        slots=frozenset(slot.number for slot in slots if not revising or slot.starts_at > at),
        confirmed=tuple(
            Confirmed(meeting.request_id, meeting.buyer, meeting.sme, meeting.slot, meeting.table)
            for meeting in floor.placed()
            if stays(meeting)
        ),
        left=floor.left,
        dropped=floor.dropped.keys(),
    )
    return assemble(unit, fair_id, _answered(unit, fair_id), on_floor)


def planned_of(timetable_id: str, assembled: Assembled, plan: Plan, *, revising: bool) -> Planned:
    """The plan as the floor takes it. A draft seats its fixed meetings anew."""
    fixed = frozenset(fixed.request for fixed in assembled.problem.fixed)
    return Planned(
        timetable_id=timetable_id,
        run=run_of(assembled.problem, plan),
        meetings=tuple(
            NewMeeting(
                request_id, row["buyer_participation_id"], row["buyer_company_id"], row["sme_participation_id"],
                row["sme_company_id"], seat.slot, seat.table,
            )
            for request_id, seat in sorted(plan.placements.items())
            if not (revising and request_id in fixed)
            for row in (assembled.requests[request_id],)
        ),
        unplaced=_left(assembled, plan),
        kept=fixed,
    )  # fmt: skip


def _left(assembled: Assembled, plan: Plan) -> Mapping[str, Left]:
    """Every request that is not placed, with all that can be computed of why. A withdrawn one is out of reach."""
    reasons = Reasons(assembled.wider, plan.placements)
    found: dict[str, Left] = {}
    for request_id, reason in {**assembled.ruled_out, **plan.unplaced}.items():
        request = assembled.wider.request.get(request_id)
        if request is None:
            found[request_id] = Left(reason)
            continue
        why = reasons.of(request, reason)
        found[request_id] = Left(
            reason, why.worth, why.short_by, tuple((change.kind, change.slot) for change in why.changes)
        )
    return found


def _location(fair_id: str, timetable_id: str) -> str:
    return f"/fairs/{fair_id}/timetables/{timetable_id}"
