"""What happens to placed meetings: moved, cancelled, released. Whatever becomes free goes to those who wait."""

from typing import Final

from contracts.event import NewEvent
from contracts.matching import (
    MeetingCancelled,
    MeetingLocked,
    MeetingMoved,
    MeetingReleased,
    MeetingUnlocked,
    RequestDropped,
)
from contracts.rejection import Rejection
from services.matching.domain.floor import Floor, Meeting
from services.matching.domain.floor_events import vacated
from services.matching.domain.hall import Hall, free_tables, hindrances
from services.matching.domain.on_site import give_up, move_up
from services.matching.domain.unfolding import Unfolding

CONFLICTS: Final = {
    "pair-already-met": ("The pair has another meeting.", "Cancel one of the two."),
    "no-common-slot": ("A side is not there in that slot.", "Choose a slot in which both are available."),
    "sme-full": ("The SME has another meeting then, or has reached its limit.", "Choose another slot."),
    "buyer-full": ("All tables of the buyer are taken in that slot.", "Choose another slot, or free a table first."),
    "hall-full": ("The hall is full in that slot.", "Choose another slot."),
}


def move(
    state: Floor, hall: Hall, fair_id: str, meeting: Meeting, *, slot: int, table: int | None, now: str,
    despite: bool = False,
) -> list[NewEvent]:  # fmt: skip
    """Put a meeting elsewhere by hand. Never seats anybody twice.

    `despite`: also where a side has not declared itself available, or the hall is full.
    """
    if meeting.status != "placed":
        raise Rejection("meeting.not-placed", "The meeting does not take place.", "Only a placed meeting can be moved.")
    if not state.open:
        raise Rejection("timetable.not-published", "The timetable is a draft.", "Publish it first, or plan it anew.")
    if meeting.locked:
        raise Rejection("meeting.locked", "The meeting is locked where it is.", "Unlock it first.")
    if meeting.slot == slot and table in {None, meeting.table}:
        return []
    _require_future(meeting, now)
    target = hall.slot(slot)
    if target is None or target.ends_at <= now:
        raise Rejection("slot.unknown", "There is no such slot, or it is over.", "Choose a slot that is still to come.")
    without = vacated(state, meeting)
    found = hindrances(without, hall, meeting.buyer, meeting.sme, slot) if slot != meeting.slot else []
    conflict = next((one for one in found if not (despite and one.bearable)), None)
    if conflict is not None:
        raise Rejection(f"move.{conflict.reason}", *CONFLICTS[conflict.reason])
    free = list(free_tables(without, hall, meeting.buyer, slot)) if meeting.buyer in hall.participants else []
    chosen = next((number for number in free if table in {None, number}), None)
    if chosen is None:
        raise Rejection("move.table-taken", "That table is taken or does not exist.", "Choose another table or none.")
    unfolding = Unfolding(state)
    unfolding.add(
        MeetingMoved.new(
            fair_id=fair_id,
            meeting_id=meeting.meeting_id,
            from_slot=meeting.slot,
            from_table=meeting.table,
            slot=slot,
            table=chosen,
            starts_at=target.starts_at,
            ends_at=target.ends_at,
        )
    )
    move_up(unfolding, hall, fair_id, now)
    return unfolding.events


def lock(state: Floor, fair_id: str, meeting: Meeting) -> list[NewEvent]:
    """Keep the meeting where it is in all later runs."""
    if meeting.status != "placed" or state.closed:
        raise Rejection("meeting.not-placed", "The meeting does not take place.", "Only a placed one can be locked.")
    if meeting.locked:
        return []
    return [MeetingLocked.new(fair_id=fair_id, meeting_id=meeting.meeting_id, request_id=meeting.request_id)]


def unlock(fair_id: str, meeting: Meeting) -> list[NewEvent]:
    """Let later runs of a draft decide again."""
    if not meeting.locked:
        return []
    return [MeetingUnlocked.new(fair_id=fair_id, meeting_id=meeting.meeting_id, request_id=meeting.request_id)]


def cancel(state: Floor, hall: Hall, fair_id: str, meeting: Meeting, now: str) -> list[NewEvent]:
    """Take a meeting off the floor by hand, before it begins."""
    if meeting.status == "cancelled":
        return []
    if meeting.status == "released":
        raise Rejection("meeting.released", "Somebody did not come to this meeting.", "There is nothing to cancel.")
    _require_future(meeting, now)
    return _fallen(Unfolding(state), hall, fair_id, meeting, "organiser", now)


def answer_changed(state: Floor, hall: Hall, fair_id: str, request_id: str, now: str) -> list[NewEvent]:
    """The buyer says no after all: the meeting falls unless it has begun."""
    return _fallen(Unfolding(state), hall, fair_id, state.placed_meeting(request_id), "answer-changed", now)


def exclude_pair(state: Floor, hall: Hall, fair_id: str, buyer: str, sme: str, now: str) -> list[NewEvent]:
    """The pair was ruled out: its meeting falls unless it has begun, and it waits no longer."""
    unfolding = Unfolding(state)
    give_up(unfolding, fair_id, buyer, sme)
    return _fallen(unfolding, hall, fair_id, state.met(buyer, sme), "pair-excluded", now)


def drop_request(state: Floor, hall: Hall, fair_id: str, request_id: str, at: str) -> list[NewEvent]:
    """A request was taken back: said on the floor once, so that no plan in the making can still place it."""
    if request_id in state.dropped or state.closed:
        return []
    unfolding = Unfolding(state)
    unfolding.add(RequestDropped.new(fair_id=fair_id, request_id=request_id))
    return _fallen(unfolding, hall, fair_id, state.placed_meeting(request_id), "request-withdrawn", at)


def release(state: Floor, hall: Hall, fair_id: str, meeting: Meeting | None, absent: str, at: str) -> list[NewEvent]:
    """Free what a no-show leaves unused. A meeting that is not placed (any more) has nothing to free."""
    if meeting is None or meeting.status != "placed" or state.closed:
        return []
    unfolding = Unfolding(state)
    unfolding.add(
        MeetingReleased.new(
            fair_id=fair_id, meeting_id=meeting.meeting_id, request_id=meeting.request_id, absent=absent
        )
    )
    move_up(unfolding, hall, fair_id, at)
    return unfolding.events


def cancellation(fair_id: str, meeting: Meeting, cause: str) -> NewEvent:
    return MeetingCancelled.new(
        fair_id=fair_id, meeting_id=meeting.meeting_id, request_id=meeting.request_id, cause=cause
    )


def _fallen(
    unfolding: Unfolding, hall: Hall, fair_id: str, meeting: Meeting | None, cause: str, now: str
) -> list[NewEvent]:
    if meeting is not None and meeting.starts_at > now:
        unfolding.add(cancellation(fair_id, meeting, cause))
        move_up(unfolding, hall, fair_id, now)
    return unfolding.events


def _require_future(meeting: Meeting, now: str) -> None:
    if meeting.starts_at <= now:
        raise Rejection(
            "meeting.begun", "The meeting has begun.", "Record at the table whether it was held or who did not come."
        )
