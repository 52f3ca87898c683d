"""Problem details (RFC 9457): every error that a service answers with, by name, with what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

MEDIA_TYPE: Final = "application/problem+json"
BASE: Final = "/problems/"
MAX_FIELD_ERRORS: Final = 100
"""More wrong fields than this are not listed one by one."""


@dataclass(frozen=True)
class ProblemType:
    """A kind of error. `type` in an answer is `/problems/<name>`, stable for ever."""

    name: str
    status: int
    title: str
    remedy: str


def _types(*types: ProblemType) -> dict[str, ProblemType]:
    return {one.name: one for one in types}


PROBLEMS: Final = _types(
    ProblemType("malformed-json", 400, "The body is not proper JSON", "Send one JSON object in UTF-8 (RFC 8259)."),
    ProblemType("malformed-query", 400, "The query string is not proper UTF-8", "Percent-encode UTF-8 in the address."),
    ProblemType("malformed-header", 400, "A header cannot be read", "Write the header as the documentation shows."),
    ProblemType(
        "idempotency-key-missing",
        400,
        "Idempotency-Key is missing",
        "Send a fresh, random Idempotency-Key (a UUID, say) with every new POST, and the same one when you repeat it.",
    ),
    ProblemType("bad-request", 400, "The request cannot be understood", "Check it against /docs."),
    ProblemType(
        "unauthenticated", 401, "A valid token is needed", "Send `Authorization: Bearer <token>` with a token in force."
    ),
    ProblemType("forbidden", 403, "The caller may not do this", "Ask somebody whose role may, or use their token."),
    ProblemType("not-found", 404, "There is no such thing", "Check the address; ids in it are UUIDs. /docs lists all."),
    ProblemType("method-not-allowed", 405, "The method is not allowed here", "Use a method that Allow names."),
    ProblemType("conflict", 409, "Others kept changing the same thing", "Read it again, then repeat the request."),
    ProblemType(
        "subject-erased",
        409,
        "The person or text was erased",
        "Register the person anew; what was erased stays erased.",
    ),
    ProblemType("precondition-failed", 412, "It has changed since you read it", "Read it again and use its new ETag."),
    ProblemType("too-large", 413, "The request is too large", "Send less at a time."),
    ProblemType("unsupported-media-type", 415, "The body's media type is not supported", "Send application/json."),
    ProblemType("invalid-body", 422, "The body does not fit", "Mend the fields named in `errors`; /docs shows each."),
    ProblemType("invalid-query", 422, "A query parameter does not fit", "Mend the parameters named in `errors`."),
    ProblemType(
        "idempotency-key-reused",
        422,
        "The Idempotency-Key stands for another request",
        "Use a fresh key for a new request; the same key only to repeat the very same request.",
    ),
    ProblemType("time-in-the-future", 422, "Occurred-At lies in the future", "Give the time at which it happened."),
    ProblemType("internal", 500, "Something went wrong on our side", "Try again; report the instance if it stays so."),
    ProblemType(
        "unavailable",
        503,
        "The service cannot be reached in full",
        "Send the same request with the same Idempotency-Key again in a moment.",
    ),
)


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field (`pointer`, RFC 6901) or one query parameter. Never says what the value was."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None

    def as_json(self) -> dict[str, str]:
        place = {"pointer": self.pointer} if self.pointer is not None else {"parameter": self.parameter or ""}
        return {**place, "detail": self.detail}


class ProblemError(Exception):
    """Ends a request with a problem of PROBLEMS. `detail` must not quote what the caller sent."""

    def __init__(
        self,
        name: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(name)
        self.kind = PROBLEMS[name]
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.remedy = remedy or self.kind.remedy


@dataclass(frozen=True)
class Problem:
    """The answer itself. `instance` names the occurrence: the correlation id that logs and events carry too."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    instance: str
    errors: tuple[FieldError, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "remedy": self.remedy,
            "instance": self.instance,
        }
        if self.errors:
            body["errors"] = [error.as_json() for error in self.errors[:MAX_FIELD_ERRORS]]
        return body


def of_error(error: ProblemError, instance: str) -> Problem:
    """The answer to an error of the chassis's own."""
    kind = error.kind
    return Problem(BASE + kind.name, kind.title, kind.status, error.detail, error.remedy, instance, error.errors)


def of_rule(rule: str, detail: str, remedy: str, instance: str) -> Problem:
    """The answer to a command that a rule refuses: the rule's name is the problem's type."""
    return Problem(BASE + rule, "A rule refuses the command", 409, detail, remedy, instance)
