"""Turns whatever ends a request into problem details. Nothing of the inside, and nothing of the input, shows."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from contracts.rejection import Rejection
from services.chassis.access import ForbiddenError
from services.chassis.logs import logger
from services.chassis.outcomes import ConflictError, IdempotencyMismatchError, PreconditionFailedError
from services.chassis.service import NotFoundError
from services.chassis.store import DuplicateEventError, EventTooLargeError
from services.chassis.vault import ErasedError
from services.chassis.web.problems import MEDIA_TYPE, Problem, ProblemError, of_error, of_rule
from services.chassis.web.runtime import instance, route_template

LOG = logger(__name__)
_BY_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be understood."),
    404: ("not-found", "There is nothing at this address."),
    413: ("too-large", "The body is larger than this service takes."),
    415: ("unsupported-media-type", "The body's media type is not supported here."),
}


def answered(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The response for a problem."""
    response = Response(orjson.dumps(problem.as_json()), status=problem.status, mimetype=MEDIA_TYPE)
    response.headers.extend(headers or {})
    return response


def _problem(error: ProblemError) -> Response:
    return answered(of_error(error, instance()), error.headers)


def _known(error: Exception) -> ProblemError:
    """The problem for an error that the chassis raises on purpose."""
    match error:
        case ForbiddenError():
            return ProblemError("forbidden", error.detail)
        case NotFoundError():
            return ProblemError("not-found", str(error))
        case PreconditionFailedError():
            return ProblemError("precondition-failed", f"The present version is {error.current}.")
        case IdempotencyMismatchError():
            return ProblemError("idempotency-key-reused", "This key was used for another request.")
        case EventTooLargeError():
            return ProblemError("too-large", "The request would make an event larger than the bus takes.")
        case ErasedError():
            return ProblemError("subject-erased", "What this belongs to was erased on request.")
        case _:
            return ProblemError("conflict", "The change lost against others, several times.")


def _http(error: HTTPException) -> Response:
    """What Flask and Werkzeug raise by themselves."""
    if isinstance(error, MethodNotAllowed):
        allowed = {"Allow": ", ".join(sorted(error.valid_methods or ()))}
        return _problem(ProblemError("method-not-allowed", "This address does not take that method.", headers=allowed))
    status = error.code or 500
    name, detail = _BY_STATUS.get(status, ("bad-request", "The request was refused."))
    if status >= 500:  # noqa: PLR2004 - the server's own faults, by HTTP
        return _unexpected(error)
    return _problem(ProblemError(name, detail))


def _unexpected(error: Exception) -> Response:
    LOG.error("request failed", route=route_template(), exc_info=error)
    return _problem(ProblemError("internal", "The service met an unexpected condition; nothing was stored."))


def _away(error: Exception) -> Response:
    """The database is away, full or starting. What was asked for may have been stored at the very last moment."""
    LOG.warning("the database did not answer", route=route_template(), error=type(error).__name__)
    return _problem(ProblemError("unavailable", "The database did not answer.", headers={"Retry-After": "1"}))


def register(app: Flask) -> None:
    """Answer every error of the app by a problem."""

    def known(error: Any) -> Response:
        return _problem(_known(error))

    def rejected(error: Rejection) -> Response:
        return answered(of_rule(error.rule, error.detail, error.remedy, instance()))

    app.register_error_handler(ProblemError, _problem)
    app.register_error_handler(Rejection, rejected)
    for kind in (
        ForbiddenError, NotFoundError, PreconditionFailedError, IdempotencyMismatchError, EventTooLargeError,
        ErasedError, ConflictError, DuplicateEventError,
    ):  # fmt: skip
        app.register_error_handler(kind, known)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(PoolTimeoutError, _away)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
