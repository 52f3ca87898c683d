"""Handlers for what participants say and do: representatives, availability, demands, arrival."""

from collections.abc import Mapping
from typing import Any

from services.chassis.service import NotFoundError, Unit
from services.registration.domain import activity
from services.registration.domain.commands import (
    AddRepresentative,
    CheckIn,
    CheckOut,
    DeclareAvailability,
    PublishDemand,
    RemoveRepresentative,
)
from services.registration.handlers.streams import PARTICIPATION, guarded_fair, taking_part
from services.registration.handlers.texts import decided_with


def add_representative(unit: Unit, command: AddRepresentative) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.participation_id)
    fair = guarded_fair(unit, command.fair_id)
    loaded = taking_part(unit, command.fair_id, command.participation_id)
    contact_id = command.contact_id or unit.new_id()
    given = {"name": command.name, "phone": command.phone, "email": command.email}
    events = decided_with(
        unit,
        contact_id,
        {field: value for field, value in given.items() if value is not None},
        lambda kept: activity.add_representative(loaded.state, fair, command, contact_id, kept),
    )
    unit.record(loaded, events)
    return {"participation_id": command.participation_id, "contact_id": contact_id}


def remove_representative(unit: Unit, command: RemoveRepresentative) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.participation_id)
    loaded = taking_part(unit, command.fair_id, command.participation_id)
    if command.contact_id not in loaded.state.representatives:
        raise NotFoundError("representative")
    unit.record(loaded, activity.remove_representative(loaded.state, command.contact_id))
    return {"participation_id": command.participation_id, "contact_id": command.contact_id}


def declare_availability(unit: Unit, command: DeclareAvailability) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.participation_id)
    fair = guarded_fair(unit, command.fair_id)
    loaded = taking_part(unit, command.fair_id, command.participation_id)
    unit.record(loaded, activity.declare_availability(loaded.state, fair, command))
    return {"participation_id": command.participation_id, "slots": sorted(set(command.slots))}


def publish_demand(unit: Unit, command: PublishDemand) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.participation_id)
    fair = guarded_fair(unit, command.fair_id)
    loaded = taking_part(unit, command.fair_id, command.participation_id, "buyer")
    demand_id = command.demand_id or unit.new_id()
    unit.record(loaded, activity.publish_demand(loaded.state, fair, command, demand_id))
    return {"participation_id": command.participation_id, "demand_id": demand_id}


def check_in(unit: Unit, command: CheckIn) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.participation_id)
    fair = guarded_fair(unit, command.fair_id)
    loaded = taking_part(unit, command.fair_id, command.participation_id)
    unit.record(loaded, activity.check_in(loaded.state, fair))
    return _presence(unit, command.participation_id)


def check_out(unit: Unit, command: CheckOut) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.participation_id)
    loaded = taking_part(unit, command.fair_id, command.participation_id)
    unit.record(loaded, activity.check_out(loaded.state))
    return _presence(unit, command.participation_id)


def _presence(unit: Unit, participation_id: str) -> Mapping[str, Any]:
    state = unit.load(PARTICIPATION, participation_id).state
    return {"participation_id": participation_id, "presence": state.presence}
