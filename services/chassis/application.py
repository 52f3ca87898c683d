"""One running service: takes commands in, from decision to commit, and answers questions about what is stored."""

import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from contracts.envelope import Envelope
from contracts.rejection import Rejection
from services.chassis import answers
from services.chassis.access import Actor, ForbiddenError, Scope, scope_of
from services.chassis.clock import Clock, Ids, SystemClock, SystemIds, instant
from services.chassis.database import Database, is_unique_violation
from services.chassis.outcomes import (
    ConflictError,
    Executed,
    Idempotency,
    PreconditionFailedError,
    ReplayedRejection,
)
from services.chassis.queries import Queries
from services.chassis.refusals import Refusal, refusal
from services.chassis.service import CommandDefinition, Service
from services.chassis.store import ConcurrencyError, EventStore
from services.chassis.stream_cache import StreamCache, UncommittedStates
from services.chassis.turns import Turns
from services.chassis.unit import Context, WorkUnit
from services.chassis.vault import Vault
from services.chassis.writing import KeyTakenError, Write, Writer

ATTEMPTS: Final = 8


@dataclass(frozen=True)
class Keys:
    """A service's secrets, 32 bytes each."""

    vault: bytes
    fingerprint: bytes


@dataclass(frozen=True)
class _Request:
    """A command as it came in."""

    command: Any
    actor: Actor
    context: Context
    idempotency: Idempotency | None
    expected_version: int | None
    address: str
    now: str


Committed = Callable[[Sequence[Envelope]], None]


class Application:
    """A service with its database. Thread-safe; holds no state but caches."""

    def __init__(
        self, service: Service, database: Database, keys: Keys, *,
        clock: Clock | None = None, ids: Ids | None = None, vault: Vault | None = None,
        on_commit: Committed = lambda _: None,
    ) -> None:  # fmt: skip
        self.service: Final = service
        self.name: Final = service.name
        self.database: Final = database
        self.clock: Final[Clock] = clock or SystemClock()
        self.ids: Final[Ids] = ids or SystemIds()
        self.store: Final = EventStore(database, service.name)
        self.vault: Final = vault or Vault(keys.vault)
        self.cache: Final = StreamCache()
        self._turns: Final = Turns(database.effects.lock)
        self.writer: Final = Writer(service, database, self.store)
        self.on_commit: Committed = on_commit
        self.readiness_checks: dict[str, Callable[[], str]] = {"database": self._database_ready}
        self._fingerprint_key: Final = keys.fingerprint
        self._definitions: Final = {definition.command: definition for definition in service.commands}
        self.commands_by_name: Final = {definition.command.__name__: definition for definition in service.commands}

    def fingerprint(self, content: bytes) -> str:
        """A keyed digest of a request, so that stored fingerprints say nothing about what was typed."""
        return hmac.new(self._fingerprint_key, content, sha256).hexdigest()

    def execute(
        self, command: Any, actor: Actor, *,
        idempotency: Idempotency | None = None, expected_version: int | None = None, occurred_at: str | None = None,
        correlation_id: str | None = None, traceparent: str | None = None, address: str = "-",
    ) -> Executed:  # fmt: skip
        """Decide a command and store what it leads to.

        Raises:
            Rejection, ForbiddenError, NotFoundError: the answer is no; the first two are recorded.
            ConflictError: the stream kept moving.
            PreconditionFailedError: `expected_version` is not the version of the command's own stream.
            IdempotencyMismatchError: the key stands for another request.
        """
        now = instant(self.clock.now())
        context = Context(
            actor, occurred_at or now, type(command).__name__, correlation_id or self.ids.new(), traceparent=traceparent
        )
        request = _Request(command, actor, context, idempotency, expected_version, address, now)
        with ExitStack() as turn:
            for attempt in range(ATTEMPTS):
                # First on what is in the cache; what it leads to is checked when it is stored, any other answer before.
                unit = self.unit(context, trusting=attempt == 0)
                done = self._attempt(unit, request)
                if done is not None:
                    return done
                if attempt == 0:
                    turn.enter_context(self._turns.at(unit.own()[0]))
        raise ConflictError

    def _attempt(self, unit: WorkUnit, request: _Request) -> Executed | None:
        """One round of load, decide, store; None when it has to be decided again."""
        command, context, idempotency = request.command, request.context, request.idempotency
        try:
            stored = answers.given(self.database, request.actor, idempotency)
            if stored is not None:
                return stored
            body = self.handle(unit, self._definitions[type(command)], command, context)
        except ReplayedRejection:
            raise
        except DBAPIError as error:
            # A connection that the server closed while it idled. Nothing was written yet: take another one.
            if not error.connection_invalidated:
                raise
            return None
        except Exception as error:
            if unit.outdated():
                return None
            if isinstance(error, (Rejection, ForbiddenError)) and not self._refused(
                context, command, error, idempotency
            ):
                return None
            raise
        stream_id, before, after = unit.own()
        mismatch = request.expected_version is not None and bool(stream_id) and before != request.expected_version
        events = unit.stamped(request.now)
        if (mismatch or not events) and unit.outdated():
            return None
        if mismatch:
            raise PreconditionFailedError(before)
        done = Executed(body, stream_id, after, tuple(event.event_id for event in events))
        write = Write(
            events=events, bases=unit.bases(), guards=unit.guards(), entries=unit.entries,
            answer=answers.accepted(request.actor, idempotency, request.now, done),
            actor=request.actor.sub, role=request.actor.role, address=request.address, at=request.now,
        )  # fmt: skip
        return done if self._stored(unit, write) else None

    def _stored(self, unit: WorkUnit, write: Write) -> bool:
        """Whether the write is stored; False when it has to be decided again on what is true now."""
        try:
            self.commit(unit, write)
        except (ConcurrencyError, KeyTakenError):
            return False
        except IntegrityError as error:
            # Two commands made the first key of one vault subject at once.
            if not (is_unique_violation(error) and "vault_keys" in str(error.orig)):
                raise
            return False
        except DBAPIError as error:
            # Lost while committing: it may have been stored. Only an idempotency key makes trying again safe.
            if not error.connection_invalidated or write.answer is None:
                raise
            return False
        return True

    def commit(self, unit: WorkUnit, write: Write, where: str = "command") -> None:
        """Write a unit unless it has nothing to write, and tell who waits for events."""
        if write.events or write.entries or write.answer is not None or write.refusals or write.also:
            self.writer.commit(write, where)
        unit.remember(write.events)
        if write.events:
            self.on_commit(write.events)

    def unit(self, context: Context, ids: Ids | None = None, *, trusting: bool = False) -> WorkUnit:
        return WorkUnit(
            self.database.reading, self.store, self.cache, self.vault, ids or self.ids, context, trusting=trusting
        )

    def unit_within(self, connection: Connection, states: UncommittedStates, context: Context, ids: Ids) -> WorkUnit:
        """A unit that decides inside an open transaction, on what it has written so far."""
        return WorkUnit(lambda: nullcontext(connection), self.store, states, self.vault, ids, context)

    def definition(self, command: Any) -> CommandDefinition:
        return self._definitions[type(command)]

    def handle(
        self, unit: WorkUnit, definition: CommandDefinition, command: Any, context: Context
    ) -> Mapping[str, Any]:
        """Check access and run the handler in a unit; nothing is written yet."""
        system = context.actor.role == "system" and context.actor.sub == "system"
        unit.begin(context, Scope.ANY if system else scope_of(definition.access, context.actor, command))
        body = definition.handler(unit, command)
        unit.check_ownership()
        return body

    def refusal(self, context: Context, command: Any, error: Refusal) -> dict[str, Any]:
        """The row of a refused command."""
        return refusal(context, command, error, self.ids.new(), instant(self.clock.now()))

    @contextmanager
    def reading(self) -> Iterator[Queries]:
        """Queries over the committed read models, on one connection."""
        with self.database.reading() as connection:
            yield Queries(lambda: nullcontext(connection))

    def readiness(self) -> Mapping[str, str]:
        """What the service needs, each "ok" or what is wrong with it."""
        return {name: check() for name, check in self.readiness_checks.items()}

    def _database_ready(self) -> str:
        try:
            self.database.ping()
        except Exception as error:  # noqa: BLE001 - whatever the driver raises, the answer is "not ready"
            return f"cannot be reached ({type(error).__name__})"
        return "ok"

    def _refused(self, context: Context, command: Any, error: Any, idempotency: Idempotency | None) -> bool:
        """Whether the refusal is on record; False when the key has its answer already, which then counts."""
        answer = None
        if isinstance(error, Rejection):
            answer = answers.refused(context.actor, idempotency, instant(self.clock.now()), error)
        try:
            self.writer.commit(Write(refusals=[self.refusal(context, command, error)], answer=answer), "refusal")
        except KeyTakenError:
            # The same request, sent twice at once: the other one may well have been accepted.
            return False
        return True
