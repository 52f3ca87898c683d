"""Events back from the bus: into an empty store (replay for audits), or after those of an older backup.

What a store lacks comes from the topics; what a service's own topic lacks waits in the outbox again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import Connection, delete, func, insert, select, update

from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from services.chassis import inbox, tables
from services.chassis.application import Application
from services.chassis.arrival import Arrival
from services.chassis.bus.abstract import Bus
from services.chassis.clock import instant, moment
from services.chassis.judgement import Judged, judged
from services.chassis.parking import Parking
from services.chassis.relay import topic
from services.chassis.store import CHUNK, Head
from services.chassis.topic_history import BATCH, Offsets, arrivals, linked

T = TypeVar("T")
LAST_MOMENTS: Final = timedelta(seconds=5)
"""A worker that sends or takes in fires what is due within this time, and brings it to the bus."""


@dataclass(frozen=True)
class Bounds:
    """How far the topics are read: of a service's own all, of others' what its consumer group has committed."""

    own: Offsets
    foreign: Mapping[str, Offsets]


@dataclass(frozen=True)
class Restored:
    """How many of the service's own events, and of others' events, were written; how many own ones the topic lacks;
    how many records of others were parked (they are no events, or follow one that is parked).
    """

    own: int
    foreign: int
    unsent: int = 0
    parked: int = 0


def bounds(bus: Bus, application: Application) -> Bounds:
    """The bounds of this moment. The offsets come first, so that no bound lies after what is committed later."""
    group = f"sangsaeng.{application.name}"
    foreign = {}
    for source in application.service.subscriptions:
        ends = bus.end_offsets(topic(source))
        committed = bus.committed(group, topic(source))
        # A topic that was made anew is shorter than what was committed on the old one.
        foreign[source] = {partition: min(end, committed.get(partition, 0)) for partition, end in ends.items()}
    return Bounds(bus.end_offsets(topic(application.name)), foreign)


def restore(application: Application, bus: Bus) -> Restored:
    """Write every event of the topics that the stores lack, up to the bounds of this moment.

    Nothing is published and no reaction fires: what others said before the committed offsets was reacted to, and the
    reactions' events are on the service's own topic; what came after, the consumer still gets. Timers are set by their
    schedules. Those that were due when the service is known to have worked count as fired; of those of its last moments
    nobody knows, so they fire again, and their commands find their work done.

    Call it before the service works, and rebuild the read models after it. Needs memory for the heads of all streams,
    not for the events.

    Raises:
        BrokenTopicError: a stream on the service's topic has a gap, or another history than the store.
        ForkError: the same of a stream of another service.
    """
    limits = bounds(bus, application)
    reach = Reach()
    own = _own(application, reach.noting(arrivals(bus, application.name, limits.own)))
    unsent = _queue(application, reach)
    latest = reach.latest
    foreign = parked = 0
    for source, upto in limits.foreign.items():
        reach = Reach()
        taken, refused = _foreign(application, reach.noting(arrivals(bus, source, upto)))
        foreign, parked = foreign + taken, parked + refused
        latest = max(latest, reach.latest)
    _settle_timers(application, latest)
    application.cache.clear()
    return Restored(own, foreign, unsent, parked)


@dataclass
class Reach:
    """How far a topic leads in each stream without a gap, from the first version on; `latest` is the newest moment at
    which something on it was recorded: since then it was sent or taken in by a worker.
    """

    versions: dict[str, int] = field(default_factory=dict)
    beyond: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    latest: str = ""

    def noting(self, found: Iterable[Arrival]) -> Iterator[Arrival]:
        for arrival in found:
            if arrival.envelope is not None and arrival.reason is None:
                self._note(arrival.envelope.stream_id, arrival.envelope.version)
                self.latest = max(self.latest, arrival.envelope.recorded_at)
            yield arrival

    def _note(self, stream: str, version: int) -> None:
        reached = self.versions.get(stream, 0)
        if version > reached + 1:
            self.beyond[stream].add(version)
        elif version == reached + 1:
            ahead = self.beyond.get(stream, set())
            while version + 1 in ahead:
                version += 1
                ahead.discard(version)
            self.versions[stream] = version


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """The items, at most BATCH at a time."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _own(application: Application, found: Iterator[Arrival]) -> int:
    store, written = application.store, 0
    with application.database.writing("restore.own") as connection:
        heads = {name: Head(version, digest) for name, version, digest in store.heads(connection)}
        known = dict(heads)
        for batch in batches(linked(found, heads)):
            written += _append(application, connection, known, batch)
    return written


def _append(application: Application, connection: Connection, known: dict[str, Head], batch: list[Envelope]) -> int:
    bases = {event.stream_id: known[event.stream_id] for event in batch if event.stream_id in known}
    application.store.append(connection, bases.items(), batch)
    # They came from the topic: they need not go there again.
    positions = select(tables.events.c.position).where(tables.events.c.event_id.in_([e.event_id for e in batch]))
    connection.execute(delete(tables.outbox).where(tables.outbox.c.position.in_(positions)))
    for event in batch:
        application.writer.set_timers(connection, event, restored=True)
        known[event.stream_id] = Head(event.version, event.hash)
    return len(batch)


def _queue(application: Application, reach: Reach) -> int:
    """Put into the outbox what the topic lacks, take out what it has; how many events now wait."""
    events, outbox, reached = tables.events.c, tables.outbox, reach.versions
    waiting = 0
    with application.database.writing("restore.outbox") as connection:
        connection.execute(delete(outbox))
        heads = application.store.heads(connection)
        short = [stream for stream, version, _ in heads if version > reached.get(stream, 0)]
        for start in range(0, len(short), CHUNK):
            statement = select(events.position, events.stream_id, events.version).where(
                events.stream_id.in_(short[start : start + CHUNK])
            )
            rows = [
                {"position": row.position}
                for row in connection.execute(statement)
                if row.version > reached.get(row.stream_id, 0)
            ]
            connection.execute(insert(outbox), rows)
            waiting += len(rows)
    return waiting


def _foreign(application: Application, found: Iterator[Arrival]) -> tuple[int, int]:
    parking = Parking(application.database, application.clock, application.ids)
    written = refused = 0
    with application.database.writing("restore.foreign") as connection:
        for batch in batches(found):
            envelopes = [arrival.envelope for arrival in batch if arrival.envelope is not None]
            gate = inbox.gate(connection, envelopes)
            blocked = parking.streams(connection, (envelope.stream_id for envelope in envelopes))
            decided = parking.decided(connection, [arrival.record for arrival in batch])
            open_ones = [arrival for arrival in batch if _place(arrival) not in decided]
            sorted_out = judged(open_ones, gate, blocked)
            written += _take(application, connection, sorted_out)
            for arrival, reason in sorted_out.poison:
                parking.park(connection, arrival, reason)
            refused += len(sorted_out.poison)
            while following := _following(connection, gate):
                inbox.forget_waiting(connection, following)
                _take(application, connection, Judged([(envelope, _known(envelope)) for envelope in following]))
    return written, refused


def _take(application: Application, connection: Connection, found: Judged) -> int:
    service, at = application.service, instant(application.clock.now())
    handled = service.read_models.projectors.keys() | service.reactions.keys() | service.schedules.keys()
    statuses: list[tuple[Envelope, inbox.Status]] = [
        (envelope, "handled" if known and envelope.type in handled else "unhandled") for envelope, known in found.ready
    ]
    inbox.store(connection, [*statuses, *((envelope, "waiting") for envelope in found.early)], at)
    for envelope, known in found.ready:
        if known:
            application.writer.set_timers(connection, envelope, restored=True)
    return len(found.ready)


def _following(connection: Connection, gate: inbox.Gate) -> list[Envelope]:
    """Events that waited, and whose turn it is now; the gate lets them through."""
    found = []
    for envelope in inbox.waiting_next(connection, gate.heads):
        stream = (envelope.source, envelope.stream_id)
        if inbox.Gate({stream: gate.heads[stream]}, set(), {}).judge(envelope) == "next":
            gate.passed(envelope)
            found.append(envelope)
    return found


def _settle_timers(application: Application, latest: str) -> None:
    """Timers that were due a while before `latest` count as fired: whether it led to anything, the events say."""
    timers = tables.timers.c
    pending = update(tables.timers).where(timers.status == "pending")
    until = instant(moment(latest) - LAST_MOMENTS) if latest else ""
    with application.database.writing("restore.timers") as connection:
        due_at = func.coalesce(timers.fired_at, timers.due_at)
        connection.execute(pending.where(due_at < until).values(status="fired", fired_at=due_at))
        connection.execute(pending.values(fired_at=None))


def _place(arrival: Arrival) -> tuple[str, int, int]:
    return arrival.record.topic, arrival.record.partition, arrival.record.offset


def _known(envelope: Envelope) -> bool:
    return CATALOGUE.knows(envelope.type, envelope.schema_version)
