"""Whatever the bus does to the order of events, late, twice or shuffled, every service ends in the same read models."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from services.chassis import replay, republication, restoration, tables
from services.chassis.application import Application, Keys
from services.chassis.arrival import Reception
from services.chassis.bus.abstract import Record
from services.chassis.database import Database
from services.chassis.intake import Intake
from services.chassis.migration import migrate
from services.chassis.parking import Parking
from services.chassis.relay import topic
from services.suite import SERVICES
from tests.e2e.suite_season import after_the_fair
from tests.e2e.suite_stage import KEY, Stage

CONSUMERS = [service for service in SERVICES if service.subscriptions]


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with after_the_fair(tmp_path_factory.mktemp("fair")) as (stage, _):
        yield stage


def on_the_bus(stage: Stage, name: str) -> list[Record]:
    """All records of a topic, each stream in its order."""
    ends = stage.bus.end_offsets(topic(name))
    return [record for partition, end in ends.items() for record in stage.bus.read(topic(name), partition, 0, end or 1)]


def in_stream_order(records: list[Record], chance: random.Random) -> list[Record]:
    """Streams interleaved at random, each in its own order, a third of the records twice (the second time later)."""
    streams: dict[str, list[Record]] = {}
    for record in records:
        streams.setdefault(record.key or "", []).append(record)
    turns = [key for key, stream in streams.items() for _ in stream]
    chance.shuffle(turns)
    told: list[Record] = []
    for key in turns:
        told.append(streams[key].pop(0))
        if chance.random() < 1 / 3:
            told.append(chance.choice(told))
    return told


def in_no_order(records: list[Record], chance: random.Random) -> list[Record]:
    """Shuffled within streams too, half of the records twice."""
    told = [*records, *chance.sample(records, len(records) // 2)]
    chance.shuffle(told)
    return told


def restarted(stage: Stage, service, directory: Path) -> Application:
    """The service with its own events back and nothing of what others told it."""
    database = Database(f"sqlite:///{directory / service.name}.db")
    migrate(database)
    keys = Keys(KEY, KEY)
    alone = Application(replace(service, subscriptions=()), database, keys, clock=stage.clock)
    restoration.restore(alone, stage.bus)
    application = Application(service, database, keys, clock=stage.clock)
    replay.rebuild(application)
    return application


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("order", [in_stream_order, in_no_order])
@pytest.mark.parametrize("service", CONSUMERS, ids=lambda service: service.name)
def test_every_order_ends_alike(stage, service, order, seed, tmp_path):
    chance = random.Random(f"{service.name} {seed}")
    live = stage.application(service.name)
    told = order([record for name in service.subscriptions for record in on_the_bus(stage, name)], chance)
    assert len(told) > 20
    fresh = restarted(stage, service, tmp_path)
    intake = Intake(fresh, Parking(fresh.database, fresh.clock, fresh.ids))
    duplicates = 0
    while told:
        size = chance.randint(1, 12)
        batch, told = told[:size], told[size:]
        taken = intake.take([Reception().open(record) for record in batch])
        assert not taken.reasons
        duplicates += taken.duplicates
    assert duplicates > 5
    assert replay.compare_live(live, fresh) == []
    # Reactions fired again and found their work done: nothing was added to the service's own history.
    with live.database.reading() as ours, fresh.database.reading() as theirs:
        assert sorted(fresh.store.heads(theirs)) == sorted(live.store.heads(ours))
        waiting = tables.inbox.select().where(tables.inbox.c.status == "waiting")
        assert theirs.execute(waiting).first() is None
    assert replay.compare(fresh).differences == ()
    fresh.database.close()


def test_the_whole_bus_told_again_changes_nothing(stage):
    before = stage.counts()
    for station in stage.stations.values():
        republication.republish(station.application, stage.bus)
    stage.settle()
    assert stage.counts() == before
    for name in stage.stations:
        assert replay.compare(stage.application(name)).differences == ()
