"""From rows to commands. Ids follow from what a row says, so that the same file taken twice changes nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contracts.identity import derived_id, participation_id
from services.chassis.tabular import TableRow
from services.registration.domain import commands
from services.registration.imports import faults
from services.registration.imports.columns import Kind
from services.registration.imports.directory import Directory, business_number
from services.registration.imports.faults import Fault


@dataclass(frozen=True)
class Plan:
    """The rows that can be put to the rules, each with its commands, and those that cannot."""

    rows: list[TableRow] = field(default_factory=list)
    groups: list[tuple[Any, ...]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Setting:
    """What the rows of one import have in common."""

    fair_id: str
    approve: bool
    directory: Directory


def plan(kind: Kind, setting: Setting, rows: Iterable[TableRow]) -> Plan:
    """The commands of each row: all of a row's commands stand and fall together."""
    made = Plan()
    first: dict[str, int] = {}
    for row in rows:
        read = _READERS[kind](setting, row)
        if isinstance(read, Fault):
            made.faults.append(read)
            continue
        identity, column, group = read
        earlier = first.setdefault(identity, row.number)
        if earlier != row.number:
            made.faults.append(faults.repeated(row, earlier, column))
            continue
        made.rows.append(row)
        made.groups.append(group)
    return made


Read = tuple[str, str, tuple[Any, ...]] | Fault
"""What a row is about, the column that says so, and its commands; or why there are none."""


def _buyer(setting: Setting, row: TableRow) -> Read:
    company_id, register = _company(setting, row, "buyer")
    values = row.values
    apply = commands.ApplyAsBuyer(
        fair_id=setting.fair_id,
        company_id=company_id,
        kind=values["kind"],
        tables=values["tables"],
        source=values["source"],
        synthetic=values["synthetic"],
    )
    return company_id, "name", (*register, apply, *_beside(setting, row, company_id, "buyer", commands.ApproveBuyer))


def _sme(setting: Setting, row: TableRow) -> Read:
    company_id, register = _company(setting, row, "sme")
    values = row.values
    apply = commands.ApplyAsSme(
        fair_id=setting.fair_id,
        company_id=company_id,
        region=values["region"],
        max_meetings=values["max_meetings"],
        source=values["source"],
        synthetic=values["synthetic"],
    )
    return company_id, "name", (*register, apply, *_beside(setting, row, company_id, "sme", commands.ApproveSme))


def _request(setting: Setting, row: TableRow) -> Read:
    values, asked = row.values, {}
    for side in ("sme", "buyer"):
        found = setting.directory.participants(side, values[side])
        if len(found) != 1:
            return (faults.ambiguous if found else faults.not_in_fair)(row, side)
        asked[side] = found[0].participation_id
    technology: str = values["technology"]
    external_id: str | None = values["external_id"]
    if external_id is not None:
        request_id = derived_id("imported request", setting.fair_id, external_id)
    else:
        request_id = derived_id(
            "imported request", asked["sme"], asked["buyer"], " ".join(technology.casefold().split())
        )
    command = commands.RequestConsultation(
        fair_id=setting.fair_id,
        sme_participation_id=asked["sme"],
        buyer_participation_id=asked["buyer"],
        technology=technology,
        topics=values["topics"],
        request_id=request_id,
        synthetic=values["synthetic"],
    )
    return request_id, "technology", (command,)


def _company(setting: Setting, row: TableRow, side: str) -> tuple[str, tuple[commands.RegisterCompany, ...]]:
    """The id of a row's company, and how it gets on record if it is not.

    A business number says which company it is, in all fairs. Without one, it is whoever takes part in this fair under
    that very name, or else a company known by its external id (in this fair) or its name.
    """
    values, directory = row.values, setting.directory
    name: str = values["name"]
    number = business_number(values["business_number"])
    if number is not None:
        known = directory.holder(number)
        company_id = known or derived_id("company", number)
    else:
        namesakes = directory.participants(side, name)
        known = namesakes[0].company_id if len(namesakes) == 1 else None
        company_id = known or _unnumbered(setting.fair_id, side, name, values["external_id"])
    if known is not None:
        return known, ()
    register = commands.RegisterCompany(
        name=name,
        business_number=number,
        company_id=company_id,
        source=values["source"],
        synthetic=values["synthetic"],
    )
    return company_id, (register,)


def _unnumbered(fair_id: str, side: str, name: str, external_id: str | None) -> str:
    if external_id is None:
        return derived_id("imported company", name)
    return derived_id("imported company", fair_id, side, external_id)


def _beside(
    setting: Setting, row: TableRow, company_id: str, side: str, approve: Callable[..., Any]
) -> tuple[Any, ...]:
    """What follows an application: approval, and the slots. What a participant declared itself stands."""
    who = {"fair_id": setting.fair_id, "participation_id": participation_id(setting.fair_id, company_id, side)}
    found: list[Any] = []
    approved = row.values["approved"]
    if setting.approve if approved is None else approved:
        found.append(approve(**who))
    slots = row.values["available_slots"]
    if slots and not setting.directory.has_declared(side, company_id):
        found.append(commands.DeclareAvailability(**who, slots=slots))
    return tuple(found)


_READERS: Final[Mapping[Kind, Callable[[Setting, TableRow], Read]]] = {
    "buyers": _buyer,
    "smes": _sme,
    "requests": _request,
}
