"""Who is on record: companies by business number, and the fair's participants by number and name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from services.chassis.queries import Queries
from services.registration.imports.columns import BUSINESS_NUMBER
from services.registration.projections import tables

_GONE: Final = frozenset({"rejected", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Participant:
    """A participation with its company, as the read models have it."""

    participation_id: str
    company_id: str
    side: str
    status: str
    name: str
    business_number: str | None
    has_declared: bool


class Directory:
    """The companies on record and the participants of one fair, as read at the beginning of an import."""

    def __init__(self, holders: Iterable[tuple[str, str]], participants: Iterable[Participant]) -> None:
        """`holders` are pairs of business number and company id."""
        self._holders: Final[dict[str, str]] = {}
        for number, company_id in holders:
            self._holders[number] = min(company_id, self._holders.get(number, company_id))
        self._found: Final[dict[tuple[str, str], list[Participant]]] = {}
        self._declared: Final[set[tuple[str, str]]] = set()
        for one in participants:
            for key in {one.name, one.business_number or one.name}:
                self._found.setdefault((one.side, key), []).append(one)
            if one.has_declared:
                self._declared.add((one.side, one.company_id))

    def holder(self, number: str) -> str | None:
        """The company with this business number, in whatever fair."""
        return self._holders.get(number)

    def participants(self, side: str, reference: str) -> Sequence[Participant]:
        """Who takes part on this side under a business number or exact name.

        Those rejected or withdrawn count only where there is nobody else.
        """
        found = self._found.get((side, business_number(reference) or reference), [])
        return [one for one in found if one.status not in _GONE] or found

    def has_declared(self, side: str, company_id: str) -> bool:
        """Whether the participant has said itself when it can meet."""
        return (side, company_id) in self._declared


def business_number(text: str | None) -> str | None:
    """The ten digits of a text that is a business number."""
    return text.replace("-", "") if text is not None and BUSINESS_NUMBER.fullmatch(text) else None


def directory_of(queries: Queries, fair_id: str) -> Directory:
    """What the read models say at this moment."""
    companies, participations = tables.companies, tables.participations
    holders = queries.select(
        select(companies.c.business_number, companies.c.company_id).where(companies.c.business_number.is_not(None))
    )
    taking_part = queries.select(
        select(participations, companies.c.name, companies.c.business_number)
        .join(companies, companies.c.company_id == participations.c.company_id)
        .where(participations.c.fair_id == fair_id)
        .order_by(participations.c.participation_id)
    )
    return Directory(
        ((row["business_number"], row["company_id"]) for row in holders),
        (
            Participant(
                row["participation_id"],
                row["company_id"],
                row["side"],
                row["status"],
                row["name"],
                row["business_number"],
                row["availability"] is not None,
            )
            for row in taking_part
        ),
    )
