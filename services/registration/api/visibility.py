"""Who may read which lists, and which rows of them."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, select

from services.chassis.access import Role
from services.chassis.web.routes import Visible
from services.registration.projections.tables import participations

PUBLIC: Final[Mapping[Role, Visible]] = {
    "organiser": Visible.ALL,
    "auditor": Visible.ALL,
    "agency": Visible.ALL,
    "evaluator": Visible.ALL,
    "buyer": Visible.ALL,
    "sme": Visible.ALL,
}
"""For everybody who takes part in anything."""

OWN_COMPANY: Final[Mapping[Role, Visible]] = {
    "organiser": Visible.ALL,
    "auditor": Visible.ALL,
    "agency": Visible.ALL,
    "buyer": Visible.company("company_id"),
    "sme": Visible.company("company_id"),
}
OWN_PARTICIPATION: Final[Mapping[Role, Visible]] = {
    "organiser": Visible.ALL,
    "auditor": Visible.ALL,
    "buyer": Visible.own("participation_id"),
    "sme": Visible.own("participation_id"),
}
OWN_REQUESTS: Final[Mapping[Role, Visible]] = {
    "organiser": Visible.ALL,
    "auditor": Visible.ALL,
    "buyer": Visible.own("buyer_participation_id"),
    "sme": Visible.own("sme_participation_id"),
}


def approved(table: Table, _path: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Participations that were approved and not withdrawn since."""
    return [table.c.status == "approved"]


def of_approved_companies(table: Table, path: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Companies with an approved participation in the fair of the path."""
    taking_part = select(participations.c.company_id).where(
        participations.c.fair_id == str(path["fair_id"]), participations.c.status == "approved"
    )
    return [table.c.company_id.in_(taking_part)]


def of_approved_participants(table: Table, _path: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """What approved participants published."""
    taking_part = select(participations.c.participation_id).where(participations.c.status == "approved")
    return [table.c.participation_id.in_(taking_part)]
