"""The figures of a fair's consultations, counted when they are asked for."""

from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Table, case, func, or_, select

from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.chassis.read_models import Row
from services.chassis.service import NotFoundError
from services.consultation.projections.tables import commitments, companies, consultations, fairs, follow_ups


class Figures(Schema):
    """Counts by status and outcome; means are whole hundredths (432 = 4.32); null where nothing was rated."""

    by_status = fields.Dict(keys=fields.String(), values=fields.Integer())
    by_outcome = fields.Dict(keys=fields.String(), values=fields.Integer())
    ratings = fields.Integer()
    mean_rating_hundredths = fields.Integer(allow_none=True)
    commitments = fields.Integer(metadata={"description": "active ones"})
    commitments_withdrawn = fields.Integer()
    planned_total_krw = fields.Integer(metadata={"description": "sum of the active commitments"})
    follow_ups_due = fields.Integer()
    follow_ups_answered = fields.Integer()
    contracts = fields.Integer()
    contracted_krw = fields.Integer()
    synthetic = fields.Integer(metadata={"description": "consultations whose held or no-show is made up"})


class BuyerFigures(Schema):
    """One buyer's day."""

    buyer_participation_id = fields.String()
    company_name = fields.String(allow_none=True)
    consultations = fields.Integer()
    held = fields.Integer()
    no_shows = fields.Integer()


class Summary(Schema):
    """All that the asker may see: everything, or a buyer's or SME's own."""

    fair_id = fields.String()
    fair_name = fields.String()
    fair_date = fields.String()
    figures = fields.Nested(Figures)
    buyers = fields.List(fields.Nested(BuyerFigures))


def summary(queries: Queries, actor: Actor, *, fair_id: str) -> dict[str, Any]:
    """What came of the fair's consultations, as far as the actor may see them.

    Raises:
        NotFoundError: no such fair is known here (yet).
    """
    fair = queries.get(fairs, fair_id)
    if fair is None:
        raise NotFoundError("fair")
    return {
        "fair_id": fair_id,
        "fair_name": fair["name"],
        "fair_date": fair["date"],
        "figures": _figures(queries, actor, fair_id),
        "buyers": _buyers(queries, _visible(consultations, actor, fair_id)),
    }


def _visible(table: Table, actor: Actor, fair_id: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [table.c.fair_id == fair_id]
    if actor.role in {"buyer", "sme"}:
        mine = actor.participation(fair_id)
        conditions.append(or_(table.c.buyer_participation_id == mine, table.c.sme_participation_id == mine))
    return conditions


def _figures(queries: Queries, actor: Actor, fair_id: str) -> dict[str, Any]:
    talks, promised, asked = consultations.c, commitments.c, follow_ups.c
    active, contracted = promised.status == "active", asked.contracted.is_(True)
    counted = (
        _counted(
            queries,
            _visible(consultations, actor, fair_id),
            ratings=func.count(talks.buyer_rating) + func.count(talks.sme_rating),
            points=func.coalesce(func.sum(talks.buyer_rating), 0) + func.coalesce(func.sum(talks.sme_rating), 0),
            synthetic=_sum(talks.synthetic.is_(True)),
        )
        | _counted(
            queries,
            _visible(commitments, actor, fair_id),
            commitments=_sum(active),
            commitments_withdrawn=_sum(promised.status == "withdrawn"),
            planned_total_krw=_sum(active, promised.planned_total_krw),
        )
        | _counted(
            queries,
            _visible(follow_ups, actor, fair_id),
            follow_ups_due=_sum(asked.status == "due"),
            follow_ups_answered=_sum(asked.status == "answered"),
            contracts=_sum(contracted),
            contracted_krw=_sum(contracted, asked.amount_krw),
        )
    )
    mean = hundredths(counted.pop("points"), counted["ratings"])
    seen = _visible(consultations, actor, fair_id)
    return {
        **counted,
        "mean_rating_hundredths": mean,
        "by_status": _tally(queries, "status", seen),
        "by_outcome": _tally(queries, "outcome", [*seen, talks.outcome.is_not(None)]),
    }


def _counted(queries: Queries, seen: list[ColumnElement[bool]], **figures: ColumnElement[Any]) -> dict[str, int]:
    """One row of figures; whole numbers, whatever type the database sums into."""
    labelled = [figure.label(name) for name, figure in figures.items()]
    row = queries.select(select(*labelled).where(*seen))[0]
    return {name: int(row[name]) for name in figures}


def hundredths(total: int, count: int) -> int | None:
    """The mean in whole hundredths, halves rounded up; None of nothing."""
    return (200 * total + count) // (2 * count) if count else None


def _buyers(queries: Queries, seen: list[ColumnElement[bool]]) -> list[Row]:
    buyer, status = consultations.c.buyer_participation_id, consultations.c.status
    statement = (
        select(
            buyer,
            companies.c.name.label("company_name"),
            func.count().label("consultations"),
            _sum(status == "held").label("held"),
            _sum(status.in_(("no-show", "replaced"))).label("no_shows"),
        )
        .outerjoin_from(consultations, companies, companies.c.company_id == consultations.c.buyer_company_id)
        .where(*seen)
        .group_by(buyer, companies.c.name)
        .order_by(companies.c.name, buyer)
    )
    return list(queries.select(statement))


def _tally(queries: Queries, column: str, conditions: list[ColumnElement[bool]]) -> dict[str, int]:
    counted = consultations.c[column]
    statement = select(counted.label("value"), func.count().label("number")).where(*conditions).group_by(counted)
    return {row["value"]: row["number"] for row in queries.select(statement.order_by(counted))}


def _sum(condition: ColumnElement[bool], amount: ColumnElement[Any] | int = 1) -> ColumnElement[Any]:
    """The sum of `amount` over the rows that meet the condition: by default, how many they are."""
    return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)
