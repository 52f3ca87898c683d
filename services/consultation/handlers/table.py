"""Handlers of what happens at the table."""

from services.chassis.service import Unit
from services.consultation.domain import commands
from services.consultation.domain import table as decisions
from services.consultation.handlers.loading import for_either_side, load, opened, status_of


def open_consultation(unit: Unit, command: commands.OpenConsultation) -> dict[str, str]:
    loaded = load(unit, command)
    unit.record(loaded, decisions.open_consultation(loaded.state, command))
    return status_of(unit, command)


def move(unit: Unit, command: commands.MoveConsultation) -> dict[str, str]:
    loaded = load(unit, command)
    unit.record(loaded, decisions.move(loaded.state, command))
    return status_of(unit, command)


def cancel(unit: Unit, command: commands.CancelConsultation) -> dict[str, str]:
    loaded = load(unit, command)
    unit.record(loaded, decisions.cancel(loaded.state, command))
    return status_of(unit, command)


def mark_replaced(unit: Unit, command: commands.MarkReplaced) -> dict[str, str]:
    loaded = load(unit, command)
    unit.record(loaded, decisions.mark_replaced(loaded.state, command))
    return status_of(unit, command)


def record_held(unit: Unit, command: commands.RecordHeld) -> dict[str, str]:
    loaded = opened(unit, command)
    for_either_side(unit, loaded.state)
    organiser = unit.actor.role == "organiser"
    unit.record(loaded, decisions.record_held(loaded.state, command, at=unit.now, organiser=organiser))
    return status_of(unit, command)


def record_no_show(unit: Unit, command: commands.RecordNoShow) -> dict[str, str]:
    loaded = opened(unit, command)
    for_either_side(unit, loaded.state)
    organiser = unit.actor.role == "organiser"
    unit.record(loaded, decisions.record_no_show(loaded.state, command, at=unit.now, organiser=organiser))
    return status_of(unit, command)
