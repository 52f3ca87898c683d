"""A programme in figures, taken from the rows when asked."""

from typing import Any, Final

from marshmallow import Schema, fields
from sqlalchemy import Column, func, select

from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.chassis.service import NotFoundError
from services.grants import tables

STATUSES: Final = ("drafted", "submitted", "eligible", "ineligible", "selected", "rejected", "withdrawn")


class SummarySchema(Schema):
    """Money in whole KRW. `applications` counts by status; a selected one stays so when its agreement is signed."""

    programme_id = fields.String()
    kind = fields.String()
    name = fields.String()
    budget_krw = fields.Integer()
    reserved_krw = fields.Integer()
    free_krw = fields.Integer()
    applications = fields.Dict(keys=fields.String(), values=fields.Integer())
    agreements = fields.Integer()
    granted_krw = fields.Integer(metadata={"description": "sum of the agreements' grants"})
    payments = fields.Integer()
    paid_krw = fields.Integer()
    synthetic = fields.Boolean()
    budget_synthetic = fields.Boolean()


def programme_summary(queries: Queries, actor: Actor, programme_id: str) -> dict[str, Any]:  # noqa: ARG001 - one signature for all queries
    """Budget, reservations, applications by status, agreements and payments of one programme.

    Raises:
        NotFoundError: there is no such programme.
    """
    programme = queries.get(tables.programmes, programme_id)
    if programme is None:
        raise NotFoundError("programme")
    _, reserved = _count_and_sum(queries, tables.budget_reservations.c.amount_krw, programme_id, status="reserved")
    agreements, granted = _count_and_sum(queries, tables.agreements.c.grant_krw, programme_id)
    payments, paid = _count_and_sum(queries, tables.payments.c.amount_krw, programme_id)
    return {
        "programme_id": programme_id,
        "kind": programme["kind"],
        "name": programme["name"],
        "budget_krw": programme["budget_krw"],
        "reserved_krw": reserved,
        "free_krw": programme["budget_krw"] - reserved,
        "applications": _by_status(queries, programme_id),
        "agreements": agreements,
        "granted_krw": granted,
        "payments": payments,
        "paid_krw": paid,
        "synthetic": programme["synthetic"],
        "budget_synthetic": programme["budget_synthetic"],
    }


def _count_and_sum(queries: Queries, amount: Column[Any], programme_id: str, **equals: Any) -> tuple[int, int]:
    table = amount.table
    conditions = [table.c[name] == value for name, value in equals.items()]
    figures: list[Any] = [func.count().label("number"), func.sum(amount).label("total")]
    row = queries.select(select(*figures).where(table.c.programme_id == programme_id, *conditions))[0]
    return row["number"], int(row["total"] or 0)


def _by_status(queries: Queries, programme_id: str) -> dict[str, int]:
    columns = tables.applications.c
    statement = (
        select(columns.status, func.count().label("number"))
        .where(columns.programme_id == programme_id)
        .group_by(columns.status)
    )
    counted = {row["status"]: row["number"] for row in queries.select(statement)}
    return {status: counted.get(status, 0) for status in STATUSES}
