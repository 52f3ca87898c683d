"""The checker of the fault tests says what is wrong: real load on the embedded suite, then one damage at a time."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from contracts.envelope import Envelope, canonical, from_json, sealed
from services.chassis import assembly
from services.embedded.stack import Stack
from services.suite import SERVICES
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.verdict import findings, settle
from tests.load.generator import Load
from tests.load.record import Command, read

LOAD_SECONDS = 2.0
PATIENCE_SECONDS = 60.0
COLUMNS = ("event_id", "stream_id", "version", "type", "schema_version", "data", "metadata", "occurred_at",
           "recorded_at", "previous_hash", "hash", "fair_id")  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Path:
    """The directory of a suite that was under load, has settled and was stopped."""
    directory = tmp_path_factory.mktemp("loaded")
    stack = Stack(directory, port=0)
    stack.start()
    try:
        load = Load(stack.url, stack.keys.token_key, directory / "load.jsonl", users=2)
        load.prepare()
        load.start()
        time.sleep(LOAD_SECONDS)
        load.stop()
        assert settle(stack.applications, PATIENCE_SECONDS)
    finally:
        stack.stop()
    return directory


class Damaged:
    """A copy of the loaded suite, to be damaged with SQL and checked."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.commands: dict[str, Command] = read(directory / "load.jsonl")

    def one(self, service: str, events: int = 1) -> Command:
        """An acknowledged command of the service with so many events."""
        return next(
            command
            for command in self.commands.values()
            if (command.service, command.outcome, len(command.events)) == (service, "acknowledged", events)
        )

    @contextmanager
    def database(self, name: str) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.directory / f"{name}.db")
        with connection:
            yield connection
        connection.close()

    def event(self, service: str, where: str, *values: object) -> Envelope:
        """The first stored event that a condition names."""
        with self.database(service) as connection:
            sql = f"SELECT {', '.join(COLUMNS[:-1])} FROM events WHERE {where} LIMIT 1"
            row = connection.execute(sql, values).fetchone()
        return Envelope(row[0], service, *row[1:5], orjson.loads(row[5]), orjson.loads(row[6]), *row[7:])

    def append(self, service: str, event: Envelope) -> Envelope:
        """One more event at the end of a stream, properly chained."""
        last = self.event(service, "stream_id = ? ORDER BY version DESC", event.stream_id)
        chained = {**event.content(), "version": last.version + 1, "previous_hash": last.hash}
        new = sealed(Envelope(**chained))
        with self.database(service) as connection:
            row = (
                new.event_id, new.stream_id, new.version, new.type, new.schema_version, canonical(new.data).decode(),
                canonical(new.metadata).decode(), new.occurred_at, new.recorded_at, new.previous_hash, new.hash,
                new.data.get("fair_id"),
            )  # fmt: skip
            connection.execute(
                f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", row
            )
        return new

    def found(self) -> dict[str, set[str]]:
        """The broken promises, each with the services where it is."""
        stack = Stack(self.directory)
        applications = {
            service.name: assembly.open_application(service, stack.settings(service.name)) for service in SERVICES
        }
        try:
            named: dict[str, set[str]] = {}
            for finding in findings(Evidence(self.commands, applications, stack.bus)):
                named.setdefault(finding.check, set()).add(finding.service)
            return named
        finally:
            stack.bus.close()
            for application in applications.values():
                application.database.close()


@pytest.fixture
def damaged(loaded, tmp_path) -> Damaged:
    return Damaged(shutil.copytree(loaded, tmp_path / "copy"))


def test_nothing_is_found_where_nothing_is_wrong(damaged):
    assert {command.service for command in damaged.commands.values()} == {service.name for service in SERVICES}
    assert damaged.found() == {}


def test_an_acknowledged_command_that_nobody_stored(damaged):
    known = damaged.one("grants")
    nowhere = "00000000-0000-4000-8000-000000000000"
    damaged.commands[nowhere] = replace(known, key=nowhere, events=(nowhere,))
    assert damaged.found() == {"lost": {"grants"}, "answer": {"grants"}}


def test_a_lost_event(damaged):
    lost = damaged.event("grants", "event_id = ?", damaged.one("grants").events[0])
    with damaged.database("grants") as connection:
        connection.execute("DELETE FROM events WHERE event_id = ?", (lost.event_id,))
    found = damaged.found()
    assert found["lost"] == {"grants"}
    # It has left already, so it is also on the topic without being stored.
    assert found["topic: stranger"] == {"grants"}


def test_a_command_that_was_carried_out_twice(damaged):
    known = damaged.event("grants", "event_id = ?", damaged.one("grants").events[0])
    again = {**known.content(), "event_id": "00000000-0000-4000-8000-000000000001", "recorded_at": known.occurred_at}
    damaged.append("grants", Envelope(**again))
    found = damaged.found()
    assert found["doubled"] == found["not named"] == found["topic: lost"] == {"grants"}


def test_an_event_of_a_command_that_nobody_sent(damaged):
    known = damaged.event("consultation", "event_id = ?", damaged.one("consultation").events[0])
    stranger = {
        **known.content(), "event_id": "00000000-0000-4000-8000-000000000002",
        "metadata": {**known.metadata, "correlation_id": "00000000-0000-4000-8000-000000000003"},
    }  # fmt: skip
    damaged.append("consultation", Envelope(**stranger))
    found = damaged.found()
    assert found["nobody's"] == {"consultation"}
    assert found["inbox: lost"] == {"matching", "grants"}


def test_a_refused_command_that_left_something(damaged):
    known = damaged.one("registration")
    damaged.commands[known.key] = replace(known, outcome="refused")
    assert damaged.found() == {"refused": {"registration"}}


def test_an_answer_that_was_forgotten(damaged):
    with damaged.database("matching") as connection:
        connection.execute("DELETE FROM idempotency WHERE key = ?", (damaged.one("matching", 2).key,))
    assert damaged.found() == {"answer": {"matching"}}


def test_two_events_that_changed_places_in_their_stream(damaged):
    with damaged.database("registration") as connection:
        (stream_id,) = connection.execute("SELECT stream_id FROM events WHERE version = 2 LIMIT 1").fetchone()
        for there, here in ((1_000, 1), (1, 2), (2, 1_000)):
            move = "UPDATE events SET version = ? WHERE stream_id = ? AND version = ?"
            connection.execute(move, (there, stream_id, here))
    assert damaged.found()["chain"] == {"registration"}


def test_a_forged_event(damaged):
    known = damaged.event("grants", "type = 'grants.application-evaluated'")
    forged = canonical({**known.data, "score": 101 - known.data["score"]}).decode()
    with damaged.database("grants") as connection:
        connection.execute("UPDATE events SET data = ? WHERE event_id = ?", (forged, known.event_id))
    assert damaged.found()["chain"] == {"grants"}


def test_an_event_that_never_reached_its_topic(damaged):
    with damaged.database("bus") as connection:
        (place,) = connection.execute(f"SELECT MAX(place) FROM records WHERE {OF_TOPIC}", ("grants",)).fetchone()
        connection.execute("DELETE FROM records WHERE place = ?", (place,))
        connection.execute("UPDATE partitions SET next_offset = next_offset - 1 WHERE id = ?", (place >> 40,))
    assert damaged.found() == {"topic: lost": {"grants"}}


def test_an_event_that_is_twice_on_its_topic_does_no_harm(damaged):
    with damaged.database("bus") as connection:
        _copy_to_the_end(connection, "grants", lambda value: value)
    assert damaged.found() == {}


def test_an_event_on_the_topic_that_nobody_stored(damaged):
    def forged(value: bytes) -> bytes:
        event = from_json(orjson.loads(value))
        other = {**event.content(), "event_id": "00000000-0000-4000-8000-000000000004"}
        return canonical(sealed(Envelope(**other)).as_json())

    with damaged.database("bus") as connection:
        _copy_to_the_end(connection, "grants", forged)
    assert damaged.found() == {"topic: stranger": {"grants"}}


def test_two_events_that_changed_places_on_the_topic(damaged):
    with damaged.database("bus") as connection:
        rows = connection.execute(
            f"SELECT place, key, value, headers FROM records WHERE {OF_TOPIC} ORDER BY place", ("matching",)
        ).fetchall()
        second = next(row for row in rows if orjson.loads(row[2])["version"] == 2)
        first = next(row for row in rows if row[1] == second[1] and orjson.loads(row[2])["version"] == 1)
        for here, there in ((first, second), (second, first)):
            connection.execute("UPDATE records SET value = ? WHERE place = ?", (there[2], here[0]))
    assert damaged.found() == {"topic: order": {"matching"}}


def test_what_was_never_taken_in(damaged):
    with damaged.database("consultation") as connection:
        connection.execute("DELETE FROM inbox WHERE sequence = (SELECT MAX(sequence) FROM inbox)")
    assert damaged.found()["inbox: lost"] == {"consultation"}


def test_what_was_taken_in_out_of_order(damaged):
    with damaged.database("consultation") as connection:
        (stream_id,) = connection.execute(
            "SELECT stream_id FROM inbox WHERE version = 2 AND source = 'matching' LIMIT 1"
        ).fetchone()
        for there, here in ((1_000, 1), (1, 2), (2, 1_000)):
            move = "UPDATE inbox SET version = ? WHERE stream_id = ? AND version = ?"
            connection.execute(move, (there, stream_id, here))
    assert damaged.found()["inbox: order"] == {"consultation"}


def test_a_row_that_no_event_wrote(damaged):
    with damaged.database("matching") as connection:
        connection.execute("UPDATE meetings SET slot = 99 WHERE meeting_id = (SELECT MIN(meeting_id) FROM meetings)")
    assert damaged.found() == {"replay": {"matching"}}


def test_what_is_left_pending_waiting_or_parked(damaged):
    with damaged.database("registration") as connection:
        connection.execute("INSERT INTO outbox VALUES (1)")
    with damaged.database("matching") as connection:
        connection.execute("UPDATE inbox SET status = 'waiting' WHERE sequence = (SELECT MAX(sequence) FROM inbox)")
        connection.execute(
            'INSERT INTO parked (parked_id, topic, "partition", record_offset, value, reason, parked_at) '
            "VALUES ('p', 'sangsaeng.registration', 0, 0, x'', 'a test', '2023-11-21T00:00:00.000000Z')"
        )
    found = damaged.found()
    assert (found["pending"], found["waiting"], found["parked"]) == ({"registration"}, {"matching"}, {"matching"})


def test_a_table_that_was_given_twice(damaged):
    known = damaged.event("matching", "type = 'matching.on-site-meeting-placed'")
    seat = {**known.data, "meeting_id": "00000000-0000-4000-8000-000000000005"}
    other = {**seat, "sme_participation_id": "00000000-0000-4000-8000-000000000006"}
    damaged.append("matching", Envelope(**{
        **known.content(), "event_id": "00000000-0000-4000-8000-000000000007", "data": other,
    }))  # fmt: skip
    # The first meetings of a floor are never taken back by the load, so the seat is still held.
    assert damaged.found()["double-booked"] == {"matching"}


OF_TOPIC = "place >> 40 IN (SELECT id FROM partitions WHERE topic = 'sangsaeng.' || ?)"


def _copy_to_the_end(connection: sqlite3.Connection, service: str, changed) -> None:
    """The newest record once more, changed, at the end of its partition."""
    place, key, value, headers = connection.execute(
        f"SELECT place, key, value, headers FROM records WHERE {OF_TOPIC} ORDER BY place DESC LIMIT 1", (service,)
    ).fetchone()
    connection.execute("INSERT INTO records VALUES (?, ?, ?, ?, 0)", (place + 1, key, changed(value), headers))
    connection.execute("UPDATE partitions SET next_offset = next_offset + 1 WHERE id = ?", (place >> 40,))
