"""What a settled deployment must show: nothing pending, nothing parked, chains intact, everything rebuilt alike."""

from collections.abc import Iterable
from uuid import uuid4

from sqlalchemy import func, select

from services.chassis import replay, restoration, tables
from services.chassis.application import Application
from services.chassis.chain import verify
from services.chassis.relay import depth
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


def heads(application: Application) -> list[tuple[str, int, str]]:
    with application.database.reading() as connection:
        return [(row[0], row[1], row[2]) for row in application.store.heads(connection)]


def waiting(application: Application) -> int:
    statement = select(func.count()).where(tables.inbox.c.status == "waiting")
    with application.database.reading() as connection:
        return int(connection.execute(statement).scalar_one())
