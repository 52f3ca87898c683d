"""What the conformance suite needs of a bus beyond its port: topics of its own, and the means to let members die."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from itertools import count

from services.chassis.bus.abstract import Bus, Message, Record, Subscriber, TopicPartition

PARTITIONS = 12


class Stage(ABC):
    """A bus under test. `patience` is how many seconds it may take until what must happen has happened."""

    bus: Bus
    patience: float
    _numbers = count(1)

    def topic(self, name: str = "events") -> str:
        """A new topic of twelve partitions."""
        topic = f"{name}-{next(self._numbers)}"
        self.bus.ensure_topics([topic], partitions=PARTITIONS)
        return topic

    def group(self) -> str:
        return f"group-{next(self._numbers)}"

    @abstractmethod
    def crash(self, subscriber: Subscriber) -> None:
        """The member stops without a word, and long enough ago to be found dead by the next poll of another."""

    @abstractmethod
    def write_foreign(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]
    ) -> None:
        """Somebody else writes to the topic, past our publisher."""

    def send(self, topic: str, pairs: Sequence[tuple[str, str]], headers: Mapping[str, str] | None = None) -> None:
        """Send key-value pairs and insist that all are acknowledged."""
        publisher = self.bus.publisher()
        outcomes = publisher.send([Message(topic, key, value.encode(), headers or {}) for key, value in pairs])
        publisher.close()
        assert list(outcomes) == [None] * len(pairs)

    def gather(self, subscriber: Subscriber, number: int) -> list[Record]:
        """Poll until `number` records have come."""
        records: list[Record] = []
        self.until(lambda: records.extend(subscriber.poll(max_records=500, timeout=0.1)) or len(records) >= number)
        return records

    def until(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self.patience
        while not happened():
            assert time.monotonic() < deadline, "it did not happen in time"

    def settle(self, *subscribers: Subscriber, topic: str) -> list[list[Record]]:
        """Poll in turn until the members share all partitions of the topic; what each has read meanwhile."""
        everything = {TopicPartition(topic, number) for number in range(PARTITIONS)}
        read: list[list[Record]] = [[] for _ in subscribers]

        def shared() -> bool:
            for subscriber, records in zip(subscribers, read, strict=True):
                records.extend(subscriber.poll(max_records=500, timeout=0.1))
            held = [subscriber.assignment() for subscriber in subscribers]
            return all(held) and set().union(*held) == everything and sum(map(len, held)) == PARTITIONS

        self.until(shared)
        return read


def next_offsets(records: Sequence[Record]) -> dict[TopicPartition, int]:
    """What to commit after having dealt with the records."""
    offsets: dict[TopicPartition, int] = {}
    for record in records:
        at = TopicPartition(record.topic, record.partition)
        offsets[at] = max(offsets.get(at, 0), record.offset + 1)
    return offsets


def texts(records: Sequence[Record]) -> list[str]:
    """The values in the order read."""
    return [record.value.decode() for record in records if record.value is not None]
