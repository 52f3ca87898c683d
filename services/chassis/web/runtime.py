"""What a view needs of its app, and what the chassis knows about the request in hand."""

import re
from dataclasses import dataclass
from typing import Any, Final

import orjson
from flask import current_app, g, request
from flask.json.provider import JSONProvider

from services.chassis.application import Application
from services.chassis.configuration import Settings
from services.chassis.history import History
from services.chassis.metrics import Metrics

EXTENSION: Final = "sangsaeng"
CORRELATION_HEADER: Final = "X-Correlation-Id"
_CORRELATION: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TRACEPARENT: Final = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True)
class Runtime:
    """One app's parts."""

    application: Application
    history: History
    settings: Settings
    metrics: Metrics


def runtime() -> Runtime:
    """The parts of the app that serves the present request."""
    found: Runtime = current_app.extensions[EXTENSION]
    return found


def correlation_id() -> str:
    """The caller's id for the whole chain of causes when it sent a UUID, otherwise a fresh one; one per request."""
    known: str | None = g.get("correlation_id")
    if known is None:
        given = request.headers.get(CORRELATION_HEADER, "").lower()
        known = given if _CORRELATION.fullmatch(given) else runtime().application.ids.new()
        g.correlation_id = known
    return known


def instance() -> str:
    """The `instance` of a problem: this occurrence, never anything that the caller sent."""
    return f"urn:uuid:{correlation_id()}"


def traceparent() -> str | None:
    """The caller's W3C trace context, if it is well formed."""
    given = request.headers.get("traceparent", "")
    return given if _TRACEPARENT.fullmatch(given) else None


def address() -> str:
    """From where the request came, for the vault's log."""
    return (request.remote_addr or "-")[:64]


def route_template() -> str:
    """The route as it is declared: safe to log and to count by, whatever was in the path."""
    return request.url_rule.rule if request.url_rule is not None else "unmatched"


class OrjsonProvider(JSONProvider):
    """JSON by orjson."""

    def dumps(self, obj: Any, **_kwargs: Any) -> str:
        # SQLAlchemy names columns by a subclass of str, which orjson takes as a key only when told so.
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_kwargs: Any) -> Any:
        return orjson.loads(s)
