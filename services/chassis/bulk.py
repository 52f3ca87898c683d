"""Many commands in one transaction: what imports use."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, bindparam, select

from contracts.rejection import Rejection
from services.chassis import answers
from services.chassis.access import Actor, ForbiddenError
from services.chassis.application import Application
from services.chassis.clock import instant
from services.chassis.outcomes import ConflictError, Executed, Idempotency
from services.chassis.read_models import Row
from services.chassis.refusals import Refusal
from services.chassis.service import NotFoundError
from services.chassis.store import ConcurrencyError
from services.chassis.unit import Context, WorkUnit
from services.chassis.writing import KeyTakenError, Write

ATTEMPTS: Final = 4
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Bulk:
    """What became of the commands: how many were accepted, how many events were stored, and which were refused.

    `stored` is False when refusals, or the caller's wish, kept everything out.
    """

    accepted: int
    events: int
    refused: tuple[tuple[int, Refusal], ...]
    stored: bool


@dataclass(frozen=True)
class Answer:
    """The answer that an idempotency key stands for from now on; stored together with what the bulk stores."""

    idempotency: Idempotency
    body: Callable[[Bulk], Mapping[str, Any]]


def execute_all(
    application: Application, commands: Sequence[Any], actor: Actor, *,
    accept_valid: bool = False, withhold: bool = False, answer: Answer | None = None, occurred_at: str | None = None,
    correlation_id: str | None = None, traceparent: str | None = None,
    progress: Progress = lambda _done, _all: None, address: str = "-",
) -> Bulk:  # fmt: skip
    """Decide all commands in order, each seeing what those before it did, and store them together.

    An item of `commands` may be a tuple of commands: they stand and fall together and count as one. With a refusal
    nothing is stored, unless `accept_valid`: then everything but the refused ones is. With `withhold` nothing is stored
    whatever is decided. Refusals are recorded, and the answer kept, either way.

    Raises:
        ConflictError: the streams kept moving.
        KeyTakenError: the idempotency key has its answer already; `stored_answer` gives it.
    """
    for _ in range(ATTEMPTS):
        now = instant(application.clock.now())
        context = Context(
            actor, occurred_at or now, "bulk", correlation_id or application.ids.new(), traceparent=traceparent
        )
        refused: list[tuple[int, Refusal]] = []
        refusals: list[dict[str, Any]] = []
        with application.database.reading() as connection:
            unit = _BulkUnit(application, connection, context)
            for index, item in enumerate(commands):
                refusal = _decide(application, unit, context, item if isinstance(item, tuple) else (item,))
                if refusal is not None:
                    refused.append((index, refusal[0]))
                    refusals.append(refusal[1])
                progress(index + 1, len(commands))
        accepted = len(commands) - len(refused)
        if withhold or (refused and not accept_valid):
            kept_out = Bulk(accepted, 0, tuple(refused), stored=False)
            record = _record(actor, answer, kept_out, now)
            if refusals or record is not None:
                application.writer.commit(Write(refusals=refusals, answer=record), "bulk.refused")
            return kept_out
        events = unit.stamped(now)
        done = Bulk(accepted, len(events), tuple(refused), stored=True)
        write = Write(
            events=events, bases=unit.bases(), guards=unit.guards(), entries=unit.entries, refusals=refusals,
            answer=_record(actor, answer, done, now),
            actor=actor.sub, role=actor.role, address=address, at=now,
        )  # fmt: skip
        try:
            application.commit(unit, write, "bulk")
        except ConcurrencyError:
            continue
        return done
    raise ConflictError


def stored_answer(application: Application, actor: Actor, idempotency: Idempotency) -> Mapping[str, Any] | None:
    """The answer that the key was given before, if it was used.

    Raises:
        IdempotencyMismatchError: for another request.
    """
    known = answers.given(application.database, actor, idempotency)
    return None if known is None else known.body


class _BulkUnit(WorkUnit):
    """A unit for thousands of commands: one connection for all it reads, and each table's statement built once."""

    def __init__(self, application: Application, connection: Connection, context: Context) -> None:
        super().__init__(
            lambda: nullcontext(connection), application.store, application.cache, application.vault, application.ids,
            context,
        )  # fmt: skip
        self._connection: Final = connection
        self._by_key: Final[dict[str, Select[Any]]] = {}

    def get(self, table: Table, *key: Any) -> Row | None:
        statement = self._by_key.get(table.name)
        columns = table.primary_key.columns
        if statement is None:
            conditions = [column == bindparam(column.name) for column in columns]
            statement = self._by_key[table.name] = select(table).where(*conditions)
        values = {column.name: value for column, value in zip(columns, key, strict=True)}
        found = self._connection.execute(statement, values).mappings().first()
        return None if found is None else dict(found)


def _decide(
    application: Application, unit: WorkUnit, context: Context, group: tuple[Any, ...]
) -> tuple[Refusal, dict[str, Any]] | None:
    """Take a group of commands into the unit; a refusal of one, with its row, takes back the others."""
    restore = unit.checkpoint()
    for command in group:
        named = replace(context, command=type(command).__name__)
        try:
            application.handle(unit, application.definition(command), command, named)
        except (Rejection, ForbiddenError, NotFoundError) as error:
            restore()
            return error, application.refusal(named, command, error)
    return None


def _record(actor: Actor, answer: Answer | None, bulk: Bulk, now: str) -> Mapping[str, Any] | None:
    """The row of the answer, of the same shape as that of a single command."""
    if answer is None:
        return None
    return answers.accepted(actor, answer.idempotency, now, Executed(answer.body(bulk), "", 0, ()))


__all__ = ["Answer", "Bulk", "KeyTakenError", "Progress", "execute_all", "stored_answer"]
