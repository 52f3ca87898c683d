"""The promises of the bus, one test each. Run on every adapter by a subclass with a `stage` fixture."""

import threading
from collections.abc import Iterator

import pytest

from services.chassis.bus.abstract import Message, Record, Subscriber, TopicPartition
from services.chassis.bus.limits import MAX_MESSAGE_BYTES
from tests.unit.chassis.bus.stage import PARTITIONS, Stage, next_offsets, texts

FORTY = [(f"stream-{number % 10}", f"{number % 10}:{number // 10}") for number in range(40)]


class BusConformance:
    @pytest.fixture
    def members(self, stage: Stage) -> Iterator["Members"]:
        members = Members(stage)
        yield members
        members.close()

    def test_records_of_a_key_are_read_in_the_order_sent(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        stage.send(topic, FORTY[:20])
        stage.send(topic, FORTY[20:])
        records = stage.gather(members.join("g", topic), 40)
        for number in range(10):
            mine = texts([record for record in records if record.key == f"stream-{number}"])
            assert mine == [f"{number}:{turn}" for turn in range(4)]

    def test_one_key_stays_in_one_partition_and_offsets_count_up(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        stage.send(topic, FORTY)
        records = stage.gather(members.join("g", topic), 40)
        where = {(record.key, record.partition) for record in records}
        assert len(where) == 10
        for partition in {record.partition for record in records}:
            offsets = [record.offset for record in records if record.partition == partition]
            assert offsets == list(range(len(offsets)))

    def test_a_lone_member_holds_all_partitions(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        lone = members.join("g", topic)
        stage.settle(lone, topic=topic)
        assert lone.assignment() == {TopicPartition(topic, number) for number in range(PARTITIONS)}

    def test_members_share_the_partitions_and_each_record_comes_to_one(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        first, second = members.join("g", topic), members.join("g", topic)
        stage.settle(first, second, topic=topic)
        stage.send(topic, [(f"key-{number}", str(number)) for number in range(60)])
        read: list[list[Record]] = [[], []]

        def all_read() -> bool:
            for subscriber, records in zip((first, second), read, strict=True):
                records.extend(subscriber.poll(max_records=500, timeout=0.1))
            return len(read[0]) + len(read[1]) >= 60

        stage.until(all_read)
        assert sorted(map(int, texts(read[0]) + texts(read[1]))) == list(range(60))
        assert read[0]
        assert read[1]

    def test_who_leaves_hands_over_at_once_and_uncommitted_records_come_again(
        self, stage: Stage, members: "Members"
    ) -> None:
        topic = stage.topic()
        first, second = members.join("g", topic), members.join("g", topic)
        stage.settle(first, second, topic=topic)
        stage.send(topic, FORTY)
        stage.until(lambda: bool(first.poll(max_records=500, timeout=0.1)))
        first.close()
        assert sorted(set(texts(stage.gather(second, 40)))) == sorted(text for _, text in FORTY)

    def test_after_a_crash_the_others_go_on_from_the_last_commit(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        first, second = members.join("g", topic), members.join("g", topic)
        stage.settle(first, topic=topic)
        stage.send(topic, FORTY)
        done = stage.gather(first, 40)
        assert first.commit(next_offsets(done))
        stage.send(topic, [(key, f"again {text}") for key, text in FORTY])
        assert len(stage.gather(first, 40)) == 40
        stage.crash(first)
        again = stage.gather(second, 40)
        assert sorted(texts(again)) == sorted(f"again {text}" for _, text in FORTY)

    def test_commits_after_the_group_has_moved_on_are_refused(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        first, second = members.join("g", topic), members.join("g", topic)
        stage.settle(first, topic=topic)
        stage.send(topic, FORTY)
        done = next_offsets(stage.gather(first, 40))
        # The second takes part while the first is busy and does not poll.
        assert texts(stage.gather(second, 1))
        assert first.commit(done) is False
        assert set(stage.bus.committed(members.group("g"), topic).values()) == {0}

    def test_a_member_that_came_back_cannot_commit_what_is_anothers(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        first, second = members.join("g", topic), members.join("g", topic)
        stage.settle(first, topic=topic)
        stage.send(topic, FORTY)
        done = next_offsets(stage.gather(first, 40))
        stage.settle(first, second, topic=topic)
        lost = {at: offset for at, offset in done.items() if at in second.assignment()}
        kept = {at: offset for at, offset in done.items() if at in first.assignment()}
        assert lost
        assert kept
        assert first.commit(done) is False
        assert first.commit(lost) is False
        assert first.commit(kept) is True

    def test_a_new_group_starts_at_the_beginning_and_groups_do_not_disturb_each_other(
        self, stage: Stage, members: "Members"
    ) -> None:
        topic = stage.topic()
        stage.send(topic, FORTY)
        for name in ("a", "b", "c"):
            subscriber = members.join(name, topic)
            records = stage.gather(subscriber, 40)
            assert sorted(texts(records)) == sorted(text for _, text in FORTY)
            assert subscriber.commit(next_offsets(records))
        assert sum(stage.bus.committed(members.group("a"), topic).values()) == 40

    def test_a_member_that_closes_and_returns_goes_on_where_it_committed(
        self, stage: Stage, members: "Members"
    ) -> None:
        topic = stage.topic()
        stage.send(topic, FORTY)
        first = members.join("g", topic)
        assert first.commit(next_offsets(stage.gather(first, 40)))
        first.close()
        stage.send(topic, [("late", "late")])
        assert texts(stage.gather(members.join("g", topic), 1)) == ["late"]

    def test_seek_reads_again_from_the_offset(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        stage.send(topic, [("key", str(number)) for number in range(5)])
        subscriber = members.join("g", topic)
        last = stage.gather(subscriber, 5)[-1]
        subscriber.seek(TopicPartition(topic, last.partition), 2)
        assert texts(stage.gather(subscriber, 3)) == ["2", "3", "4"]

    def test_seek_of_a_partition_not_held_does_nothing(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        stage.send(topic, [("key", "value")])
        subscriber = members.join("g", topic)
        subscriber.seek(TopicPartition(topic, 0), 5)
        assert texts(stage.gather(subscriber, 1)) == ["value"]

    def test_a_poll_gives_no_more_than_asked_for_and_loses_nothing(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        stage.send(topic, FORTY)
        subscriber = members.join("g", topic)
        polls: list[list[Record]] = []
        stage.until(
            lambda: polls.append(list(subscriber.poll(max_records=7, timeout=0.1))) or sum(map(len, polls)) >= 40
        )
        assert max(map(len, polls)) <= 7
        assert sorted(texts([record for poll in polls for record in poll])) == sorted(text for _, text in FORTY)

    def test_headers_and_values_arrive_as_sent(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        headers = {"ce_type": "fair opened", "ce_source": "상생 기술협력 박람회", "empty": ""}
        stage.send(topic, [("바이컴", "협력기술 수요")], headers)
        (record,) = stage.gather(members.join("g", topic), 1)
        assert record.headers == headers
        assert (record.key, record.value) == ("바이컴", "협력기술 수요".encode())
        assert record.timestamp_ms > 1_600_000_000_000

    def test_records_of_strangers_do_not_stop_the_reader(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        stage.write_foreign(topic, key=None, value=b"no key", headers=[])
        stage.write_foreign(topic, key=b"gone", value=None, headers=[("why", b"tombstone")])
        stage.write_foreign(topic, key=b"odd", value=b"\xff\xfe", headers=[("twice", b"1"), ("twice", b"2")])
        records = {record.key: record for record in stage.gather(members.join("g", topic), 3)}
        assert records[None].value == b"no key"
        assert records["gone"].value is None
        assert records["gone"].headers == {"why": "tombstone"}
        assert records["odd"].value == b"\xff\xfe"
        assert records["odd"].headers == {"twice": "2"}

    def test_a_value_of_900_kilobytes_is_carried(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        value = "가" * 300_000
        stage.send(topic, [("key", value), ("key", "after")])
        records = stage.gather(members.join("g", topic), 2)
        assert texts(records) == [value, "after"]
        assert stage.bus.read(topic, records[0].partition, 0, 1)[0].value == value.encode()

    def test_a_failing_message_is_reported_and_holds_back_its_key(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        publisher = stage.bus.publisher()
        huge = b"x" * (MAX_MESSAGE_BYTES + 1)
        outcomes = publisher.send(
            [
                Message(topic, "good", b"1", {}),
                Message(topic, "bad", huge, {}),
                Message(topic, "good", b"2", {}),
                Message(topic, "bad", b"overtaking", {}),
            ]
        )
        assert [outcome is None for outcome in outcomes] == [True, False, True, False]
        assert list(publisher.send([Message(topic, "bad", b"in its turn", {})])) == [None]
        publisher.close()
        records = stage.gather(members.join("g", topic), 3)
        assert sorted(texts(records)) == ["1", "2", "in its turn"]

    def test_a_topic_that_does_not_exist_fails_and_spares_the_others(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        publisher = stage.bus.publisher()
        nowhere = [Message("no-such-topic", key, b"value", {}) for key in ("a", "b")]
        outcomes = publisher.send([nowhere[0], Message(topic, "key", b"value", {}), nowhere[1]])
        publisher.close()
        assert [outcome is None for outcome in outcomes] == [False, True, False]
        assert texts(stage.gather(members.join("g", topic), 1)) == ["value"]

    def test_a_closed_publisher_sends_nothing(self, stage: Stage) -> None:
        topic = stage.topic()
        publisher = stage.bus.publisher()
        publisher.close()
        assert [outcome is None for outcome in publisher.send([Message(topic, "key", b"value", {})])] == [False]
        assert sum(stage.bus.end_offsets(topic).values()) == 0

    def test_end_offsets_committed_and_read_agree(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        assert stage.bus.end_offsets(topic) == dict.fromkeys(range(PARTITIONS), 0)
        assert stage.bus.committed(members.group("g"), topic) == dict.fromkeys(range(PARTITIONS), 0)
        stage.send(topic, FORTY)
        subscriber = members.join("g", topic)
        records = stage.gather(subscriber, 40)
        assert subscriber.commit(next_offsets(records))
        ends = stage.bus.end_offsets(topic)
        assert stage.bus.committed(members.group("g"), topic) == ends
        read = [record for partition in ends for record in self.read_all(stage, topic, partition, ends[partition])]
        assert sorted(read, key=place) == sorted(records, key=place)

    def read_all(self, stage: Stage, topic: str, partition: int, end: int) -> list[Record]:
        records: list[Record] = []
        while len(records) < end:
            records.extend(stage.bus.read(topic, partition, len(records), 3))
        assert list(stage.bus.read(topic, partition, end, 3)) == []
        return records

    def test_read_sees_what_was_sent_since(self, stage: Stage) -> None:
        topic = stage.topic()
        stage.send(topic, [("key", "0")])
        (partition,) = [number for number, end in stage.bus.end_offsets(topic).items() if end]
        assert texts(stage.bus.read(topic, partition, 0, 10)) == ["0"]
        stage.send(topic, [("key", "1")])
        assert texts(stage.bus.read(topic, partition, 1, 10)) == ["1"]
        assert texts(stage.bus.read(topic, partition, 0, 1)) == ["0"]

    def test_topics_are_made_once(self, stage: Stage) -> None:
        topic = stage.topic()
        stage.send(topic, FORTY)
        stage.bus.ensure_topics([topic], partitions=PARTITIONS)
        ends = stage.bus.end_offsets(topic)
        assert len(ends) == PARTITIONS
        assert sum(ends.values()) == 40

    def test_an_unknown_topic_has_no_partitions(self, stage: Stage) -> None:
        assert stage.bus.end_offsets("no-such-topic") == {}
        assert stage.bus.committed("nobody", "no-such-topic") == {}

    def test_one_member_may_read_several_topics(self, stage: Stage, members: "Members") -> None:
        topics = [stage.topic("registration"), stage.topic("matching")]
        for topic in topics:
            stage.send(topic, [("key", topic)])
        assert sorted(texts(stage.gather(members.join("g", *topics), 2))) == sorted(topics)

    def test_the_bus_answers_when_it_can_be_reached(self, stage: Stage) -> None:
        stage.bus.ping()

    def test_publishers_of_many_threads_lose_nothing(self, stage: Stage, members: "Members") -> None:
        topic = stage.topic()
        failures: list[BaseException | None] = []

        def work(name: int) -> None:
            publisher = stage.bus.publisher()
            for turn in range(10):
                failures.extend(publisher.send([Message(topic, f"stream-{name}", f"{turn}".encode(), {})]))
            publisher.close()

        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == [None] * 40
        records = stage.gather(members.join("g", topic), 40)
        for name in range(4):
            mine = texts([record for record in records if record.key == f"stream-{name}"])
            assert mine == [str(turn) for turn in range(10)]


def place(record: Record) -> tuple[int, int]:
    return record.partition, record.offset


class Members:
    """Subscribers of groups that no other test knows; all are closed in the end."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._groups: dict[str, str] = {}
        self._joined: list[Subscriber] = []

    def group(self, name: str) -> str:
        if name not in self._groups:
            self._groups[name] = self._stage.group()
        return self._groups[name]

    def join(self, name: str, *topics: str) -> Subscriber:
        subscriber = self._stage.bus.subscriber(self.group(name), topics)
        self._joined.append(subscriber)
        return subscriber

    def close(self) -> None:
        for subscriber in self._joined:
            subscriber.close()
