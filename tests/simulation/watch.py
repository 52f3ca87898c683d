"""Invariants that are looked at after every step that stored something: cheap, so that a fault is found where it is made."""

import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from contracts.envelope import GENESIS, digest
from services.suite import SERVICES
from tests.simulation.model import Model
from tests.simulation.world import Violation

COLUMNS = (
    "event_id", "stream_id", "version", "type", "schema_version", "data", "metadata", "occurred_at", "recorded_at",
    "previous_hash", "hash",
)  # fmt: skip
_NEW = f"SELECT position, {', '.join(COLUMNS)} FROM events WHERE position > ? ORDER BY position"


class Watch:
    """Sees every event once, in the order in which it was stored, and keeps what was seen."""

    def __init__(self, directory: Path, model: Model) -> None:
        self.model = model
        self.events: dict[str, dict[str, dict[str, Any]]] = {service.name: {} for service in SERVICES}
        self._heads: dict[tuple[str, str], tuple[int, str]] = {}
        self._positions = dict.fromkeys(self.events, 0)
        self._connections = {name: sqlite3.connect(directory / f"{name}.db") for name in self.events}

    def rows(self, service: str, sql: str, *values: Any) -> list[Any]:
        return self._connections[service].execute(sql, values).fetchall()

    def new(self, service: str) -> list[Any]:
        """The rows of events not seen yet, in order."""
        rows = self.rows(service, _NEW, self._positions[service])
        if rows:
            self._positions[service] = rows[-1][0]
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

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
