"""A deployment per module, all on the same four databases and topics: each module starts where the last one stopped.

Imports that lead to kafka-python are deferred: this file may be read before pytest knows which warnings to let pass.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.suite.deployment import Deployment

IMPATIENT = {
    "request_timeout_ms": 3_000,
    "bootstrap_timeout_ms": 3_000,
    "max_block_ms": 3_000,
    "delivery_timeout_ms": 4_000,
}
"""For tests of a broker that does not answer; everywhere else the bus is as deployed."""


@pytest.fixture(scope="module")
def deployment(postgres_url: Callable[[str], str], kafka_bootstrap: str) -> "Iterator[Deployment]":
    from tests.integration.suite.deployment import Deployment

    deployed = Deployment(postgres_url, kafka_bootstrap)
    yield deployed
    deployed.close()


@pytest.fixture(scope="module")
def impatient_deployment(postgres_url: Callable[[str], str], kafka_bootstrap: str) -> "Iterator[Deployment]":
    from services.chassis.bus.kafka import KafkaBus
    from services.chassis.effects import DirectEffects
    from tests.integration.suite.deployment import Deployment

    deployed = Deployment(
        postgres_url, kafka_bootstrap, lambda _: KafkaBus(kafka_bootstrap, options=IMPATIENT, effects=DirectEffects())
    )
    yield deployed
    deployed.close()
