"""The port of the bus. Both adapters keep the same promises; `tests` run one conformance suite on both.

Promises: records of one key go to one partition and are read in the order in which they were acknowledged (a producer
that sends again after a lost acknowledgement may double them); a group's partitions are shared among its members and
move when members come and go; delivery is at least once, from the last committed offset. Callers must not assume order
between partitions, nor that a poll returns what was just sent. Messages up to `limits.MAX_MESSAGE_BYTES` are taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: `headers` are text, carried as UTF-8."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """What is read. `value` is None for a tombstone and `key` None when somebody else wrote the record without one."""

    topic: str
    partition: int
    offset: int
    key: str | None
    value: bytes | None
    headers: Mapping[str, str]
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class TopicPartition:
    topic: str
    partition: int


class BusError(Exception):
    """The bus could not be reached or refused; the step is tried again later."""


class Publisher(Protocol):
    """Sends messages. Not shared between threads."""

    def send(self, messages: Sequence[Message]) -> Sequence[BaseException | None]:
        """Send all, wait for each, and say for each whether it was acknowledged (None) or why not.

        What was not acknowledged may still have been written; send it again. Order within a key is the order given;
        once a message fails, later ones of the same key in this call are reported as failed too.
        """
        ...

    def close(self) -> None: ...


class Subscriber(Protocol):
    """A member of a consumer group. Not shared between threads."""

    def poll(self, *, max_records: int, timeout: float) -> Sequence[Record]:
        """Up to `max_records` records, waiting at most `timeout` seconds for the first one.

        No records need not mean that there are none: an adapter that is reconnecting may just answer so. `Bus.ping`
        says whether the bus can be reached.

        Raises:
            BusError: the bus cannot be reached.
        """
        ...

    def commit(self, offsets: Mapping[TopicPartition, int]) -> bool:
        """Commit the next offset to read, per partition.

        False, and nothing is committed, when the group has moved on (a rebalance) or one of the partitions is not held
        any more: harmless, its records are delivered again to whoever holds it now.

        Raises:
            BusError: the bus cannot be reached.
        """
        ...

    def seek(self, position: TopicPartition, offset: int) -> None:
        """Read `position` from `offset` next, if this member holds it."""
        ...

    def assignment(self) -> frozenset[TopicPartition]:
        """The partitions held, as of the last poll."""
        ...

    def close(self) -> None:
        """Leave the group at once; uncommitted records go to the others."""
        ...


class Bus(Protocol):
    """Makes publishers and subscribers. May be shared between threads; what it makes may not."""

    def ensure_topics(self, topics: Sequence[str], *, partitions: int) -> None:
        """Create the topics that do not exist, with retention unlimited."""
        ...

    def publisher(self) -> Publisher: ...

    def subscriber(self, group: str, topics: Sequence[str]) -> Subscriber:
        """A new member of `group`; a new group starts at the beginning."""
        ...

    def end_offsets(self, topic: str) -> Mapping[int, int]:
        """The next offset to be written, per partition."""
        ...

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """The group's committed offsets, per partition; partitions never committed are 0."""
        ...

    def read(self, topic: str, partition: int, start: int, max_records: int) -> Sequence[Record]:
        """Records of one partition from `start` on, outside any group: for replay and republication.

        At least one, unless `start` is at the end or past it; perhaps fewer than `max_records` although there are more.

        Raises:
            BusError: the bus cannot be reached, or there is no such partition.
        """
        ...

    def ping(self) -> None:
        """Answers when the bus can be reached.

        Raises:
            BusError: it cannot.
        """
        ...

    def close(self) -> None: ...
