"""A member of a consumer group on the local log."""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from services.chassis.bus import local_group, local_log
from services.chassis.bus.abstract import BusError, Record, TopicPartition
from services.chassis.bus.local_log import LogFile, speaking_sqlite
from services.chassis.clock import Clock
from services.chassis.effects import Effects

WHERE: Final = "bus.local"
# Another process's records are noticed by looking: soon at first, never later than this.
LONGEST_NAP_SECONDS: Final = 0.02
SHORTEST_NAP_SECONDS: Final = 0.001
LOOK_SECONDS: Final = 0.5


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


class LocalSubscriber:
    """Joins at its first poll. Its lease is renewed by polling and committing; who does neither for `lease_ms` is put
    out by the next member that polls, and joins again when it polls again.
    """

    def __init__(
        self,
        log: LogFile,
        group: str,
        member: str,
        topics: Sequence[str],
        *,
        lease_ms: int,
        clock: Clock,
        effects: Effects,
    ) -> None:
        self._log, self._group, self._member, self._topics = log, group, member, tuple(topics)
        self._lease_ms, self._clock, self._effects = lease_ms, clock, effects
        self._connection: sqlite3.Connection | None = None
        self._generation: int | None = None
        self._ids: dict[TopicPartition, int] = {}
        self._positions: dict[TopicPartition, int] = {}
        self._turn = 0
        self._closed = False

    def poll(self, *, max_records: int, timeout: float) -> Sequence[Record]:
        """See the port."""
        return self._effects.perform("poll", WHERE, lambda: self._wait(max_records, timeout))

    def _wait(self, max_records: int, timeout: float) -> Sequence[Record]:
        started = time.monotonic()
        nap = SHORTEST_NAP_SECONDS
        looked = -1.0
        known: tuple[int, int] | None = None
        with speaking_sqlite():
            connection = self._connected()
            while True:
                elapsed = time.monotonic() - started
                # Nobody has written, in this process or another: only the lease needs a look now and then.
                state = self._log.writes(), local_log.version_seen(connection)
                if state != known or elapsed - looked > LOOK_SECONDS:
                    known, looked = state, elapsed
                    self._stay(connection)
                    records = self._fetch(connection, max_records)
                    if records:
                        return records
                left = timeout - elapsed
                if left <= 0:
                    return []
                self._log.wait_for_news(state[0], min(nap, left))
                nap = min(nap * 2, LONGEST_NAP_SECONDS)

    def _connected(self) -> sqlite3.Connection:
        if self._closed:
            raise BusError("the subscriber is closed")
        if self._connection is None:
            self._connection = self._log.connect()
        return self._connection

    def _stay(self, connection: sqlite3.Connection) -> None:
        """Be a member with a lease, put out those without, and follow the group into its generation."""
        now = milliseconds(self._clock.now())
        known = local_group.standing(connection, self._group, self._member)
        others_late = known.first_other_lease_ends_ms is not None and known.first_other_lease_ends_ms <= now
        mine_short = known.lease_ends_ms is None or known.lease_ends_ms - now < self._lease_ms * 2 // 3
        if mine_short or others_late:
            with self._log.writing(connection):
                local_group.evict(connection, self._group, now, spare=self._member)
                if local_group.standing(connection, self._group, self._member).lease_ends_ms is None:
                    local_group.join(connection, self._group, self._member, self._topics, now + self._lease_ms)
                else:
                    local_group.renew(connection, self._group, self._member, now + self._lease_ms)
            known = local_group.standing(connection, self._group, self._member)
        if known.generation != self._generation:
            self._follow(connection)

    def _follow(self, connection: sqlite3.Connection) -> None:
        # One read transaction: the generation must be the one that these partitions were dealt in.
        connection.execute("BEGIN")
        try:
            known = local_group.standing(connection, self._group, self._member)
            held = local_group.holding(connection, self._group, self._member, self._topics)
        finally:
            connection.execute("COMMIT")
        self._generation = known.generation
        self._ids = {partition.at: partition.id for partition in held}
        self._positions = {partition.at: offset for partition, offset in held.items()}

    def _fetch(self, connection: sqlite3.Connection, max_records: int) -> list[Record]:
        ends = {partition.at: partition.end for partition in local_log.partitions_of(connection, self._topics)}
        waiting = [at for at, position in self._positions.items() if position < ends[at]]
        # Each poll begins one partition further, so that a busy one cannot keep the others waiting.
        self._turn += 1
        turn = self._turn % max(1, len(waiting))
        records: list[Record] = []
        for at in waiting[turn:] + waiting[:turn]:
            more = local_log.read(connection, self._ids[at], at, self._positions[at], max_records - len(records))
            if more:
                self._positions[at] = more[-1].offset + 1
                records.extend(more)
            if len(records) >= max_records:
                break
        return records

    def commit(self, offsets: Mapping[TopicPartition, int]) -> bool:
        """See the port."""
        return self._effects.perform("offset-commit", WHERE, lambda: self._commit(offsets))

    def _commit(self, offsets: Mapping[TopicPartition, int]) -> bool:
        if not offsets:
            return True
        if self._generation is None or not offsets.keys() <= self._ids.keys():
            return False
        now = milliseconds(self._clock.now())
        with speaking_sqlite():
            connection = self._connected()
            with self._log.writing(connection):
                known = local_group.standing(connection, self._group, self._member)
                if known.generation != self._generation or known.lease_ends_ms is None:
                    return False
                by_id = {self._ids[at]: offset for at, offset in offsets.items()}
                local_group.commit(connection, self._group, by_id)
                local_group.renew(connection, self._group, self._member, now + self._lease_ms)
        return True

    def seek(self, position: TopicPartition, offset: int) -> None:
        """See the port."""
        if position in self._positions:
            self._positions[position] = max(0, offset)

    def assignment(self) -> frozenset[TopicPartition]:
        """See the port; as of the last poll."""
        return frozenset(self._positions)

    def close(self) -> None:
        """See the port."""
        if self._closed:
            return
        self._closed = True
        self._generation, self._ids, self._positions = None, {}, {}
        if self._connection is not None:
            # Who cannot say goodbye is put out when its lease ends.
            with suppress(sqlite3.Error), self._log.writing(self._connection):
                local_group.leave(self._connection, self._group, self._member)
            self._connection.close()
