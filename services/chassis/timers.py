"""Timers: commands that become due. Each fires once per (stream, name, due), whoever runs the step."""

from collections.abc import Set as AbstractSet
from typing import Any, Final

import orjson
from sqlalchemy import Connection, func, select, update

from contracts.identity import derived_id
from contracts.rejection import Rejection
from services.chassis import tables
from services.chassis.access import SYSTEM, ForbiddenError
from services.chassis.application import Application
from services.chassis.clock import DerivedIds, instant
from services.chassis.database import is_transient
from services.chassis.service import NotFoundError
from services.chassis.store import ConcurrencyError, DuplicateEventError
from services.chassis.unit import Context
from services.chassis.writing import Write

MAX_ATTEMPTS: Final = 10


class AlreadyFiredError(Exception):
    """Another process fired it in the meantime."""


def overdue(connection: Connection, now: str) -> int:
    """How many timers are due and have not fired."""
    timers = tables.timers.c
    statement = select(func.count()).where(timers.status == "pending", timers.due_at <= now)
    return int(connection.execute(statement).scalar_one())


class Timers:
    """Fires what is due, oldest first."""

    def __init__(self, application: Application, *, batch: int = 50) -> None:
        self._application: Final = application
        self._batch: Final = batch

    def step(self) -> int:
        """Turn due timers into commands; how many were fired. A lost race is left for the next step."""
        now = instant(self._application.clock.now())
        perform = self._application.database.effects.perform
        due = perform("read", "timers.due", lambda: self._due(now))
        return sum(self._fire(row, now) for row in due)

    def _fire(self, row: Any, now: str) -> int:
        try:
            return self._attempt(row, now, frozenset())
        except DuplicateEventError:
            # Fired before the database was restored, or by another process just now (then it is not pending any more).
            cause = derived_id("timer", row.stream_id, row.name, row.due_at)
            with self._application.database.reading() as connection:
                used = self._application.store.derived(connection, cause, self._application.name)
            return self._attempt(row, now, used)

    def _due(self, now: str) -> list[Any]:
        timers = tables.timers.c
        statement = (
            select(tables.timers)
            .where(timers.status == "pending", timers.due_at <= now)
            .order_by(timers.due_at, timers.stream_id, timers.name)
            .limit(self._batch)
        )
        with self._application.database.reading() as connection:
            return list(connection.execute(statement))

    def _attempt(self, row: Any, now: str, used: AbstractSet[str]) -> int:
        application = self._application
        definition = application.commands_by_name.get(row.command)
        cause = derived_id("timer", row.stream_id, row.name, row.due_at)
        context = Context(SYSTEM, max(row.due_at, now), row.command, cause, causation_id=cause)
        unit = application.unit(context, DerivedIds(cause, application.name, used))
        refusals: list[dict[str, Any]] = []
        status = "fired"
        if definition is None:
            return self._give_up(row, "failed")
        command = definition.command(**orjson.loads(row.data))
        restore = unit.checkpoint()
        try:
            application.handle(unit, definition, command, context)
        except (Rejection, ForbiddenError, NotFoundError) as error:
            restore()
            refusals.append(application.refusal(context, command, error))
            status = "rejected"
        except Exception as error:
            if is_transient(error):
                raise
            # One broken command must not stop the clock of all others.
            return self._give_up(row, "failed" if row.attempts + 1 >= MAX_ATTEMPTS else "pending")
        write = Write(
            events=unit.stamped(now), bases=unit.bases(), guards=unit.guards(), entries=unit.entries, refusals=refusals,
            at=now, also=[lambda connection: self._mark(connection, row, status, now)],
        )  # fmt: skip
        try:
            application.commit(unit, write, "timer")
        except (ConcurrencyError, AlreadyFiredError):
            return 0
        return 1

    @staticmethod
    def _mark(connection: Connection, row: Any, status: str, now: str) -> None:
        timers = tables.timers.c
        place = (timers.stream_id == row.stream_id, timers.name == row.name, timers.due_at == row.due_at)
        statement = update(tables.timers).where(*place, timers.status == "pending")
        if not connection.execute(statement.values(status=status, fired_at=now)).rowcount:
            raise AlreadyFiredError

    def _give_up(self, row: Any, status: str) -> int:
        timers = tables.timers.c
        place = (timers.stream_id == row.stream_id, timers.name == row.name, timers.due_at == row.due_at)
        with self._application.database.writing("timer.failed") as connection:
            connection.execute(
                update(tables.timers)
                .where(*place, timers.status == "pending")
                .values(status=status, attempts=row.attempts + 1)
            )
        return 0
