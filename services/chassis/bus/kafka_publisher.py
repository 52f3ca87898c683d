"""Sends to Kafka, and believes in nothing that was not acknowledged."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from kafka.errors import KafkaError

from services.chassis.bus.abstract import BusError, Message
from services.chassis.bus.kafka_clients import WHERE, KafkaClients
from services.chassis.bus.limits import Screened, held_back, screen
from services.chassis.bus.partitioning import partition_of
from services.chassis.effects import Effects

# Waited beyond the delivery timeout, within which the library settles every record of its own accord.
SPARE_SECONDS: Final = 10.0
CLOSING_SECONDS: Final = 1.0


class KafkaPublisher:
    """Its producer is made at the first send and thrown away after any failure: a failed batch may be followed by an
    epoch bump that fails whatever is in flight, and nothing may be written any more once it was reported as failed.
    """

    def __init__(self, clients: KafkaClients, effects: Effects) -> None:
        self._clients, self._effects = clients, effects
        self._producer: Any = None
        self._closed = False

    def send(self, messages: Sequence[Message]) -> Sequence[BaseException | None]:
        """See the port."""
        return self._effects.perform("send", WHERE, lambda: self._send(messages))

    def _send(self, messages: Sequence[Message]) -> Sequence[BaseException | None]:
        screened = screen(messages)
        if not screened.accepted:
            return screened.outcomes
        try:
            producer = self._ready()
        except (KafkaError, BusError) as error:
            for index in screened.accepted:
                screened.outcomes[index] = error
            return screened.outcomes
        pending = self._hand_over(producer, screened)
        healthy = self._settle(producer, pending, screened)
        if not healthy:
            self._discard()
        return screened.outcomes

    def _ready(self) -> Any:
        if self._closed:
            raise BusError("the publisher is closed")
        if self._producer is None:
            self._producer = self._clients.producer()
        return self._producer

    def _hand_over(self, producer: Any, screened: Screened) -> dict[int, Any]:
        """Give the producer what it takes. A topic that it cannot find is waited for once, not once per message."""
        futures: dict[int, Any] = {}
        lost: dict[str, BaseException] = {}
        failed: set[tuple[str, str]] = set()
        for index in screened.accepted:
            message = screened.given[index]
            key = (message.topic, message.key)
            if message.topic in lost:
                screened.outcomes[index] = lost[message.topic]
            elif key in failed:
                screened.outcomes[index] = held_back(message)
            else:
                try:
                    futures[index] = self._give(producer, message)
                except KafkaError as error:
                    screened.outcomes[index] = error
                    failed.add(key)
                    # The topic may be gone, the buffer full: nothing of this topic would fare better now.
                    lost[message.topic] = error
                except (TypeError, ValueError, UnicodeError) as error:
                    screened.outcomes[index] = error
                    failed.add(key)
        return futures

    def _give(self, producer: Any, message: Message) -> Any:
        # The partition is named by us: same choice as the library's, without hashing a known key again.
        partition = partition_of(message.key, len(producer.partitions_for(message.topic)))
        return producer.send(
            message.topic,
            key=message.key.encode(),
            value=message.value,
            headers=[(name, text.encode()) for name, text in message.headers.items()],
            partition=partition,
        )

    def _settle(self, producer: Any, futures: dict[int, Any], screened: Screened) -> bool:
        """Wait for every record and note what became of it; False when one of them was not acknowledged."""
        with suppress(KafkaError):
            # A flush that runs out of time leaves futures undone; each is looked at below.
            producer.flush(producer.config["delivery_timeout_ms"] / 1000 + SPARE_SECONDS)
        failed: set[tuple[str, str]] = set()
        for index, future in futures.items():
            message = screened.given[index]
            key = (message.topic, message.key)
            if key in failed:
                # Perhaps written, yet an earlier one was not: it goes again, behind the earlier one.
                screened.outcomes[index] = held_back(message)
            elif not future.is_done:
                # The library forgets some of a batch that it had to split.
                screened.outcomes[index] = BusError(f"no answer for a message on {message.topic}")
                failed.add(key)
            elif future.exception is not None:
                screened.outcomes[index] = future.exception
                failed.add(key)
        return not failed

    def _discard(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError):
                producer.close(timeout=CLOSING_SECONDS)

    def close(self) -> None:
        """See the port."""
        self._closed = True
        self._discard()
