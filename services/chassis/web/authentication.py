"""Who calls, and the headers of a command: token, idempotency key, expected version, business time."""

import re
from datetime import timedelta
from typing import Final

from flask import g, request
from marshmallow import ValidationError

from services.chassis.access import Actor, ForbiddenError
from services.chassis.clock import instant
from services.chassis.outcomes import Idempotency
from services.chassis.tokens import TokenError, verify
from services.chassis.web.problems import ProblemError
from services.chassis.web.runtime import runtime
from services.chassis.web.schemas import to_instant

BACKDATING: Final = frozenset({"organiser", "agency", "system"})
"""Roles that may say when something happened; all others act now."""
CLOCK_SKEW: Final = timedelta(minutes=5)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_ETAG: Final = re.compile(r'"(\d{1,15})"', re.ASCII)


def authenticated() -> Actor:
    """The actor of the request's token.

    Raises:
        ProblemError: there is no token in force.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ProblemError(
            "unauthenticated", "The request carries no bearer token.", headers={"WWW-Authenticate": "Bearer"}
        )
    parts = runtime()
    try:
        actor = verify(
            token.strip(),
            parts.settings.token_key,
            now=parts.application.clock.now(),
            issuer=parts.settings.token_issuer,
            audience=parts.settings.token_audience,
        )
    except TokenError as error:
        raise ProblemError(
            "unauthenticated", error.reason, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
        ) from None
    g.authenticated = True
    return actor


def require_role(actor: Actor, *roles: str) -> None:
    """Raises ForbiddenError unless the actor has one of the roles."""
    if actor.role not in roles:
        raise ForbiddenError(f"The role {actor.role} may not do this; it is open to: {', '.join(sorted(roles))}.")


def require_fair(actor: Actor, fair_id: str | None) -> None:
    """Raises ForbiddenError when the actor's token is bound to another fair than the address names."""
    if actor.fair is not None and fair_id is not None and actor.fair != fair_id:
        raise ForbiddenError("The token is for another fair; use one for this fair.")


def idempotency(*, required: bool) -> Idempotency | None:
    """The request's idempotency key with the fingerprint of what it stands for.

    Raises:
        ProblemError: it is required and missing, or malformed.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        if required:
            raise ProblemError("idempotency-key-missing", "Every POST needs the header Idempotency-Key.")
        return None
    if not _KEY.fullmatch(key):
        raise ProblemError("malformed-header", "Idempotency-Key must have 1 to 200 printable ASCII characters.")
    stands_for = f"{request.method}\n{request.path}\n".encode() + request.get_data(cache=True)
    return Idempotency(key, runtime().application.fingerprint(stands_for))


def expected_version() -> int | None:
    """The version of If-Match; None when there is no such header, or `*`.

    Raises:
        ProblemError: it is not an ETag of ours.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    found = _ETAG.fullmatch(given.strip())
    if found is None:
        raise ProblemError("malformed-header", 'If-Match must be one ETag as it was answered, for example "7".')
    return int(found[1])


def occurred_at(actor: Actor) -> str | None:
    """The business time that the caller states; None means now.

    Raises:
        ProblemError: it is not a time with offset, or lies in the future.
        ForbiddenError: the role may not backdate.
    """
    given = request.headers.get("Occurred-At")
    if given is None:
        return None
    if actor.role not in BACKDATING:
        raise ForbiddenError(f"Only {', '.join(sorted(BACKDATING))} may state another time than now.")
    try:
        stated = to_instant(given.strip())
    except ValidationError:
        raise ProblemError(
            "malformed-header", "Occurred-At must be a time with its offset from UTC, like 2023-11-21T10:00:00+09:00."
        ) from None
    if stated > instant(runtime().application.clock.now() + CLOCK_SKEW):
        raise ProblemError("time-in-the-future", "Occurred-At lies in the future.")
    return stated
