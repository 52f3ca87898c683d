"""The bus on Kafka keeps the promises of the port, against a real broker."""

import time
from collections.abc import Iterator, Sequence

import pytest
from kafka import KafkaProducer

from services.chassis.bus.abstract import BusError, Subscriber
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_subscriber import KafkaSubscriber
from services.chassis.effects import DirectEffects
from tests.unit.chassis.bus.conformance import BusConformance
from tests.unit.chassis.bus.stage import Stage

pytestmark = pytest.mark.docker

SESSION_SECONDS = 3.0
OPTIONS = {
    "session_timeout_ms": int(SESSION_SECONDS * 1000),
    "heartbeat_interval_ms": 300,
    "max_poll_interval_ms": 4_000,
    "max_block_ms": 3_000,
}


class KafkaStage(Stage):
    patience = 60.0

    def __init__(self, bootstrap: str) -> None:
        self.bus = KafkaBus(bootstrap, options=OPTIONS, effects=DirectEffects())
        self.stranger = KafkaProducer(bootstrap_servers=bootstrap)

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


@pytest.fixture(scope="module")
def stage(kafka_bootstrap: str) -> Iterator[KafkaStage]:
    stage = KafkaStage(kafka_bootstrap)
    # A port that listens is not yet a broker that answers.
    deadline = time.monotonic() + stage.patience
    while True:
        try:
            stage.bus.ping()
            break
        except BusError:
            assert time.monotonic() < deadline, "Kafka does not answer"
            time.sleep(0.2)
    yield stage
    stage.close()


class TestKafkaBus(BusConformance):
    pass
