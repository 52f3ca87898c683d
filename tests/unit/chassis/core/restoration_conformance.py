"""A database restored from an older backup goes on where the topics say it stood: nothing lost, nothing done twice."""

import uuid
from dataclasses import replace

import pytest

from contracts.envelope import sealed
from services.chassis import replay, republication, restoration, tables
from services.chassis.bus.abstract import Message
from services.chassis.bus.local import LocalBus
from services.chassis.chain import verify
from services.chassis.clock import SystemClock
from services.chassis.effects import DirectEffects
from services.chassis.parking import Parking
from services.chassis.relay import Relay, depth, message, topic
from services.chassis.service import Timer
from services.chassis.timers import Timers
from services.chassis.topic_history import BrokenTopicError
from tests.unit.chassis.core import sample
from tests.unit.chassis.core.backed_up import backed_up
from tests.unit.chassis.core.flow_conformance import filled, intake, mirrored, opened, record
from tests.unit.chassis.core.stage import ORGANISER, Stage, rows, stored_events


def relayed(application, bus, batch: int = 500) -> None:
    """One step of a relay of its own."""
    relay = Relay(application, bus, batch=batch)
    relay.step()
    relay.close()


def book(source, briefing: str, seats: int) -> None:
    for _ in range(seats):
        source.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)


def sent(bus, events) -> None:
    publisher = bus.publisher()
    assert [outcome for outcome in publisher.send([message(event) for event in events]) if outcome] == []
    publisher.close()


def another_bus(stage: Stage, tmp_path) -> LocalBus:
    """A bus whose topics are empty, as after the loss of all brokers."""
    bus = LocalBus(tmp_path / "another-bus.db", clock=SystemClock(), effects=DirectEffects(), synchronous="OFF")
    bus.ensure_topics([topic("registration"), topic("matching")], partitions=12)
    return bus


def thorough_service():
    """Reacts to a booking in two streams at once."""
    service = sample.mirror_service()

    def twice(reader, event):
        seat = event.data["seat_id"]
        yield sample.Echo(event.data["briefing_id"], seat)
        yield sample.Echo(event.data["briefing_id"], str(uuid.uuid5(uuid.UUID(seat), "other")))

    return replace(service, reactions={sample.SeatBooked.TYPE: (twice,)})


class RestorationConformance:
    def test_an_older_backup_catches_up_and_reacts_to_what_nobody_has_seen(self, stage: Stage) -> None:
        source, briefing = filled(stage)
        target = stage.application(sample.mirror_service())
        stage.flow(source, target)
        older = backed_up(stage, target, "older")
        book(source, briefing, 3)
        stage.flow(source, target)
        book(source, briefing, 2)
        relayed(source, stage.bus)
        assert restoration.restore(older, stage.bus) == restoration.Restored(own=3, foreign=3)
        replay.rebuild(older)
        assert mirrored(older) == mirrored(target)
        assert len(rows(older, tables.rejected_commands)) == 5, "nothing was decided again"
        stage.flow(source, older)
        assert len(mirrored(older)) == 10
        caused = [event.metadata["causation_id"] for event in stored_events(older)]
        assert sorted(caused) == sorted(event.event_id for event in stored_events(source)[1:])
        assert verify(older).faults == ()
        assert replay.compare(older).differences == ()

    def test_reactions_that_never_reached_the_bus_are_made_up_for_under_the_same_ids(self, stage: Stage) -> None:
        source, _ = filled(stage)
        target = stage.application(sample.mirror_service())
        older = backed_up(stage, target, "older")
        relayed(source, stage.bus)
        consumer = stage.consumer(target)
        while len(mirrored(target)) < 5:
            consumer.step(0.2)
        consumer.close()
        # The database is lost with its outbox, before a relay came by.
        assert depth(target)[0] == 5
        assert restoration.restore(older, stage.bus) == restoration.Restored(own=0, foreign=0)
        replay.rebuild(older)
        stage.flow(source, older)
        assert [e.event_id for e in stored_events(older)] == [e.event_id for e in stored_events(target)]

    def test_a_reaction_that_reached_the_bus_by_half_is_completed(self, stage: Stage) -> None:
        source, _ = filled(stage, seats=1)
        target = stage.application(thorough_service())
        older = backed_up(stage, target, "older")
        relayed(source, stage.bus)
        consumer = stage.consumer(target)
        while not mirrored(target):
            consumer.step(0.2)
        consumer.close()
        relayed(target, stage.bus, batch=1)
        first, second = stored_events(target)
        assert restoration.restore(older, stage.bus) == restoration.Restored(own=1, foreign=0)
        replay.rebuild(older)
        stage.flow(source, older)
        assert [event.stream_id for event in stored_events(older)] == [first.stream_id, second.stream_id]
        assert len({event.event_id for event in stored_events(older)}) == 2
        assert verify(older).faults == ()

    def test_offsets_wait_for_the_relay(self, stage: Stage) -> None:
        source, _ = filled(stage)
        target = stage.application(sample.mirror_service())
        relayed(source, stage.bus)
        consumer = stage.consumer(target)
        for _ in range(5):
            consumer.step(0.1)
        assert len(mirrored(target)) == 5
        assert consumer.lag() == 6
        relayed(target, stage.bus)
        consumer.step(0.1)
        assert consumer.lag() == 0
        consumer.close()

    def test_what_the_topic_lacks_waits_for_the_relay_again_and_nothing_else_does(self, stage: Stage) -> None:
        source, _ = filled(stage)
        events = stored_events(source)
        relayed(source, stage.bus, batch=2)
        assert restoration.restore(source, stage.bus) == restoration.Restored(own=0, foreign=0, unsent=4)
        assert depth(source)[0] == 4
        sent(stage.bus, events[2:4])
        assert restoration.restore(source, stage.bus).unsent == 2
        relayed(source, stage.bus)
        assert restoration.restore(source, stage.bus).unsent == 0
        assert depth(source)[0] == 0

    def test_a_topic_without_its_beginning_is_filled_again(self, stage: Stage) -> None:
        source, _ = filled(stage)
        sent(stage.bus, stored_events(source)[3:])
        assert restoration.restore(source, stage.bus).unsent == 6
        relayed(source, stage.bus)
        empty = stage.application(sample.source_service(), "empty")
        assert restoration.restore(empty, stage.bus) == restoration.Restored(own=6, foreign=0)
        assert stored_events(empty) == stored_events(source)

    def test_a_gap_and_a_fork_are_refused_and_leave_the_database_alone(self, stage: Stage) -> None:
        source, _ = filled(stage)
        events = stored_events(source)
        sent(stage.bus, [*events[:2], *events[3:]])
        empty = stage.application(sample.source_service(), "empty")
        with pytest.raises(BrokenTopicError, match="version 3 is missing from the topic, version 4 is there"):
            restoration.restore(empty, stage.bus)
        assert stored_events(empty) == []
        other = sealed(replace(events[5], event_id=str(uuid.uuid4()), hash=""))
        forked = stage.application(sample.source_service(), "forked")
        with forked.database.writing("fork") as connection:
            forked.store.append(connection, [], [*events[:5], other])
        with pytest.raises(BrokenTopicError, match="another version 6 than the store"):
            restoration.restore(forked, stage.bus)

    def test_poison_is_parked_again_unless_somebody_has_decided(self, stage: Stage) -> None:
        source, _ = filled(stage)
        target = stage.application(sample.mirror_service())
        events = stored_events(source)
        forged = message(replace(events[2], data={**events[2].data, "seat_id": "forged"}))
        sent(stage.bus, events[:2])
        publisher = stage.bus.publisher()
        publisher.send([Message(forged.topic, forged.key, forged.value, {})])
        publisher.close()
        sent(stage.bus, events[3:])
        older = backed_up(stage, target, "older")
        consumer, relay = stage.consumer(target), Relay(target, stage.bus)
        while consumer.lag():
            consumer.step(0.2)
            relay.step()
        consumer.close()
        relay.close()
        parked = Parking(target.database, target.clock, target.ids)
        assert parked.count() == 4
        restored = restoration.restore(older, stage.bus)
        assert (restored.foreign, restored.parked) == (2, 4)
        again = Parking(older.database, older.clock, older.ids)
        assert [(r.offset, r.reason) for r in again.listed()] == [(r.offset, r.reason) for r in parked.listed()]
        assert restoration.restore(older, stage.bus) == restoration.Restored(0, 0)
        assert again.count() == 4

    def test_timers_come_back_and_firing_again_does_nothing_twice(self, stage: Stage) -> None:
        application = stage.application(sample.source_service(timers=True))
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 3), ORGANISER)
        book(application, briefing, 2)
        older = backed_up(stage, application, "older")
        book(application, briefing, 1)
        waiting = {row["name"]: row["due_at"] for row in rows(application, tables.timers)}
        stage.clock.set("2023-11-21T05:00:01+00:00")
        assert Timers(application).step() == 3
        relayed(application, stage.bus)
        assert restoration.restore(older, stage.bus).own == 4
        replay.rebuild(older)
        assert {row["name"]: row["due_at"] for row in rows(older, tables.timers)} == waiting
        assert Timers(older).step() == 3
        assert stored_events(older) == stored_events(application)
        assert {row["status"] for row in rows(older, tables.timers)} == {"rejected"}
        assert Timers(older).step() == 0

    def test_a_timer_that_fired_long_ago_does_not_fire_again_whatever_it_led_to(self, stage: Stage) -> None:
        """It may have found nothing to do then, and would find something now."""
        application = stage.application(sample.source_service(timers=True))
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 3), ORGANISER)
        book(application, briefing, 1)
        older = backed_up(stage, application, "older")
        book(application, briefing, 1)
        stage.clock.set("2023-11-21T05:00:01+00:00")
        assert Timers(application).step() == 2
        stage.clock.set("2023-11-21T05:00:06+00:00")
        book(application, briefing, 1)
        relayed(application, stage.bus)
        restoration.restore(older, stage.bus)
        replay.rebuild(older)
        statuses = [(row["status"], row["fired_at"]) for row in rows(older, tables.timers)]
        assert sorted(statuses)[:2] == [("fired", "2023-11-21T05:00:00.000000Z")] * 2
        assert sorted(statuses)[2] == ("pending", None), "the one that was due at once, in the last moments"
        assert Timers(older).step() == 1
        assert len(stored_events(older)) == len(stored_events(application)) + 1

    def test_a_timer_whose_command_knows_no_end_fires_with_ids_of_its_own(self, stage: Stage) -> None:
        """Commands of timers should find their work done. One that does not must at least not stand in the way."""

        def restless(event):
            fields = {"briefing_id": event.data["briefing_id"], "participation_id": str(uuid.UUID(int=1))}
            yield Timer(event.stream_id, "again", "2023-11-21T05:00:00.000000Z", "Book", fields)

        service = replace(sample.source_service(), schedules={sample.BriefingScheduled.TYPE: (restless,)})
        application = stage.application(service)
        application.execute(sample.Schedule(str(uuid.uuid4()), 5), ORGANISER)
        older = backed_up(stage, application, "older")
        stage.clock.set("2023-11-21T05:00:01+00:00")
        assert Timers(application).step() == 1
        relayed(application, stage.bus)
        restoration.restore(older, stage.bus)
        replay.rebuild(older)
        assert Timers(older).step() == 1
        assert Timers(older).step() == 0
        assert len(stored_events(older)) == 3
        assert verify(older).faults == ()

    def test_last_events_survive_in_the_inbox_of_whoever_took_them_in(self, stage: Stage, tmp_path) -> None:
        source, briefing = filled(stage)
        target = stage.application(sample.mirror_service())
        older = backed_up(stage, source, "older")
        book(source, briefing, 2)
        stage.flow(source, target)
        bus = another_bus(stage, tmp_path)
        assert republication.give_back(target, bus) == 8
        assert republication.give_back(target, bus) == 0
        assert restoration.restore(older, bus) == restoration.Restored(own=2, foreign=0)
        assert stored_events(older) == stored_events(source)
        assert restoration.restore(target, bus) == restoration.Restored(own=0, foreign=0, unsent=7)
        bus.close()

    def test_an_event_taken_in_by_another_member_meanwhile_is_a_double_and_no_poison(self, stage: Stage) -> None:
        source, _ = filled(stage, seats=1)
        target = stage.application(sample.mirror_service())
        records = opened(*[record(event, number) for number, event in enumerate(stored_events(source))])
        taking, parking = intake(target)
        zombie, _ = intake(stage.again(target))
        streams = zombie._parking.streams

        def overtaken(connection, stream_ids):
            zombie._parking.streams = streams
            taking.take(records)
            return streams(connection, stream_ids)

        zombie._parking.streams = overtaken
        taken = zombie.take(records)
        assert (taken.duplicates, taken.handled, taken.parked) == (2, 0, 0)
        assert parking.count() == 0
        assert len(stored_events(target)) == 1
