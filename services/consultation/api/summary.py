"""The figures of a fair's consultations, counted when they are asked for."""

from collections.abc import Sequence
from typing import Any, Protocol

from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Select, Table, case, func, or_, select

from services.chassis.access import Actor
from services.chassis.read_models import Row
from services.chassis.service import NotFoundError, Reader
from services.consultation.projections.tables import commitments, companies, consultations, fairs, follow_ups


class Queries(Reader, Protocol):
    """The committed read models, with joins and sums."""

    def select(self, statement: Select[*tuple[Any, ...]]) -> Sequence[Row]: ...


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
    seen = _visible(consultations, actor, fair_id)
    ratings = [consultations.c.buyer_rating, consultations.c.sme_rating]
    talks = queries.select(
        select(
            *(func.count(rating).label(f"{rating.name}s") for rating in ratings),
            *(func.coalesce(func.sum(rating), 0).label(f"{rating.name}_sum") for rating in ratings),
            _count(consultations.c.synthetic.is_(True)).label("synthetic"),
        ).where(*seen)
    )[0]
    rated = talks["buyer_ratings"] + talks["sme_ratings"]
    active = commitments.c.status == "active"
    promised = queries.select(
        select(
            _count(active).label("active"),
            _count(commitments.c.status == "withdrawn").label("withdrawn"),
            _sum(active, commitments.c.planned_total_krw).label("krw"),
        ).where(*_visible(commitments, actor, fair_id))
    )[0]
    contracted = follow_ups.c.contracted.is_(True)
    asked = queries.select(
        select(
            _count(follow_ups.c.status == "due").label("due"),
            _count(follow_ups.c.status == "answered").label("answered"),
            _count(contracted).label("contracts"),
            _sum(contracted, follow_ups.c.amount_krw).label("krw"),
        ).where(*_visible(follow_ups, actor, fair_id))
    )[0]
    return {
        "by_status": _tally(queries, "status", seen),
        "by_outcome": _tally(queries, "outcome", [*seen, consultations.c.outcome.is_not(None)]),
        "ratings": rated,
        "mean_rating_hundredths": hundredths(int(talks["buyer_rating_sum"]) + int(talks["sme_rating_sum"]), rated),
        "commitments": int(promised["active"]),
        "commitments_withdrawn": int(promised["withdrawn"]),
        "planned_total_krw": int(promised["krw"]),
        "follow_ups_due": int(asked["due"]),
        "follow_ups_answered": int(asked["answered"]),
        "contracts": int(asked["contracts"]),
        "contracted_krw": int(asked["krw"]),
        "synthetic": int(talks["synthetic"]),
    }


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
            _count(status == "held").label("held"),
            _count(status.in_(("no-show", "replaced"))).label("no_shows"),
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


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(condition: ColumnElement[bool], amount: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)
