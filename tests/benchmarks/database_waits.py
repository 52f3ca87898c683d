"""What PostgreSQL waits for while it is loaded: sessions by what they wait for, commits, and flushes to disk."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from tests.stack.composed import NAMES

EVERY_SECONDS: Final = 0.1
RUNNING: Final = "on CPU or waiting for it"
TIMED: Final = ("ALTER SYSTEM SET track_wal_io_timing = on", "SELECT pg_reload_conf()")
SESSIONS: Final = """
    SELECT CASE WHEN state = 'active' THEN coalesce(wait_event_type || ':' || wait_event, %s) ELSE 'client, in a transaction' END,
           count(*)
    FROM pg_stat_activity
    WHERE state IN ('active', 'idle in transaction') AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    GROUP BY 1
"""  # noqa: E501 - SQL reads better in one piece
CONNECTIONS: Final = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
TOTALS: Final = """
    SELECT (SELECT sum(xact_commit) FROM pg_stat_database WHERE datname = ANY(%s)), wal_sync, wal_sync_time, wal_bytes
    FROM pg_stat_wal
"""


@dataclass(frozen=True)
class Waits:
    """`sessions`: on average so many sessions were in a transaction, by what they waited for. Flushes are those of the
    write-ahead log (fsync), in milliseconds each.
    """

    sessions: dict[str, float]
    transactions_per_second: float
    flushes_per_second: float
    flush_milliseconds: float
    log_bytes_per_second: float
    most_connections: int

    def share(self, *prefixes: str) -> float:
        """Of all that was sampled, what waited for this."""
        total = sum(self.sessions.values())
        return (
            sum(found for name, found in self.sessions.items() if name.startswith(prefixes)) / total if total else 0.0
        )

    def most(self, count: int) -> Sequence[tuple[str, float]]:
        return Counter(self.sessions).most_common(count)


class DatabaseWatch:
    """Samples from `start` to `stop`, on a connection of its own."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        self._connection = connect()
        for statement in TIMED:
            self._connection.execute(statement)
        self._seen: Counter[str] = Counter()
        self._samples, self._most = 0, 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._before = self._totals()

    def start(self) -> None:
        self._before = self._totals()
        self._thread.start()

    def stop(self, seconds: float) -> Waits:
        """What was found in these seconds."""
        self._over.set()
        self._thread.join()
        commits, flushes, spent, written = (
            float(after) - float(before) for before, after in zip(self._before, self._totals(), strict=True)
        )
        self._connection.close()
        return Waits(
            {name: count / max(1, self._samples) for name, count in self._seen.items()},
            commits / seconds, flushes / seconds, spent / flushes if flushes else 0.0, written / seconds, self._most,
        )  # fmt: skip

    def _totals(self) -> tuple[Any, ...]:
        found = self._connection.execute(TOTALS, (list(NAMES),)).fetchone()
        assert found is not None
        return tuple(found)

    def _look(self) -> None:
        while not self._over.wait(EVERY_SECONDS):
            for name, count in self._connection.execute(SESSIONS, (RUNNING,)):
                self._seen[str(name)] += int(count)
            self._samples += 1
            for (count,) in self._connection.execute(CONNECTIONS):
                self._most = max(self._most, int(count))
