"""For machines that keep the service running: alive, ready, metrics. Needs no token and shows nothing of the domain."""

from typing import Final

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from services.chassis.metrics import Metrics
from services.chassis.web import describing
from services.chassis.web.runtime import runtime

OPERATIONS: Final = Blueprint("operations", __name__, description="운영: 상태와 지표")
UNAVAILABLE: Final = 503


class Health(Schema):
    status = fields.String(required=True)


class Readiness(Schema):
    status = fields.String(required=True, metadata={"description": "ready or unavailable"})
    parts = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "ok, or what is wrong"}
    )


def live() -> Response:
    return jsonify({"status": "ok"})


def ready() -> Response:
    parts = dict(runtime().application.readiness())
    available = all(state == "ok" for state in parts.values())
    response = jsonify({"status": "ready" if available else "unavailable", "parts": parts})
    response.status_code = 200 if available else UNAVAILABLE
    return response


def metrics() -> Response:
    return Response(runtime().metrics.exposed(), content_type=Metrics.CONTENT_TYPE)


_TEXT: Final = {"description": "Prometheus text format", "content": {"text/plain": {"schema": {"type": "string"}}}}
describing.described(live, name="live", summary="살아 있음", public=True, responses={"200": describing.answer(Health)})
describing.described(
    ready,
    name="ready",
    summary="요청을 받을 준비 (데이터베이스, 버스, 중계)",
    public=True,
    responses={"200": describing.answer(Readiness), "503": describing.answer(Readiness)},
)
describing.described(metrics, name="metrics", summary="지표 (Prometheus)", public=True, responses={"200": _TEXT})
OPERATIONS.add_url_rule("/healthz", view_func=live, methods=["GET"])
OPERATIONS.add_url_rule("/readyz", view_func=ready, methods=["GET"])
OPERATIONS.add_url_rule("/metrics", view_func=metrics, methods=["GET"])
