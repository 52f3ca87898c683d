"""The answers that were given to idempotency keys: the same key and request get the same answer, for ever."""

import hmac
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select

from contracts.rejection import Rejection
from services.chassis import tables
from services.chassis.access import Actor
from services.chassis.database import Database
from services.chassis.outcomes import Executed, Idempotency, IdempotencyMismatchError, ReplayedRejection

Answer = Mapping[str, Any]
"""A row of the table of answers: ids, versions and rules, never a text that a person typed."""


def given(database: Database, actor: Actor, idempotency: Idempotency | None) -> Executed | None:
    """The answer that the actor's key was given before, if it was used.

    Raises:
        IdempotencyMismatchError: it was used for another request.
        ReplayedRejection: the answer was no.
    """
    if idempotency is None:
        return None
    columns = tables.idempotency.c
    with database.reading() as connection:
        row = connection.execute(
            select(columns.fingerprint, columns.answer).where(
                columns.actor == actor.sub, columns.key == idempotency.key
            )
        ).first()
    if row is None:
        return None
    if not hmac.compare_digest(row.fingerprint, idempotency.fingerprint):
        raise IdempotencyMismatchError
    answer = orjson.loads(row.answer)
    if "refused" in answer:
        raise ReplayedRejection(**answer["refused"])
    return Executed(answer["body"], answer["stream_id"], answer["version"], tuple(answer["event_ids"]), replayed=True)


def accepted(actor: Actor, idempotency: Idempotency | None, now: str, done: Executed) -> Answer | None:
    """What is to be stored of a command that was done; None without a key."""
    content = {
        "body": dict(done.body),
        "stream_id": done.stream_id,
        "version": done.version,
        "event_ids": list(done.event_ids),
    }
    return _row(actor, idempotency, now, content)


def refused(actor: Actor, idempotency: Idempotency | None, now: str, error: Rejection) -> Answer | None:
    """What is to be stored of a command that the rules refused; None without a key."""
    content = {"refused": {"rule": error.rule, "detail": error.detail, "remedy": error.remedy}}
    return _row(actor, idempotency, now, content)


def _row(actor: Actor, idempotency: Idempotency | None, now: str, content: Mapping[str, Any]) -> Answer | None:
    if idempotency is None:
        return None
    return {
        "actor": actor.sub,
        "key": idempotency.key,
        "fingerprint": idempotency.fingerprint,
        "answer": orjson.dumps(content).decode(),
        "created_at": now,
    }
