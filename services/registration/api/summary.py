"""A fair in figures: what is on record, and beside it what sources claim. Neither is ever mended by the other."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Select, and_, case, func, select

from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.chassis.read_models import Row
from services.chassis.service import NotFoundError
from services.registration.projections.tables import (
    awards,
    briefings,
    challenges,
    consultation_requests,
    fairs,
    participations,
    seats,
    showcases,
    source_claims,
)

_KINDS: Final = {
    "buyers-large": "large",
    "buyers-mid-sized": "mid-sized",
    "buyers-public-institution": "public-institution",
}


class Group(Schema):
    """So many records, `synthetic` of them made up."""

    status = fields.String()
    kind = fields.String(allow_none=True)
    count = fields.Integer()
    synthetic = fields.Integer()


class Comparison(Schema):
    """What a source claims, and what is on record here (null: not registration's to count)."""

    subject = fields.String()
    claimed = fields.Integer()
    source = fields.String()
    recorded = fields.Integer(allow_none=True)
    difference = fields.Integer(allow_none=True)


class Summary(Schema):
    fair_id = fields.String()
    status = fields.String()
    buyers = fields.List(fields.Nested(Group))
    smes = fields.List(fields.Nested(Group))
    requests = fields.List(
        fields.Nested(Group), metadata={"description": "status: active, withdrawn, or fallen (its buyer withdrew)"}
    )
    briefings = fields.Integer()
    seats = fields.Integer()
    seats_booked = fields.Integer()
    challenges = fields.Integer()
    challenges_selected = fields.Integer()
    awards = fields.Integer()
    showcases = fields.Integer()
    claims = fields.List(fields.Nested(Comparison))


class SeatsLeft(Schema):
    briefing_id = fields.String()
    seats = fields.Integer()
    booked = fields.Integer()
    free = fields.Integer()


def summary(queries: Queries, _actor: Actor, fair_id: str) -> dict[str, Any]:
    fair = queries.get(fairs, fair_id)
    if fair is None:
        raise NotFoundError("fair")
    buyers = queries.select(_participants(fair_id, "buyer"))
    smes = queries.select(_participants(fair_id, "sme"))
    requests = queries.select(_requests(fair_id))
    offers = queries.find(briefings, fair_id=fair_id)
    proposed = queries.find(challenges, fair_id=fair_id)
    figures = {
        "briefings": len(offers),
        "seats": sum(row["seats"] for row in offers),
        "seats_booked": len(queries.find(seats, fair_id=fair_id, status="booked")),
        "challenges": len(proposed),
        "challenges_selected": sum(row["status"] == "selected" for row in proposed),
        "awards": len(queries.find(awards, fair_id=fair_id)),
        "showcases": len(queries.find(showcases, fair_id=fair_id)),
    }
    recorded = {
        "buyers": _total(buyers, status="approved"),
        "buyers-listed": _total(buyers, status="approved"),
        **{subject: _total(buyers, status="approved", kind=kind) for subject, kind in _KINDS.items()},
        "smes": _total(smes, status="approved"),
        "requests": _total(requests),
        "challenges": figures["challenges"],
        "awards": figures["awards"],
    }
    claims = queries.find(source_claims, fair_id=fair_id)
    return {
        "fair_id": fair_id,
        "status": fair["status"],
        "buyers": buyers,
        "smes": smes,
        "requests": requests,
        **figures,
        "claims": [_compared(claim, recorded.get(claim["subject"])) for claim in claims],
    }


def seats_left(queries: Queries, _actor: Actor, fair_id: str, briefing_id: str) -> dict[str, Any]:
    briefing = queries.get(briefings, fair_id, briefing_id)
    if briefing is None:
        raise NotFoundError("briefing")
    booked = len(queries.find(seats, briefing_id=briefing_id, status="booked"))
    return {
        "briefing_id": briefing_id,
        "seats": briefing["seats"],
        "booked": booked,
        "free": briefing["seats"] - booked,
    }


def _participants(fair_id: str, side: str) -> Select[Any]:
    columns = (participations.c.status, participations.c.kind)
    return (
        select(*columns, *_counts(participations.c.synthetic))
        .where(participations.c.fair_id == fair_id, participations.c.side == side)
        .group_by(*columns)
        .order_by(*columns)
    )


def _requests(fair_id: str) -> Select[Any]:
    """An active request whose buyer withdrew has fallen: found by joining, for each row is its own stream's."""
    asked = consultation_requests.c
    buyer_gone = and_(asked.status == "active", participations.c.status == "withdrawn")
    status = case((buyer_gone, "fallen"), else_=asked.status).label("status")
    joined = consultation_requests.outerjoin(
        participations, participations.c.participation_id == asked.buyer_participation_id
    )
    each = select(status, asked.synthetic).select_from(joined).where(asked.fair_id == fair_id).subquery()
    return select(each.c.status, *_counts(each.c.synthetic)).group_by(each.c.status).order_by(each.c.status)


def _counts(synthetic: ColumnElement[bool]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    return func.count().label("count"), func.sum(case((synthetic, 1), else_=0)).label("synthetic")


def _total(groups: Sequence[Row], **equals: str) -> int:
    return sum(group["count"] for group in groups if all(group[name] == value for name, value in equals.items()))


def _compared(claim: Mapping[str, Any], recorded: int | None) -> dict[str, Any]:
    return {
        "subject": claim["subject"],
        "claimed": claim["value"],
        "source": claim["source"],
        "recorded": recorded,
        "difference": None if recorded is None else recorded - claim["value"],
    }
