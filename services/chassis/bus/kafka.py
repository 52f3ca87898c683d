"""The bus on Kafka, through kafka-python."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from kafka import TopicPartition as KafkaTopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import GroupIdNotFoundError, RetriableError, TopicAlreadyExistsError, UnknownTopicOrPartitionError

from services.chassis.bus.abstract import BusError, Record
from services.chassis.bus.kafka_clients import KafkaClients, Kept
from services.chassis.bus.kafka_publisher import KafkaPublisher
from services.chassis.bus.kafka_records import records_of
from services.chassis.bus.kafka_subscriber import KafkaSubscriber
from services.chassis.effects import Effects

T = TypeVar("T")
READING_SECONDS: Final = 30.0
PATIENCE_SECONDS: Final = 30.0
AS_THE_BROKERS_SAY: Final = -1
"""How often a topic is kept is for the cluster to say (default.replication.factor): it knows its brokers."""

# The log is the record of what happened: nothing is deleted by age or size, and never compacted.
TOPIC_CONFIGS: Final[Mapping[str, str]] = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


class KafkaBus:
    """A cluster as a bus. Connects when first used, so that it may be made before a fork; `options` are settings of
    kafka-python's clients (security, timeouts), each given to the clients that know it.
    """

    def __init__(self, bootstrap_servers: str, *, options: Mapping[str, Any], effects: Effects) -> None:
        self._clients = KafkaClients(bootstrap_servers, options)
        self._effects = effects
        self._admin, self._admin_lock = Kept(self._clients.admin), threading.Lock()
        # One lock each: a long replay does not keep a health check waiting.
        self._reader, self._reader_lock = Kept(self._clients.reader), threading.Lock()
        self._ends: dict[tuple[str, int], int] = {}

    def ensure_topics(self, topics: Sequence[str], *, partitions: int) -> None:
        """See the port."""

        def create(admin: Any) -> None:
            missing = sorted(set(topics) - set(admin.list_topics()))
            for topic in missing:
                wanted = {
                    "num_partitions": partitions,
                    "replication_factor": AS_THE_BROKERS_SAY,
                    "configs": dict(TOPIC_CONFIGS),
                }
                try:
                    admin.create_topics({topic: wanted})
                except TopicAlreadyExistsError:
                    continue
            if missing:
                admin.wait_for_topics(missing)
                _wait_for_leaders(admin, missing)

        with self._admin_lock:
            self._admin.use(create)

    def publisher(self) -> KafkaPublisher:
        """See the port."""
        return KafkaPublisher(self._clients, self._effects)

    def subscriber(self, group: str, topics: Sequence[str]) -> KafkaSubscriber:
        """See the port."""
        return KafkaSubscriber(self._clients, group, topics, self._effects)

    def end_offsets(self, topic: str) -> Mapping[int, int]:
        """See the port."""
        with self._admin_lock:
            return self._admin.use(lambda admin: _ends(admin, topic))

    def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """See the port."""

        def look(admin: Any) -> dict[int, int]:
            wanted = _partitions(admin, topic)
            try:
                found = _patiently(lambda: admin.list_group_offsets({group: wanted})[group]) if wanted else {}
            except GroupIdNotFoundError:
                found = {}
            # Kafka answers -1 for what was never committed.
            return {at.partition: max(0, found[at].offset) if at in found else 0 for at in wanted}

        with self._admin_lock:
            return self._admin.use(look)

    def read(self, topic: str, partition: int, start: int, max_records: int) -> Sequence[Record]:
        """See the port. Reading on where the last call ended keeps what was fetched ahead."""
        at = KafkaTopicPartition(topic, partition)
        with self._reader_lock:
            return self._reader.use(lambda consumer: self._read(consumer, at, max(0, start), max_records))

    def _read(self, consumer: Any, at: Any, start: int, max_records: int) -> list[Record]:
        end = self._ends.get((at.topic, at.partition), 0)
        if start >= end:
            end = self._ends[at.topic, at.partition] = consumer.end_offsets([at])[at]
        if start >= end:
            return []
        if consumer.assignment() != {at}:
            consumer.assign([at])
            consumer.seek(at, start)
        elif consumer.position(at) != start:
            consumer.seek(at, start)
        deadline = time.monotonic() + READING_SECONDS
        while time.monotonic() < deadline:
            records = records_of(consumer.poll(timeout_ms=1_000, max_records=max_records).values())
            if records or consumer.position(at) >= end:
                return records
        raise BusError(f"{at.topic}-{at.partition} could not be read from {start}")

    def ping(self) -> None:
        """See the port."""
        with self._admin_lock:
            self._admin.use(lambda admin: admin.describe_cluster())

    def close(self) -> None:
        """See the port."""
        with self._admin_lock:
            self._admin.close()
        with self._reader_lock:
            self._reader.close()


def _partitions(admin: Any, topic: str) -> list[Any]:
    """The partitions of a topic; none when it does not exist."""
    try:
        described = admin.describe_topics([topic])
    except UnknownTopicOrPartitionError:
        return []
    return [
        KafkaTopicPartition(topic, found["partition_index"])
        for entry in described
        if entry["error_code"] == 0
        for found in sorted(entry["partitions"], key=lambda part: int(part["partition_index"]))
    ]


def _ends(admin: Any, topic: str) -> dict[int, int]:
    wanted = dict.fromkeys(_partitions(admin, topic), OffsetSpec.LATEST)
    found = admin.list_partition_offsets(wanted) if wanted else {}
    return {at.partition: end.offset for at, end in found.items()}


def _wait_for_leaders(admin: Any, topics: Sequence[str]) -> None:
    """The library waits until one broker knows of new topics; those that lead them may hear of it a moment later."""
    for topic in topics:
        _patiently(partial(_ends, admin, topic))


def _patiently(ask: Callable[[], T]) -> T:
    """Ask until brokers know what they will know in a moment: the leader of a topic, the coordinator of a group."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except RetriableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
