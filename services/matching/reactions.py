"""What matching does when registration or consultation say that something changed, and what it does in time.

Each command does nothing when its work is done already. Business time is the time of the cause, not of its arrival.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from contracts import consultation, matching, registration
from contracts.envelope import Envelope
from services.chassis.service import Reaction, Reader, Schedule, Timer
from services.matching.domain.commands import ClearFloor, CloseFloor, DropRequest, ReleaseMeeting, RemoveParticipant


def buyer_withdrew(_: Reader, event: Envelope) -> Iterator[RemoveParticipant]:
    yield _removal(event, "buyer", "withdrawn")


def sme_withdrew(_: Reader, event: Envelope) -> Iterator[RemoveParticipant]:
    yield _removal(event, "sme", "withdrawn")


def checked_out(_: Reader, event: Envelope) -> Iterator[RemoveParticipant]:
    yield _removal(event, event.data["side"], "checked-out")


def request_withdrawn(_: Reader, event: Envelope) -> Iterator[DropRequest]:
    yield DropRequest(event.data["fair_id"], event.data["request_id"], event.occurred_at)


def fair_cancelled(_: Reader, event: Envelope) -> Iterator[CloseFloor]:
    yield CloseFloor(event.data["fair_id"])


def fair_rescheduled(_: Reader, event: Envelope) -> Iterator[ClearFloor]:
    yield ClearFloor(event.data["fair_id"])


def no_show(_: Reader, event: Envelope) -> Iterator[ReleaseMeeting]:
    data = event.data
    yield ReleaseMeeting(data["fair_id"], data["meeting_id"], data["absent"], event.occurred_at)


def expire_answer(event: Envelope) -> Iterator[Timer]:
    """An answer given for a while lapses."""
    data = event.data
    if data["expires_at"] is not None:
        names = ("fair_id", "request_id", "buyer_participation_id", "expires_at")
        fields = {name: data[name] for name in names}
        yield Timer(event.stream_id, f"expire-{data['request_id']}", data["expires_at"], "ExpireAnswer", fields)


def expire_unanswered(event: Envelope) -> Iterator[Timer]:
    """Requests that nobody answered by the fair's date expire."""
    due_at = event.data["answers_due_at"]
    fields = {"fair_id": event.data["fair_id"], "due_at": due_at}
    yield Timer(event.stream_id, "expire-unanswered", due_at, "ExpireUnanswered", fields)


def plan(event: Envelope) -> Iterator[Timer]:
    """Planning takes its time: a worker does it, at once."""
    data = event.data
    fields = {
        "fair_id": data["fair_id"],
        "timetable_id": data["timetable_id"],
        "mode": data["mode"],
        "at": event.occurred_at,
    }
    yield Timer(event.stream_id, f"plan-{event.event_id}", event.recorded_at, "PlanTimetable", fields)


def _removal(event: Envelope, side: str, cause: str) -> RemoveParticipant:
    data = event.data
    return RemoveParticipant(data["fair_id"], data["participation_id"], side, cause, event.occurred_at)


REACTIONS: Final[Mapping[str, Sequence[Reaction]]] = {
    registration.BuyerWithdrawn.TYPE: (buyer_withdrew,),
    registration.SmeWithdrawn.TYPE: (sme_withdrew,),
    registration.ParticipantCheckedOut.TYPE: (checked_out,),
    registration.ConsultationRequestWithdrawn.TYPE: (request_withdrawn,),
    registration.FairCancelled.TYPE: (fair_cancelled,),
    registration.FairRescheduled.TYPE: (fair_rescheduled,),
    consultation.NoShowRecorded.TYPE: (no_show,),
}
SCHEDULES: Final[Mapping[str, Sequence[Schedule]]] = {
    matching.BuyerAnswered.TYPE: (expire_answer,),
    matching.TimetableRequested.TYPE: (plan,),
    registration.FairScheduled.TYPE: (expire_unanswered,),
    registration.FairRescheduled.TYPE: (expire_unanswered,),
}
