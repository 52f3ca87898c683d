"""The local bus: a durable log in one SQLite file that keeps the promises of the port, for threads and processes."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from services.chassis.bus import local_group, local_log
from services.chassis.bus.abstract import BusError, Message, Record
from services.chassis.bus.limits import Screened, screen
from services.chassis.bus.local_log import LogFile, Synchronous, speaking_sqlite
from services.chassis.bus.local_subscriber import WHERE, LocalSubscriber, milliseconds
from services.chassis.clock import Clock, Ids, SystemIds
from services.chassis.effects import Effects

LEASE_SECONDS: Final = 10.0


class LocalPublisher:
    """Sends into the log: each call is one transaction, acknowledged when SQLite has committed it."""

    def __init__(self, log: LogFile, clock: Clock, effects: Effects) -> None:
        self._log, self._clock, self._effects = log, clock, effects
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    def send(self, messages: Sequence[Message]) -> Sequence[BaseException | None]:
        """See the port."""
        return self._effects.perform("send", WHERE, lambda: self._send(messages))

    def _send(self, messages: Sequence[Message]) -> Sequence[BaseException | None]:
        screened = screen(messages)
        try:
            self._write(screened)
        except BusError as error:
            for index in screened.accepted:
                screened.outcomes[index] = error
        return screened.outcomes

    def _write(self, screened: Screened) -> None:
        if self._closed:
            raise BusError("the publisher is closed")
        messages = screened.messages()
        with speaking_sqlite():
            if self._connection is None:
                self._connection = self._log.connect()
            with self._log.writing(self._connection):
                unknown = local_log.append(self._connection, messages, milliseconds(self._clock.now()))
        for index in unknown:
            screened.outcomes[screened.accepted[index]] = BusError(f"there is no topic {messages[index].topic}")

    def close(self) -> None:
        """See the port."""
        self._closed = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class LocalBus:
    """A bus on one file. Processes share it by opening the same path; `clock` times the leases of group members."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        effects: Effects,
        ids: Ids | None = None,
        lease_seconds: float = LEASE_SECONDS,
        synchronous: Synchronous = "FULL",
    ) -> None:
        self._log = LogFile(path, synchronous=synchronous)
        self._clock, self._effects, self._ids = clock, effects, ids or SystemIds()
        self._lease_ms = int(lease_seconds * 1000)
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def ensure_topics(self, topics: Sequence[str], *, partitions: int) -> None:
        """See the port."""
        with self._connected() as connection:
            missing = sorted(set(topics) - {known.at.topic for known in local_log.partitions_of(connection, topics)})
            if not missing:
                return
            with self._log.writing(connection):
                for topic in missing:
                    connection.executemany(
                        "INSERT OR IGNORE INTO partitions (topic, partition) VALUES (?, ?)",
                        [(topic, number) for number in range(partitions)],
                    )
                    local_group.rebalance_followers(connection, topic)

    def publisher(self) -> LocalPublisher:
        """See the port."""
        return LocalPublisher(self._log, self._clock, self._effects)

    def subscriber(self, group: str, topics: Sequence[str]) -> LocalSubscriber:
        """See the port."""
        return LocalSubscriber(
            self._log,
            group,
            self._ids.new(),
            topics,
            lease_ms=self._lease_ms,
            clock=self._clock,
            effects=self._effects,
        )

    def forget_members(self) -> None:
        """Put every member of every group out at once, for the one process that knows that no other uses the file:
        after a crash it need not wait for leases to end.
        """
        with self._connected() as connection, self._log.writing(connection):
            for (group,) in connection.execute("SELECT DISTINCT group_name FROM members").fetchall():
                connection.execute("DELETE FROM members WHERE group_name = ?", (group,))
                local_group.rebalance(connection, group)

    def end_offsets(self, topic: str) -> Mapping[int, int]:
        """See the port."""
        with self._connected() as connection:
            return {known.at.partition: known.end for known in local_log.partitions_of(connection, [topic])}

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """See the port."""
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT p.partition, coalesce(c.next_offset, 0) FROM partitions p"
                " LEFT JOIN committed_offsets c ON c.partition_id = p.id AND c.group_name = ? WHERE p.topic = ?",
                (group, topic),
            )
            return dict(rows.fetchall())

    def read(self, topic: str, partition: int, start: int, max_records: int) -> Sequence[Record]:
        """See the port."""
        with self._connected() as connection:
            for known in local_log.partitions_of(connection, [topic]):
                if known.at.partition == partition:
                    return local_log.read(connection, known.id, known.at, start, max_records)
        raise BusError(f"there is no partition {partition} of {topic}")

    def ping(self) -> None:
        """See the port."""
        with self._connected() as connection:
            connection.execute("SELECT 1 FROM partitions LIMIT 1").fetchone()

    def close(self) -> None:
        """See the port."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with self._lock, speaking_sqlite():
            if self._connection is None:
                self._connection = self._log.connect()
            yield self._connection
