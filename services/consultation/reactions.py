"""What consultation does when the floor changes, and the follow-up that a talk sets for a year later.

Reactions read what came before on the same floor stream, never the effect of the event itself on the read models: they
work whether rows are folded before or after them. Every command they issue does nothing when its work is done already.
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


def open_timetable(reader: Reader, event: Envelope) -> Iterator[OpenConsultation]:
    """A timetable that is published or revised binds: each of its meetings is awaited."""
    for row in reader.find(placements, timetable_id=event.data["timetable_id"]):
        if row["status"] == "placed" and reader.get(consultations, row["meeting_id"]) is None:
            yield _opening({**row, "table": row["table_number"]}, row["channel"])


def open_placed(reader: Reader, event: Envelope) -> Iterator[Any]:
    """A meeting placed into a timetable that binds already is awaited at once; one of a draft waits for publication."""
    timetable = reader.get(timetables, event.data["timetable_id"])
    if timetable is not None and timetable["status"] == "published":
        yield _opening(event.data, "pre-registered")
        yield from _taking_over(reader, event.data["buyer_participation_id"], event.data)


def open_on_site(reader: Reader, event: Envelope) -> Iterator[Any]:
    """An on-site meeting is awaited at once; it may sit where somebody did not come."""
    yield _opening(event.data, "on-site")
    yield from _taking_over(reader, event.data["buyer_participation_id"], event.data)


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
        yield from _taking_over(reader, placement["buyer_participation_id"], data)


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


def _taking_over(reader: Reader, buyer_participation_id: str, seat: Mapping[str, Any]) -> Iterator[MarkReplaced]:
    """No-shows at this buyer's table in this slot are replaced by the meeting that sits there now."""
    missed = reader.find(
        consultations,
        buyer_participation_id=buyer_participation_id,
        slot=seat["slot"],
        table_number=seat["table"],
        status="no-show",
    )
    for row in missed:
        yield MarkReplaced(seat["fair_id"], row["meeting_id"], seat["meeting_id"])


def _binds(reader: Reader, placement: Row) -> bool:
    if placement["channel"] == "on-site":
        return True
    timetable = reader.get(timetables, placement["timetable_id"])
    return timetable is not None and timetable["status"] == "published"


def _years_later(held_at: datetime) -> datetime:
    try:
        return held_at.replace(year=held_at.year + FOLLOW_UP_AFTER_YEARS)
    except ValueError:  # 29 February
        return held_at.replace(year=held_at.year + FOLLOW_UP_AFTER_YEARS, day=28)


REACTIONS: Final[Mapping[str, Sequence[Reaction]]] = {
    matching.TimetablePublished.TYPE: (open_timetable,),
    matching.TimetableRevised.TYPE: (open_timetable,),
    matching.MeetingPlaced.TYPE: (open_placed,),
    matching.OnSiteMeetingPlaced.TYPE: (open_on_site,),
    matching.MeetingMoved.TYPE: (move,),
    matching.MeetingCancelled.TYPE: (cancel,),
    matching.FloorClosed.TYPE: (cancel_all,),
}
SCHEDULES: Final[Mapping[str, Sequence[Schedule]]] = {own.ConsultationHeld.TYPE: (ask_in_a_year,)}
