"""What the checker looks at: the clients' record, the stores with their inboxes, and the topics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select

from contracts.envelope import Envelope
from services.chassis import tables
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus, Record
from services.chassis.relay import topic
from tests.load.record import Command

READ_AT_ONCE = 2_000
Place = tuple[str, int, int]
"""Topic, partition, offset."""


@dataclass(frozen=True)
class Finding:
    """Something that must not be. `check` names the promise that is broken."""

    check: str
    service: str
    what: str

    def __str__(self) -> str:
        return f"{self.check} ({self.service}): {self.what}"


@dataclass
class Evidence:
    """Of a settled stack. `foreign` are records that were put on the topics by hand, and `foreign_events` the ids of
    those events among them that everybody who reads the topic had to take in.

    `whole`: the record names every command that was ever sent to these stores.
    """

    commands: Mapping[str, Command]
    applications: Mapping[str, Application]
    bus: Bus
    foreign: frozenset[Place] = field(default=frozenset())
    foreign_events: frozenset[str] = field(default=frozenset())
    whole: bool = True

    @cached_property
    def events(self) -> Mapping[str, list[Envelope]]:
        """Every service's own events in the order of their positions."""
        return {name: list(_stored(application)) for name, application in self.applications.items()}

    @cached_property
    def inboxes(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """Every service's inbox in the order of taking in, without the envelopes."""
        inbox = tables.inbox.c
        columns = (inbox.event_id, inbox.source, inbox.stream_id, inbox.version, inbox.hash, inbox.status)
        found: dict[str, list[Mapping[str, Any]]] = {}
        for name, application in self.applications.items():
            with application.database.reading() as connection:
                rows = connection.execute(select(*columns).order_by(inbox.sequence)).mappings()
                found[name] = [dict(row) for row in rows]
        return found

    def records(self, service: str) -> Iterator[Record]:
        """Every record of the service's topic, partition by partition, without the foreign ones."""
        name = topic(service)
        for partition, end in sorted(self.bus.end_offsets(name).items()):
            offset = 0
            while offset < end:
                records = self.bus.read(name, partition, offset, READ_AT_ONCE)
                if not records:
                    break
                offset = records[-1].offset + 1
                for record in records:
                    if (name, partition, record.offset) not in self.foreign:
                        yield record


def _stored(application: Application) -> Iterator[Envelope]:
    with application.database.snapshot() as connection:
        for _, event in application.store.all(connection):
            yield event
