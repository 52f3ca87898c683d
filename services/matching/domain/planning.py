"""The timetable: asked for, drafted, published, revised."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.event import NewEvent
from contracts.identity import derived_id
from contracts.matching import (
    MeetingLocked,
    MeetingPlaced,
    RequestLeftUnplacedWhy,
    TimetableDraftedByRun,
    TimetablePublished,
    TimetableRequested,
    TimetableRevisedByRun,
)
from contracts.rejection import Rejection
from services.matching.domain.changes import cancellation
from services.matching.domain.floor import Floor, Left, Planning
from services.matching.domain.hall import Hall, free_tables, obstacle
from services.matching.domain.runs import FIRST_REVISION, Run, run_id_of
from services.matching.domain.unfolding import Unfolding


@dataclass(frozen=True, slots=True)
class NewMeeting:
    """A request with the seat that the plan gives it."""

    request_id: str
    buyer: str
    buyer_company: str
    sme: str
    sme_company: str
    slot: int
    table: int


@dataclass(frozen=True)
class Planned:
    """What came out of planning: meetings that are not on the floor yet, and a reason for every other request.

    `kept` are the requests whose meetings the plan had to leave where they are. A draft places those anew, too.
    """

    timetable_id: str
    run: Run
    meetings: tuple[NewMeeting, ...]
    unplaced: Mapping[str, Left] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()


def ask_for_draft(state: Floor, fair_id: str, timetable_id: str) -> list[NewEvent]:
    """Ask for a new draft; one that is being planned is given up for it."""
    _require_running(state)
    if state.planning == Planning(timetable_id, "draft") or _is_draft(state, timetable_id):
        return []
    if state.timetable is not None and state.timetable.published:
        raise Rejection("timetable.published", "The timetable is published.", "Revise it: what is confirmed is kept.")
    if timetable_id in state.timetables:
        raise Rejection("timetable.exists", "Another timetable has this id.", "Use a new id.")
    return [TimetableRequested.new(fair_id=fair_id, timetable_id=timetable_id, mode="draft")]


def ask_for_revision(state: Floor, fair_id: str, timetable_id: str) -> list[NewEvent]:
    """Ask for the gaps of the published timetable to be filled."""
    _require_running(state)
    if state.timetable is None or state.timetable.timetable_id != timetable_id or not state.timetable.published:
        raise Rejection("timetable.not-published", "This timetable is not published.", "Publish a draft first.")
    if state.planning == Planning(timetable_id, "revise"):
        return []
    return [TimetableRequested.new(fair_id=fair_id, timetable_id=timetable_id, mode="revise")]


def publish(state: Floor, fair_id: str, timetable_id: str) -> list[NewEvent]:
    """Make the draft binding."""
    _require_running(state)
    if state.timetable is None or state.timetable.timetable_id != timetable_id:
        raise Rejection("timetable.not-drafted", "There is no such draft.", "Plan a timetable and wait for its draft.")
    if state.timetable.published:
        return []
    return [TimetablePublished.new(fair_id=fair_id, timetable_id=timetable_id, meetings=len(state.seated))]


def draft(state: Floor, hall: Hall, fair_id: str, planned: Planned) -> list[NewEvent]:
    """Record a plan as the draft, in place of an earlier draft. A plan that nobody waits for any more is dropped."""
    if state.closed or state.planning != Planning(planned.timetable_id, "draft"):
        return []
    unfolding = Unfolding(state)
    former = state.placed()
    for meeting in former:
        unfolding.add(cancellation(fair_id, meeting, "superseded"))
    unfolding.add(
        TimetableDraftedByRun.new(
            fair_id=fair_id,
            timetable_id=planned.timetable_id,
            requests=len(planned.meetings) + len(planned.unplaced),
            placed=len(planned.meetings),
            unplaced=len(planned.unplaced),
            run=planned.run.data(run_id_of(planned.timetable_id, FIRST_REVISION)),
        )
    )
    locked = {meeting.request_id for meeting in former if meeting.locked}
    for new in planned.meetings:
        reason = place(unfolding, hall, fair_id, planned.timetable_id, FIRST_REVISION, new, new.request_id in locked)
        if reason is not None:
            raise ValueError(f"the plan does not fit the floor: {reason}")
        if new.request_id in locked:
            again = unfolding.state.seated[new.request_id]
            unfolding.add(MeetingLocked.new(fair_id=fair_id, meeting_id=again, request_id=new.request_id))
    leave(unfolding, fair_id, planned.timetable_id, planned.unplaced)
    return unfolding.events


def revise(state: Floor, hall: Hall, fair_id: str, planned: Planned) -> list[NewEvent]:
    """Add a plan's new meetings to the published timetable; of the unplaced, say what is new.

    The floor has the last word: a seat that the plan could not know to be blocked (a table whose buyer is away) is not
    taken, and the request is unplaced for that reason.
    """
    if state.closed or state.timetable is None or state.planning != Planning(planned.timetable_id, "revise"):
        return []
    unfolding, revision = Unfolding(state), state.timetable.revision + 1
    reasons = dict(planned.unplaced)
    for meeting in planned.meetings:
        reason = place(unfolding, hall, fair_id, planned.timetable_id, revision, meeting)
        if reason is not None:
            reasons[meeting.request_id] = Left(reason)
    leave(unfolding, fair_id, planned.timetable_id, reasons)
    unfolding.add(
        TimetableRevisedByRun.new(
            fair_id=fair_id,
            timetable_id=planned.timetable_id,
            revision=revision,
            placed=len(unfolding.state.seated) - len(state.seated),
            moved=0,
            cancelled=0,
            run=planned.run.data(run_id_of(planned.timetable_id, revision)),
        )
    )
    return unfolding.events


def place(
    unfolding: Unfolding, hall: Hall, fair_id: str, timetable_id: str, revision: int, meeting: NewMeeting,
    locked: bool = False,
) -> str | None:  # fmt: skip
    """Seat the request, or say what is in the way. A `locked` one sat there before, whatever rule its place breaks."""
    state, slot = unfolding.state, hall.slot(meeting.slot)
    reason = None if locked else obstacle(state, hall, meeting.buyer, meeting.sme, meeting.slot)
    if slot is None or reason is not None:
        return reason or "no-common-slot"
    known = meeting.buyer in hall.participants
    free = list(free_tables(state, hall, meeting.buyer, meeting.slot)) if known and not locked else [meeting.table]
    unfolding.add(
        MeetingPlaced.new(
            fair_id=fair_id,
            meeting_id=derived_id("meeting", timetable_id, str(revision), meeting.request_id),
            request_id=meeting.request_id,
            buyer_participation_id=meeting.buyer,
            buyer_company_id=meeting.buyer_company,
            sme_participation_id=meeting.sme,
            sme_company_id=meeting.sme_company,
            slot=slot.number,
            table=meeting.table if meeting.table in free else free[0],
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            timetable_id=timetable_id,
        )
    )
    return None


def leave(unfolding: Unfolding, fair_id: str, timetable_id: str, reasons: Mapping[str, Left]) -> None:
    """Say of the unplaced what is new."""
    for request_id, left in sorted(reasons.items()):
        if unfolding.state.unplaced.get(request_id) != left:
            unfolding.add(
                RequestLeftUnplacedWhy.new(
                    fair_id=fair_id,
                    timetable_id=timetable_id,
                    request_id=request_id,
                    reason=left.reason,
                    worth=left.worth,
                    short_by=left.short_by,
                    changes=[{"change": change, "slot": slot} for change, slot in left.changes],
                )
            )


def _is_draft(state: Floor, timetable_id: str) -> bool:
    drafted = state.timetable
    return drafted is not None and drafted.timetable_id == timetable_id and not drafted.published


def _require_running(state: Floor) -> None:
    if state.closed:
        raise Rejection("floor.closed", "The fair was cancelled.", "Nothing can be planned for a cancelled fair.")
