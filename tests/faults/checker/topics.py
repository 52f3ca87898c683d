"""Every event is on its topic, as stored, in the order of its stream. Doubles by id are allowed, nothing else is."""

from collections.abc import Iterator

from services.chassis.arrival import Reception
from tests.faults.checker.evidence import Evidence, Finding


def check(evidence: Evidence) -> Iterator[Finding]:
    for service in evidence.applications:
        yield from _of_topic(evidence, service)


def _of_topic(evidence: Evidence, service: str) -> Iterator[Finding]:
    stored = {event.event_id: event for event in evidence.events[service]}
    seen: set[str] = set()
    last: dict[str, int] = {}
    partitions: dict[str, int] = {}
    reception = Reception()
    for record in evidence.records(service):
        place = f"{record.topic}-{record.partition} at {record.offset}"
        arrival = reception.open(record)
        event = arrival.envelope
        if event is None or arrival.reason is not None:
            yield Finding("topic: unreadable", service, f"{place}: {arrival.reason}")
            continue
        known = stored.get(event.event_id)
        if known is None:
            what = f"{place}: event {event.event_id}, {event.stream_id} version {event.version}, is not stored"
            yield Finding("topic: stranger", service, what)
            continue
        if known.hash != event.hash:
            yield Finding("topic: altered", service, f"{place}: event {event.event_id} is stored otherwise")
        if partitions.setdefault(event.stream_id, record.partition) != record.partition:
            yield Finding("topic: scattered", service, f"{place}: {event.stream_id} is in two partitions")
        if event.event_id in seen:
            continue
        seen.add(event.event_id)
        before = last.get(event.stream_id, 0)
        if event.version != before + 1:
            what = f"{place}: {event.stream_id} version {event.version} comes after version {before}"
            yield Finding("topic: order", service, what)
        last[event.stream_id] = event.version
    for event_id in sorted(stored.keys() - seen):
        event = stored[event_id]
        yield Finding("topic: lost", service, f"event {event_id}, {event.stream_id} version {event.version}")
