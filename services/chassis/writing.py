"""The one transaction of a write: events, outbox, own read models, timers, vault, idempotency record, refusals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError, OperationalError

from contracts.envelope import Envelope, canonical
from services.chassis import tables
from services.chassis.database import Database, Dialect
from services.chassis.driver import Statement, run
from services.chassis.folding import Projection, TableRows
from services.chassis.group_commit import GroupCommit, NothingStoredError
from services.chassis.service import Service, Timer
from services.chassis.store import EventStore, Head, conflict
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
        self._group: Final = GroupCommit(self._commit_together, database.effects.lock)

    def commit(self, write: Write, where: str = "command") -> None:
        """Write all of it in one transaction, or nothing. Commands that come at once share a transaction.

        Raises:
            ConcurrencyError, DuplicateEventError, EventTooLargeError: as `EventStore.append`.
            KeyTakenError: the idempotency key has its answer already.
        """
        self._group.commit(write, where)

    def _commit_together(self, writes: Sequence[Write], where: str) -> None:
        prepared = False
        try:
            with self._database.writing(where) as connection:
                self._write_together(connection, writes)
                prepared = True
        except Exception as error:
            if prepared:
                raise
            raise NothingStoredError from error

    def write(self, connection: Connection, write: Write) -> None:
        """Write all of it in the connection's transaction."""
        self._write_together(connection, [write])

    def _write_together(self, connection: Connection, writes: Sequence[Write]) -> None:
        """What goes in order of the writes goes in one round trip where it can: answers, events, rows.

        Rows are folded before their events are stored: whoever moved their stream meanwhile makes the append fail.
        """
        answers = (write.answer for write in writes if write.answer is not None)
        statements = [_answer(self._database.dialect, answer) for answer in answers]
        events = [event for write in writes for event in write.events]
        if events:
            bases = [base for write in writes for base in write.bases]
            guards = [guard for write in writes for guard in write.guards]
            statements += self._store.statements(bases, events, guards)
        rows = TableRows(connection, self._database.dialect)
        self._project(connection, rows, events)
        statements += rows.statements()
        if statements:
            try:
                self._database.effects.perform("write", "store.append", lambda: run(connection, statements))
            except (IntegrityError, OperationalError) as error:
                meaning = conflict(error)
                if meaning is error:
                    raise
                raise meaning from error
        for write in writes:
            self._write_rest(connection, write)

    @staticmethod
    def _write_rest(connection: Connection, write: Write) -> None:
        for entry in write.entries:
            Vault.store(connection, entry, at=write.at, actor=write.actor, role=write.role, address=write.address)
        if write.refusals:
            connection.execute(insert(tables.rejected_commands), [dict(row) for row in write.refusals])
        for effect in write.also:
            effect(connection)

    def wants(self, event_type: str) -> bool:
        """Whether read models or schedules of the service want events of this type."""
        return event_type in self._handles

    def fold(self, connection: Connection, events: Sequence[Envelope]) -> None:
        """Bring the read models and the timers up to these events."""
        rows = TableRows(connection, self._database.dialect)
        self._project(connection, rows, events)
        self._database.effects.perform("write", "read-models", rows.flush)

    def _project(self, connection: Connection, rows: TableRows, events: Sequence[Envelope]) -> None:
        if not any(self.wants(event.type) for event in events):
            return
        projection = Projection(self._service.read_models, rows)
        for event in events:
            projection.apply(event)
            self.set_timers(connection, event)

    def set_timers(self, connection: Connection, event: Envelope, *, restored: bool = False) -> None:
        """Set what the event schedules.

        Timers of `restored` events are pending with the moment from which on they were due in `fired_at`.
        """
        for schedule in self._schedules.get(event.type, ()):
            for timer in schedule(event):
                self.set_timer(connection, timer, max(timer.due_at, event.recorded_at) if restored else None)

    def set_timer(self, connection: Connection, timer: Timer, fired_at: str | None = None) -> None:
        """Set a timer; one that is set already, fired or not, stays as it is."""
        values = {
            "stream_id": timer.stream_id, "name": timer.name, "due_at": timer.due_at, "command": timer.command,
            "data": canonical(timer.data).decode(), "status": "pending", "attempts": 0, "fired_at": fired_at,
        }  # fmt: skip
        upsert = sqlite_insert if self._database.dialect == "sqlite" else postgresql_insert
        connection.execute(upsert(tables.timers).values(**values).on_conflict_do_nothing())


def _answer(dialect: Dialect, answer: Mapping[str, Any]) -> Statement:
    mark = "?" if dialect == "sqlite" else "%s"
    marks = ", ".join([mark] * len(answer))
    return Statement(
        f"INSERT INTO idempotency ({', '.join(answer)}) VALUES ({marks}) ON CONFLICT DO NOTHING",
        tuple(answer.values()),
        _require_free,
    )


def _require_free(inserted: int) -> None:
    if not inserted:
        raise KeyTakenError
