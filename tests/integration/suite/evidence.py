"""What a settled deployment must show: nothing pending, nothing parked, chains intact, everything rebuilt alike."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy import func, select

from services.chassis import replay, restoration, tables
from services.chassis.application import Application
from services.chassis.arrival import Reception
from services.chassis.bus.abstract import Bus
from services.chassis.chain import verify
from services.chassis.relay import depth, topic
from tests.integration.suite.deployment import BY_NAME, Deployment


def sound(deployment: Deployment, services: Iterable[str] = tuple(BY_NAME)) -> None:
    """The live databases agree with their own events."""
    for name in services:
        application = deployment.apis[name]
        assert depth(application)[0] == 0, name
        assert deployment.parked(name) == 0, name
        assert waiting(application) == 0, name
        assert verify(application).faults == (), name
        replayed = replay.compare(application)
        assert replayed.events > 0
        assert [str(found) for found in replayed.differences] == [], name


def restored_alike(deployment: Deployment) -> None:
    """Fresh databases, filled from the topics alone, come to the same streams and the same read models."""
    run = uuid4().hex[:8]
    for name, live in deployment.apis.items():
        rebuilt = deployment.application(name, database=f"restored_{name}_{run}")
        restored = restoration.restore(rebuilt, deployment.bus)
        replay.rebuild(rebuilt)
        assert heads(rebuilt) == heads(live), name
        assert restored.own == sum(version for _, version, _ in heads(live)), name
        assert [str(found) for found in replay.compare_live(live, rebuilt)] == [], name
        assert depth(rebuilt)[0] == 0, name


def whole_and_in_order(deployment: Deployment, service: str) -> None:
    """Records may be doubled on the topic; by their first coming, no event is missing and none overtook another."""
    assert first_comings(deployment.bus, service) == {
        stream: list(range(1, version + 1)) for stream, version, _ in heads(deployment.apis[service])
    }


def first_comings(bus: Bus, service: str) -> dict[str, list[int]]:
    """The versions of every stream on the topic in the order in which they first came."""
    found: dict[str, list[int]] = defaultdict(list)
    seen: set[str] = set()
    reception, name = Reception(), topic(service)
    for partition, end in bus.end_offsets(name).items():
        offset = 0
        while offset < end:
            records = bus.read(name, partition, offset, 1_000)
            assert records, f"{name}-{partition} ends at {offset}"
            offset = records[-1].offset + 1
            for envelope in (reception.open(record).envelope for record in records):
                assert envelope is not None
                if envelope.event_id not in seen:
                    seen.add(envelope.event_id)
                    found[envelope.stream_id].append(envelope.version)
    return found


def heads(application: Application) -> list[tuple[str, int, str]]:
    with application.database.reading() as connection:
        return [(row[0], row[1], row[2]) for row in application.store.heads(connection)]


def waiting(application: Application) -> int:
    statement = select(func.count()).where(tables.inbox.c.status == "waiting")
    with application.database.reading() as connection:
        return int(connection.execute(statement).scalar_one())
