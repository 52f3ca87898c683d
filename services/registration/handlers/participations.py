"""Handlers for application, review, withdrawal and correction of participations."""

from collections.abc import Mapping
from typing import Any

from contracts.identity import participation_id as participation_of
from services.chassis.service import Unit
from services.registration.domain import review
from services.registration.domain.commands import (
    ApplyAsBuyer,
    ApplyAsSme,
    ApproveBuyer,
    ApproveSme,
    CorrectParticipation,
    RejectBuyer,
    RejectSme,
    WithdrawBuyer,
    WithdrawSme,
)
from services.registration.handlers.streams import COMPANY, PARTICIPATION, guarded_fair, taking_part
from services.registration.handlers.texts import author, decided_with


def apply_as_buyer(unit: Unit, command: ApplyAsBuyer) -> Mapping[str, Any]:
    unit.for_company(command.company_id)
    fair = guarded_fair(unit, command.fair_id)
    participation_id = participation_of(command.fair_id, command.company_id, "buyer")
    company = unit.load(COMPANY, command.company_id).state
    loaded = unit.load(PARTICIPATION, participation_id)
    unit.record(loaded, review.apply_as_buyer(loaded.state, fair, company, command, participation_id))
    return _status(unit, participation_id)


def apply_as_sme(unit: Unit, command: ApplyAsSme) -> Mapping[str, Any]:
    unit.for_company(command.company_id)
    fair = guarded_fair(unit, command.fair_id)
    participation_id = participation_of(command.fair_id, command.company_id, "sme")
    company = unit.load(COMPANY, command.company_id).state
    loaded = unit.load(PARTICIPATION, participation_id)
    unit.record(loaded, review.apply_as_sme(loaded.state, fair, company, command, participation_id))
    return _status(unit, participation_id)


def approve_buyer(unit: Unit, command: ApproveBuyer) -> Mapping[str, Any]:
    return _approve(unit, command, "buyer", command.tables)


def approve_sme(unit: Unit, command: ApproveSme) -> Mapping[str, Any]:
    return _approve(unit, command, "sme", None)


def reject_buyer(unit: Unit, command: RejectBuyer) -> Mapping[str, Any]:
    return _reject(unit, command, "buyer")


def reject_sme(unit: Unit, command: RejectSme) -> Mapping[str, Any]:
    return _reject(unit, command, "sme")


def withdraw_buyer(unit: Unit, command: WithdrawBuyer) -> Mapping[str, Any]:
    return _withdraw(unit, command, "buyer")


def withdraw_sme(unit: Unit, command: WithdrawSme) -> Mapping[str, Any]:
    return _withdraw(unit, command, "sme")


def correct_participation(unit: Unit, command: CorrectParticipation) -> Mapping[str, Any]:
    loaded = taking_part(unit, command.fair_id, command.participation_id)
    events = decided_with(
        unit, command.fair_id, command.reason, lambda kept: review.correct(loaded.state, command, kept)
    )
    unit.record(loaded, events)
    return _status(unit, command.participation_id)


def _approve(unit: Unit, command: ApproveBuyer | ApproveSme, side: str, tables: int | None) -> Mapping[str, Any]:
    fair = guarded_fair(unit, command.fair_id)
    loaded = taking_part(unit, command.fair_id, command.participation_id, side)
    unit.record(loaded, review.approve(loaded.state, fair, tables))
    return _status(unit, command.participation_id)


def _reject(unit: Unit, command: RejectBuyer | RejectSme, side: str) -> Mapping[str, Any]:
    loaded = taking_part(unit, command.fair_id, command.participation_id, side)
    events = decided_with(unit, command.fair_id, command.reason, lambda kept: review.reject(loaded.state, kept))
    unit.record(loaded, events)
    return _status(unit, command.participation_id)


def _withdraw(unit: Unit, command: WithdrawBuyer | WithdrawSme, side: str) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.participation_id)
    loaded = taking_part(unit, command.fair_id, command.participation_id, side)
    subject = author(unit, command.fair_id)
    events = decided_with(unit, subject, command.reason, lambda kept: review.withdraw(loaded.state, kept))
    unit.record(loaded, events)
    return _status(unit, command.participation_id)


def _status(unit: Unit, participation_id: str) -> Mapping[str, Any]:
    state = unit.load(PARTICIPATION, participation_id).state
    return {"fair_id": state.fair_id, "participation_id": participation_id, "status": state.status}
