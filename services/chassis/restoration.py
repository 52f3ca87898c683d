"""Events back from the bus: into an empty store (replay for audits), or after those of an older backup."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import Connection, delete, insert, select, tuple_

from contracts.envelope import Envelope
from services.chassis import inbox, tables
from services.chassis.application import Application
from services.chassis.arrival import Reception
from services.chassis.bus.abstract import Bus, BusError
from services.chassis.clock import instant
from services.chassis.relay import message, topic
from services.chassis.store import Head

BATCH: Final = 2_000


class BrokenTopicError(Exception):
    """The topic does not hold a gapless history, or it contradicts what is stored."""


@dataclass(frozen=True)
class Restored:
    """How many of the service's own events, and of others' events, were written."""

    own: int
    foreign: int


def history(bus: Bus, service: str) -> Iterator[Envelope]:
    """Every valid event on a service's topic, in order within each stream, doubles left out.

    Records that are no valid events are left out too: the consumers have parked them.
    """
    reception = Reception()
    name = topic(service)
    for partition, end in sorted(bus.end_offsets(name).items()):
        offset, seen = 0, set[str]()
        while offset < end:
            records = bus.read(name, partition, offset, BATCH)
            if not records:
                break
            for record in records:
                offset = record.offset + 1
                arrival = reception.open(record)
                if arrival.envelope is None or arrival.reason is not None or arrival.envelope.event_id in seen:
                    continue
                seen.add(arrival.envelope.event_id)
                yield arrival.envelope


def restore(application: Application, bus: Bus) -> Restored:
    """Write every event of the topics that the stores lack. Nothing is published, no reaction fires, no timer is set.

    Call it before the service takes commands, and rebuild the read models after it.

    Raises:
        BrokenTopicError: a stream on a topic has a gap, or another history than the store.
    """
    own = _own(application, history(bus, application.name))
    foreign = sum(_foreign(application, history(bus, source)) for source in application.service.subscriptions)
    application.cache.clear()
    return Restored(own, foreign)


def republish(application: Application, bus: Bus) -> int:
    """Send every stored event to the service's topic again, for topics that were lost; consumers drop doubles.

    Raises:
        BusError: something was not acknowledged; send all again.
    """
    publisher = bus.publisher()
    sent = 0
    try:
        with application.database.snapshot() as connection:
            for batch in _batches(envelope for _, envelope in application.store.all(connection)):
                for outcome in publisher.send([message(envelope) for envelope in batch]):
                    if outcome is not None:
                        raise BusError(f"not acknowledged: {type(outcome).__name__}")
                sent += len(batch)
    finally:
        publisher.close()
    return sent


def _batches(events: Iterable[Envelope]) -> Iterator[list[Envelope]]:
    """The events, at most BATCH at a time."""
    rest = iter(events)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _own(application: Application, events: Iterator[Envelope]) -> int:
    store, written = application.store, 0
    with application.database.writing("restore.own") as connection:
        heads = {name: Head(version, digest) for name, version, digest in store.heads(connection)}
        known = dict(heads)
        for batch in _batches(_following(events, heads)):
            written += _append(application, connection, known, batch)
    return written


def _append(application: Application, connection: Connection, known: dict[str, Head], batch: list[Envelope]) -> int:
    bases = {event.stream_id: known[event.stream_id] for event in batch if event.stream_id in known}
    application.store.append(connection, bases.items(), batch)
    # They came from the topic: they need not go there again.
    positions = select(tables.events.c.position).where(tables.events.c.event_id.in_([e.event_id for e in batch]))
    connection.execute(delete(tables.outbox).where(tables.outbox.c.position.in_(positions)))
    for event in batch:
        known[event.stream_id] = Head(event.version, event.hash)
    return len(batch)


def _following(events: Iterator[Envelope], heads: dict[str, Head]) -> Iterator[Envelope]:
    """The events that come after the heads, gapless and linked."""
    for event in events:
        head = heads.get(event.stream_id, Head())
        if event.version <= head.version:
            continue
        if event.version != head.version + 1 or event.previous_hash != head.hash:
            raise BrokenTopicError(
                f"{event.stream_id}: version {event.version} on the topic does not follow version {head.version}"
            )
        heads[event.stream_id] = Head(event.version, event.hash)
        yield event


def _foreign(application: Application, events: Iterator[Envelope]) -> int:
    streams: Mapping[str, list[Envelope]] = defaultdict(list)
    for event in events:
        streams[event.stream_id].append(event)
    every = [event for stream in streams.values() for event in stream]
    written = 0
    at = instant(application.clock.now())
    handled = set(application.service.read_models.projectors) | set(application.service.reactions)
    with application.database.writing("restore.foreign") as connection:
        columns = tables.inbox.c
        for part in _batches(every):
            wanted = tuple_(columns.source, columns.stream_id, columns.version).in_(
                [(event.source, event.stream_id, event.version) for event in part]
            )
            there = set(connection.execute(select(columns.event_id).where(wanted)).scalars())
            rows = [
                inbox.row(event, "handled" if event.type in handled else "unhandled", at)
                for event in part
                if event.event_id not in there
            ]
            if rows:
                connection.execute(insert(tables.inbox), rows)
            written += len(rows)
    return written
