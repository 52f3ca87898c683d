"""A member of a consumer group on Kafka."""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from kafka import TopicPartition as KafkaTopicPartition
from kafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from kafka.structs import OffsetAndMetadata

from services.chassis.bus.abstract import BusError, Record, TopicPartition
from services.chassis.bus.kafka_clients import WHERE, KafkaClients, speaking_kafka
from services.chassis.bus.kafka_records import records_of
from services.chassis.effects import Effects

MOVED_ON: Final = (CommitFailedError, RebalanceInProgressError, IllegalGenerationError, UnknownMemberIdError)
LEAVING_MS: Final = 5_000


class KafkaSubscriber:
    """Joins at its first poll; heartbeats run in the library's own thread, as long as polls come in time.

    It keeps no records of its own between polls: when a partition is taken away, the library drops what it has fetched.
    """

    def __init__(self, clients: KafkaClients, group: str, topics: Sequence[str], effects: Effects) -> None:
        self._clients, self._group, self._topics, self._effects = clients, group, tuple(topics), effects
        self._consumer: Any = None
        self._closed = False

    def poll(self, *, max_records: int, timeout: float) -> Sequence[Record]:
        """See the port."""
        return self._effects.perform("poll", WHERE, lambda: self._poll(max_records, timeout))

    def _poll(self, max_records: int, timeout: float) -> Sequence[Record]:
        if self._closed:
            raise BusError("the subscriber is closed")
        with speaking_kafka():
            if self._consumer is None:
                consumer = self._clients.consumer(self._group)
                consumer.subscribe(topics=self._topics)
                self._consumer = consumer
            # Rounded up: with no time at all the library never gets as far as joining.
            batches = self._consumer.poll(timeout_ms=max(1, math.ceil(timeout * 1000)), max_records=max_records)
        return records_of(batches.values())

    def commit(self, offsets: Mapping[TopicPartition, int]) -> bool:
        """See the port."""
        return self._effects.perform("offset-commit", WHERE, lambda: self._commit(offsets))

    def _commit(self, offsets: Mapping[TopicPartition, int]) -> bool:
        if not offsets:
            return True
        # The broker checks the generation only: a member that has come back would be allowed to set back the offsets of
        # partitions that are another's by now.
        if self._consumer is None or not offsets.keys() <= self.assignment():
            return False
        wanted = {
            KafkaTopicPartition(at.topic, at.partition): OffsetAndMetadata(offset, "", -1)
            for at, offset in offsets.items()
        }
        with speaking_kafka():
            try:
                self._consumer.commit(wanted)
            except MOVED_ON:
                return False
        return True

    def seek(self, position: TopicPartition, offset: int) -> None:
        """See the port."""
        if position in self.assignment():
            # Between the look and the seek a heartbeat may have taken the partition away: then it is not ours to move.
            with suppress(ValueError):
                self._consumer.seek(KafkaTopicPartition(position.topic, position.partition), max(0, offset))

    def assignment(self) -> frozenset[TopicPartition]:
        """See the port."""
        if self._consumer is None:
            return frozenset()
        return frozenset(TopicPartition(at.topic, at.partition) for at in self._consumer.assignment())

    def close(self) -> None:
        """See the port."""
        self._closed = True
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            # Who cannot say goodbye is put out when its session ends.
            with suppress(KafkaError):
                consumer.close(autocommit=False, timeout_ms=LEAVING_MS)
