"""From one service's store over the bus into another's read models, whatever the bus delivers."""

import random
import uuid
from dataclasses import replace

import orjson
import pytest
from sqlalchemy import text

from contracts.envelope import Envelope, canonical, sealed
from services.chassis import replay, republication, restoration, tables, topic_history
from services.chassis.arrival import Reception
from services.chassis.bus.abstract import BusError, Message, Record
from services.chassis.inbox import ForkError
from services.chassis.intake import Intake
from services.chassis.parking import HaltedError, Parking
from services.chassis.read_models import ReadModels
from services.chassis.relay import Relay, message, topic
from services.chassis.resolution import ParkedRecords
from services.chassis.timers import Timers
from tests.unit.chassis.core import sample
from tests.unit.chassis.core.stage import ORGANISER, Stage, rows, stored_events


def filled(stage: Stage, *, seats: int = 5):
    application = stage.application(sample.source_service())
    briefing = str(uuid.uuid4())
    application.execute(sample.Schedule(briefing, 100), ORGANISER)
    for _ in range(seats):
        application.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
    return application, briefing


def record(event: Envelope, offset: int = 0, **changes: object) -> Record:
    value = canonical({**event.as_json(), **changes})
    return Record(topic(event.source), 0, offset, event.stream_id, value, {}, 0)


def intake(application, limit: int = 100) -> tuple[Intake, Parking]:
    parking = Parking(application.database, application.clock, application.ids, limit=limit)
    return Intake(application, parking), parking


def opened(*records: Record):
    return [Reception().open(found) for found in records]


def mirrored(application) -> list[tuple[str, str, int]]:
    return sorted((row["seat_id"], row["_event_id"], row["_version"]) for row in rows(application, sample.MIRROR))


class FlowConformance:
    def test_events_arrive_once_with_their_reactions(self, stage: Stage) -> None:
        source, _ = filled(stage)
        target = stage.application(sample.mirror_service())
        stage.flow(source, target)
        assert len(rows(target, sample.MIRROR)) == 5
        assert len(stored_events(target)) == 5
        assert [row["rule"] for row in rows(target, tables.rejected_commands)] == ["sample.never"] * 5
        assert replay.compare(target).differences == ()
        caused = {event.metadata["causation_id"] for event in stored_events(target)}
        assert caused == {event.event_id for event in stored_events(source)[1:]}

    def test_any_order_that_a_bus_may_deliver_ends_in_the_same_rows(self, stage: Stage) -> None:
        source, briefing = filled(stage, seats=8)
        for seat in [row["seat_id"] for row in rows(source, sample.SEATS)][:3]:
            source.execute(sample.Release(briefing, seat, str(uuid.uuid4())), ORGANISER)
        events = stored_events(source)
        expected = None
        for seed in range(6):
            chance = random.Random(seed)
            delivered = [record(event, offset) for offset, event in enumerate(events)]
            delivered += chance.sample(delivered, 6)
            chance.shuffle(delivered)
            target = stage.application(sample.mirror_service(), f"order{seed}")
            taking, _ = intake(target)
            while delivered:
                size = chance.randint(1, 5)
                taking.take(opened(*delivered[:size]))
                delivered = delivered[size:]
            expected = expected or mirrored(target)
            assert mirrored(target) == expected
            assert len(expected) == 5
            assert len(rows(target, tables.inbox)) == len(events)
            assert {row["status"] for row in rows(target, tables.inbox)} <= {"handled", "unhandled"}
            assert len(stored_events(target)) == 8
            assert replay.compare(target).differences == ()

    def test_a_crash_before_the_offset_commit_does_nothing_twice(self, stage: Stage) -> None:
        source, _ = filled(stage)
        target = stage.application(sample.mirror_service())
        relay = Relay(source, stage.bus)
        relay.step()
        first = stage.consumer(target)
        subscriber_commit = "commit"
        first.step(0.2)
        before = mirrored(target), [event.event_id for event in stored_events(target)]
        first.close()
        assert subscriber_commit
        # The same events once more from the beginning, as after a lost offset.
        taking, _ = intake(stage.again(target))
        taken = taking.take(opened(*[record(event, number) for number, event in enumerate(stored_events(source))]))
        assert taken.duplicates == 6
        assert (mirrored(target), [event.event_id for event in stored_events(target)]) == before
        relay.close()

    def test_a_fork_halts(self, stage: Stage) -> None:
        source, _ = filled(stage)
        target = stage.application(sample.mirror_service())
        events = stored_events(source)
        taking, _ = intake(target)
        taking.take(opened(*[record(event, number) for number, event in enumerate(events)]))
        other = sealed(replace(events[2], event_id=str(uuid.uuid4()), hash=""))
        with pytest.raises(ForkError, match="version 3"):
            taking.take(opened(record(other)))

    @pytest.mark.parametrize(
        ("poison", "reason"),
        [
            (
                lambda event: Record(topic("registration"), 0, 9, event.stream_id, b"\xff{", {}, 0),
                "not an event envelope",
            ),
            (lambda event: Record(topic("registration"), 0, 9, event.stream_id, None, {}, 0), "not an event envelope"),
            (lambda event: record(event, 9, data={"seat_id": "forged"}), "the hash does not fit"),
            (lambda event: replace(record(event, 9), key="other"), "key is not the event's stream"),
            (lambda event: replace(record(event, 9), topic=topic("grants")), "source is not the topic's"),
            (
                lambda event: record(sealed(replace(event, data={**event.data, "seat_id": "x"}, hash="")), 9),
                "does not fit the contract",
            ),
        ],
    )
    def test_poison_is_parked_with_its_stream_and_the_others_go_on(self, stage: Stage, poison, reason: str) -> None:
        source, _ = filled(stage)
        other, _ = filled_again(source)
        target = stage.application(sample.mirror_service())
        events = stored_events(source)
        bad = next(event for event in events if event.type.endswith("seat-booked"))
        records = [record(event, 20 + number) for number, event in enumerate(events)]
        records.insert(1, poison(bad))
        taking, parking = intake(target)
        taken = taking.take(opened(*records))
        assert taken.parked >= 1
        assert reason in parking.listed()[0].reason
        assert len(rows(target, sample.MIRROR)) >= other
        assert all(parked.stream_id in {bad.stream_id, "other"} for parked in parking.listed())

    def test_parked_records_can_be_retried_once_the_cause_is_mended(self, stage: Stage) -> None:
        source, _ = filled(stage)
        service = sample.mirror_service()

        def broken(reader, event):
            raise KeyError("a bug")

        projectors = {**service.read_models.projectors, "registration.seat-booked": broken}
        target = stage.application(replace(service, read_models=ReadModels(sample.mirror_metadata, projectors)))
        taking, parking = intake(target)
        taken = taking.take(opened(*[record(event, number) for number, event in enumerate(stored_events(source))]))
        assert (taken.parked, taken.unhandled) == (5, 1)
        assert "KeyError" in parking.listed()[0].reason
        assert "a bug" not in parking.listed()[0].reason
        mended = stage.again(target, service)
        _, lot = intake(mended)
        again = ParkedRecords(mended, lot).retry(None, "operator-1")
        assert (again.handled, again.parked) == (5, 0)
        assert lot.count() == 0
        assert replay.compare(mended).differences == ()

    def test_a_discarded_record_lets_the_rest_of_its_stream_pass(self, stage: Stage) -> None:
        source, _ = filled(stage, seats=2)
        service = sample.mirror_service()
        victim = stored_events(source)[1].event_id

        def picky(rows_, event):
            if event.event_id == victim:
                raise ValueError("never")
            sample.mirror_booked(rows_, event)

        projectors = {**service.read_models.projectors, "registration.seat-booked": picky}
        target = stage.application(replace(service, read_models=ReadModels(sample.mirror_metadata, projectors)))
        taking, parking = intake(target)
        taking.take(opened(*[record(event, number) for number, event in enumerate(stored_events(source))]))
        first = next(parked for parked in parking.listed() if parked.event_id == victim)
        lot = ParkedRecords(target, parking)
        assert lot.discard(first.parked_id, "operator-1")
        assert not lot.discard(first.parked_id, "operator-1")
        assert lot.retry(None, "operator-1").handled == 1
        assert parking.count() == 0
        statuses = sorted(row["status"] for row in rows(target, tables.inbox))
        assert statuses == ["discarded", "handled", "unhandled"]

    def test_too_much_parked_halts_the_consumer(self, stage: Stage) -> None:
        target = stage.application(sample.mirror_service())
        publisher = stage.bus.publisher()
        publisher.send([Message(topic("registration"), f"k-{n}", b"not json", {}) for n in range(4)])
        publisher.close()
        consumer = stage.consumer(target, limit=3)
        with pytest.raises(HaltedError, match="4 records are parked"):
            for _ in range(5):
                consumer.step(0.2)
        consumer.close()

    def test_an_unknown_type_is_kept_and_not_handled(self, stage: Stage) -> None:
        source, _ = filled(stage, seats=1)
        target = stage.application(sample.mirror_service())
        event = sealed(replace(stored_events(source)[0], type="registration.from-the-future", hash=""))
        taking, parking = intake(target)
        taken = taking.take(opened(record(event)))
        assert (taken.unhandled, parking.count()) == (1, 0)
        assert orjson.loads(rows(target, tables.inbox)[0]["envelope"])["type"] == "registration.from-the-future"

    def test_an_unknown_version_of_a_known_type_is_kept_and_not_handled(self, stage: Stage) -> None:
        source, _ = filled(stage, seats=1)
        target = stage.application(sample.mirror_service())
        first, known = stored_events(source)
        newer = sealed(replace(known, schema_version=99, hash=""))
        taking, parking = intake(target)
        taken = taking.take(opened(record(first), record(newer)))
        assert (taken.unhandled, parking.count()) == (2, 0)
        assert stored_events(target) == []
        assert replay.compare(target).differences == ()
        replay.rebuild(target)
        assert rows(target, sample.MIRROR) == []

    def test_what_is_not_acknowledged_stays_pending(self, stage: Stage) -> None:
        source, _ = filled(stage)

        class Refusing:
            def send(self, messages):
                return [None if number % 2 else BusError("no") for number, _ in enumerate(messages)]

            def close(self):
                pass

        relay = Relay(source, stage.bus)
        relay._publisher = Refusing()
        relayed = relay.step()
        assert (relayed.acknowledged, relayed.failed) == (3, 3)
        assert len(rows(source, tables.outbox)) == 3
        relay.close()

    def test_one_relay_leads_and_the_next_takes_over(self, stage: Stage) -> None:
        source, briefing = filled(stage)
        first, second = Relay(source, stage.bus), Relay(stage.again(source), stage.bus)
        assert first.step().acknowledged == 6
        source.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
        assert second.step().acknowledged == 0
        first.close()
        assert second.step().acknowledged == 1
        second.close()

    def test_timers_fire_once_and_a_refused_one_is_recorded(self, stage: Stage) -> None:
        application = stage.application(sample.source_service(timers=True))
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 3), ORGANISER)
        kept = application.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER).body["seat_id"]
        gone = application.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER).body["seat_id"]
        application.execute(sample.Release(briefing, gone, str(uuid.uuid4())), ORGANISER)
        assert Timers(application).step() == 0
        stage.clock.set("2023-11-21T05:00:01+00:00")
        assert Timers(application).step() == 2
        assert Timers(application).step() == 0
        statuses = {row["name"]: row["status"] for row in rows(application, tables.timers)}
        assert statuses == {f"free-{kept}": "fired", f"free-{gone}": "rejected"}
        assert rows(application, sample.SEATS) == []
        assert rows(application, tables.rejected_commands)[0]["rule"] == "briefing.no-such-seat"

    def test_a_planted_difference_is_shown_with_row_and_event(self, stage: Stage) -> None:
        source, briefing = filled(stage)
        with source.database.writing("planted") as connection:
            connection.execute(text("UPDATE briefings SET booked = 99"))
        found = replay.compare(source).differences
        assert [(d.read_model, d.key, d.columns) for d in found] == [("briefings", (briefing,), ("booked",))]
        assert found[0].event_id == stored_events(source)[-1].event_id
        assert replay.rebuild(source).events == 6
        assert replay.compare(source).differences == ()

    def test_read_models_are_rebuilt_when_their_version_rises(self, stage: Stage) -> None:
        source, _ = filled(stage)
        newer = replace(source.service, read_models=replace(source.service.read_models, version=2))
        application = stage.again(source, newer)
        rebuilt = replay.ensure_current(application)
        assert rebuilt is not None
        assert rebuilt.events == 6
        assert replay.ensure_current(application) is None

    def test_the_bus_alone_rebuilds_stores_and_read_models_without_reactions(self, stage: Stage) -> None:
        source, _ = filled(stage)
        target = stage.application(sample.mirror_service())
        stage.flow(source, target)
        relay = Relay(target, stage.bus)
        relay.step()
        relay.close()
        empty = stage.application(sample.mirror_service(), "empty")
        restored = restoration.restore(empty, stage.bus)
        assert (restored.own, restored.foreign) == (5, 6)
        replay.rebuild(empty)
        assert mirrored(empty) == mirrored(target)
        assert stored_events(empty) != []
        assert sorted(e.hash for e in stored_events(empty)) == sorted(e.hash for e in stored_events(target))
        assert rows(empty, tables.rejected_commands) == []
        assert rows(empty, tables.outbox) == []
        assert restoration.restore(empty, stage.bus) == restoration.Restored(0, 0)

    def test_an_older_database_takes_its_missing_events_back(self, stage: Stage) -> None:
        source, briefing = filled(stage)
        relay = Relay(source, stage.bus)
        relay.step()
        older = stage.application(sample.source_service(), "older")
        with older.database.writing("backup") as connection:
            older.store.append(connection, [], stored_events(source)[:3])
        assert restoration.restore(older, stage.bus).own == 3
        replay.rebuild(older)
        assert older.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER).version == 7
        relay.close()

    def test_republishing_fills_an_empty_topic(self, stage: Stage) -> None:
        source, _ = filled(stage)
        assert republication.republish(source, stage.bus) == 6
        assert [e.event_id for e in topic_history.history(stage.bus, "registration")] == [
            event.event_id for event in stored_events(source)
        ]

    def test_a_message_carries_cloudevents_headers(self, stage: Stage) -> None:
        source, _ = filled(stage, seats=1)
        event = stored_events(source)[1]
        headers = message(event).headers
        assert headers["ce_id"] == event.event_id
        assert headers["ce_type"] == "registration.seat-booked"
        assert headers["ce_specversion"] == "1.0"
        assert headers["ce_correlationid"] == event.metadata["correlation_id"]
        assert message(event).key == event.stream_id


def filled_again(application) -> tuple[int, str]:
    """Two more seats in another briefing."""
    briefing = str(uuid.uuid4())
    application.execute(sample.Schedule(briefing, 100), ORGANISER)
    for _ in range(2):
        application.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
    return 2, briefing
