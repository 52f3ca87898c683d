"""Signed tokens that say who calls: minted for development and operations, verified on every request."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt

from contracts.fields import IDENTIFIER
from services.chassis.access import ROLES, SYSTEM, Actor

ALGORITHM: Final = "HS256"
KEY_BYTES: Final = 32
ISSUER: Final = "sangsaeng"
AUDIENCE: Final = "sangsaeng"
LIFETIME: Final = timedelta(hours=8)
LEEWAY: Final = timedelta(seconds=30)
"""How far the clocks of issuer and verifier may be apart."""
_REQUIRED: Final = ("sub", "role", "iss", "aud", "iat", "exp")
_OPAQUE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:|\-]{0,119}")
"""Ids of people are opaque: no mail addresses and no spaces, because they are written into events for ever."""


class TokenError(Exception):
    """The token cannot be trusted or does not say enough. The reason never quotes the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def mint(
    actor: Actor,
    key: bytes,
    lifetime: timedelta = LIFETIME,
    *,
    now: datetime | None = None,
    issuer: str = ISSUER,
    audience: str = AUDIENCE,
) -> str:
    """A token for `actor`, valid for `lifetime` from `now` (the system's clock when not given).

    Raises:
        TokenError: the actor is not one that `verify` would accept, or the key is too short.
    """
    issued = datetime.now(UTC) if now is None else now
    claims: dict[str, Any] = {
        "sub": actor.sub,
        "role": actor.role,
        "iss": issuer,
        "aud": audience,
        "iat": int(issued.timestamp()),
        "exp": int((issued + lifetime).timestamp()),
    }
    for name in ("company", "fair", "on_behalf_of"):
        if getattr(actor, name) is not None:
            claims[name] = getattr(actor, name)
    _actor(claims)
    return jwt.encode(claims, _long_enough(key), algorithm=ALGORITHM)


def verify(
    token: str, key: bytes, *, now: datetime | None = None, issuer: str = ISSUER, audience: str = AUDIENCE
) -> Actor:
    """The actor that a token speaks for, if it is genuine and in force at `now` (the system's clock when not given).

    Raises:
        TokenError: it is not.
    """
    try:
        # Times are checked below against the injected clock, not against the system's.
        claims = jwt.decode(
            token,
            _long_enough(key),
            algorithms=[ALGORITHM],
            issuer=issuer,
            audience=audience,
            options={"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except jwt.MissingRequiredClaimError as error:
        raise TokenError(f"The token lacks the claim {error.claim}.") from None
    except jwt.InvalidIssuerError:
        raise TokenError("The token is from an issuer that is not trusted here.") from None
    except jwt.InvalidAudienceError:
        raise TokenError("The token is meant for somebody else.") from None
    except jwt.PyJWTError:
        raise TokenError("The token is not genuine.") from None
    _in_force(claims, datetime.now(UTC) if now is None else now)
    return _actor(claims)


def _in_force(claims: dict[str, Any], now: datetime) -> None:
    times: dict[str, float] = {}
    for name in ("iat", "exp", "nbf"):
        value = claims.get(name, claims["iat"])
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TokenError("The token's times are not numbers.")
        times[name] = value
    second, leeway = now.timestamp(), LEEWAY.total_seconds()
    if second >= times["exp"] + leeway:
        raise TokenError("The token has expired.")
    if max(times["iat"], times["nbf"]) > second + leeway:
        raise TokenError("The token is not in force yet.")


def _actor(claims: dict[str, Any]) -> Actor:
    role, company, fair = claims["role"], claims.get("company"), claims.get("fair")
    if role not in ROLES:
        raise TokenError("The token's role is unknown.")
    for name in ("sub", "on_behalf_of"):
        value = claims.get(name)
        if value is not None and not (isinstance(value, str) and _OPAQUE.fullmatch(value)):
            raise TokenError(f"The token's {name} must be an opaque id of letters, digits and . _ : | -")
    for name, value in (("company", company), ("fair", fair)):
        if value is not None and not (isinstance(value, str) and IDENTIFIER.fullmatch(value)):
            raise TokenError(f"The token's {name} must be a UUID in lower case.")
    if claims["sub"] == SYSTEM.sub:
        raise TokenError("The token's sub is reserved for what the services do by themselves.")
    if role in {"buyer", "sme"} and company is None:
        raise TokenError(f"A token for the role {role} must name its company.")
    return Actor(sub=claims["sub"], role=role, company=company, fair=fair, on_behalf_of=claims.get("on_behalf_of"))


def _long_enough(key: bytes) -> bytes:
    if len(key) < KEY_BYTES:
        raise TokenError(f"The key for tokens must have at least {KEY_BYTES} bytes.")
    return key
