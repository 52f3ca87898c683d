"""How partitions are dealt, and how leases decide who is a member."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.bus.abstract import TopicPartition
from services.chassis.bus.local_group import share
from tests.unit.chassis.bus.local_stage import LEASE_SECONDS, LocalStage
from tests.unit.chassis.bus.stage import PARTITIONS

TOPICS = ("registration", "matching", "consultation")


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.sets(st.sampled_from(TOPICS)), max_size=6))
def test_each_wanted_partition_goes_to_one_member_that_wants_it_and_evenly(members: dict[str, set[str]]) -> None:
    partitions = {topic: [(topic, number) for number in range(PARTITIONS)] for topic in TOPICS}
    dealt = share(partitions, {member: sorted(topics) for member, topics in members.items()})
    for topic, ids in partitions.items():
        wanting = [member for member, topics in members.items() if topic in topics]
        holders = Counter(dict.fromkeys(wanting, 0))
        holders.update(dealt[at] for at in ids if at in dealt)
        assert set(holders) == set(wanting)
        assert sum(holders.values()) == (PARTITIONS if wanting else 0)
        if wanting:
            assert max(holders.values()) - min(holders.values()) <= 1


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[LocalStage]:
    stage = LocalStage(tmp_path / "bus.sqlite")
    yield stage
    stage.bus.close()


def test_who_polls_stays_a_member_however_long_it_takes(stage: LocalStage) -> None:
    topic, group = stage.topic(), stage.group()
    first, second = stage.bus.subscriber(group, [topic]), stage.bus.subscriber(group, [topic])
    stage.settle(first, second, topic=topic)
    held = first.assignment(), second.assignment()
    for _ in range(10):
        stage.clock.moment += timedelta(seconds=LEASE_SECONDS * 0.9)
        first.poll(max_records=1, timeout=0)
        second.poll(max_records=1, timeout=0)
    assert (first.assignment(), second.assignment()) == held
    first.close()
    second.close()


def test_committing_renews_the_lease_too(stage: LocalStage) -> None:
    topic, group = stage.topic(), stage.group()
    busy, other = stage.bus.subscriber(group, [topic]), stage.bus.subscriber(group, [topic])
    stage.settle(busy, other, topic=topic)
    mine = dict.fromkeys(busy.assignment(), 0)
    for _ in range(5):
        stage.clock.moment += timedelta(seconds=LEASE_SECONDS * 0.6)
        assert busy.commit(mine)
        other.poll(max_records=1, timeout=0)
    assert len(other.assignment()) == PARTITIONS / 2
    busy.close()
    other.close()


def test_a_dead_member_is_missed_as_soon_as_its_lease_ends(stage: LocalStage) -> None:
    topic, group = stage.topic(), stage.group()
    dead, alive = stage.bus.subscriber(group, [topic]), stage.bus.subscriber(group, [topic])
    stage.settle(dead, alive, topic=topic)
    # Of the living member's own lease most is left at the second poll: it polls for no reason of its own.
    for share_of_lease, held in ((0.9, PARTITIONS / 2), (0.2, PARTITIONS)):
        stage.clock.moment += timedelta(seconds=LEASE_SECONDS * share_of_lease)
        alive.poll(max_records=1, timeout=0)
        assert len(alive.assignment()) == held
    alive.close()
    dead.close()


def test_a_lease_that_ended_unnoticed_costs_nothing(stage: LocalStage) -> None:
    topic = stage.topic()
    lone = stage.bus.subscriber(stage.group(), [topic])
    lone.poll(max_records=1, timeout=0)
    stage.clock.moment += timedelta(seconds=LEASE_SECONDS * 3)
    assert lone.commit(dict.fromkeys(lone.assignment(), 0))
    lone.close()


def test_a_member_put_out_joins_again_by_polling(stage: LocalStage) -> None:
    topic, group = stage.topic(), stage.group()
    slow, quick = stage.bus.subscriber(group, [topic]), stage.bus.subscriber(group, [topic])
    stage.settle(slow, topic=topic)
    stage.clock.moment += timedelta(seconds=LEASE_SECONDS + 1)
    quick.poll(max_records=1, timeout=0)
    assert len(quick.assignment()) == PARTITIONS
    stage.settle(slow, quick, topic=topic)
    slow.close()
    quick.close()


def test_members_left_behind_can_be_forgotten_at_once(stage: LocalStage) -> None:
    topic, group = stage.topic(), stage.group()
    dead, alive = stage.bus.subscriber(group, [topic]), stage.bus.subscriber(group, [topic])
    stage.settle(dead, topic=topic)
    stage.bus.forget_members()
    assert dead.commit(dict.fromkeys(dead.assignment(), 0)) is False
    alive.poll(max_records=1, timeout=0)
    assert len(alive.assignment()) == PARTITIONS
    alive.close()
    dead.close()


def test_topics_made_later_are_dealt_to_who_waits_for_them(stage: LocalStage) -> None:
    waiting = stage.bus.subscriber(stage.group(), ["later"])
    waiting.poll(max_records=1, timeout=0)
    assert waiting.assignment() == frozenset()
    stage.bus.ensure_topics(["later"], partitions=2)
    stage.send("later", [("key", "value")])
    assert len(stage.gather(waiting, 1)) == 1
    assert waiting.assignment() == {TopicPartition("later", 0), TopicPartition("later", 1)}
    waiting.close()
