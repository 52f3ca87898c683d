"""What every database behind the store has to keep. Run on SQLite in the unit tests, on PostgreSQL in integration."""

import threading
import uuid

import pytest
from sqlalchemy import text

from contracts.envelope import GENESIS, Envelope, digest, sealed
from contracts.registration import SeatBooked
from services.chassis import tables
from services.chassis.bus.local import LocalBus
from services.chassis.chain import verify
from services.chassis.effects import DirectEffects
from services.chassis.relay import Relay, topic
from services.chassis.store import MAX_EVENT_BYTES, ConcurrencyError, DuplicateEventError, EventTooLargeError, Head
from services.chassis.topic_history import history
from tests.unit.chassis.core import sample
from tests.unit.chassis.core.stage import ORGANISER, Stage, rows, stored_events


def event(
    stream_id: str, version: int, previous: str = GENESIS, event_id: str | None = None, **data: object
) -> Envelope:
    return sealed(
        Envelope(
            event_id or str(uuid.uuid4()),
            "registration",
            stream_id,
            version,
            SeatBooked.TYPE,
            1,
            data or {"n": version},
            {"actor": "a"},
            "2023-11-21T00:00:00.000000Z",
            "2023-11-21T00:00:00.000000Z",
            previous,
        )
    )


class StoreConformance:
    def test_events_come_back_as_they_were_in_order_and_queued_for_the_bus(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        first = event("a-1", 1, text="한글 \U0001f600 \u2028 \x7f")
        second = event("a-1", 2, first.hash)
        other = event("b-1", 1)
        with application.database.writing("test") as connection:
            application.store.append(connection, [], [first, second, other])
        with application.database.reading() as connection:
            assert application.store.stream(connection, "a-1") == [first, second]
            assert application.store.stream(connection, "a-1", after=1) == [second]
            assert [found for _, found in application.store.all(connection)] == [first, second, other]
            assert list(application.store.heads(connection)) == [("a-1", 2, second.hash), ("b-1", 1, other.hash)]
        assert len(rows(application, tables.outbox)) == 3

    @pytest.mark.parametrize("case", ["version taken", "gap", "other history", "guard moved on"])
    def test_an_append_that_does_not_follow_its_base_stores_nothing(self, stage: Stage, case: str) -> None:
        application = stage.application(sample.source_service())
        first = event("a-1", 1)
        second = event("a-1", 2, first.hash)
        with application.database.writing("test") as connection:
            application.store.append(connection, [], [first, second])
        bases, guards, new = {
            "version taken": ([("a-1", Head(1, first.hash))], [], event("a-1", 2, first.hash)),
            "gap": ([("a-1", Head(3, "0" * 64))], [], event("a-1", 4)),
            "other history": ([("a-1", Head(2, "f" * 64))], [], event("a-1", 3, "f" * 64)),
            "guard moved on": ([], [("a-1", Head(1, first.hash))], event("c-1", 1)),
        }[case]
        with pytest.raises(ConcurrencyError), application.database.writing("test") as connection:
            application.store.append(connection, [], [event("b-1", 1)])
            application.store.append(connection, bases, [new], guards)
        assert stored_events(application) == [first, second]
        assert len(rows(application, tables.outbox)) == 2

    def test_an_event_id_is_stored_once(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        first = event("a-1", 1)
        with application.database.writing("test") as connection:
            application.store.append(connection, [], [first])
        with pytest.raises(DuplicateEventError), application.database.writing("test") as connection:
            application.store.append(connection, [], [event("b-1", 1, event_id=first.event_id)])
        assert stored_events(application) == [first]

    def test_an_event_that_no_broker_takes_is_refused_at_once(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        with pytest.raises(EventTooLargeError), application.database.writing("test") as connection:
            application.store.append(connection, [], [event("a-1", 1, text="x" * MAX_EVENT_BYTES)])
        assert stored_events(application) == []

    def test_many_events_of_many_streams_in_one_append(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        events = [event(f"s-{number}", 1) for number in range(1_234)]
        with application.database.writing("test") as connection:
            application.store.append(connection, [], events)
        assert stored_events(application) == events
        assert len(rows(application, tables.outbox)) == 1_234

    def test_many_streams_grow_in_one_append_and_one_that_moved_on_stops_it(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        first = [event(f"s-{number}", 1) for number in range(1_234)]
        with application.database.writing("test") as connection:
            application.store.append(connection, [], first)
        bases = [(found.stream_id, Head(1, found.hash)) for found in first]
        second = [event(found.stream_id, 2, found.hash) for found in first]
        late = event("s-1233", 2, first[1233].hash)
        with application.database.writing("test") as connection:
            application.store.append(connection, bases[1233:], [late])
        with pytest.raises(ConcurrencyError), application.database.writing("test") as connection:
            application.store.append(connection, bases, second)
        assert len(stored_events(application)) == 1_235
        with application.database.writing("test") as connection:
            application.store.append(connection, bases[:1233], second[:1233], [("s-1233", Head(2, late.hash))])
        assert len(stored_events(application)) == 2_468

    def test_eight_writers_lose_nothing_and_keep_every_stream_in_order(self, stage: Stage, tmp_path) -> None:
        application = stage.application(sample.source_service())
        briefings = [str(uuid.uuid4()) for _ in range(3)]
        for briefing in briefings:
            application.execute(sample.Schedule(briefing, 10_000), ORGANISER)
        bus = LocalBus(tmp_path / "interleaved.db", clock=stage.clock, effects=DirectEffects(), synchronous="OFF")
        bus.ensure_topics([topic("registration")], partitions=12)
        relay = Relay(application, bus, batch=7)
        accepted: list[str] = []
        failures: list[BaseException] = []
        done = threading.Event()

        def write(number: int) -> None:
            try:
                for turn in range(25):
                    command = sample.Book(briefings[(number + turn) % 3], str(uuid.uuid4()))
                    accepted.extend(patient(command).event_ids)
            except BaseException as error:
                failures.append(error)

        def patient(command: sample.Book):
            from services.chassis.outcomes import ConflictError

            while True:
                try:
                    return application.execute(command, ORGANISER)
                except ConflictError:
                    continue

        def publish() -> None:
            while not done.is_set() or relay.step().acknowledged:
                relay.step()

        writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        publisher = threading.Thread(target=publish)
        for thread in (*writers, publisher):
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        publisher.join()
        assert failures == []
        stored = stored_events(application)
        assert len(accepted) == 200
        assert set(accepted) <= {found.event_id for found in stored}
        assert len(stored) == 203
        by_stream: dict[str, list[int]] = {}
        for found in stored:
            by_stream.setdefault(found.stream_id, []).append(found.version)
        assert all(versions == list(range(1, len(versions) + 1)) for versions in by_stream.values())
        assert verify(application).faults == ()
        published: dict[str, list[int]] = {}
        for found in history(bus, "registration"):
            published.setdefault(found.stream_id, []).append(found.version)
        assert published == by_stream
        assert rows(application, tables.outbox) == []
        relay.close()
        bus.close()

    @pytest.mark.parametrize(
        ("statement", "says"),
        [
            ("UPDATE events SET data = REPLACE(data, '300', '301') WHERE version = 1", "does not fit its hash"),
            ("DELETE FROM events WHERE version = 2", "follows version 1"),
            ("UPDATE events SET previous_hash = hash WHERE version = 2", "does not link"),
        ],
    )
    def test_tampering_with_the_store_is_found(self, stage: Stage, statement: str, says: str) -> None:
        application = stage.application(sample.source_service())
        briefing = str(uuid.uuid4())
        application.execute(sample.Schedule(briefing, 300), ORGANISER)
        for _ in range(3):
            application.execute(sample.Book(briefing, str(uuid.uuid4())), ORGANISER)
        assert verify(application).faults == ()
        with application.database.writing("tampering") as connection:
            connection.execute(text(statement))
        assert any(says in fault for fault in verify(application).faults)

    def test_hashes_cover_the_whole_envelope(self, stage: Stage) -> None:
        application = stage.application(sample.source_service())
        application.execute(sample.Schedule(str(uuid.uuid4()), 300), ORGANISER)
        found = stored_events(application)[0]
        assert found.hash == digest(found.content())
        for name in found.content():
            changed = {**found.content(), name: "something else"}
            assert digest(changed) != found.hash


class GuardConformance:
    """Two decisions that rest on each other's stream: never both, however they meet."""

    @pytest.mark.parametrize("begun", [True, False], ids=["both streams exist", "one stream is begun by the command"])
    def test_of_two_commands_that_guard_each_other_one_wins(self, stage: Stage, begun: bool) -> None:
        application = stage.application(sample.source_service())
        store, database = application.store, application.database
        for number in range(12):
            one, other = f"one-{number}", f"other-{number}"
            first, second = event(one, 1), event(other, 1)
            with database.writing("test") as connection:
                store.append(connection, [], [first, second] if begun else [first])
            there = Head(1, second.hash) if begun else Head()
            stored: list[str] = []
            together = threading.Barrier(2)

            def attempt(
                mine: str, base: Head, guard: tuple[str, Head], stored: list[str], together: threading.Barrier
            ) -> None:
                together.wait()
                try:
                    with database.writing("race") as connection:
                        store.append(connection, [(mine, base)], [event(mine, base.version + 1, base.hash)], [guard])
                except ConcurrencyError:
                    return
                stored.append(mine)

            threads = [
                threading.Thread(target=attempt, args=(one, Head(1, first.hash), (other, there), stored, together)),
                threading.Thread(target=attempt, args=(other, there, (one, Head(1, first.hash)), stored, together)),
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert len(stored) <= 1
