"""Which settings of kafka-python may be given. Nothing connects here."""

import pytest

from services.chassis.bus.abstract import BusError
from services.chassis.bus.kafka import KafkaBus
from services.chassis.effects import DirectEffects


@pytest.mark.parametrize(
    "option", ["acks", "enable_idempotence", "enable_auto_commit", "auto_offset_reset", "group_id", "bootstrap_servers"]
)
def test_what_the_promises_rest_on_may_not_be_changed(option: str) -> None:
    with pytest.raises(ValueError, match=f"may not be changed: {option}"):
        KafkaBus("localhost:9092", options={option: 1}, effects=DirectEffects())


def test_an_option_that_no_client_knows_is_named() -> None:
    with pytest.raises(ValueError, match="unknown Kafka client options: sessions_timeout_ms"):
        KafkaBus("localhost:9092", options={"sessions_timeout_ms": 1}, effects=DirectEffects())


def test_making_a_bus_its_publishers_and_subscribers_connects_nowhere() -> None:
    # Sockets are forbidden in unit tests: this would fail if one were opened. Workers fork after this.
    bus = KafkaBus("localhost:9092", options={"security_protocol": "PLAINTEXT"}, effects=DirectEffects())
    subscriber = bus.subscriber("group", ["topic"])
    assert subscriber.assignment() == frozenset()
    assert subscriber.commit({}) is True
    subscriber.close()
    publisher = bus.publisher()
    publisher.close()
    bus.close()
    with pytest.raises(BusError):
        subscriber.poll(max_records=1, timeout=0)
