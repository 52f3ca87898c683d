"""Around every request: correlation id, one log line, metrics, and the headers that keep browsers careful."""

import time
from typing import Final

import structlog
from flask import Flask, Response, g, request

from services.chassis.logs import logger
from services.chassis.web.runtime import CORRELATION_HEADER, correlation_id, route_template, runtime

LOG = logger(__name__)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NOTHING_ACTIVE: Final = "default-src 'none'; frame-ancestors 'none'"
"""Content security policy of answers that are data."""
QUIET: Final = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that machines ask every few seconds: counted, logged at debug level only."""


def register(app: Flask) -> None:
    """Observe every request of the app."""

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            service=runtime().application.name, correlation_id=correlation_id(), route=route_template()
        )

    @app.after_request
    def end(response: Response) -> Response:
        _protect(response)
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        method = request.method if request.method in METHODS else "OTHER"
        route, status = route_template(), response.status_code
        metrics = runtime().metrics
        metrics.count("http_requests_total", method=method, route=route, status=str(status))
        metrics.time("http_request_seconds", seconds, method=method, route=route)
        write = LOG.debug if route in QUIET else LOG.info
        write("request", method=method, status=status, milliseconds=round(seconds * 1000, 2))
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        structlog.contextvars.clear_contextvars()


def _protect(response: Response) -> None:
    response.headers[CORRELATION_HEADER] = correlation_id()
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault("Content-Security-Policy", NOTHING_ACTIVE)
    if g.get("authenticated") or response.status_code >= 400:  # noqa: PLR2004 - errors, by HTTP
        response.headers["Cache-Control"] = "no-store"
