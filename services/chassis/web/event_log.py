"""The service's own event log over HTTP: what auditors and organisers trace every figure back to."""

from typing import Any, Final

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from contracts.fields import CODE, Identifier
from services.chassis.access import Actor, Role
from services.chassis.service import NotFoundError
from services.chassis.web import describing
from services.chassis.web.authentication import authenticated, require_role
from services.chassis.web.paging import DEFAULT_LIMIT, MAX_INTEGER, MAX_LIMIT, bad_parameter
from services.chassis.web.runtime import runtime
from services.chassis.web.validation import loaded_query

READERS: Final[tuple[Role, ...]] = ("organiser", "agency", "auditor")
EVENT_LOG: Final = Blueprint("event-log", __name__, description="이벤트 원장: 이 서비스가 기록한 모든 사실")
TYPE: Final = rf"{CODE.pattern}\.{CODE.pattern}\Z"
WHERE: Final = r"[a-z_]{1,40}:[A-Za-z0-9._\-]{1,80}(,[a-z_]{1,40}:[A-Za-z0-9._\-]{1,80}){0,4}\Z"
STREAM: Final = r"[a-z0-9\-]{1,200}\Z"


class EventRow(Schema):
    """One stored event, as hashed, with its position in this service's log."""

    position = fields.Integer(metadata={"description": "Order of storing; where ?after= continues"})
    event_id = fields.String(required=True)
    source = fields.String(required=True)
    stream_id = fields.String(required=True)
    version = fields.Integer(required=True)
    type = fields.String(required=True)
    schema_version = fields.Integer(required=True)
    data = fields.Dict(required=True)
    metadata = fields.Dict(required=True)
    occurred_at = fields.String(required=True)
    recorded_at = fields.String(required=True)
    previous_hash = fields.String(required=True)
    hash = fields.String(required=True)


class Paging(Schema):
    class Meta:
        unknown = RAISE

    limit = fields.Integer(load_default=DEFAULT_LIMIT, strict=True, validate=validate.Range(1, MAX_LIMIT))
    after = fields.Integer(load_default=None, strict=True, validate=validate.Range(0, MAX_INTEGER))


class EventQuery(Paging):
    type = fields.String(load_default=None, validate=validate.Regexp(TYPE))
    stream_id = fields.String(load_default=None, validate=validate.Regexp(STREAM))
    fair_id = Identifier(required=False, load_default=None)
    where = fields.String(
        load_default=None,
        validate=validate.Regexp(WHERE),
        metadata={"description": "Fields of the data and their values: `kind:large`, several with commas"},
    )


class EventTypeRow(Schema):
    type = fields.String(required=True)
    version = fields.Integer(required=True)
    stream = fields.String(required=True, metadata={"description": "Streams are named <stream>-<key>"})
    description = fields.String(required=True)
    fields_ = fields.List(fields.String(), required=True, data_key="fields")


def _page(actor: Actor, query: dict[str, Any]) -> Response:
    fair_id = query.get("fair_id")
    if actor.fair is not None and fair_id not in {None, actor.fair}:
        raise bad_parameter("fair_id", "is another fair than the token's")
    wanted: dict[str, Any] = {
        "event_type": query.get("type"),
        "stream_id": query.get("stream_id"),
        "fair_id": fair_id or actor.fair,
        "where": dict(part.split(":", 1) for part in (query.get("where") or "").split(",") if part),
    }
    history = runtime().history
    found = history.events(**wanted, after=query["after"], limit=query["limit"] + 1)
    shown = found[: query["limit"]]
    return jsonify(
        {
            "items": [{"position": position, **event.as_json()} for position, event in shown],
            "next": str(shown[-1][0]) if len(found) > len(shown) else None,
            "total": history.count(**wanted),
        }
    )


def _reader() -> Actor:
    actor = authenticated()
    require_role(actor, *READERS)
    return actor


def list_events() -> Response:
    return _page(_reader(), loaded_query(EventQuery))


def list_stream_events(stream_id: str) -> Response:
    return _page(_reader(), {**loaded_query(Paging), "stream_id": stream_id})


def get_event(event_id: Any) -> Response:
    actor = _reader()
    event: Envelope | None = runtime().history.event(str(event_id))
    if event is None or (actor.fair is not None and event.data.get("fair_id") not in {None, actor.fair}):
        raise NotFoundError("event")
    return jsonify(event.as_json())


def list_event_types() -> Response:
    authenticated()
    name = runtime().application.name
    published = [event for event in CATALOGUE.events if event.TYPE.partition(".")[0] == name]
    return jsonify(
        {
            "items": [
                {
                    "type": event.TYPE,
                    "version": event.VERSION,
                    "stream": event.STREAM,
                    "description": (event.__doc__ or "").strip(),
                    "fields": list(event().fields),
                }
                for event in published
            ],
            "next": None,
            "total": len(published),
        }
    )


_NOTE: Final = "Positions may become visible out of order while writers are at work: to follow along, use the bus."
_PAGE: Final = {"200": describing.answer(describing.page_of(EventRow))}
for _rule, _view, _query, _summary in (
    ("/events", list_events, EventQuery, "이벤트 목록 (위치 순)"),
    ("/streams/<string(maxlength=200):stream_id>/events", list_stream_events, Paging, "한 스트림의 이벤트"),
):
    describing.described(
        _view,
        name=_view.__name__,
        summary=_summary,
        description=_NOTE,
        parameters=describing.query_parameters(_query),
        responses=_PAGE,
    )
    EVENT_LOG.add_url_rule(_rule, view_func=_view, methods=["GET"])
describing.described(get_event, name="get_event", summary="이벤트 하나", responses={"200": describing.answer(EventRow)})
EVENT_LOG.add_url_rule("/events/<uuid:event_id>", view_func=get_event, methods=["GET"])
describing.described(
    list_event_types,
    name="list_event_types",
    summary="이 서비스가 발행하는 이벤트 종류",
    responses={"200": describing.answer(describing.page_of(EventTypeRow))},
)
EVENT_LOG.add_url_rule("/event-types", view_func=list_event_types, methods=["GET"])
