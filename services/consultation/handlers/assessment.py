"""Handlers of notes, ratings and outcomes."""

from services.chassis.service import Unit
from services.consultation.domain import assessment as decisions
from services.consultation.domain import commands
from services.consultation.handlers.loading import for_buyer, opened, speaking_side


def write_note(unit: Unit, command: commands.WriteNote) -> dict[str, str]:
    loaded = opened(unit, command)
    by = speaking_side(unit, loaded.state, command.by)
    note_id, note = unit.new_id(), unit.keep(loaded.state.participation(by), command.text)
    unit.record(loaded, decisions.write_note(loaded.state, command, by=by, note_id=note_id, note=note))
    return {"meeting_id": command.meeting_id, "note_id": note_id, "by": by}


def rate(unit: Unit, command: commands.Rate) -> dict[str, object]:
    loaded = opened(unit, command)
    by = speaking_side(unit, loaded.state, command.by)
    unit.record(loaded, decisions.rate(loaded.state, command, by=by))
    return {"meeting_id": command.meeting_id, "by": by, "score": command.score}


def record_outcome(unit: Unit, command: commands.RecordOutcome) -> dict[str, str]:
    loaded = opened(unit, command)
    for_buyer(unit, loaded.state)
    unit.record(loaded, decisions.record_outcome(loaded.state, command))
    return {"meeting_id": command.meeting_id, "outcome": command.outcome}
