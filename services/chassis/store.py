"""The event store: streams of hash-chained events, appended all or nothing, read by stream or by position."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from contracts.envelope import GENESIS, Envelope, canonical
from services.chassis.database import Database, Dialect, is_deadlock, is_unique_violation

MAX_EVENT_BYTES: Final = 900_000
"""Below the brokers' usual limit of 1 MiB, headers included: what is stored can always be published."""
CHUNK: Final = 500
"""Rows per statement, below the drivers' limits on parameters."""
COLUMNS: Final = (
    "event_id", "stream_id", "version", "type", "schema_version", "data", "metadata",
    "occurred_at", "recorded_at", "previous_hash", "hash", "fair_id",
)  # fmt: skip
_ENVELOPE: Final = ", ".join(COLUMNS[:-1])


class ConcurrencyError(Exception):
    """A stream is not at the version that the append expects; load and decide again."""


class DuplicateEventError(Exception):
    """An event with such an id is stored already: the work has been done before."""


class EventTooLargeError(Exception):
    """The event would not fit on the bus."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stands: its last version and that event's hash. An empty stream is at 0 with the genesis hash."""

    version: int = 0
    hash: str = GENESIS


class EventStore:
    """Appends to and reads from one service's events. Stateless; every method takes the connection it works on."""

    def __init__(self, database: Database, source: str) -> None:
        self.source: Final = source
        self._dialect: Final[Dialect] = database.dialect
        self._perform: Final = database.effects.perform
        self._mark: Final = "?" if database.dialect == "sqlite" else "%s"

    def append(
        self,
        connection: Connection,
        bases: Iterable[tuple[str, Head]],
        events: Sequence[Envelope],
        guards: Iterable[tuple[str, Head]] = (),
    ) -> None:
        """Store sealed events of any number of streams, and queue them for the bus, in the connection's transaction.

        `bases` are the heads that the new events follow, one for each stream that is not new. `guards` are heads of
        other streams that must still be the last, and stay it until the transaction ends.

        Raises:
            ConcurrencyError: a stream has moved on, or was never at its base; nothing of the call may be committed.
            DuplicateEventError: an event_id is stored already.
            EventTooLargeError: an event is larger than MAX_EVENT_BYTES.
        """
        heads = [(stream_id, head.version, head.hash) for stream_id, head in bases if head.version]
        guarded = [(stream_id, head.version) for stream_id, head in guards]
        nexts = [(stream_id, version + 1) for stream_id, version in guarded]
        if guarded and self._dialect == "postgresql":
            self._hold(connection, heads, guarded)
        # A head is checked with the first event that follows it: later ones follow events of this very call.
        following = {stream_id: (stream_id, version, last) for stream_id, version, last in heads}
        for start in range(0, len(events), CHUNK):
            chunk = events[start : start + CHUNK]
            checked = [following.pop(event.stream_id) for event in chunk if event.stream_id in following]
            here = nexts[start : start + CHUNK] if start + CHUNK < len(events) else nexts[start:]
            self._insert(connection, checked, here, chunk)

    def _insert(
        self,
        connection: Connection,
        heads: list[tuple[str, int, str]],
        nexts: list[tuple[str, int]],
        events: Sequence[Envelope],
    ) -> None:
        values: list[Any] = []
        for event in events:
            values += _row(event)
        for head in heads:
            values += head
        for following in nexts:
            values += following
        statements = _insert_sql(self._dialect, self._mark, len(events), len(heads), len(nexts))
        try:
            inserted = self._perform("write", "store.append", lambda: _run(connection, statements, values))
        except OperationalError as error:
            if is_deadlock(error):
                raise ConcurrencyError("two appends waited for each other") from error
            raise
        except IntegrityError as error:
            if not is_unique_violation(error):
                raise
            if "event_id" in str(error.orig):
                raise DuplicateEventError(str(error.orig)) from error
            raise ConcurrencyError("another event took that version") from error
        if inserted != len(events):
            raise ConcurrencyError("a stream is not at the version that the append expects")

    def _hold(self, connection: Connection, heads: list[tuple[str, int, str]], guarded: list[tuple[str, int]]) -> None:
        """Wait, before the insert looks, for whoever is about to move a guarded stream or guards one of ours.

        Appends lock the head that they follow, guards the head that they rest on. A stream that does not exist has no
        head: whoever begins it guards a stream of ours, so our own heads are locked too.
        """
        locks = [(guarded, "FOR SHARE")]
        if any(version == 0 for _, version in guarded):
            locks.append(([(stream_id, version) for stream_id, version, _ in heads], "FOR NO KEY UPDATE"))
        for places, lock in locks:
            known = sorted(place for place in places if place[1])
            if not known:
                continue
            wanted = ", ".join(["(%s::text, %s::integer)"] * len(known))
            sql = f"SELECT 1 FROM events WHERE (stream_id, version) IN (VALUES {wanted}) ORDER BY stream_id {lock}"
            fetch = partial(_fetch, connection, sql, tuple(value for place in known for value in place))
            try:
                self._perform("read", "store.hold", fetch)
            except OperationalError as error:
                if is_deadlock(error):
                    raise ConcurrencyError("two appends waited for each other") from error
                raise

    def stream(self, connection: Connection, stream_id: str, after: int = 0) -> list[Envelope]:
        """The events of a stream after a version, in order."""
        sql = (
            f"SELECT {_ENVELOPE} FROM events WHERE stream_id = {self._mark} AND version > {self._mark} ORDER BY version"
        )
        rows = self._perform("read", "store.stream", lambda: _fetch(connection, sql, (stream_id, after)))
        return [self.envelope(row) for row in rows]

    def all(self, connection: Connection, after: int = 0, *, batch: int = 5_000) -> Iterator[tuple[int, Envelope]]:
        """Every event with its position, in order of position. Never tail it: positions commit out of order."""
        sql = f"SELECT {_ENVELOPE}, position FROM events WHERE position > {self._mark} ORDER BY position LIMIT {batch}"
        while True:
            fetch = partial(_fetch, connection, sql, (after,))
            rows = self._perform("read", "store.all", fetch)
            for row in rows:
                after = row[11]
                yield after, self.envelope(row)
            if len(rows) < batch:
                return

    def heads(self, connection: Connection) -> Iterator[tuple[str, int, str]]:
        """(stream, last version, hash) of every stream, in order of stream id."""
        sql = (
            "SELECT e.stream_id, e.version, e.hash FROM events e "
            "JOIN (SELECT stream_id, MAX(version) AS version FROM events "
            "GROUP BY stream_id) last ON last.stream_id = e.stream_id AND last.version = e.version ORDER BY e.stream_id"
        )
        yield from self._perform("read", "store.heads", lambda: _fetch(connection, sql, ()))

    def envelope(self, row: Sequence[Any]) -> Envelope:
        """The envelope of a row that starts with the envelope's columns."""
        return Envelope(
            event_id=row[0], source=self.source, stream_id=row[1], version=row[2], type=row[3], schema_version=row[4],
            data=orjson.loads(row[5]), metadata=orjson.loads(row[6]), occurred_at=row[7], recorded_at=row[8],
            previous_hash=row[9], hash=row[10],
        )  # fmt: skip


def _row(event: Envelope) -> tuple[Any, ...]:
    data = canonical(event.data)
    if len(data) > MAX_EVENT_BYTES:
        raise EventTooLargeError(f"{event.type} has {len(data)} bytes; at most {MAX_EVENT_BYTES} can be published")
    return (
        event.event_id, event.stream_id, event.version, event.type, event.schema_version, data.decode(),
        canonical(event.metadata).decode(), event.occurred_at, event.recorded_at, event.previous_hash, event.hash,
        event.data.get("fair_id"),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _insert_sql(dialect: Dialect, mark: str, rows: int, heads: int, guards: int) -> tuple[str, ...]:
    """One statement that inserts the rows only if every head is as expected, and queues them for the bus."""
    text, whole = ("::text", "::integer") if dialect == "postgresql" else ("", "")
    # Untyped parameters of a VALUES list would be taken for text.
    kinds = [whole if column in {"version", "schema_version"} else text for column in COLUMNS]
    row = "(" + ", ".join(mark + kind for kind in kinds) + ")"
    conditions = []
    if heads:
        wanted = ", ".join([f"({mark}{text}, {mark}{whole}, {mark}{text})"] * heads)
        # The lock makes an append and a guard of the same stream wait for each other; SQLite has one writer anyway.
        lock = " FOR NO KEY UPDATE" if dialect == "postgresql" else ""
        found = f"SELECT 1 FROM events WHERE (stream_id, version, hash) IN (VALUES {wanted}){lock}"
        conditions.append(f"(SELECT COUNT(*) FROM ({found}) AS held) = {heads}")
    if guards:
        wanted = ", ".join([f"({mark}{text}, {mark}{whole})"] * guards)
        conditions.append(f"NOT EXISTS (SELECT 1 FROM events WHERE (stream_id, version) IN (VALUES {wanted}))")
    source = f"VALUES {', '.join([row] * rows)}"
    if conditions:
        source = f"SELECT * FROM ({source}) AS new WHERE {' AND '.join(conditions)}"
    insert = f"INSERT INTO events ({', '.join(COLUMNS)}) {source}"
    if dialect == "postgresql":
        return (
            f"WITH stored AS ({insert} RETURNING position) INSERT INTO outbox (position) SELECT position FROM stored",
        )
    # Within one writer's transaction the new rows are exactly the newest ones.
    return insert, f"INSERT INTO outbox (position) SELECT position FROM events ORDER BY position DESC LIMIT {rows}"


def _run(connection: Connection, statements: tuple[str, ...], values: list[Any]) -> int:
    inserted = connection.exec_driver_sql(statements[0], tuple(values)).rowcount
    if len(statements) > 1 and inserted:
        connection.exec_driver_sql(statements[1])
    return inserted


def _fetch(connection: Connection, sql: str, values: tuple[Any, ...]) -> Sequence[Any]:
    return connection.exec_driver_sql(sql, values).fetchall()
