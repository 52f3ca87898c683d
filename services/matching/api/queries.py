"""Answers that join several tables: the waiting line, what became of one request, the planning problem."""

from collections import Counter
from typing import Any

from marshmallow import Schema, fields

from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.chassis.service import NotFoundError
from services.matching.api.advice import advice, explanation
from services.matching.api.present import present, timetable_of
from services.matching.api.summary import current_timetable
from services.matching.handlers.loading import fair_of
from services.matching.projections.tables import (
    answers,
    meetings,
    on_site_requests,
    requests,
    unplaced,
)
from services.matching.timetable.problem import to_json


class Waiting(Schema):
    request_id = fields.String()
    buyer_participation_id = fields.String()
    sme_participation_id = fields.String()
    technology = fields.String()
    requested_at = fields.String()
    position = fields.Integer(metadata={"description": "in the line for this buyer, 1 = next"})
    synthetic = fields.Boolean()


class WaitingList(Schema):
    items = fields.List(fields.Nested(Waiting))


class RequestStatus(Schema):
    """`reason`: why it is not in the timetable; null when it is, or as long as nothing is planned.

    `explanation` says it in words, `advice` what alone would have placed it.
    """

    request_id = fields.String()
    technology = fields.String()
    status = fields.String()
    answer = fields.String(allow_none=True)
    meeting_id = fields.String(allow_none=True)
    slot = fields.Integer(allow_none=True)
    table = fields.Integer(allow_none=True)
    starts_at = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    short_by = fields.Integer(allow_none=True)
    explanation = fields.String(allow_none=True)
    advice = fields.List(fields.String())


class Instance(Schema):
    """A `fair-timetable/1` instance."""

    format = fields.String()
    name = fields.String()
    slots = fields.Integer()
    lunch_after = fields.Integer(allow_none=True)
    hall_tables = fields.Integer(allow_none=True)
    coverage_bonus = fields.Integer()
    buyers = fields.List(fields.Dict())
    smes = fields.List(fields.Dict())
    requests = fields.List(fields.Dict())
    fixed = fields.List(fields.Dict())
    forbidden_pairs = fields.List(fields.List(fields.String()))


def waiting_list(queries: Queries, actor: Actor, *, fair_id: str) -> dict[str, Any]:
    """Who waits, first come first. A participant sees its own, with the positions among all."""
    fair_of(queries, fair_id)
    waiting = sorted(
        queries.find(on_site_requests, fair_id=fair_id, status="waiting"), key=lambda row: row["place_in_line"]
    )
    seen: Counter[str] = Counter()
    items = []
    for row in waiting:
        seen[row["buyer_participation_id"]] += 1
        if concerns(actor, fair_id, row):
            items.append({**row, "position": seen[row["buyer_participation_id"]]})
    return {"items": items}


def request_status(queries: Queries, actor: Actor, *, fair_id: str, request_id: str) -> dict[str, Any]:
    """What became of one pre-registered request.

    Raises:
        NotFoundError: there is no such request, or it does not concern the actor.
    """
    row = queries.get(requests, request_id)
    if row is None or row["fair_id"] != fair_id or not concerns(actor, fair_id, row):
        raise NotFoundError("request")
    fair = fair_of(queries, fair_id)
    answer = queries.get(answers, request_id)
    drafts = actor.role in {"organiser", "auditor"}
    found = queries.find(meetings, request_id=request_id, status="placed")
    meeting = next((m for m in found if drafts or m["shown_to_buyer"] is not None), None)
    timetable = current_timetable(queries, fair_id)
    left = None
    if timetable is not None and (drafts or timetable["status"] == "published"):
        left = queries.get(unplaced, timetable["timetable_id"], request_id)
    return {
        "request_id": request_id,
        "technology": row["technology"],
        "status": row["status"],
        "answer": None if answer is None else "expired" if answer["status"] == "expired" else answer["answer"],
        "meeting_id": meeting and meeting["meeting_id"],
        "slot": meeting and meeting["slot"],
        "table": meeting and meeting["table_number"],
        "starts_at": meeting and meeting["starts_at"],
        "reason": left and left["reason"],
        "short_by": left and left["short_by"],
        "explanation": left and explanation(left),
        "advice": advice(left, fair["slots"] or (), fair["time_zone"]) if left else [],
    }


def planning_problem(queries: Queries, _: Actor, *, fair_id: str, timetable_id: str) -> dict[str, Any]:
    """What planning this timetable now would be asked, all slots still to come: a draft anew, a published one's gaps.

    Raises:
        NotFoundError: the fair has no such timetable.
    """
    timetable = timetable_of(queries, fair_id, timetable_id)
    return to_json(present(queries, fair_id, published=timetable["status"] == "published").problem)


def concerns(actor: Actor, fair_id: str, row: Any) -> bool:
    """Whether the actor may know of a request or a meeting: organisers, auditors and the two sides of it."""
    if actor.role in {"organiser", "auditor"}:
        return True
    mine = actor.participation(fair_id)
    return mine is not None and mine in {row["buyer_participation_id"], row["sme_participation_id"]}
