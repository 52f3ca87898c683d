"""The file behind the local bus: its tables, its connections, and how records are written to and read from it."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import orjson

from services.chassis.bus.abstract import BusError, Message, Record, TopicPartition
from services.chassis.bus.partitioning import partition_of

Synchronous = Literal["FULL", "NORMAL", "OFF"]

# A record's place is its partition's id and its offset in one integer: one tree in reading order, no second index.
OFFSET_BITS: Final = 40
BUSY_SECONDS: Final = 30.0

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS partitions (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, partition)
) STRICT;
CREATE TABLE IF NOT EXISTS records (
    place INTEGER PRIMARY KEY, key TEXT, value BLOB, headers BLOB NOT NULL, timestamp_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS consumer_groups (name TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS members (
    group_name TEXT NOT NULL, member TEXT NOT NULL, topics TEXT NOT NULL, lease_ends_ms INTEGER NOT NULL,
    PRIMARY KEY (group_name, member)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS assignments (
    group_name TEXT NOT NULL, partition_id INTEGER NOT NULL, member TEXT NOT NULL,
    PRIMARY KEY (group_name, partition_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS committed_offsets (
    group_name TEXT NOT NULL, partition_id INTEGER NOT NULL, next_offset INTEGER NOT NULL,
    PRIMARY KEY (group_name, partition_id)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition as stored: `end` is the offset that the next record gets."""

    id: int
    at: TopicPartition
    end: int


class LogFile:
    """One SQLite file and who is at work on it in this process. Shared between threads; its connections are not."""

    def __init__(self, path: Path, *, synchronous: Synchronous) -> None:
        self._path, self._synchronous = path, synchronous
        # SQLite's own wait for a writer sleeps up to 100 ms at a time; threads of one process hand over at once.
        self._writing = threading.Lock()
        self._news = threading.Condition()
        self._writes = 0

    def connect(self) -> sqlite3.Connection:
        """A connection for one publisher, subscriber or bus; the tables exist.

        Raises:
            BusError: the file cannot be opened.
        """
        with speaking_sqlite():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        deadline = time.monotonic() + BUSY_SECONDS
        # Two processes that open a new file together: changing the journal mode does not wait for the other by itself.
        while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        connection.execute(f"PRAGMA synchronous = {self._synchronous}")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'committed_offsets'").fetchone() is None:
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")

    @contextmanager
    def writing(self, connection: sqlite3.Connection) -> Iterator[None]:
        """One write transaction; who waits for news in this process is told of it."""
        with self._writing:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        with self._news:
            self._writes += 1
            self._news.notify_all()

    def writes(self) -> int:
        """How often this process has written: what `wait_for_news` compares."""
        return self._writes

    def wait_for_news(self, seen: int, seconds: float) -> None:
        """Returns when this process has written since `seen`, or after `seconds`."""
        with self._news:
            if self._writes == seen:
                self._news.wait(seconds)


@contextmanager
def speaking_sqlite() -> Iterator[None]:
    """Errors of SQLite leave as errors of the bus."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise BusError(f"the local log failed: {error}") from error


def version_seen(connection: sqlite3.Connection) -> int:
    """Changes when another connection, of this process or another, has written; costs next to nothing."""
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version


def partitions_of(connection: sqlite3.Connection, topics: Sequence[str]) -> list[Partition]:
    """The partitions of the topics, by topic and number; topics that do not exist have none."""
    marks = ",".join("?" * len(topics))
    rows = connection.execute(
        f"SELECT id, topic, partition, next_offset FROM partitions WHERE topic IN ({marks}) ORDER BY topic, partition",
        tuple(topics),
    )
    return [Partition(key, TopicPartition(topic, number), end) for key, topic, number, end in rows.fetchall()]


def append(connection: sqlite3.Connection, messages: Sequence[Message], timestamp_ms: int) -> list[int]:
    """Write messages in order, inside the caller's transaction; answers the indexes of those whose topic is unknown."""
    held: dict[str, dict[int, Partition]] = {}
    for partition in partitions_of(connection, sorted({message.topic for message in messages})):
        held.setdefault(partition.at.topic, {})[partition.at.partition] = partition
    ends: dict[int, int] = {}
    rows: list[tuple[int, str, bytes, bytes, int]] = []
    unknown: list[int] = []
    for index, message in enumerate(messages):
        numbered = held.get(message.topic)
        if numbered is None:
            unknown.append(index)
            continue
        partition = numbered[partition_of(message.key, len(numbered))]
        offset = ends.get(partition.id, partition.end)
        ends[partition.id] = offset + 1
        headers = orjson.dumps(dict(message.headers))
        rows.append((partition.id << OFFSET_BITS | offset, message.key, message.value, headers, timestamp_ms))
    connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?)", rows)
    connection.executemany(
        "UPDATE partitions SET next_offset = ? WHERE id = ?", [(end, key) for key, end in ends.items()]
    )
    return unknown


def read(connection: sqlite3.Connection, partition_id: int, at: TopicPartition, start: int, limit: int) -> list[Record]:
    """At most `limit` records of a partition, from `start` on."""
    first = partition_id << OFFSET_BITS
    rows = connection.execute(
        "SELECT place, key, value, headers, timestamp_ms FROM records"
        " WHERE place >= ? AND place < ? ORDER BY place LIMIT ?",
        (first + max(0, start), first + (1 << OFFSET_BITS), limit),
    )
    return [
        Record(at.topic, at.partition, place - first, key, value, _headers(headers), timestamp)
        for place, key, value, headers, timestamp in rows.fetchall()
    ]


def _headers(stored: bytes) -> Mapping[str, str]:
    headers: dict[str, str] = orjson.loads(stored)
    return headers
