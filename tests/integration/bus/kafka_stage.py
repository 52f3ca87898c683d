"""The bus on Kafka on its stage: sessions are short, so that dead members are missed soon."""

import time
from collections.abc import Sequence

from kafka import KafkaProducer

from services.chassis.bus.abstract import BusError, Subscriber
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_subscriber import KafkaSubscriber
from services.chassis.effects import DirectEffects
from tests.unit.chassis.bus.stage import Stage

OPTIONS = {
    "session_timeout_ms": 3_000,
    "heartbeat_interval_ms": 300,
    "max_poll_interval_ms": 4_000,
    "max_block_ms": 3_000,
    "request_timeout_ms": 3_000,
    "delivery_timeout_ms": 4_000,
}


class KafkaStage(Stage):
    patience = 60.0

    def __init__(self, bootstrap: str) -> None:
        self.bus = KafkaBus(bootstrap, options=OPTIONS, effects=DirectEffects())
        self.wait_until_it_answers()
        self.stranger = KafkaProducer(bootstrap_servers=bootstrap)

    def wait_until_it_answers(self) -> None:
        """A port that listens is not yet a broker that answers."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                self.bus.ping()
            except BusError:
                assert time.monotonic() < deadline, "Kafka does not answer"
                time.sleep(0.2)
            else:
                return

    def crash(self, subscriber: Subscriber) -> None:
        assert isinstance(subscriber, KafkaSubscriber)
        # The connection goes without a farewell to the group.
        subscriber._consumer._client.close()
        subscriber._consumer = None

    def write_foreign(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]
    ) -> None:
        self.stranger.send(topic, key=key, value=value, headers=list(headers)).get(timeout=30)

    def close(self) -> None:
        self.stranger.close()
        self.bus.close()
