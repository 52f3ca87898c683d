"""The local bus on its stage: time is moved by hand."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from services.chassis.bus.abstract import Subscriber
from services.chassis.bus.local import LocalBus
from services.chassis.effects import DirectEffects
from tests.unit.chassis.bus.stage import Stage

LEASE_SECONDS = 10.0


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2023, 11, 21, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


class LocalStage(Stage):
    patience = 10.0

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, HandClock()
        self.bus = LocalBus(
            path, clock=self.clock, effects=DirectEffects(), lease_seconds=LEASE_SECONDS, synchronous="OFF"
        )

    def crash(self, subscriber: Subscriber) -> None:
        self.clock.moment += timedelta(seconds=LEASE_SECONDS + 1)

    def write_foreign(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]
    ) -> None:
        kept = {name: "" if text is None else text.decode() for name, text in headers}
        connection = sqlite3.connect(self.path)
        with connection:
            (partition,) = connection.execute("SELECT id FROM partitions WHERE topic = ? LIMIT 1", (topic,)).fetchone()
            (end,) = connection.execute(
                "UPDATE partitions SET next_offset = next_offset + 1 WHERE id = ? RETURNING next_offset", (partition,)
            ).fetchone()
            connection.execute(
                "INSERT INTO records VALUES (?, ?, ?, ?, 0)",
                ((partition << 40) + end - 1, None if key is None else key.decode(), value, orjson.dumps(kept)),
            )
        connection.close()
