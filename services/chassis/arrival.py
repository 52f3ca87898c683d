"""What a record on the bus turns out to be: an event fit to be taken in, or poison with the reason."""

from dataclasses import dataclass
from typing import Final

import orjson

from contracts.catalogue import CATALOGUE, Catalogue
from contracts.envelope import Envelope, digest, from_json
from contracts.event import InvalidEventError
from services.chassis.bus.abstract import Record


@dataclass(frozen=True)
class Arrival:
    """A record with its event. `reason` says why it cannot be taken in; unknown types are not `known`."""

    record: Record
    envelope: Envelope | None
    reason: str | None = None
    known: bool = True


class Reception:
    """Opens records. Reasons name fields and rules, never values."""

    def __init__(self, catalogue: Catalogue = CATALOGUE) -> None:
        self._catalogue: Final = catalogue

    def open(self, record: Record) -> Arrival:
        try:
            envelope = from_json(orjson.loads(record.value or b"null"))
        except (ValueError, TypeError, AttributeError) as error:
            return Arrival(record, None, f"not an event envelope: {type(error).__name__}")
        if record.key != envelope.stream_id:
            return Arrival(record, envelope, "the record's key is not the event's stream")
        if envelope.version < 1 or digest(envelope.content()) != envelope.hash:
            return Arrival(record, envelope, "the hash does not fit the content")
        if not record.topic.endswith(f".{envelope.source}"):
            return Arrival(record, envelope, "the event's source is not the topic's service")
        if not self._catalogue.knows(envelope.type, envelope.schema_version):
            return Arrival(record, envelope, known=False)
        try:
            self._catalogue.schema(envelope.type, envelope.schema_version).checked(envelope.data)
        except InvalidEventError as error:
            return Arrival(record, envelope, f"the data does not fit the contract: {error.errors}")
        return Arrival(record, envelope)
