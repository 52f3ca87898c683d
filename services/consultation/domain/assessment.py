"""Decisions about what the two sides say of the talk: notes, ratings, outcome."""

from collections.abc import Mapping
from typing import Final

from contracts import consultation as events
from contracts.event import NewEvent
from contracts.rejection import Rejection
from services.consultation.domain.commands import Rate, RecordOutcome, WriteNote
from services.consultation.domain.consultation import Assessment, Side, State

SCORES: Final = range(1, 6)


def _require_noteworthy(state: State) -> None:
    """Notes are taken on any meeting that was not cancelled, before it and after it.

    Raises:
        Rejection: it was cancelled.
    """
    if state.status == "cancelled":
        raise Rejection(
            "consultation.cancelled", "The meeting was cancelled.", "Write the note on a meeting that takes place."
        )


def write_note(state: State, command: WriteNote, *, by: Side, note_id: str, note: Mapping[str, str]) -> list[NewEvent]:
    """Every note is one more. `note` is the vault's reference of the text."""
    _require_noteworthy(state)
    return [
        events.NoteWritten.new(
            fair_id=command.fair_id, meeting_id=command.meeting_id, note_id=note_id, by=by, note=dict(note)
        )
    ]


def rate(state: State, command: Rate, *, by: Side) -> list[NewEvent]:
    """One rating stands per side: the same again is nothing new, another one replaces it."""
    if command.score not in SCORES:
        raise Rejection("rating.out-of-range", "A rating is a whole number from 1 to 5.", "Give 1 (poor) to 5.")
    require_held(state)
    if state.ratings.get(by) == Assessment(command.score, command.synthetic):
        return []
    return [
        events.ConsultationRated.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            by=by,
            score=command.score,
            synthetic=command.synthetic,
        )
    ]


def record_outcome(state: State, command: RecordOutcome) -> list[NewEvent]:
    """One outcome stands: the same again is nothing new, another one replaces it."""
    if command.outcome not in events.OUTCOMES:
        raise Rejection("outcome.unknown", "There is no such outcome.", f"Choose one of: {', '.join(events.OUTCOMES)}.")
    require_held(state)
    if state.outcome == Assessment(command.outcome, command.synthetic):
        return []
    return [
        events.OutcomeRecorded.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            outcome=command.outcome,
            synthetic=command.synthetic,
        )
    ]


def require_held(state: State) -> None:
    """Nothing is said of a talk that is not on record as held.

    Raises:
        Rejection: it is not.
    """
    if state.status != "held":
        raise Rejection(
            "consultation.not-held",
            f"The consultation is on record as {state.status}, not as held.",
            "Record first that it was held.",
        )
