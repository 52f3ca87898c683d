"""The inbox: every foreign event once, in the order of its stream, whatever the bus delivers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, tuple_
from sqlalchemy.exc import IntegrityError

from contracts.envelope import Envelope, canonical, from_json
from services.chassis import tables
from services.chassis.database import is_unique_violation
from services.chassis.store import Head

Status = Literal["handled", "unhandled", "waiting", "discarded"]
Verdict = Literal["next", "duplicate", "early", "broken"]
PASSED: Final = ("handled", "unhandled", "discarded")


class ForkError(Exception):
    """Two different events claim one place in one stream: somebody rewrote history. The consumer halts."""


class OvertakenError(Exception):
    """Another member of the group has taken one of the events in since the gate was read: read it again."""


@dataclass
class Gate:
    """What the inbox knows of the streams in hand: their heads and the ids seen. Moves as events are let through."""

    heads: dict[tuple[str, str], Head]
    seen: set[str]
    taken: dict[tuple[str, str, int], str]

    def judge(self, envelope: Envelope) -> Verdict:
        """Whether the event is the next of its stream.

        Raises:
            ForkError: another event has its place.
        """
        if envelope.event_id in self.seen:
            return "duplicate"
        stream = (envelope.source, envelope.stream_id)
        other = self.taken.get((*stream, envelope.version))
        head = self.heads.get(stream, Head())
        if other is not None or envelope.version <= head.version:
            raise ForkError(
                f"{envelope.source} {envelope.stream_id} version {envelope.version}: "
                f"event {envelope.event_id} stands against {other or 'another one taken in before'}"
            )
        if envelope.version > head.version + 1:
            return "early"
        return "next" if envelope.previous_hash == head.hash else "broken"

    def passed(self, envelope: Envelope) -> None:
        self.heads[envelope.source, envelope.stream_id] = Head(envelope.version, envelope.hash)
        self.seen.add(envelope.event_id)

    def waits(self, envelope: Envelope) -> None:
        self.seen.add(envelope.event_id)
        self.taken[envelope.source, envelope.stream_id, envelope.version] = envelope.event_id


def passed(connection: Connection, *which: ColumnElement[bool]) -> dict[tuple[str, str], Head]:
    """How far each stream was let through, by source and stream; of those rows only that fit the conditions."""
    inbox = tables.inbox.c
    last = (
        select(inbox.source, inbox.stream_id, func.max(inbox.version).label("version"))
        .where(inbox.status.in_(PASSED), *which)
        .group_by(inbox.source, inbox.stream_id)
        .subquery()
    )
    statement = select(inbox.source, inbox.stream_id, inbox.version, inbox.hash).join(
        last,
        (inbox.source == last.c.source) & (inbox.stream_id == last.c.stream_id) & (inbox.version == last.c.version),
    )
    return {(row.source, row.stream_id): Head(row.version, row.hash) for row in connection.execute(statement)}


def gate(connection: Connection, envelopes: Sequence[Envelope]) -> Gate:
    """The gate for these events."""
    inbox = tables.inbox.c
    streams = {(envelope.source, envelope.stream_id) for envelope in envelopes}
    heads: dict[tuple[str, str], Head] = {}
    taken: dict[tuple[str, str, int], str] = {}
    seen: set[str] = set()
    for part in _parts(sorted(streams)):
        heads |= passed(connection, tuple_(inbox.source, inbox.stream_id).in_(part))
    for part in _parts(sorted({(e.source, e.stream_id, e.version) for e in envelopes})):
        statement = select(inbox.source, inbox.stream_id, inbox.version, inbox.event_id).where(
            tuple_(inbox.source, inbox.stream_id, inbox.version).in_(part)
        )
        taken |= {(row[0], row[1], row[2]): row[3] for row in connection.execute(statement)}
    for ids in _parts(sorted({envelope.event_id for envelope in envelopes})):
        seen |= set(connection.execute(select(inbox.event_id).where(inbox.event_id.in_(ids))).scalars())
    return Gate(heads, seen, taken)


def store(connection: Connection, taken: Iterable[tuple[Envelope, Status]], at: str) -> None:
    """Write events with their status, in this order.

    Raises:
        OvertakenError: one of them is there already; the transaction has to be rolled back.
    """
    rows = [row(envelope, status, at) for envelope, status in taken]
    if not rows:
        return
    try:
        connection.execute(insert(tables.inbox), rows)
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        raise OvertakenError from error


def row(envelope: Envelope, status: Status, at: str) -> dict[str, Any]:
    return {
        "event_id": envelope.event_id,
        "source": envelope.source,
        "stream_id": envelope.stream_id,
        "version": envelope.version,
        "type": envelope.type,
        "hash": envelope.hash,
        "envelope": canonical(envelope.as_json()).decode(),
        "status": status,
        "received_at": at,
    }


def waiting_next(connection: Connection, heads: Mapping[tuple[str, str], Head]) -> list[Envelope]:
    """Events that waited and whose turn it is now."""
    inbox = tables.inbox.c
    wanted = [(source, stream_id, head.version + 1) for (source, stream_id), head in heads.items()]
    found: list[Envelope] = []
    for part in _parts(sorted(wanted)):
        statement = select(inbox.envelope).where(
            inbox.status == "waiting", tuple_(inbox.source, inbox.stream_id, inbox.version).in_(part)
        )
        found += [from_json(orjson.loads(text)) for text in connection.execute(statement).scalars()]
    return found


def forget_waiting(connection: Connection, envelopes: Iterable[Envelope]) -> None:
    """Events that waited are about to be stored anew, behind what they waited for: replays go by sequence."""
    for ids in _parts([envelope.event_id for envelope in envelopes]):
        connection.execute(
            delete(tables.inbox).where(tables.inbox.c.event_id.in_(ids), tables.inbox.c.status == "waiting")
        )


def _parts(items: Sequence[Any], size: int = 400) -> Iterable[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
