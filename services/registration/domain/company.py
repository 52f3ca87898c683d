"""A company: lasting, known by its business number where it has one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from contracts.event import Fact, NewEvent
from contracts.registration import CompanyCorrected, CompanyRegistered
from contracts.rejection import Rejection
from services.registration.domain.commands import CorrectCompany, RegisterCompany
from services.registration.domain.repeats import is_repeat

_BUSINESS_NUMBER: Final = re.compile(r"[0-9]{10}")


@dataclass(frozen=True)
class Company:
    """`registration` is what was first recorded, for telling repeats; the other fields are as corrected since."""

    company_id: str = ""
    name: str = ""
    business_number: str | None = None
    registration: Mapping[str, Any] | None = None


def evolve(state: Company, fact: Fact) -> Company:
    data = fact.data
    if CompanyRegistered.is_type(fact):
        return Company(data["company_id"], data["name"], data["business_number"], data)
    if CompanyCorrected.is_type(fact):
        return replace(state, name=data["name"], business_number=data["business_number"])
    return state


def register(state: Company, command: RegisterCompany, company_id: str) -> list[NewEvent]:
    """One business number is one company: registering it again, under whatever name, changes nothing."""
    _check_number(command.business_number)
    if command.company_id not in {None, company_id}:
        raise Rejection(
            "company.id-follows-from-number",
            "The id given is not the one of the company with this business number.",
            "Leave the id out; the answer names it.",
        )
    if command.business_number is not None and command.business_number == state.business_number:
        return []
    event = CompanyRegistered.new(
        company_id=company_id,
        name=command.name,
        business_number=command.business_number,
        synthetic=command.synthetic,
        source=command.source,
    )
    return [] if is_repeat(state.registration, event, "company") else [event]


def correct(
    state: Company, command: CorrectCompany, holders: frozenset[str], reason: Mapping[str, str]
) -> list[NewEvent]:
    """`holders` are the ids of the companies that hold the business number given."""
    _check_number(command.business_number)
    if (state.name, state.business_number) == (command.name, command.business_number):
        return []
    if holders - {state.company_id}:
        raise Rejection(
            "company.business-number-taken",
            "Another company is registered with this business number.",
            "Check the number, or correct the other company first.",
        )
    return [
        CompanyCorrected.new(
            company_id=state.company_id, name=command.name, business_number=command.business_number, reason=reason
        )
    ]


def require_known(*companies: Company) -> None:
    """Refuse what names a company that nobody registered."""
    if any(company.registration is None for company in companies):
        raise Rejection(
            "company.unknown", "A company that is named is not registered.", "Register the company first, then retry."
        )


def _check_number(number: str | None) -> None:
    if number is not None and not _BUSINESS_NUMBER.fullmatch(number):
        raise Rejection(
            "company.business-number-malformed",
            "A business number has ten digits.",
            "Give the ten digits without hyphens, or leave the number out.",
        )
