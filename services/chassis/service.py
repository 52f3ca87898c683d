"""What a service is made of. Each service fills in one `Service`; the chassis runs it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from flask_smorest import Blueprint
from sqlalchemy import Table

from contracts.envelope import Envelope
from contracts.event import Fact, NewEvent
from services.chassis.access import Access, Actor
from services.chassis.read_models import ReadModels, Row

S = TypeVar("S")


@dataclass(frozen=True)
class Stream(Generic[S]):
    """A kind of stream: how its state folds. `evolve` is pure and ignores types it does not know."""

    category: str
    initial: S
    evolve: Callable[[S, Fact], S]

    def id(self, key: str) -> str:
        return f"{self.category}-{key}"


@dataclass(frozen=True)
class Loaded(Generic[S]):
    """A stream as it was read: decisions on it hold only if it is still at `version` when they are stored."""

    stream_id: str
    version: int
    state: S

    @property
    def exists(self) -> bool:
        return self.version > 0


class Reader(Protocol):
    """The committed read models of the service."""

    def get(self, table: Table, *key: Any) -> Row | None:
        """The row with this primary key."""
        ...

    def find(self, table: Table, **equals: Any) -> Sequence[Row]:
        """The rows whose columns have these values, in order of the primary key."""
        ...


class Unit(Reader, Protocol):
    """What a handler works with: loads streams, asks a pure decision, records its events. Stores nothing by itself.

    A handler may run several times for one command (lost races); it must have no effect of its own.
    """

    @property
    def now(self) -> str:
        """The business time of the command, as an instant of the contract."""
        ...

    @property
    def actor(self) -> Actor: ...

    def new_id(self) -> str:
        """A fresh identifier (derived from the cause in reactions)."""
        ...

    def load(self, stream: Stream[S], key: str) -> Loaded[S]:
        """The stream with its state, its own events recorded in this unit included."""
        ...

    def record(self, loaded: Loaded[Any], events: Iterable[NewEvent]) -> None:
        """Store these events after those loaded, all or nothing with everything else in the unit.

        The first stream recorded is the command's own: its version is the ETag.
        """
        ...

    def guard(self, loaded: Loaded[Any]) -> None:
        """The decision also rests on this stream: fail the unit if it has moved on."""
        ...

    def for_participation(self, fair_id: str, *participation_ids: str) -> None:
        """The command concerns these participations: an actor with scope OWN must speak for one of them.

        Raises:
            ForbiddenError: it does not.
        """
        ...

    def for_company(self, *company_ids: str) -> None:
        """The command concerns these companies: an actor with scope OWN must belong to one of them.

        Raises:
            ForbiddenError: it does not.
        """
        ...

    def keep(self, subject_id: str, content: str | Mapping[str, Any]) -> dict[str, str]:
        """Put personal data or free text into the vault, in the same transaction; the `Reference` for the event."""
        ...


class NotFoundError(Exception):
    """The thing that the command or query names does not exist (or is not visible to the actor)."""

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no such {what}.")
        self.what = what


Handler = Callable[[Unit, Any], Mapping[str, Any]]
"""Handles one command; returns the JSON body of the answer (ids, never personal data or free text).

Raises Rejection, NotFoundError or ForbiddenError.
"""

Reaction = Callable[[Reader, Envelope], Iterable[Any]]
"""The commands that an event causes. They run as SYSTEM in the transaction that takes the event in; a Rejection of
one is recorded like any other and does not stop the rest. Never run in a replay."""


@dataclass(frozen=True)
class Timer:
    """A command due later, once per (stream_id, name, due_at). `command` and `data` are its name and fields."""

    stream_id: str
    name: str
    due_at: str
    command: str
    data: Mapping[str, Any]


Schedule = Callable[[Envelope], Iterable[Timer]]
"""The timers that an event sets. Runs in the transaction that stores, takes in or restores the event; not in replays.
Their commands do nothing when their work is done: after a restoration they fire again.
"""


@dataclass(frozen=True)
class CommandDefinition:
    """One command type with its handler and the roles that may issue it."""

    command: type
    handler: Handler
    access: Access


@dataclass(frozen=True)
class Service:
    """A service, complete. `subscriptions` names the services whose topics it consumes."""

    name: str
    title: str
    streams: tuple[Stream[Any], ...]
    commands: tuple[CommandDefinition, ...]
    read_models: ReadModels
    blueprints: tuple[Blueprint, ...]
    subscriptions: tuple[str, ...] = ()
    reactions: Mapping[str, Sequence[Reaction]] = field(default_factory=dict)
    schedules: Mapping[str, Sequence[Schedule]] = field(default_factory=dict)
