"""What the topics hold: every record from the beginning up to a given end, and the one history that they tell."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Final

from contracts.envelope import Envelope
from services.chassis.arrival import Arrival, Reception
from services.chassis.bus.abstract import Bus
from services.chassis.relay import topic
from services.chassis.store import Head

BATCH: Final = 2_000

Offsets = Mapping[int, int]
"""By partition, the offset after the last record that counts."""


class BrokenTopicError(Exception):
    """The topic does not hold a gapless history, or it contradicts what is stored."""


def arrivals(bus: Bus, service: str, upto: Offsets) -> Iterator[Arrival]:
    """Every record of a service's topic before the given offsets, opened, partition by partition."""
    reception, name = Reception(), topic(service)
    for partition, end in sorted(upto.items()):
        offset = 0
        while offset < end:
            records = bus.read(name, partition, offset, min(BATCH, end - offset))
            if not records:
                break
            for record in records:
                offset = record.offset + 1
                if record.offset < end:
                    yield reception.open(record)


def history(bus: Bus, service: str) -> Iterator[Envelope]:
    """Every valid event on a service's topic as of now, in order within each stream, doubles left out.

    Raises:
        BrokenTopicError: a stream has a gap, or two histories.
    """
    return linked(arrivals(bus, service, bus.end_offsets(topic(service))), {})


def linked(found: Iterable[Arrival], heads: MutableMapping[str, Head]) -> Iterator[Envelope]:
    """The events that come after the heads, each once, gapless and linked; moves the heads along.

    An event that stands before its predecessor (a topic that was filled again while new events were sent) waits for it.
    Records that are no valid events are left out: the consumers have parked them.

    Raises:
        BrokenTopicError: as soon as an event contradicts the head before it; at the end when a predecessor never came.
    """
    early: dict[str, dict[int, Envelope]] = defaultdict(dict)
    for arrival in found:
        event: Envelope | None = arrival.envelope
        if event is None or arrival.reason is not None:
            continue
        stream = event.stream_id
        while event is not None:
            head = heads.get(stream, Head())
            if event.version > head.version + 1:
                early[stream][event.version] = event
                break
            if event.version == head.version and event.hash != head.hash:
                raise BrokenTopicError(f"{stream}: the topic tells another version {event.version} than the store")
            if event.version == head.version + 1:
                if event.previous_hash != head.hash:
                    raise BrokenTopicError(
                        f"{stream}: version {event.version} on the topic does not follow the store's"
                    )
                heads[stream] = Head(event.version, event.hash)
                yield event
            event = early[stream].pop(heads.get(stream, Head()).version + 1, None) if stream in early else None
    for stream, left in sorted(early.items()):
        missing = heads.get(stream, Head()).version + 1
        if any(version > missing for version in left):
            raise BrokenTopicError(
                f"{stream}: version {missing} is missing from the topic, version {min(left)} is there"
            )
