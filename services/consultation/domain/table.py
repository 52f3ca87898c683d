"""Decisions about the table: opened, moved, cancelled, held, no-show, replaced.

What the floor reports late has no effect: a consultation that was held, missed or replaced is neither moved nor
cancelled any more. What people report is refused when it contradicts what is on record.
"""

from datetime import datetime, timedelta
from typing import Final

from contracts import consultation as events
from contracts.event import NewEvent
from contracts.rejection import Rejection
from services.consultation.domain.commands import (
    CancelConsultation,
    MarkReplaced,
    MoveConsultation,
    OpenConsultation,
    RecordHeld,
    RecordNoShow,
)
from services.consultation.domain.consultation import State

EARLIEST: Final = timedelta(minutes=15)
"""How long before its start a talk may already have been held."""
ABSENT: Final = ("buyer", "sme", "both")


def open_consultation(state: State, command: OpenConsultation) -> list[NewEvent]:
    """Only an unknown meeting is opened: neither twice nor after its cancellation."""
    if state.status != "unknown":
        return []
    return [
        events.ConsultationOpened.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            request_id=command.request_id,
            buyer_participation_id=command.buyer_participation_id,
            buyer_company_id=command.buyer_company_id,
            sme_participation_id=command.sme_participation_id,
            sme_company_id=command.sme_company_id,
            slot=command.slot,
            table=command.table,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            channel=command.channel,
        )
    ]


def move(state: State, command: MoveConsultation) -> list[NewEvent]:
    """Only an awaited meeting moves; one not yet opened is opened where it then sits."""
    there = (command.slot, command.table, command.starts_at, command.ends_at)
    if state.status != "awaited" or (state.slot, state.table, state.starts_at, state.ends_at) == there:
        return []
    return [
        events.ConsultationMoved.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            slot=command.slot,
            table=command.table,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
        )
    ]


def cancel(state: State, command: CancelConsultation) -> list[NewEvent]:
    """Only an awaited meeting falls. One that is cancelled before it was opened will never open."""
    if state.status not in {"unknown", "awaited"}:
        return []
    return [
        events.ConsultationCancelled.new(fair_id=command.fair_id, meeting_id=command.meeting_id, cause=command.cause)
    ]


def mark_replaced(state: State, command: MarkReplaced) -> list[NewEvent]:
    """Only a no-show is replaced, once, and by another meeting."""
    if state.status != "no-show" or command.replaced_by_meeting_id == command.meeting_id:
        return []
    return [
        events.ConsultationReplaced.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            replaced_by_meeting_id=command.replaced_by_meeting_id,
        )
    ]


def record_held(state: State, command: RecordHeld, *, at: str, organiser: bool) -> list[NewEvent]:
    """Held once. After a no-show only the organiser may say otherwise, and not once the table was given away."""
    if state.status == "held":
        return []
    _still_open(state)
    if state.status == "no-show" and not organiser:
        raise Rejection(
            "consultation.no-show-on-record",
            "A no-show is on record for this consultation.",
            "If it took place after all, ask the organiser to correct it.",
        )
    if not organiser and datetime.fromisoformat(at) < datetime.fromisoformat(state.starts_at) - EARLIEST:
        raise Rejection(
            "consultation.too-early",
            f"The consultation starts at {state.starts_at}; it cannot have been held yet.",
            "Record it when it takes place, at most 15 minutes before its slot; only the organiser may do so earlier.",
        )
    return [
        events.ConsultationHeld.new(fair_id=command.fair_id, meeting_id=command.meeting_id, synthetic=command.synthetic)
    ]


def record_no_show(state: State, command: RecordNoShow, *, at: str, organiser: bool) -> list[NewEvent]:
    """A no-show from the start of the slot on. Who was absent, or that it was held, only the organiser corrects."""
    if command.absent not in ABSENT:
        raise Rejection(
            "consultation.unknown-side", "There is no such side.", f"Say who was absent: {', '.join(ABSENT)}."
        )
    if state.status in {"no-show", "replaced"} and state.absent == command.absent:
        return []
    _still_open(state)
    if state.status != "awaited" and not organiser:
        raise Rejection(
            "consultation.recorded-otherwise",
            f"The consultation is on record as {state.status}, and otherwise than reported now.",
            "Ask the organiser to correct it.",
        )
    if state.has_results:
        raise Rejection(
            "consultation.has-results",
            "Ratings, an outcome, a commitment or an answered follow-up rest on this consultation having been held.",
            "It stays held; a wrong outcome or rating is replaced by recording the right one.",
        )
    if not organiser and at < state.starts_at:
        raise Rejection(
            "consultation.too-early",
            f"The consultation starts at {state.starts_at}; nobody can be missing yet.",
            "Record a no-show when the slot has begun; only the organiser may do so earlier.",
        )
    return [
        events.NoShowRecorded.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            absent=command.absent,
            synthetic=command.synthetic,
        )
    ]


def _still_open(state: State) -> None:
    if state.status == "cancelled":
        raise Rejection(
            "consultation.cancelled",
            "The meeting was cancelled.",
            "If the two sides met all the same, ask for an on-site meeting and record that one.",
        )
    if state.status == "replaced":
        raise Rejection(
            "consultation.replaced",
            "Another meeting took this table after the no-show.",
            "Record what happened at the meeting that took its place.",
        )
