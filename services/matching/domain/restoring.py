"""Rolling a published timetable back: its meetings go where an earlier run had them, those that are kept stay."""

from contracts.event import NewEvent
from contracts.matching import MeetingMoved, TimetableRevisedByRun
from services.matching.domain.changes import cancellation
from services.matching.domain.floor import Floor, Left, Meeting, Planning
from services.matching.domain.floor_events import vacated
from services.matching.domain.hall import Hall, free_tables, obstacle
from services.matching.domain.on_site import move_up
from services.matching.domain.planning import NewMeeting, Planned, leave, place
from services.matching.domain.runs import run_id_of
from services.matching.domain.unfolding import Unfolding


def restore(state: Floor, hall: Hall, fair_id: str, planned: Planned, now: str) -> list[NewEvent]:
    """Make the floor what the plan says. Who keeps a slot keeps the table; a meeting that moves keeps its id if it can.

    Where several meetings would have to change places at once, one of them is cancelled and placed anew.
    """
    if state.closed or state.timetable is None or state.planning != Planning(planned.timetable_id, "revise"):
        return []
    unfolding, revision = Unfolding(state), state.timetable.revision + 1
    wanted = {meeting.request_id: meeting for meeting in planned.meetings}
    cancelled = 0
    for meeting in state.placed():
        if meeting.request_id not in wanted and meeting.request_id not in planned.kept:
            unfolding.add(cancellation(fair_id, meeting, "superseded"))
            cancelled += 1
    moved = _move(unfolding, hall, fair_id, wanted)
    for meeting in _astray(unfolding.state, wanted):
        unfolding.add(cancellation(fair_id, meeting, "superseded"))
        cancelled += 1
    reasons, placed = dict(planned.unplaced), 0
    for request_id, new in wanted.items():
        if request_id in unfolding.state.seated:
            continue
        reason = place(unfolding, hall, fair_id, planned.timetable_id, revision, new)
        if reason is None:
            placed += 1
        else:
            reasons[request_id] = Left(reason)
    leave(unfolding, fair_id, planned.timetable_id, reasons)
    unfolding.add(
        TimetableRevisedByRun.new(
            fair_id=fair_id,
            timetable_id=planned.timetable_id,
            revision=revision,
            placed=placed,
            moved=moved,
            cancelled=cancelled,
            run=planned.run.data(run_id_of(planned.timetable_id, revision)),
        )
    )
    move_up(unfolding, hall, fair_id, now)
    return unfolding.events


def _move(unfolding: Unfolding, hall: Hall, fair_id: str, wanted: dict[str, NewMeeting]) -> int:
    """Move whatever finds its place free, until nothing more does; how many were moved."""
    moved, going = 0, True
    while going:
        going = False
        for meeting in _astray(unfolding.state, wanted):
            event = _moved(unfolding.state, hall, fair_id, meeting, wanted[meeting.request_id])
            if event is not None:
                unfolding.add(event)
                moved, going = moved + 1, True
    return moved


def _moved(state: Floor, hall: Hall, fair_id: str, meeting: Meeting, to: NewMeeting) -> NewEvent | None:
    without, slot = vacated(state, meeting), hall.slot(to.slot)
    if slot is None or obstacle(without, hall, meeting.buyer, meeting.sme, to.slot) is not None:
        return None
    free = list(free_tables(without, hall, meeting.buyer, to.slot))
    return MeetingMoved.new(
        fair_id=fair_id,
        meeting_id=meeting.meeting_id,
        from_slot=meeting.slot,
        from_table=meeting.table,
        slot=to.slot,
        table=to.table if to.table in free else free[0],
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
    )


def _astray(state: Floor, wanted: dict[str, NewMeeting]) -> list[Meeting]:
    """Meetings that sit in another slot than the plan wants."""
    return [
        meeting
        for meeting in state.placed()
        if meeting.request_id in wanted and wanted[meeting.request_id].slot != meeting.slot
    ]
