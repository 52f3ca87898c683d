"""The one transaction of a write: events, outbox, own read models, timers, vault, idempotency record, refusals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from contracts.envelope import Envelope, canonical
from services.chassis import tables
from services.chassis.database import Database
from services.chassis.folding import Projection, TableRows
from services.chassis.service import Service, Timer
from services.chassis.store import EventStore, Head
from services.chassis.vault import Entry, Vault


class KeyTakenError(Exception):
    """The idempotency key was used a moment ago: read the answer that was given to it."""


@dataclass(frozen=True)
class Write:
    """What one command, or one event taken in, wants stored together."""

    events: Sequence[Envelope] = ()
    bases: Sequence[tuple[str, Head]] = ()
    guards: Sequence[tuple[str, Head]] = ()
    entries: Sequence[Entry] = ()
    refusals: Sequence[Mapping[str, Any]] = ()
    answer: Mapping[str, Any] | None = None
    actor: str = "system"
    role: str = "system"
    address: str = "-"
    at: str = ""
    also: Sequence[Callable[[Connection], None]] = field(default_factory=tuple)


class Writer:
    """Writes for one service."""

    def __init__(self, service: Service, database: Database, store: EventStore) -> None:
        self._service: Final = service
        self._database: Final = database
        self._store: Final = store
        self._schedules: Final = service.schedules
        self._handles: Final = frozenset(service.read_models.projectors) | frozenset(service.schedules)

    def commit(self, write: Write, where: str = "command") -> None:
        """Write all of it in one transaction.

        Raises:
            ConcurrencyError, DuplicateEventError, EventTooLargeError: as `EventStore.append`.
            KeyTakenError: the idempotency key has its answer already.
        """
        with self._database.writing(where) as connection:
            self.write(connection, write)

    def write(self, connection: Connection, write: Write) -> None:
        """Write all of it in the connection's transaction."""
        if write.answer is not None:
            self._keep_answer(connection, write.answer)
        if write.events:
            self._store.append(connection, write.bases, write.events, write.guards)
        for entry in write.entries:
            Vault.store(connection, entry, at=write.at, actor=write.actor, role=write.role, address=write.address)
        if write.refusals:
            connection.execute(insert(tables.rejected_commands), [dict(row) for row in write.refusals])
        self.fold(connection, write.events)
        for effect in write.also:
            effect(connection)

    def fold(self, connection: Connection, events: Sequence[Envelope]) -> list[bool]:
        """Bring the read models and the timers up to these events; for each, whether anything wanted it."""
        if not any(event.type in self._handles for event in events):
            return [False] * len(events)
        rows = TableRows(connection, self._database.dialect)
        projection = Projection(self._service.read_models, rows)
        wanted = [projection.apply(event) | self._set_timers(connection, event) for event in events]
        self._database.effects.perform("write", "read-models", rows.flush)
        return wanted

    def _set_timers(self, connection: Connection, event: Envelope) -> bool:
        schedules = self._schedules.get(event.type, ())
        for schedule in schedules:
            for timer in schedule(event):
                self.set_timer(connection, timer)
        return bool(schedules)

    def set_timer(self, connection: Connection, timer: Timer) -> None:
        """Set a timer; one that is set already, fired or not, stays as it is."""
        values = {
            "stream_id": timer.stream_id, "name": timer.name, "due_at": timer.due_at, "command": timer.command,
            "data": canonical(timer.data).decode(), "status": "pending", "attempts": 0,
        }  # fmt: skip
        upsert = sqlite_insert if self._database.dialect == "sqlite" else postgresql_insert
        connection.execute(upsert(tables.timers).values(**values).on_conflict_do_nothing())

    def _keep_answer(self, connection: Connection, answer: Mapping[str, Any]) -> None:
        upsert = sqlite_insert if self._database.dialect == "sqlite" else postgresql_insert
        # RETURNING says whether there is a new row; the row count of an insert is not kept by every driver.
        statement = upsert(tables.idempotency).values(**answer).on_conflict_do_nothing()
        if connection.execute(statement.returning(tables.idempotency.c.key)).first() is None:
            raise KeyTakenError
