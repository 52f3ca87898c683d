"""The relay: takes stored events to the bus. One leader per service, at least once, in order within each stream."""

import fcntl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Protocol
from zlib import crc32

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.exc import DBAPIError

from contracts.envelope import Envelope, canonical
from services.chassis import tables
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus, Message, Publisher
from services.chassis.clock import moment
from services.chassis.database import Database
from services.chassis.store import COLUMNS

LEASE_SECONDS: Final = 10
"""A leader that has not looked after its office for so long loses it: it froze, or was cut off."""
_SELECTED: Final = [tables.events.c[name] for name in COLUMNS[:-1]]


class Leadership(Protocol):
    """At most one holder per service at a time; lost with the process or its connection."""

    def held(self) -> bool:
        """Whether this process leads now; tries to when nobody does."""
        ...

    def release(self) -> None: ...


class FileLeadership:
    """Leadership on one machine: a lock on a file beside the SQLite database."""

    def __init__(self, database: Database) -> None:
        path = database.url.database
        self._path: Final = None if path in {None, "", ":memory:"} else Path(f"{path}.relay")
        self._file: IO[bytes] | None = None

    def held(self) -> bool:
        if self._path is None or self._file is not None:
            return True
        file = self._path.open("wb")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class AdvisoryLeadership:
    """Leadership among machines: a session-level advisory lock of PostgreSQL, on a connection of its own.

    A leader that waits long for a silent bus may lose its office meanwhile, and send on beside its follower. That does
    no harm: both send what is pending from its oldest event on, so that each event first comes in its place.
    """

    def __init__(self, database: Database, name: str) -> None:
        self._database: Final = database
        self._key: Final = crc32(f"relay:{name}".encode())
        self._connection: Connection | None = None

    def held(self) -> bool:
        if self._connection is not None:
            try:
                # The lock lives as long as its session: one cheap statement tells whether that is so.
                self._connection.exec_driver_sql("SELECT 1")
            except DBAPIError:
                # Whoever lost its session pauses before it tries again: meanwhile another one leads.
                self.release()
                raise
            return True
        return self._taken()

    def _taken(self) -> bool:
        connection = self._database.engine.execution_options(isolation_level="AUTOCOMMIT").connect()
        try:
            if connection.execute(select(func.pg_try_advisory_lock(self._key))).scalar_one():
                connection.exec_driver_sql(f"SET idle_session_timeout = '{LEASE_SECONDS}s'")
                self._connection = connection
                return True
        except Exception:
            # It may hold the lock already: then it must not go back to the pool with it.
            connection.invalidate()
            raise
        finally:
            if self._connection is None:
                connection.close()
        return False

    def release(self) -> None:
        if self._connection is not None:
            # A server notices a closed connection late; unlocking lets the next leader start at once.
            with suppress(Exception):
                self._connection.execute(select(func.pg_advisory_unlock(self._key)))
            with suppress(Exception):
                self._connection.invalidate()
            with suppress(Exception):
                self._connection.close()
            self._connection = None


def leadership(database: Database, name: str) -> Leadership:
    return FileLeadership(database) if database.dialect == "sqlite" else AdvisoryLeadership(database, name)


@dataclass(frozen=True)
class Relayed:
    """One step: how many events were acknowledged, how many failed and stay pending."""

    acknowledged: int = 0
    failed: int = 0
    error: BaseException | None = None


class Relay:
    """Moves pending outbox rows to the service's topic. `step` is one batch; call it again and again."""

    def __init__(self, application: Application, bus: Bus, *, batch: int = 500) -> None:
        self._application: Final = application
        self._database: Final = application.database
        self._bus: Final = bus
        self._batch: Final = batch
        self._leadership: Final = leadership(application.database, application.name)
        self._publisher: Publisher | None = None
        self.leading = False
        """Whether this process led when it was last asked."""

    def step(self) -> Relayed:
        """Send the oldest pending events and forget those that were acknowledged; nothing when another process leads.

        Raises:
            BusError: the bus cannot be reached; nothing was lost.
        """
        perform = self._database.effects.perform
        if not self.take_lead():
            return Relayed()
        pending = perform("read", "relay.pending", self._pending)
        if not pending:
            return Relayed()
        if self._publisher is None:
            self._publisher = self._bus.publisher()
        publisher = self._publisher
        messages = [message(envelope) for _, envelope in pending]
        outcomes = publisher.send(messages)
        done = [position for (position, _), outcome in zip(pending, outcomes, strict=True) if outcome is None]
        if done:
            perform("acknowledge", "relay.acknowledge", lambda: self._forget(done))
        failures = [outcome for outcome in outcomes if outcome is not None]
        return Relayed(len(done), len(failures), failures[0] if failures else None)

    def take_lead(self) -> bool:
        """Whether this process leads now; it tries to when nobody does."""
        self.leading = False
        self.leading = self._leadership.held()
        return self.leading

    def close(self) -> None:
        if self._publisher is not None:
            self._publisher.close()
            self._publisher = None
        self.leading = False
        self._leadership.release()

    def _pending(self) -> list[tuple[int, Envelope]]:
        events, outbox = tables.events, tables.outbox
        statement = (
            select(*_SELECTED, events.c.position)
            .join(outbox, outbox.c.position == events.c.position)
            .order_by(outbox.c.position)
            .limit(self._batch)
        )
        with self._database.reading() as connection:
            return [(row[-1], self._application.store.envelope(row)) for row in connection.execute(statement)]

    def _forget(self, positions: list[int]) -> None:
        statement = delete(tables.outbox).where(tables.outbox.c.position.in_(bindparam("done", expanding=True)))
        with self._database.writing("relay.forget") as connection:
            connection.execute(statement, {"done": positions})


def depth(application: Application) -> tuple[int, float]:
    """(events pending for the bus, age of the oldest in seconds)."""
    statement = select(func.count(), func.min(tables.outbox.c.position)).select_from(tables.outbox)
    recorded_at = tables.events.c.recorded_at
    with application.database.reading() as connection:
        pending, oldest = connection.execute(statement).one()
        since = connection.execute(select(recorded_at).where(tables.events.c.position == oldest)).scalar()
    age = 0.0 if since is None else (application.clock.now() - moment(since)).total_seconds()
    return int(pending), max(0.0, age)


def message(envelope: Envelope) -> Message:
    """The event as it goes over the bus: CloudEvents 1.0 attributes in the headers, the envelope as the value."""
    metadata: Mapping[str, Any] = envelope.metadata
    headers = {
        "ce_specversion": "1.0",
        "ce_id": envelope.event_id,
        "ce_type": envelope.type,
        "ce_source": f"/{envelope.source}",
        "ce_time": envelope.occurred_at,
        "ce_subject": envelope.stream_id,
        "ce_dataschema": f"{envelope.type}.v{envelope.schema_version}.json",
        "content-type": "application/json",
    }
    carried: Mapping[str, str] = {
        "actor": "ce_actor",
        "correlation_id": "ce_correlationid",
        "causation_id": "ce_causationid",
        "traceparent": "ce_traceparent",
    }
    headers |= {header: metadata[name] for name, header in carried.items() if name in metadata}
    return Message(topic(envelope.source), envelope.stream_id, canonical(envelope.as_json()), headers)


def topic(service: str) -> str:
    """The name of a service's topic."""
    return f"sangsaeng.{service}"
