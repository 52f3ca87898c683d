"""Tokens: what is minted is verified, and nothing else is."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from services.chassis.access import ROLES, Actor
from services.chassis.tokens import LEEWAY, TokenError, mint, verify

KEY = bytes(range(32))
NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMPANY = "00000000-0000-7000-8000-00000000000a"
FAIR = "00000000-0000-7000-8000-000000000001"
ORGANISER = Actor(sub="person-1", role="organiser")
CLAIMS = {
    "sub": "person-1", "role": "organiser", "iss": "sangsaeng", "aud": "sangsaeng",
    "iat": int(NOW.timestamp()), "exp": int((NOW + HOUR).timestamp()),
}  # fmt: skip


def signed(**changes) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return jwt.encode(claims, KEY, algorithm="HS256")


@pytest.mark.parametrize("role", ROLES)
def test_an_actor_comes_back_as_it_was(role):
    actor = Actor(sub="0190-abc", role=role, company=COMPANY, fair=FAIR, on_behalf_of="person|2")
    assert verify(mint(actor, KEY, HOUR, now=NOW), KEY, now=NOW) == actor


def test_a_token_is_in_force_from_its_minting_to_its_end():
    token = mint(ORGANISER, KEY, HOUR, now=NOW)
    assert verify(token, KEY, now=NOW + HOUR) == ORGANISER
    with pytest.raises(TokenError, match="expired"):
        verify(token, KEY, now=NOW + HOUR + LEEWAY)
    with pytest.raises(TokenError, match="not in force yet"):
        verify(token, KEY, now=NOW - LEEWAY - timedelta(seconds=1))


@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_every_claim_is_needed(claim):
    with pytest.raises(TokenError, match=claim):
        verify(signed(**{claim: None}), KEY, now=NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"iss": "else"}, "issuer"),
        ({"aud": "else"}, "somebody else"),
        ({"role": "root"}, "role"),
        ({"role": ["organiser"]}, "role"),
        ({"sub": "hong@example.invalid"}, "opaque"),
        ({"sub": ""}, "opaque"),
        ({"sub": "x" * 121}, "opaque"),
        ({"sub": "system"}, "reserved"),
        ({"on_behalf_of": "a b"}, "opaque"),
        ({"company": "KT"}, "UUID"),
        ({"fair": 7}, "UUID"),
        ({"role": "buyer"}, "company"),
        ({"role": "sme"}, "company"),
        ({"exp": "tomorrow"}, "numbers"),
        ({"iat": True}, "numbers"),
        ({"nbf": int((NOW + HOUR).timestamp())}, "not in force yet"),
    ],
)
def test_claims_that_do_not_hold(change, reason):
    with pytest.raises(TokenError, match=reason):
        verify(signed(**change), KEY, now=NOW)


def test_another_key_is_not_genuine():
    with pytest.raises(TokenError, match="not genuine"):
        verify(mint(ORGANISER, KEY, now=NOW), bytes(32), now=NOW)


@pytest.mark.parametrize("algorithm", ["none", "HS384", "HS512"])
def test_only_one_algorithm_is_believed(algorithm):
    token = jwt.encode(CLAIMS, None if algorithm == "none" else KEY * 2, algorithm=algorithm)
    with pytest.raises(TokenError, match="not genuine"):
        verify(token, KEY * 2, now=NOW)


def test_a_changed_claim_breaks_the_signature():
    head, _, signature = mint(ORGANISER, KEY, now=NOW).split(".")
    forged = base64.urlsafe_b64encode(json.dumps({**CLAIMS, "role": "auditor"}).encode()).decode().rstrip("=")
    with pytest.raises(TokenError, match="not genuine"):
        verify(f"{head}.{forged}.{signature}", KEY, now=NOW)


@pytest.mark.parametrize("text", ["", ".", "a.b.c", "홍길동", "x" * 10_000])
def test_what_is_no_token(text):
    with pytest.raises(TokenError) as refused:
        verify(text, KEY, now=NOW)
    assert text[:20] not in refused.value.reason or text in {"", "."}


def test_keys_must_be_long_and_minted_actors_acceptable():
    with pytest.raises(TokenError, match="32 bytes"):
        mint(ORGANISER, b"short")
    with pytest.raises(TokenError, match="company"):
        mint(Actor(sub="x", role="sme"), KEY)
