"""Who leaves, and the end of the floor itself: a fair that is cancelled or moves to another day."""

from typing import Final

from contracts.event import NewEvent
from contracts.matching import FloorClosed, OnSiteRequestWithdrawn, ParticipantLeftFloor, TimetableWithdrawn
from services.matching.domain.changes import cancellation
from services.matching.domain.floor import Floor
from services.matching.domain.hall import Hall
from services.matching.domain.on_site import give_up, move_up
from services.matching.domain.unfolding import Unfolding

FIRST_SLOT: Final = 1


def remove(
    state: Floor, hall: Hall, fair_id: str, participation_id: str, *, side: str, cause: str, at: str
) -> list[NewEvent]:
    """A participant leaves: said on the floor even if it has no meeting, so that nothing in the making can seat it.

    Meetings that have not begun fall; who waits for the participant waits in vain and is taken off the list.
    """
    departure = state.left.get(participation_id)
    from_slot = _from_slot(hall, at)
    if departure is not None:
        if departure.cause == "withdrawn" or (cause == "checked-out" and departure.from_slot <= from_slot):
            return []
        from_slot = min(from_slot, departure.from_slot)
    if state.closed:
        return []
    unfolding = Unfolding(state)
    unfolding.add(
        ParticipantLeftFloor.new(
            fair_id=fair_id,
            participation_id=participation_id,
            side=side,
            from_slot=from_slot,
            cause=cause,
        )
    )
    give_up(unfolding, fair_id, participation_id)
    for meeting in state.placed():
        if participation_id in {meeting.buyer, meeting.sme} and meeting.starts_at > at:
            unfolding.add(cancellation(fair_id, meeting, f"{side}-withdrew"))
    move_up(unfolding, hall, fair_id, at)
    return unfolding.events


def close(state: Floor, fair_id: str) -> list[NewEvent]:
    """The fair was cancelled: every meeting falls, and nothing is placed any more."""
    if state.closed:
        return []
    unfolding = Unfolding(state)
    _clear(unfolding, fair_id, "fair-cancelled")
    unfolding.add(FloorClosed.new(fair_id=fair_id, cause="fair-cancelled"))
    return unfolding.events


def clear(state: Floor, fair_id: str) -> list[NewEvent]:
    """The fair moved: every meeting falls, the timetable no longer holds, a new one can be planned."""
    if state.closed:
        return []
    unfolding = Unfolding(state)
    _clear(unfolding, fair_id, "fair-rescheduled")
    void = {plan.timetable_id for plan in (state.timetable, state.planning) if plan is not None}
    for timetable_id in sorted(void):
        unfolding.add(TimetableWithdrawn.new(fair_id=fair_id, timetable_id=timetable_id, cause="fair-rescheduled"))
    return unfolding.events


def _clear(unfolding: Unfolding, fair_id: str, cause: str) -> None:
    for request_id in unfolding.state.waiting:
        unfolding.add(OnSiteRequestWithdrawn.new(fair_id=fair_id, request_id=request_id))
    for meeting in unfolding.state.placed():
        unfolding.add(cancellation(fair_id, meeting, cause))


def _from_slot(hall: Hall, at: str) -> int:
    """The slot that is on at that moment, or the next one; the last one when the day is over."""
    slot = next(hall.not_over(at), hall.slots[-1] if hall.slots else None)
    return FIRST_SLOT if slot is None else slot.number
