"""What consultation does when the floor changes, and the follow-up that a talk sets for a year later.

Reactions decide before the event itself is folded: they see what came before it on the same floor stream. Every command
they issue does nothing when its work is done already.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from contracts import consultation as own
from contracts import matching
from contracts.envelope import Envelope
from services.chassis.clock import instant, moment
from services.chassis.read_models import Row
from services.chassis.service import Reaction, Reader, Schedule, Timer
from services.consultation.domain.commands import (
    CancelConsultation,
    MarkReplaced,
    MoveConsultation,
    OpenConsultation,
)
from services.consultation.projections.tables import consultations, placements, timetables

FOLLOW_UP_AFTER_YEARS: Final = 1


def open_timetable(reader: Reader, event: Envelope) -> Iterator[Any]:
    """A timetable that is published or revised binds: each of its meetings that is not known yet is awaited."""
    known = {row["meeting_id"] for row in reader.find(consultations, fair_id=event.data["fair_id"])}
    missed = _missed(reader, event)
    for row in reader.find(placements, timetable_id=event.data["timetable_id"]):
        if row["status"] == "placed" and row["meeting_id"] not in known:
            meeting = {**row, "table": row["table_number"]}
            yield _opening(meeting, row["channel"])
            yield from _taking_over(missed, row["buyer_participation_id"], meeting)


def open_on_site(reader: Reader, event: Envelope) -> Iterator[Any]:
    """An on-site meeting is awaited at once; it may sit where somebody did not come."""
    yield _opening(event.data, "on-site")
    yield from _taking_over(_missed(reader, event), event.data["buyer_participation_id"], event.data)


def move(reader: Reader, event: Envelope) -> Iterator[Any]:
    """The consultation moves along; it may now sit where somebody did not come."""
    data = event.data
    yield MoveConsultation(
        fair_id=data["fair_id"],
        meeting_id=data["meeting_id"],
        slot=data["slot"],
        table=data["table"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
    )
    placement = reader.get(placements, data["meeting_id"])
    if placement is not None and _binds(reader, placement):
        yield from _taking_over(_missed(reader, event), placement["buyer_participation_id"], data)


def cancel(reader: Reader, event: Envelope) -> Iterator[CancelConsultation]:
    """The consultation falls. A meeting of a mere draft has none; an unknown meeting is kept from ever opening."""
    data = event.data
    placement = reader.get(placements, data["meeting_id"])
    if placement is None or _binds(reader, placement):
        yield CancelConsultation(fair_id=data["fair_id"], meeting_id=data["meeting_id"], cause=data["cause"])


def cancel_all(reader: Reader, event: Envelope) -> Iterator[CancelConsultation]:
    """The fair was cancelled: whatever is still awaited falls."""
    data = event.data
    for row in reader.find(consultations, fair_id=data["fair_id"], status="awaited"):
        yield CancelConsultation(fair_id=data["fair_id"], meeting_id=row["meeting_id"], cause=data["cause"])


def ask_in_a_year(event: Envelope) -> Iterable[Timer]:
    """The follow-up of a talk is due a year after it was held."""
    data = event.data
    due_at = instant(_years_later(moment(event.occurred_at)))
    fields = {"fair_id": data["fair_id"], "meeting_id": data["meeting_id"], "due_at": due_at}
    yield Timer(event.stream_id, "follow-up", due_at, "AskFollowUp", fields)


def _opening(meeting: Row, channel: str) -> OpenConsultation:
    return OpenConsultation(
        fair_id=meeting["fair_id"],
        meeting_id=meeting["meeting_id"],
        request_id=meeting["request_id"],
        buyer_participation_id=meeting["buyer_participation_id"],
        buyer_company_id=meeting["buyer_company_id"],
        sme_participation_id=meeting["sme_participation_id"],
        sme_company_id=meeting["sme_company_id"],
        slot=meeting["slot"],
        table=meeting["table"],
        starts_at=meeting["starts_at"],
        ends_at=meeting["ends_at"],
        channel=channel,
    )


def _missed(reader: Reader, event: Envelope) -> Sequence[Row]:
    """The no-shows of the event's fair that nobody has replaced yet."""
    return reader.find(consultations, fair_id=event.data["fair_id"], status="no-show")


def _taking_over(missed: Sequence[Row], buyer_participation_id: str, seat: Mapping[str, Any]) -> Iterator[MarkReplaced]:
    """No-shows at this buyer's table in this slot are replaced by the meeting that sits there now."""
    place = (buyer_participation_id, seat["slot"], seat["table"])
    for row in missed:
        if (row["buyer_participation_id"], row["slot"], row["table_number"]) == place:
            yield MarkReplaced(seat["fair_id"], row["meeting_id"], seat["meeting_id"])


def _binds(reader: Reader, placement: Row) -> bool:
    if placement["channel"] == "on-site":
        return True
    timetable = reader.get(timetables, placement["timetable_id"])
    return timetable is not None and timetable["status"] != "draft"


def _years_later(held_at: datetime) -> datetime:
    try:
        return held_at.replace(year=held_at.year + FOLLOW_UP_AFTER_YEARS)
    except ValueError:  # 29 February
        return held_at.replace(year=held_at.year + FOLLOW_UP_AFTER_YEARS, day=28)


REACTIONS: Final[Mapping[str, Sequence[Reaction]]] = {
    matching.TimetablePublished.TYPE: (open_timetable,),
    matching.TimetableRevisedByRun.TYPE: (open_timetable,),
    matching.OnSiteMeetingPlaced.TYPE: (open_on_site,),
    matching.MeetingMoved.TYPE: (move,),
    matching.MeetingCancelled.TYPE: (cancel,),
    matching.FloorClosed.TYPE: (cancel_all,),
}
SCHEDULES: Final[Mapping[str, Sequence[Schedule]]] = {own.ConsultationHeld.TYPE: (ask_in_a_year,)}
