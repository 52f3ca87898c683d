"""The unit of work: what a handler loads, decides and records, until it is written in one short transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contracts.catalogue import CATALOGUE, Catalogue
from contracts.envelope import Envelope, sealed
from contracts.event import NewEvent
from services.chassis.access import Actor, ForbiddenError, Scope
from services.chassis.clock import Ids
from services.chassis.queries import Connections, Queries
from services.chassis.service import Loaded, Stream
from services.chassis.store import EventStore, Head
from services.chassis.stream_cache import StreamCache
from services.chassis.vault import Entry, Vault

S = TypeVar("S")


@dataclass(frozen=True)
class Context:
    """Who acts, when, in which chain of causes."""

    actor: Actor
    now: str
    command: str
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None

    def metadata(self) -> dict[str, str]:
        values = {
            "actor": self.actor.sub,
            "role": self.actor.role,
            "command": self.command,
            "correlation_id": self.correlation_id,
            "causation_id": self.causation_id,
            "on_behalf_of": self.actor.on_behalf_of,
            "traceparent": self.traceparent,
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass
class Pending:
    """One stream of a unit: where it stood in the store, and what the unit adds."""

    stream: Stream[Any]
    base: Head
    state: Any
    events: list[Envelope] = field(default_factory=list)
    guarded: bool = False
    trusted: bool = False


class WorkUnit(Queries):
    """The `Unit` that handlers see. `events`, `bases` and `entries` are what the application then writes.

    A `trusting` one takes streams from the cache without asking the database what came after. What it records is
    stored only if all of them are still as they were; whoever wants to believe a refusal, or that there is nothing to
    record, asks `outdated` first.
    """

    def __init__(
        self, connections: Connections, store: EventStore, cache: StreamCache, vault: Vault, ids: Ids, context: Context,
        *, catalogue: Catalogue = CATALOGUE, trusting: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(connections)
        self.context = context
        self.scope = Scope.ANY
        self.entries: list[Entry] = []
        self._store, self._cache, self._vault, self._ids = store, cache, vault, ids
        self._catalogue = catalogue
        self._streams: dict[str, Pending] = {}
        self._recorded: list[str] = []
        self._fresh_keys: dict[str, bytes] = {}
        self._journal: list[tuple[Pending, Any, int, bool]] = []
        self._owned = False
        self._trusting = trusting

    @property
    def now(self) -> str:
        return self.context.now

    @property
    def actor(self) -> Actor:
        return self.context.actor

    def new_id(self) -> str:
        return self._ids.new()

    def load(self, stream: Stream[S], key: str) -> Loaded[S]:
        stream_id = stream.id(key)
        pending = self._streams.get(stream_id)
        if pending is None:
            cached = self._cache.get(stream_id) if self._trusting else None
            head, state = cached or self._read(stream, stream_id)
            pending = self._streams[stream_id] = Pending(stream, head, state, trusted=cached is not None)
        return Loaded(stream_id, pending.base.version + len(pending.events), pending.state)

    def record(self, loaded: Loaded[Any], events: Iterable[NewEvent]) -> None:
        pending = self._streams[loaded.stream_id]
        self._journal.append((pending, pending.state, len(pending.events), pending.guarded))
        if loaded.version != pending.base.version + len(pending.events):
            raise ValueError(f"{loaded.stream_id} was loaded before events that this unit recorded; load it again")
        if loaded.stream_id not in self._recorded:
            self._recorded.append(loaded.stream_id)
        for event in events:
            if event.schema_version != self._catalogue.latest_version(event.type):
                raise ValueError(f"{event.type}: new events have the newest version")
            previous = pending.events[-1].hash if pending.events else pending.base.hash
            # Sealed for good in `stamped`, when the moment of recording is known.
            envelope = Envelope(
                event_id=self._ids.new(), source=self._store.source, stream_id=loaded.stream_id,
                version=pending.base.version + len(pending.events) + 1, type=event.type,
                schema_version=event.schema_version, data=event.data, metadata=self.context.metadata(),
                occurred_at=event.occurred_at or self.context.now, recorded_at="", previous_hash=previous,
            )  # fmt: skip
            pending.events.append(envelope)
            pending.state = pending.stream.evolve(pending.state, envelope)

    def guard(self, loaded: Loaded[Any]) -> None:
        pending = self._streams[loaded.stream_id]
        self._journal.append((pending, pending.state, len(pending.events), pending.guarded))
        pending.guarded = True

    def for_participation(self, fair_id: str, *participation_ids: str) -> None:
        self._owned = True
        if self.scope is Scope.OWN and self.actor.participation(fair_id) not in participation_ids:
            raise ForbiddenError("This concerns another company; sign in for the one it concerns.")

    def for_company(self, *company_ids: str) -> None:
        self._owned = True
        if self.scope is Scope.OWN and (self.actor.company is None or self.actor.company not in company_ids):
            raise ForbiddenError("This concerns another company; sign in for the one it concerns.")

    def keep(self, subject_id: str, content: str | Mapping[str, Any]) -> dict[str, str]:
        with self._connections() as connection:
            entry = self._vault.sealed(
                connection, self._ids.new(), subject_id, content, owner=self.actor.company, fresh=self._fresh_keys
            )
        self.entries.append(entry)
        return {"reference": entry.reference, "digest": entry.digest}

    def begin(self, context: Context, scope: Scope) -> None:
        """Start the next command of this unit (an import or a reaction runs several)."""
        self.context, self.scope, self._owned = context, scope, False

    def checkpoint(self) -> Callable[[], None]:
        """A function that takes back everything recorded since: a refused command leaves nothing in a shared unit."""
        mark, entries = len(self._journal), len(self.entries)

        def restore() -> None:
            while len(self._journal) > mark:
                pending, state, count, guarded = self._journal.pop()
                pending.state, pending.guarded = state, guarded
                del pending.events[count:]
            # The key that a dropped entry would have made must not serve a later one.
            for entry in self.entries[entries:]:
                if entry.new_key is not None:
                    self._fresh_keys.pop(entry.subject_id, None)
            del self.entries[entries:]

        return restore

    def check_ownership(self) -> None:
        """A handler that forgets to say whom its command concerns would let anybody act for everybody."""
        if self.scope is Scope.OWN and not self._owned:
            raise AssertionError(f"the handler of {self.context.command} does not say whom it concerns")

    def stamped(self, recorded_at: str) -> list[Envelope]:
        """All events of the unit, linked and sealed, stream by stream."""
        result: list[Envelope] = []
        for stream_id in self._recorded:
            pending = self._streams[stream_id]
            previous = pending.base.hash
            for envelope in pending.events:
                content = {**envelope.content(), "recorded_at": recorded_at, "previous_hash": previous}
                final = sealed(Envelope(**content))
                previous = final.hash
                result.append(final)
        return result

    def bases(self) -> list[tuple[str, Head]]:
        """The heads that the new events follow."""
        return [(stream_id, pending.base) for stream_id, pending in self._streams.items() if pending.events]

    def guards(self) -> list[tuple[str, Head]]:
        """Heads of other streams that the decisions rest on, or that nobody has looked up."""
        return [
            (stream_id, pending.base)
            for stream_id, pending in self._streams.items()
            if (pending.guarded or pending.trusted) and not pending.events
        ]

    def outdated(self) -> bool:
        """Whether a stream that was trusted has moved on: then decide again, in a unit that asks."""
        trusted = [(stream_id, pending.base) for stream_id, pending in self._streams.items() if pending.trusted]
        if not trusted:
            return False
        with self._connections() as connection:
            return self._store.moved(connection, trusted)

    def own(self) -> tuple[str, int, int]:
        """(stream, version before, version after) of the command's own stream; ("", 0, 0) when it recorded none."""
        if not self._recorded:
            return "", 0, 0
        pending = self._streams[self._recorded[0]]
        return self._recorded[0], pending.base.version, pending.base.version + len(pending.events)

    def remember(self, written: Sequence[Envelope]) -> None:
        """Give the states to the cache once the unit is committed."""
        last = {event.stream_id: event.hash for event in written}
        for stream_id, pending in self._streams.items():
            if stream_id in last:
                head = Head(pending.base.version + len(pending.events), last[stream_id])
                self._cache.put(stream_id, head, pending.state)

    def _read(self, stream: Stream[S], stream_id: str) -> tuple[Head, S]:
        cached = self._cache.get(stream_id)
        head, state = cached if cached is not None else (Head(), stream.initial)
        with self._connections() as connection:
            newer = self._store.stream(connection, stream_id, head.version)
        for event in newer:
            state = stream.evolve(state, self._catalogue.current(event))
        if newer:
            head = Head(newer[-1].version, newer[-1].hash)
            self._cache.put(stream_id, head, state)
        return head, state
