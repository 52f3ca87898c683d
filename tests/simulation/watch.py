"""Invariants that are looked at after every step that stored something: cheap, and near to where a fault is made."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from contracts.envelope import GENESIS, digest
from services.suite import SERVICES
from tests.simulation.grounds import Rows
from tests.simulation.model import Model
from tests.simulation.world import Violation

COLUMNS = (
    "event_id", "stream_id", "version", "type", "schema_version", "data", "metadata", "occurred_at", "recorded_at",
    "previous_hash", "hash",
)  # fmt: skip
OVERLAP = 20
_NEW = f"SELECT position, {', '.join(COLUMNS)} FROM events WHERE position > ? ORDER BY position"


class Watch:
    """Sees every event once, in the order in which it was stored, and keeps what was seen."""

    def __init__(self, asking: Mapping[str, Rows], model: Model) -> None:
        self.model = model
        self._asking = asking
        self.events: dict[str, dict[str, dict[str, Any]]] = {service.name: {} for service in SERVICES}
        self._heads: dict[tuple[str, str], tuple[int, str]] = {}
        self._positions = dict.fromkeys(self.events, 0)

    def rows(self, service: str, sql: str, *values: Any) -> list[Any]:
        return self._asking[service](sql, *values)

    def new(self, service: str) -> list[Any]:
        """The rows of events not seen yet, in order."""
        seen = self.events[service]
        # A server hands out positions before it commits: a lower one may become visible later.
        rows = [row for row in self.rows(service, _NEW, self._positions[service] - OVERLAP) if row[1] not in seen]
        if rows:
            self._positions[service] = max(self._positions[service], rows[-1][0])
        return rows

    def look(self, service: str) -> None:
        """See what is new.

        Raises:
            Violation: it does not follow what was before.
        """
        for _, *values in self.new(service):
            event = dict(zip(COLUMNS, values, strict=True))
            event["data"], event["metadata"] = orjson.loads(event["data"]), orjson.loads(event["metadata"])
            version, head = self._heads.get((service, event["stream_id"]), (0, GENESIS))
            place = f"{service} {event['stream_id']} version {event['version']}"
            if event["version"] != version + 1:
                raise Violation("stream-order", f"{place} follows version {version}")
            if event["previous_hash"] != head:
                raise Violation("hash-chain", f"{place} does not link to the event before it")
            if digest({**{name: event[name] for name in COLUMNS[:-1]}, "source": service}) != event["hash"]:
                raise Violation("hash-chain", f"{place} does not fit its hash")
            self._heads[service, event["stream_id"]] = event["version"], event["hash"]
            self.events[service][event["event_id"]] = event
            self.model.fold(event["type"], event["data"])

    def look_everywhere(self) -> None:
        for service in self.events:
            self.look(service)

    def digest(self) -> str:
        """Of every event of every service: what the run has come to."""
        heads = (f"{service} {event['stream_id']} {event['hash']}" for service, seen in self.events.items()
                 for event in seen.values())  # fmt: skip
        return sha256("\n".join(heads).encode()).hexdigest()
