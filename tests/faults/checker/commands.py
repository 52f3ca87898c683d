"""Every acknowledged command is in the store once: exactly the events that its answer named."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import select

from contracts.envelope import Envelope
from services.chassis import tables
from services.chassis.application import Application
from tests.faults.checker.evidence import Evidence, Finding
from tests.load.record import Command

ACTORS = "load-"
"""How the ids of the load's actors begin."""


def check(evidence: Evidence) -> Iterator[Finding]:
    """Events carry their command's key as correlation id; those of reactions name a cause and are left out here."""
    for service, events in evidence.events.items():
        by_key: defaultdict[str, list[Envelope]] = defaultdict(list)
        for event in events:
            if "causation_id" not in event.metadata:
                by_key[event.metadata["correlation_id"]].append(event)
        stored = {event.event_id for event in events}
        answers = _answers(evidence.applications[service])
        for command in evidence.commands.values():
            if command.service == service:
                yield from _of_command(command, by_key.get(command.key, []), stored, answers)
        if evidence.whole:
            yield from _of_nobody(evidence, service, by_key)


def _of_command(
    command: Command, found: list[Envelope], stored: set[str], answers: Mapping[str, Mapping[str, Any]]
) -> Iterator[Finding]:
    def finding(check: str, what: str) -> Finding:
        return Finding(check, command.service, f"{command.method} {command.path}, key {command.key}: {what}")

    # One execution stamps all its events with one moment.
    if len({event.recorded_at for event in found}) > 1:
        moments = ", ".join(sorted({event.recorded_at for event in found}))
        yield finding("doubled", f"it was carried out more than once: {moments}")
    if command.outcome == "refused" and found:
        yield finding("refused", f"it was refused, and {len(found)} events are stored")
    if command.outcome != "acknowledged":
        return
    named, there = set(command.events), {event.event_id for event in found}
    if lost := sorted(named - stored):
        yield finding("lost", f"acknowledged events are not stored: {', '.join(lost)}")
    if more := sorted(there - named):
        yield finding("not named", f"events are stored that the answer did not name: {', '.join(more)}")
    answer = answers.get(command.key)
    if answer is None:
        yield finding("answer", "its answer is not stored: repeated, it would be carried out again")
    elif (answer.get("event_ids"), answer.get("version")) != (list(command.events), command.version):
        yield finding("answer", "the stored answer is not the one that was given")


def _of_nobody(evidence: Evidence, service: str, by_key: Mapping[str, list[Envelope]]) -> Iterator[Finding]:
    for key, events in by_key.items():
        if key not in evidence.commands and str(events[0].metadata.get("actor", "")).startswith(ACTORS):
            yield Finding("nobody's", service, f"{len(events)} events of a command that nobody sent, key {key}")


def _answers(application: Application) -> Mapping[str, Mapping[str, Any]]:
    records = tables.idempotency.c
    with application.database.reading() as connection:
        rows = connection.execute(select(records.key, records.answer).where(records.actor.startswith(ACTORS)))
        return {row.key: orjson.loads(row.answer) for row in rows}
