"""The bus on Kafka keeps the promises of the port, against a real broker."""

from collections.abc import Iterator

import pytest

from tests.integration.bus.kafka_stage import KafkaStage
from tests.unit.chassis.bus.conformance import BusConformance

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def stage(kafka_bootstrap: str) -> Iterator[KafkaStage]:
    stage = KafkaStage(kafka_bootstrap)
    yield stage
    stage.close()


class TestKafkaBus(BusConformance):
    pass
