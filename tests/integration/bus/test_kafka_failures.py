"""What the bus on Kafka does when the broker refuses, stops answering or forgets: only real brokers do that rightly."""

from collections.abc import Callable, Iterator

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from services.chassis.bus.abstract import BusError, Message
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.limits import HeldBackError
from services.chassis.effects import DirectEffects, Effect, T
from tests.integration.bus.kafka_stage import KafkaStage
from tests.stack.composed import Composed
from tests.unit.chassis.bus.stage import PARTITIONS, next_offsets, texts

pytestmark = pytest.mark.docker


class RecordingEffects:
    def __init__(self) -> None:
        self.seen: list[tuple[Effect, str]] = []

    def perform(self, effect: Effect, where: str, action: Callable[[], T]) -> T:
        self.seen.append((effect, where))
        return action()


@pytest.fixture(scope="module")
def stage(kafka_bootstrap: str) -> Iterator[KafkaStage]:
    stage = KafkaStage(kafka_bootstrap)
    yield stage
    stage.close()


@pytest.fixture
def admin(kafka_bootstrap: str) -> Iterator[KafkaAdminClient]:
    admin = KafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    yield admin
    admin.close()


def test_a_message_that_the_broker_refuses_fails_and_holds_back_its_key(
    stage: KafkaStage, admin: KafkaAdminClient
) -> None:
    topic = f"narrow-{stage.group()}"
    admin.create_topics(
        {topic: {"num_partitions": 1, "replication_factor": 1, "configs": {"max.message.bytes": "2000"}}}
    )
    admin.wait_for_topics([topic])
    publisher = stage.bus.publisher()
    outcomes = publisher.send(
        [
            Message(topic, "good", b"1", {}),
            Message(topic, "bad", bytes(20_000), {}),
            Message(topic, "bad", b"overtaking", {}),
        ]
    )
    assert outcomes[1] is not None
    assert isinstance(outcomes[2], HeldBackError)
    # The publisher goes on: what failed is sent again, in order, by whoever owns the outbox.
    assert (
        list(publisher.send([Message(topic, "bad", b"smaller", {}), Message(topic, "bad", b"next", {})])) == [None] * 2
    )
    publisher.close()
    assert texts(stage.bus.read(topic, 0, 0, 100))[-2:] == ["smaller", "next"]


def test_while_the_broker_is_silent_nothing_counts_as_sent_and_afterwards_all_goes_on(
    stage: KafkaStage, backbone: Composed
) -> None:
    topic = stage.topic()
    publisher = stage.bus.publisher()
    assert list(publisher.send([Message(topic, "key", b"before", {})])) == [None]
    subscriber = stage.bus.subscriber(stage.group(), [topic])
    before = stage.gather(subscriber, 1)
    backbone.compose("pause", "kafka")
    try:
        outcomes = publisher.send([Message(topic, "key", f"{turn}".encode(), {}) for turn in range(3)])
        assert all(outcomes)
        with pytest.raises(BusError):
            stage.bus.ping()
        with pytest.raises(BusError):
            subscriber.commit(next_offsets(before))
    finally:
        backbone.compose("unpause", "kafka")
    stage.wait_until_it_answers()
    assert list(publisher.send([Message(topic, "key", f"{turn}".encode(), {}) for turn in range(3)])) == [None] * 3
    publisher.close()
    subscriber.close()
    reader = stage.bus.subscriber(stage.group(), [topic])
    values = texts(stage.gather(reader, 4))
    reader.close()
    # Lost acknowledgements may double records; they never lose one or change the order of the last ones.
    assert values[0] == "before"
    assert values[-3:] == ["0", "1", "2"]


def test_a_broker_that_is_not_there_is_an_error_of_the_bus() -> None:
    bus = KafkaBus("127.0.0.1:9", options={"bootstrap_timeout_ms": 500}, effects=DirectEffects())
    publisher, subscriber = bus.publisher(), bus.subscriber("group", ["topic"])
    with pytest.raises(BusError):
        bus.ping()
    with pytest.raises(BusError):
        bus.read("topic", 0, 0, 1)
    with pytest.raises(BusError):
        subscriber.poll(max_records=1, timeout=0.1)
    assert all(publisher.send([Message("topic", "key", b"value", {})]))
    publisher.close()
    subscriber.close()
    bus.close()


def test_topics_are_made_to_keep_everything(stage: KafkaStage, admin: KafkaAdminClient) -> None:
    topic = stage.topic()
    (described,) = admin.describe_topics([topic])
    assert len(described["partitions"]) == PARTITIONS
    configs = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])["topic"][topic]
    kept = {name: configs[name]["value"] for name in ("retention.ms", "retention.bytes", "cleanup.policy")}
    assert kept == {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


def test_close_leaves_the_group_at_once(stage: KafkaStage, admin: KafkaAdminClient) -> None:
    topic, group = stage.topic(), stage.group()
    subscriber = stage.bus.subscriber(group, [topic])
    stage.settle(subscriber, topic=topic)
    subscriber.close()
    assert admin.describe_groups([group])[group]["members"] == []


def test_every_effect_passes_the_hook(kafka_bootstrap: str, stage: KafkaStage) -> None:
    topic, effects = stage.topic(), RecordingEffects()
    bus = KafkaBus(kafka_bootstrap, options={}, effects=effects)
    publisher, subscriber = bus.publisher(), bus.subscriber(stage.group(), [topic])
    publisher.send([Message(topic, "key", b"value", {})])
    subscriber.commit(next_offsets(stage.gather(subscriber, 1)))
    assert effects.seen[0] == ("send", "bus.kafka")
    assert set(effects.seen[1:-1]) == {("poll", "bus.kafka")}
    assert effects.seen[-1] == ("offset-commit", "bus.kafka")
    publisher.close()
    subscriber.close()
    bus.close()
