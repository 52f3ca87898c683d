"""The parking lot: records that could not be taken in, with the reason, until an operator retries or discards them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.chassis import tables
from services.chassis.arrival import Arrival
from services.chassis.bus.abstract import Record
from services.chassis.clock import Clock, Ids, instant
from services.chassis.database import Database


class HaltedError(Exception):
    """Too many records are parked: going on would only park more. An operator looks first."""


@dataclass(frozen=True)
class Parked:
    """A parked record as an operator sees it. `reason` never quotes the content."""

    parked_id: str
    topic: str
    partition: int
    offset: int
    stream_id: str | None
    version: int | None
    event_id: str | None
    reason: str
    parked_at: str


class Parking:
    """The parked records of one service."""

    def __init__(self, database: Database, clock: Clock, ids: Ids, *, limit: int = 1_000) -> None:
        self._database: Final = database
        self._clock: Final = clock
        self._ids: Final = ids
        self._limit: Final = limit
        self._upsert: Final = sqlite_insert if database.dialect == "sqlite" else postgresql_insert

    def park(self, connection: Connection, arrival: Arrival, reason: str) -> None:
        """Park a record; parked again (after a retry) it gets the new reason."""
        record, envelope = arrival.record, arrival.envelope
        values = {
            "parked_id": self._ids.new(),
            "topic": record.topic,
            "partition": record.partition,
            "record_offset": record.offset,
            "stream_id": envelope.stream_id if envelope else record.key,
            "version": envelope.version if envelope else None,
            "event_id": envelope.event_id if envelope else None,
            "value": record.value or b"",
            "reason": reason,
            "parked_at": instant(self._clock.now()),
        }
        again = {"reason": reason, "resolution": None, "resolved_at": None, "resolved_by": None}
        place = ["topic", "partition", "record_offset"]
        connection.execute(
            self._upsert(tables.parked).values(**values).on_conflict_do_update(index_elements=place, set_=again)
        )

    def check_limit(self) -> None:
        """Raises HaltedError when more than the limit are parked."""
        parked = self.count()
        if parked > self._limit:
            raise HaltedError(f"{parked} records are parked, more than {self._limit}: look at them, retry or discard")

    def streams(self, connection: Connection, stream_ids: Iterable[str]) -> set[str]:
        """Which of these streams have something parked: what follows on them has to wait behind it."""
        parked = tables.parked.c
        statement = select(parked.stream_id).where(
            parked.resolution.is_(None), parked.stream_id.in_(sorted(set(stream_ids)))
        )
        return set(connection.execute(statement).scalars())

    def decided(self, connection: Connection, records: Sequence[Record]) -> set[tuple[str, int, int]]:
        """The places of those records that were parked, retried and discarded ones included."""
        parked = tables.parked.c
        values = {(record.topic, record.partition, record.offset): record.value or b"" for record in records}
        statement = select(parked.topic, parked.partition, parked.record_offset, parked.value).where(
            tuple_(parked.topic, parked.partition, parked.record_offset).in_(list(values))
        )
        # A topic that was lost and filled again has other records in those places.
        return {
            (row.topic, row.partition, row.record_offset)
            for row in connection.execute(statement)
            if bytes(row.value) == values[row.topic, row.partition, row.record_offset]
        }

    def count(self) -> int:
        return parked_count(self._database)

    def listed(self) -> list[Parked]:
        """Everything parked, oldest first."""
        with self._database.reading() as connection:
            return [_parked(row) for row in connection.execute(_unresolved(None))]

    def records(self, connection: Connection, stream_id: str | None) -> Sequence[tuple[str, Record]]:
        """The parked records (of one stream) in the order in which they were read."""
        return [
            (
                row.parked_id,
                Record(row.topic, row.partition, row.record_offset, row.stream_id, bytes(row.value), {}, 0),
            )
            for row in connection.execute(_unresolved(stream_id))
        ]

    def resolve(self, connection: Connection, parked_id: str, resolution: str, by: str) -> bool:
        """Mark a record as retried or discarded; False when it is not parked (any more)."""
        columns = tables.parked.c
        statement = update(tables.parked).where(columns.parked_id == parked_id, columns.resolution.is_(None))
        values = {"resolution": resolution, "resolved_at": instant(self._clock.now()), "resolved_by": by}
        return connection.execute(statement.values(**values)).rowcount == 1


def parked_count(database: Database) -> int:
    """How many records are parked now."""
    statement = select(func.count()).select_from(tables.parked).where(tables.parked.c.resolution.is_(None))
    with database.reading() as connection:
        return int(connection.execute(statement).scalar_one())


def _unresolved(stream_id: str | None) -> Any:
    parked = tables.parked.c
    statement = select(tables.parked).where(parked.resolution.is_(None))
    if stream_id is not None:
        statement = statement.where(parked.stream_id == stream_id)
    return statement.order_by(parked.topic, parked.partition, parked.record_offset)


def _parked(row: Any) -> Parked:
    return Parked(
        row.parked_id, row.topic, row.partition, row.record_offset, row.stream_id, row.version, row.event_id,
        row.reason, row.parked_at,
    )  # fmt: skip
