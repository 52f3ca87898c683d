"""What happens on the floor: meetings moved and cancelled, on-site requests, no-shows, departures."""

from collections.abc import Mapping
from typing import Any

from services.chassis.service import NotFoundError, Unit
from services.matching.domain import changes, commands, departures, on_site
from services.matching.domain.floor import OnSiteRequest
from services.matching.domain.floor_events import vacated
from services.matching.domain.hall import hindrances
from services.matching.handlers.loading import ANSWERS, fair_of, floor_of, hall_of, meeting_of
from services.matching.projections.tables import participants


def move_meeting(unit: Unit, command: commands.MoveMeeting) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    meeting = meeting_of(floor.state, command.meeting_id)
    hall = hall_of(unit, command.fair_id, floor.state, meeting.buyer, meeting.sme)
    without = vacated(floor.state, meeting) if meeting.status == "placed" else floor.state
    warnings = (
        [] if command.slot == meeting.slot else hindrances(without, hall, meeting.buyer, meeting.sme, command.slot)
    )
    events = changes.move(
        floor.state, hall, command.fair_id, meeting, slot=command.slot, table=command.table, now=unit.now,
        despite=command.despite_warnings,
    )  # fmt: skip
    unit.record(floor, events)
    moved = meeting_of(floor_of(unit, command.fair_id).state, command.meeting_id)
    return {
        "meeting_id": command.meeting_id, "slot": moved.slot, "table": moved.table,
        "warnings": [hindrance.warning for hindrance in warnings],
    }  # fmt: skip


def lock_meeting(unit: Unit, command: commands.LockMeeting) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    meeting = meeting_of(floor.state, command.meeting_id)
    unit.record(floor, changes.lock(floor.state, command.fair_id, meeting))
    return {"meeting_id": command.meeting_id, "locked": True}


def unlock_meeting(unit: Unit, command: commands.UnlockMeeting) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    meeting = meeting_of(floor.state, command.meeting_id)
    unit.record(floor, changes.unlock(command.fair_id, meeting))
    return {"meeting_id": command.meeting_id, "locked": False}


def cancel_meeting(unit: Unit, command: commands.CancelMeeting) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    meeting = meeting_of(floor.state, command.meeting_id)
    hall = hall_of(unit, command.fair_id, floor.state)
    unit.record(floor, changes.cancel(floor.state, hall, command.fair_id, meeting, unit.now))
    return {"meeting_id": command.meeting_id, "status": "cancelled"}


def request_on_site(unit: Unit, command: commands.RequestOnSiteMeeting) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.sme_participation_id)
    fair_of(unit, command.fair_id)
    companies = {
        side: _company(unit, command.fair_id, participation_id, side)
        for participation_id, side in (
            (command.buyer_participation_id, "buyer"),
            (command.sme_participation_id, "sme"),
        )
    }
    request = OnSiteRequest(
        command.request_id or unit.new_id(), command.buyer_participation_id, companies["buyer"],
        command.sme_participation_id, companies["sme"], command.technology, tuple(command.topics), command.synthetic,
    )  # fmt: skip
    floor = floor_of(unit, command.fair_id)
    answered = unit.load(ANSWERS, request.buyer)
    hall = hall_of(unit, command.fair_id, floor.state, request.buyer, request.sme)
    excluded = request.sme in answered.state.excluded
    unit.record(floor, on_site.ask(floor.state, hall, command.fair_id, request, excluded=excluded, now=unit.now))
    unit.guard(answered)
    return _outcome(unit, command.fair_id, request.request_id)


def withdraw_on_site(unit: Unit, command: commands.WithdrawOnSiteRequest) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    request = floor.state.on_site.get(command.request_id)
    if request is None:
        raise NotFoundError("on-site request")
    unit.for_participation(command.fair_id, request.sme)
    hall = hall_of(unit, command.fair_id, floor.state)
    unit.record(floor, on_site.withdraw(floor.state, hall, command.fair_id, command.request_id, unit.now))
    return _outcome(unit, command.fair_id, command.request_id)


def release_meeting(unit: Unit, command: commands.ReleaseMeeting) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    hall = hall_of(unit, command.fair_id, floor.state)
    meeting = floor.state.meetings.get(command.meeting_id)
    unit.record(floor, changes.release(floor.state, hall, command.fair_id, meeting, command.absent, command.at))
    return {"meeting_id": command.meeting_id}


def remove_participant(unit: Unit, command: commands.RemoveParticipant) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    hall = hall_of(unit, command.fair_id, floor.state)
    events = departures.remove(
        floor.state, hall, command.fair_id, command.participation_id,
        side=command.side, cause=command.cause, at=command.at,
    )  # fmt: skip
    unit.record(floor, events)
    return {"participation_id": command.participation_id}


def drop_request(unit: Unit, command: commands.DropRequest) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    hall = hall_of(unit, command.fair_id, floor.state)
    unit.record(floor, changes.drop_request(floor.state, hall, command.fair_id, command.request_id, command.at))
    return {"request_id": command.request_id}


def close_floor(unit: Unit, command: commands.CloseFloor) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    unit.record(floor, departures.close(floor.state, command.fair_id))
    return {"fair_id": command.fair_id}


def clear_floor(unit: Unit, command: commands.ClearFloor) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    unit.record(floor, departures.clear(floor.state, command.fair_id))
    return {"fair_id": command.fair_id}


def _company(unit: Unit, fair_id: str, participation_id: str, side: str) -> str:
    row = unit.get(participants, participation_id)
    if row is None or (row["fair_id"], row["side"]) != (fair_id, side):
        raise NotFoundError(side)
    return str(row["company_id"])


def _outcome(unit: Unit, fair_id: str, request_id: str) -> Mapping[str, Any]:
    """What became of an on-site request: its seat, or its position in the line for this buyer."""
    floor = floor_of(unit, fair_id).state
    request, meeting = floor.on_site[request_id], floor.placed_meeting(request_id)
    answer: dict[str, Any] = {"request_id": request_id, "status": request.status}
    if meeting is not None:
        answer |= {"meeting_id": meeting.meeting_id, "slot": meeting.slot, "table": meeting.table}
    if request_id in floor.waiting:
        line = [other for other in floor.waiting if floor.on_site[other].buyer == request.buyer]
        answer["position"] = line.index(request_id) + 1
    return answer
