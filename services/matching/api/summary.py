"""The figures of a fair's matching, counted when they are asked for."""

from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import ColumnElement, Table, func, or_, select

from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.matching.handlers.loading import fair_of
from services.matching.projections.tables import answers, meetings, on_site_requests, requests, timetables, unplaced


class Summary(Schema):
    """Figures of the timetable that counts: the published one, else the newest draft. `matched`: meetings it placed."""

    fair_id = fields.String()
    fair_name = fields.String()
    timetable_id = fields.String(allow_none=True)
    timetable_status = fields.String(allow_none=True)
    requests = fields.Integer(metadata={"description": "active pre-registered requests"})
    requests_withdrawn = fields.Integer()
    answers = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "must-meet, accept, decline, expired"}
    )
    matched = fields.Integer(metadata={"description": "pre-registered requests that have or had a meeting on the day"})
    on_site_requests = fields.Integer()
    on_site_placed = fields.Integer()
    waiting = fields.Integer()
    meetings = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "placed, cancelled, released"}
    )
    cancelled_by_cause = fields.Dict(keys=fields.String(), values=fields.Integer())
    unplaced = fields.Integer()
    unplaced_by_reason = fields.Dict(keys=fields.String(), values=fields.Integer())
    synthetic_requests = fields.Integer(metadata={"description": "active requests that are made up"})


def matching_summary(queries: Queries, _: Actor, *, fair_id: str) -> dict[str, Any]:
    """The figures of the fair.

    Raises:
        NotFoundError: no such fair is known here (yet).
    """
    fair = fair_of(queries, fair_id)
    timetable = current_timetable(queries, fair_id)
    timetable_id = timetable["timetable_id"] if timetable else None
    asked = _tally(queries, requests, "status", requests.c.fair_id == fair_id)
    binding = or_(meetings.c.timetable_id == timetable_id, meetings.c.channel == "on-site")
    held = (meetings.c.fair_id == fair_id, binding)
    line = _tally(queries, on_site_requests, "status", on_site_requests.c.fair_id == fair_id)
    taking_place = meetings.c.status.in_(("placed", "released"))
    channels = _tally(queries, meetings, "channel", *held, taking_place)
    left = _tally(queries, unplaced, "reason", unplaced.c.timetable_id == timetable_id)
    active = (requests.c.fair_id == fair_id, requests.c.status == "active")
    given = _tally(queries, answers, "answer", answers.c.fair_id == fair_id, answers.c.status == "answered")
    expired = _tally(queries, answers, "status", answers.c.fair_id == fair_id, answers.c.status == "expired")
    return {
        "fair_id": fair_id,
        "fair_name": fair["name"],
        "timetable_id": timetable_id,
        "timetable_status": timetable["status"] if timetable else None,
        "requests": asked.get("active", 0),
        "requests_withdrawn": asked.get("withdrawn", 0),
        "answers": {**given, **expired},
        "matched": channels.get("pre-registered", 0),
        "on_site_requests": sum(line.values()),
        "on_site_placed": channels.get("on-site", 0),
        "waiting": line.get("waiting", 0),
        "meetings": _tally(queries, meetings, "status", *held),
        "cancelled_by_cause": _tally(queries, meetings, "cause", *held, meetings.c.cause.is_not(None)),
        "unplaced": sum(left.values()),
        "unplaced_by_reason": left,
        "synthetic_requests": sum(
            _tally(queries, requests, "status", *active, requests.c.synthetic.is_(True)).values()
        ),
    }


def current_timetable(queries: Queries, fair_id: str) -> dict[str, Any] | None:
    """The published timetable, else the draft."""
    rows = [row for row in queries.find(timetables, fair_id=fair_id) if row["status"] in {"published", "drafted"}]
    rows.sort(key=lambda row: (row["status"] != "published", row["timetable_id"]))
    return dict(rows[0]) if rows else None


def _tally(queries: Queries, table: Table, column: str, *conditions: ColumnElement[bool]) -> dict[str, int]:
    counted = table.c[column]
    statement = select(counted.label("value"), func.count().label("number")).where(*conditions).group_by(counted)
    return {row["value"]: row["number"] for row in queries.select(statement.order_by(counted))}
