"""Handlers for a fair's own stream."""

from collections.abc import Mapping
from typing import Any

from services.chassis.service import Unit
from services.registration.domain import fair, stage
from services.registration.domain.commands import (
    CancelFair,
    CloseRegistration,
    CorrectFair,
    GrantAward,
    OpenFair,
    RecordSourceClaim,
    RescheduleFair,
    ScheduleFair,
    ScheduleShowcase,
)
from services.registration.handlers.streams import FAIR, companies, own_fair
from services.registration.handlers.texts import decided_with


def open_fair(unit: Unit, command: OpenFair) -> Mapping[str, Any]:
    fair_id = command.fair_id or unit.new_id()
    loaded = unit.load(FAIR, fair_id)
    unit.record(loaded, fair.open_fair(loaded.state, command, fair_id))
    return {"fair_id": fair_id}


def schedule_fair(unit: Unit, command: ScheduleFair) -> Mapping[str, Any]:
    loaded = own_fair(unit, command.fair_id)
    unit.record(loaded, fair.schedule_fair(loaded.state, command))
    return {"fair_id": command.fair_id, "slots": len(command.slots)}


def close_registration(unit: Unit, command: CloseRegistration) -> Mapping[str, Any]:
    loaded = own_fair(unit, command.fair_id)
    unit.record(loaded, fair.close_registration(loaded.state, command))
    return {"fair_id": command.fair_id, "status": "closed"}


def reschedule_fair(unit: Unit, command: RescheduleFair) -> Mapping[str, Any]:
    loaded = own_fair(unit, command.fair_id)
    events = decided_with(
        unit, command.fair_id, command.reason, lambda kept: fair.reschedule(loaded.state, command, kept)
    )
    unit.record(loaded, events)
    return {"fair_id": command.fair_id, "slots": len(command.slots)}


def cancel_fair(unit: Unit, command: CancelFair) -> Mapping[str, Any]:
    loaded = own_fair(unit, command.fair_id)
    events = decided_with(unit, command.fair_id, command.reason, lambda kept: fair.cancel(loaded.state, command, kept))
    unit.record(loaded, events)
    return {"fair_id": command.fair_id, "status": "cancelled"}


def correct_fair(unit: Unit, command: CorrectFair) -> Mapping[str, Any]:
    loaded = own_fair(unit, command.fair_id)
    events = decided_with(unit, command.fair_id, command.reason, lambda kept: fair.correct(loaded.state, command, kept))
    unit.record(loaded, events)
    return {"fair_id": command.fair_id}


def schedule_showcase(unit: Unit, command: ScheduleShowcase) -> Mapping[str, Any]:
    loaded = own_fair(unit, command.fair_id)
    showcase_id = command.showcase_id or unit.new_id()
    named = companies(unit, command.sme_company_id, *command.buyer_company_ids)
    unit.record(loaded, stage.schedule_showcase(loaded.state, command, showcase_id, named))
    return {"fair_id": command.fair_id, "showcase_id": showcase_id}


def grant_award(unit: Unit, command: GrantAward) -> Mapping[str, Any]:
    loaded = own_fair(unit, command.fair_id)
    award_id = command.award_id or unit.new_id()
    named = companies(unit, command.company_id)
    events = decided_with(
        unit,
        award_id,
        command.recipient,
        lambda kept: stage.grant_award(loaded.state, command, award_id, named, kept),
    )
    unit.record(loaded, events)
    return {"fair_id": command.fair_id, "award_id": award_id}


def record_claim(unit: Unit, command: RecordSourceClaim) -> Mapping[str, Any]:
    loaded = own_fair(unit, command.fair_id)
    claim_id = command.claim_id or unit.new_id()
    unit.record(loaded, stage.record_claim(loaded.state, command, claim_id))
    return {"fair_id": command.fair_id, "claim_id": claim_id}
