"""How events of a consultation become rows: one of the consultation, one per note, commitment and follow-up."""

from collections.abc import Mapping
from typing import Final

from contracts import consultation as events
from contracts.envelope import Envelope
from services.chassis.read_models import Projector, Row, Rows
from services.consultation.projections.tables import commitments, consultations, follow_ups, notes


def opened(rows: Rows, event: Envelope) -> None:
    data = dict(event.data)
    rows.put(consultations, status="awaited", table_number=data.pop("table"), **data)


def moved(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(
        consultations,
        data["meeting_id"],
        slot=data["slot"],
        table_number=data["table"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
    )


def cancelled(rows: Rows, event: Envelope) -> None:
    """A consultation that was cancelled before it was opened has no row."""
    rows.change(consultations, event.data["meeting_id"], status="cancelled", cause=event.data["cause"])


def held(rows: Rows, event: Envelope) -> None:
    rows.change(
        consultations,
        event.data["meeting_id"],
        status="held",
        absent=None,
        recorded_at=event.occurred_at,
        synthetic=event.data["synthetic"],
    )


def no_show(rows: Rows, event: Envelope) -> None:
    rows.change(
        consultations,
        event.data["meeting_id"],
        status="no-show",
        absent=event.data["absent"],
        recorded_at=event.occurred_at,
        synthetic=event.data["synthetic"],
    )


def replaced(rows: Rows, event: Envelope) -> None:
    by = event.data["replaced_by_meeting_id"]
    rows.change(consultations, event.data["meeting_id"], status="replaced", replaced_by_meeting_id=by)


def rated(rows: Rows, event: Envelope) -> None:
    rating = f"{event.data['by']}_rating"
    values = {rating: event.data["score"], f"{rating}_synthetic": event.data["synthetic"]}
    rows.change(consultations, event.data["meeting_id"], **values)


def outcome_recorded(rows: Rows, event: Envelope) -> None:
    data = event.data
    values = {"outcome": data["outcome"], "outcome_synthetic": data["synthetic"]}
    rows.change(consultations, data["meeting_id"], **values)


def note_written(rows: Rows, event: Envelope) -> None:
    data = event.data
    side = _participations(rows, event)[f"{data['by']}_participation_id"]
    rows.put(
        notes,
        note_id=data["note_id"],
        fair_id=data["fair_id"],
        meeting_id=data["meeting_id"],
        by=data["by"],
        participation_id=side,
        reference=data["note"]["reference"],
        written_at=event.occurred_at,
    )


def commitment_made(rows: Rows, event: Envelope) -> None:
    rows.put(commitments, status="active", made_at=event.occurred_at, **event.data, **_participations(rows, event))


def commitment_withdrawn(rows: Rows, event: Envelope) -> None:
    reason = event.data["reason"]
    rows.change(
        commitments,
        event.data["commitment_id"],
        status="withdrawn",
        withdrawn_by=event.data["by"],
        reason_reference=reason and reason["reference"],
    )


def follow_up_due(rows: Rows, event: Envelope) -> None:
    rows.put(follow_ups, status="due", **event.data, **_participations(rows, event))


def follow_up_answered(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(
        follow_ups,
        data["follow_up_id"],
        status="answered",
        contracted=data["contracted"],
        amount_krw=data["amount_krw"],
        comment_reference=data["comment"] and data["comment"]["reference"],
        answered_at=event.occurred_at,
        synthetic=data["synthetic"],
    )


def _participations(rows: Rows, event: Envelope) -> Row:
    """Whose row it is: the sides of the consultation, known from the same stream."""
    opening = rows.get(consultations, event.data["meeting_id"]) or {}
    return {name: opening.get(name) for name in ("buyer_participation_id", "sme_participation_id")}


PROJECTORS: Final[Mapping[str, Projector]] = {
    events.ConsultationOpened.TYPE: opened,
    events.ConsultationMoved.TYPE: moved,
    events.ConsultationCancelled.TYPE: cancelled,
    events.ConsultationHeld.TYPE: held,
    events.NoShowRecorded.TYPE: no_show,
    events.ConsultationReplaced.TYPE: replaced,
    events.ConsultationRated.TYPE: rated,
    events.OutcomeRecorded.TYPE: outcome_recorded,
    events.NoteWritten.TYPE: note_written,
    events.DevelopmentCommitmentMade.TYPE: commitment_made,
    events.DevelopmentCommitmentWithdrawn.TYPE: commitment_withdrawn,
    events.FollowUpDue.TYPE: follow_up_due,
    events.FollowUpAnswered.TYPE: follow_up_answered,
}
