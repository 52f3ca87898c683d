"""Handlers for companies."""

from collections.abc import Mapping
from typing import Any

from contracts.identity import derived_id
from services.chassis.service import NotFoundError, Unit
from services.registration.domain import company
from services.registration.domain.commands import CorrectCompany, RegisterCompany
from services.registration.handlers.streams import COMPANY
from services.registration.handlers.texts import decided_with
from services.registration.projections import tables


def register_company(unit: Unit, command: RegisterCompany) -> Mapping[str, Any]:
    company_id = _identify(unit, command)
    loaded = unit.load(COMPANY, company_id)
    unit.record(loaded, company.register(loaded.state, command, company_id))
    return {"company_id": company_id}


def correct_company(unit: Unit, command: CorrectCompany) -> Mapping[str, Any]:
    loaded = unit.load(COMPANY, command.company_id)
    if not loaded.exists:
        raise NotFoundError("company")
    holders: frozenset[str] = frozenset()
    if command.business_number is not None:
        holders = _holders(unit, command.business_number)
        # Whoever registers this number at the same moment writes to this stream: one of the two decides again.
        unit.guard(unit.load(COMPANY, derived_id("company", command.business_number)))
    events = decided_with(
        unit, command.company_id, command.reason, lambda kept: company.correct(loaded.state, command, holders, kept)
    )
    unit.record(loaded, events)
    return {"company_id": command.company_id}


def _identify(unit: Unit, command: RegisterCompany) -> str:
    """The number's holder; else the id that follows from the number; without a number the client's id, or a new one."""
    if command.business_number is None:
        return command.company_id or unit.new_id()
    holders = _holders(unit, command.business_number)
    if holders:
        return min(holders)
    derived = derived_id("company", command.business_number)
    if not unit.load(COMPANY, derived).exists:
        return derived
    # The company that this number once stood for had its number corrected: the number's real owner comes only now.
    return unit.new_id()


def _holders(unit: Unit, number: str) -> frozenset[str]:
    derived = unit.load(COMPANY, derived_id("company", number)).state
    found = {str(row["company_id"]) for row in unit.find(tables.companies, business_number=number)}
    if derived.business_number == number:
        found.add(derived.company_id)
    return frozenset(found)
