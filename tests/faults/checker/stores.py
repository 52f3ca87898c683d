"""Each database is sound in itself, and each inbox holds what its sources have recorded."""

from collections.abc import Iterator

from services.chassis import replay
from services.chassis.chain import verify
from services.chassis.inbox import PASSED
from services.chassis.progress import progress
from tests.faults.checker.evidence import Evidence, Finding


def check(evidence: Evidence) -> Iterator[Finding]:
    for service, application in evidence.applications.items():
        for fault in verify(application).faults:
            yield Finding("chain", service, fault)
        for difference in replay.compare(application).differences:
            yield Finding("replay", service, str(difference))
        found = progress(application)
        for name, count in (("pending", found.pending), ("waiting", found.waiting), ("parked", found.parked)):
            if count:
                yield Finding(name, service, f"{count} events are {name}")
        if found.due_timers:
            yield Finding("timers", service, f"{found.due_timers} timers are due and have not fired")
        for source in application.service.subscriptions:
            yield from _of_inbox(evidence, service, source)


def _of_inbox(evidence: Evidence, service: str, source: str) -> Iterator[Finding]:
    recorded = {event.event_id: event for event in evidence.events[source]}
    taken: set[str] = set()
    last: dict[str, int] = {}
    for row in evidence.inboxes[service]:
        if row["source"] != source or row["status"] not in PASSED or row["event_id"] in evidence.foreign_events:
            continue
        what = f"event {row['event_id']} of {source}, {row['stream_id']} version {row['version']}"
        event = recorded.get(row["event_id"])
        if event is None:
            yield Finding("inbox: stranger", service, f"{what}, is not in the source's store")
            continue
        if event.hash != row["hash"]:
            yield Finding("inbox: altered", service, f"{what}, is stored otherwise by its source")
        if row["version"] != last.get(row["stream_id"], 0) + 1:
            yield Finding(
                "inbox: order", service, f"{what}, was taken in after version {last.get(row['stream_id'], 0)}"
            )
        last[row["stream_id"]] = row["version"]
        taken.add(row["event_id"])
    for event_id in sorted(recorded.keys() - taken):
        event = recorded[event_id]
        what = f"event {event_id} of {source}, {event.stream_id} version {event.version}"
        yield Finding("inbox: lost", service, f"{what}, was not taken in")
