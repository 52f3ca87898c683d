"""A stage for tests of the chassis: applications on fresh databases of one kind, a local bus, a clock that is set."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, select

from services.chassis import replay
from services.chassis.access import Actor
from services.chassis.application import Application, Keys
from services.chassis.bus.local import LocalBus
from services.chassis.consumer import Consumer
from services.chassis.database import Database
from services.chassis.effects import DirectEffects
from services.chassis.migration import migrate
from services.chassis.parking import Parking
from services.chassis.relay import Relay, topic
from services.chassis.service import Service
from services.chassis.store import EventStore

ORGANISER = Actor("organiser-1", "organiser")
KEYS = Keys(vault=b"v" * 32, fingerprint=b"f" * 32)


class SetClock:
    """Shows the time it is set to."""

    def __init__(self) -> None:
        self.time = datetime(2023, 11, 21, 0, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(microseconds=1)
        return self.time

    def set(self, text: str) -> None:
        self.time = datetime.fromisoformat(text)


class Stage:
    """Makes applications; `url` gives the address of a fresh database by name."""

    def __init__(self, directory: Path, url: Callable[[str], str]) -> None:
        self._url, self.clock, self._directory = url, SetClock(), directory
        self.bus = LocalBus(directory / "bus.db", clock=self.clock, effects=DirectEffects(), synchronous="OFF")
        self.bus.ensure_topics([topic("registration"), topic("matching")], partitions=12)
        self.applications: list[Application] = []

    def application(self, service: Service, name: str | None = None) -> Application:
        database = Database(self._url(name or service.name))
        migrate(database)
        application = Application(service, database, KEYS, clock=self.clock)
        replay.ensure_current(application)
        self.applications.append(application)
        return application

    def again(self, application: Application, service: Service | None = None) -> Application:
        """The same service started anew on the same database."""
        database = Database(application.database.url.render_as_string(hide_password=False))
        fresh = Application(service or application.service, database, KEYS, clock=self.clock)
        self.applications.append(fresh)
        return fresh

    def consumer(self, application: Application, *, limit: int = 100, batch: int = 500) -> Consumer:
        parking = Parking(application.database, application.clock, application.ids, limit=limit)
        return Consumer(application, self.bus, parking, batch=batch)

    def flow(self, source: Application, target: Application) -> None:
        """Everything the source has stored arrives at the target, and what that leads to on the bus."""
        relay, answering, consumer = Relay(source, self.bus), Relay(target, self.bus), self.consumer(target)
        while relay.step().acknowledged:
            pass
        while consumer.lag():
            consumer.step(0.2)
            answering.step()
        for part in (relay, answering, consumer):
            part.close()

    def close(self) -> None:
        self.bus.close()
        for application in self.applications:
            application.database.close()


def rows(application: Application, table: Any) -> list[dict[str, Any]]:
    with application.database.reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def everything_stored(application: Application, *, without: tuple[str, ...] = ()) -> str:
    """All text in all tables of a database, read models included."""
    found = MetaData()
    with application.database.reading() as connection:
        found.reflect(connection)
        return "\n".join(
            repr(tuple(row))
            for table in found.sorted_tables
            if table.name not in without
            for row in connection.execute(select(table))
        )


def stored_events(application: Application) -> list[Any]:
    store = EventStore(application.database, application.name)
    with application.database.reading() as connection:
        return [event for _, event in store.all(connection)]
