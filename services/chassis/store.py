"""The event store: streams of hash-chained events, appended all or nothing, read by stream or by position."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from contracts.envelope import GENESIS, Envelope, canonical
from services.chassis.clock import DerivedIds
from services.chassis.database import Database, Dialect, is_deadlock, is_unique_violation
from services.chassis.driver import Statement, fetched, padded, run, sizes

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
        try:
            self._perform("write", "store.append", lambda: run(connection, self.statements(bases, events, guards)))
        except (IntegrityError, OperationalError) as error:
            raise conflict(error) from error

    def statements(
        self,
        bases: Iterable[tuple[str, Head]],
        events: Sequence[Envelope],
        guards: Iterable[tuple[str, Head]] = (),
    ) -> list[Statement]:
        """What `append` runs, for writes that send more in the same round trip. `conflict` reads their errors.

        Raises:
            EventTooLargeError: an event is larger than MAX_EVENT_BYTES.
        """
        heads = {stream_id: (stream_id, head.version, head.hash) for stream_id, head in bases if head.version}
        held = sorted({(stream_id, head.version) for stream_id, head in guards})
        made = self._holds(heads.values(), held) if self._dialect == "postgresql" else []
        nexts = [(stream_id, version + 1) for stream_id, version in held]
        start, cuts = 0, list(sizes(len(events), CHUNK))
        share = -(-len(nexts) // max(1, len(cuts)))
        for size in cuts:
            chunk = events[start : start + size]
            # A head is checked where its stream first appears: later events follow new ones.
            followed = [heads.pop(event.stream_id) for event in chunk if event.stream_id in heads]
            made += self._inserts(followed, nexts[:share], chunk)
            nexts, start = nexts[share:], start + size
        return made

    @staticmethod
    def _holds(heads: Iterable[tuple[str, int, str]], held: list[tuple[str, int]]) -> list[Statement]:
        """Wait, before the insert looks, for whoever is about to move a guarded stream or guards one of ours.

        Appends lock the head that they follow, guards the head that they rest on. A stream that does not exist has no
        head: whoever begins it guards a stream of ours, so our own heads are locked too.
        """
        locks = [(held, "FOR SHARE")]
        if any(version == 0 for _, version in held):
            locks.append(([(stream_id, version) for stream_id, version, _ in heads], "FOR NO KEY UPDATE"))
        made = []
        for places, lock in locks:
            existing = sorted(place for place in places if place[1])
            for start in range(0, len(existing), CHUNK):
                known = padded(existing[start : start + CHUNK])
                values = [value for place in known for value in place]
                made.append(Statement(_hold_sql(len(known), lock), values))
        return made

    def _inserts(
        self, heads: list[tuple[str, int, str]], nexts: list[tuple[str, int]], events: Sequence[Envelope]
    ) -> list[Statement]:
        values: list[Any] = []
        for event in events:
            values += _row(event)
        known, following = padded(heads), padded(nexts)
        for head in known:
            values += head
        if known:
            values.append(len(heads))
        for version in following:
            values += version
        first, *more = _insert_sql(self._dialect, self._mark, len(events), len(known), len(following))
        wanted = len(events)

        def check(inserted: int) -> None:
            if inserted != wanted:
                raise ConcurrencyError("a stream is not at the version that the append expects")

        return [Statement(first, values, check), *(Statement(sql, (), check) for sql in more)]

    def moved(self, connection: Connection, heads: Iterable[tuple[str, Head]]) -> bool:
        """Whether any of the streams has events after the given heads."""
        nexts = [(stream_id, head.version + 1) for stream_id, head in heads]
        for start in range(0, len(nexts), CHUNK):
            wanted = padded(nexts[start : start + CHUNK])
            sql = _found_sql(self._mark, len(wanted)) + " LIMIT 1"
            values = [value for following in wanted for value in following]
            if self._perform("read", "store.moved", partial(fetched, connection, sql, values)):
                return True
        return False

    def stream(self, connection: Connection, stream_id: str, after: int = 0) -> list[Envelope]:
        """The events of a stream after a version, in order."""
        sql = (
            f"SELECT {_ENVELOPE} FROM events WHERE stream_id = {self._mark} AND version > {self._mark} ORDER BY version"
        )
        rows = self._perform("read", "store.stream", lambda: fetched(connection, sql, (stream_id, after)))
        return [self.envelope(row) for row in rows]

    def derived(self, connection: Connection, cause: str, purpose: str) -> set[str]:
        """Those ids derived from a cause (`DerivedIds`) that events have already."""
        ids, found = DerivedIds(cause, purpose), set[str]()
        while True:
            candidates = [ids.new() for _ in range(CHUNK)]
            sql = f"SELECT event_id FROM events WHERE event_id IN ({', '.join([self._mark] * CHUNK)})"
            here = {row[0] for row in fetched(connection, sql, candidates)}
            if not here:
                return found
            found |= here

    def all(self, connection: Connection, after: int = 0, *, batch: int = 5_000) -> Iterator[tuple[int, Envelope]]:
        """Every event with its position, in order of position. Never tail it: positions commit out of order."""
        sql = f"SELECT {_ENVELOPE}, position FROM events WHERE position > {self._mark} ORDER BY position LIMIT {batch}"
        while True:
            fetch = partial(fetched, connection, sql, (after,))
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
        yield from self._perform("read", "store.heads", lambda: fetched(connection, sql, ()))

    def envelope(self, row: Sequence[Any]) -> Envelope:
        """The envelope of a row that starts with the envelope's columns."""
        # By position, in the order of the fields: this runs once for every event of a replay.
        return Envelope(
            row[0], self.source, row[1], row[2], row[3], row[4], orjson.loads(row[5]), orjson.loads(row[6]),
            row[7], row[8], row[9], row[10],
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
        lock = " FOR NO KEY UPDATE OF e" if dialect == "postgresql" else ""
        found = f"SELECT e.stream_id FROM (VALUES {wanted}) AS w {_AT_WANTED} AND e.hash = w.column3{lock}"
        conditions.append(f"(SELECT COUNT(DISTINCT stream_id) FROM ({found}) AS held) = {mark}{whole}")
    if guards:
        conditions.append(f"NOT EXISTS ({_found_sql(mark, guards)})")
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


_AT_WANTED: Final = "CROSS JOIN events AS e WHERE e.stream_id = w.column1 AND e.version = w.column2"
"""A join, the wanted rows first: of `(stream_id, version) IN (VALUES ...)` SQLite makes a scan of all events."""


@lru_cache(maxsize=64)
def _found_sql(mark: str, rows: int) -> str:
    text, whole = ("", "") if mark == "?" else ("::text", "::integer")
    wanted = ", ".join([f"({mark}{text}, {mark}{whole})"] * rows)
    return f"SELECT 1 FROM (VALUES {wanted}) AS w {_AT_WANTED}"


@lru_cache(maxsize=64)
def _hold_sql(heads: int, lock: str) -> str:
    wanted = ", ".join(["(%s::text, %s::integer)"] * heads)
    return f"SELECT 1 FROM events WHERE (stream_id, version) IN (VALUES {wanted}) ORDER BY stream_id {lock}"


def conflict(error: IntegrityError | OperationalError) -> Exception:
    """What an error of an append means; the error itself when it has nothing to do with other appends."""
    if isinstance(error, OperationalError):
        return ConcurrencyError("two appends waited for each other") if is_deadlock(error) else error
    said = str(error.orig)
    if not is_unique_violation(error) or "events" not in said:
        return error
    if "event_id" in said:
        return DuplicateEventError(said)
    return ConcurrencyError("another event took that version")
