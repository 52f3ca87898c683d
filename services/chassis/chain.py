"""Checking the hash chains of a store: every event's hash, every link, every contract."""

from dataclasses import dataclass

from contracts.catalogue import CATALOGUE
from contracts.envelope import digest
from contracts.event import InvalidEventError
from services.chassis.application import Application
from services.chassis.store import Head


@dataclass(frozen=True)
class Verified:
    """How many events and streams were checked, and what is wrong, in order of position."""

    events: int
    streams: int
    faults: tuple[str, ...]


def verify(application: Application, *, contracts: bool = True) -> Verified:
    """Check every stored event of the service; `contracts` validates the data against its schema too."""
    heads: dict[str, Head] = {}
    faults: list[str] = []
    events = 0
    with application.database.snapshot() as connection:
        for position, event in application.store.all(connection):
            events += 1
            place = f"position {position}, {event.stream_id} version {event.version}, event {event.event_id}"
            head = heads.get(event.stream_id, Head())
            if event.version != head.version + 1:
                faults.append(f"{place}: follows version {head.version}")
            if event.previous_hash != head.hash:
                faults.append(f"{place}: does not link to the event before it")
            if digest(event.content()) != event.hash:
                faults.append(f"{place}: the content does not fit its hash")
            if contracts:
                try:
                    CATALOGUE.schema(event.type, event.schema_version).checked(event.data)
                except (InvalidEventError, LookupError) as error:
                    faults.append(f"{place}: {error}")
            heads[event.stream_id] = Head(event.version, event.hash)
    return Verified(events, len(heads), tuple(faults))
