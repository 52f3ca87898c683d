"""How far the service has come, for those who operate, organise or audit. Counts only, nothing of the domain."""

from dataclasses import asdict
from typing import Final

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from services.chassis.access import Role
from services.chassis.progress import progress
from services.chassis.web import describing
from services.chassis.web.authentication import authenticated, require_role
from services.chassis.web.runtime import runtime

WATCHERS: Final[tuple[Role, ...]] = ("operator", "organiser", "auditor")
PROGRESS: Final = Blueprint("progress", __name__, description="운영: 이벤트가 어디까지 전달되었는지")


class ProgressRow(Schema):
    events = fields.Integer(required=True, metadata={"description": "Events that this service has recorded"})
    pending = fields.Integer(required=True, metadata={"description": "Those that the bus has not acknowledged yet"})
    taken_in = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Events of each service that it listens to; complete when equal to their `events`"},
    )
    waiting = fields.Integer(required=True, metadata={"description": "Events whose predecessor has not come yet"})
    parked = fields.Integer(required=True, metadata={"description": "Records that wait for an operator"})
    due_timers = fields.Integer(required=True, metadata={"description": "Timers that are due and have not fired"})


def see_progress() -> Response:
    require_role(authenticated(), *WATCHERS)
    return jsonify(asdict(progress(runtime().application)))


describing.described(
    see_progress,
    name="see_progress",
    summary="이벤트 전달 현황",
    responses={"200": describing.answer(ProgressRow)},
)
PROGRESS.add_url_rule("/progress", view_func=see_progress, methods=["GET"])
