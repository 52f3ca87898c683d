"""A simulated process: one replica of one service with everything that loops in it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from services.chassis.application import Application, Keys
from services.chassis.bus.abstract import BusError
from services.chassis.consumer import Consumer
from services.chassis.database import Database, is_transient
from services.chassis.parking import Parking
from services.chassis.relay import Relay
from services.chassis.service import Service
from services.chassis.timers import Timers
from services.chassis.vault import Vault
from tests.simulation.effects import SimulatedBus, SimulatedEffects
from tests.simulation.scheduler import Killed

KEY = b"k" * 32
NAPS = {"relay": (20, 160), "consumer": (20, 160), "timers": (20, 120)}
"""How many ticks a loop naps that found nothing to do, unless news wake it."""


class SimulatedDatabase(Database):
    """The real database of a service, seen from one process. Taking a connection to read is an effect too, and so is
    the beginning of a transaction: others may get in between what was read and what is written.

    Writers of several processes wait for each other as SQLite's own lock would make them, but give their turn away.
    """

    file_lock: Any = None

    def __init__(self, url: str, effects: SimulatedEffects) -> None:
        effects.world, effects.process = _NOWHERE, _NOWHERE
        super().__init__(url, effects)
        if self.dialect == "sqlite":
            event.listen(self.engine, "connect", _without_sync)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        self.effects.perform("read", "connection", lambda: None)
        with super().reading() as connection:
            yield connection

    @contextmanager
    def writing(self, where: str) -> Iterator[Connection]:
        self.effects.perform("write", "begin", lambda: None)
        if self.file_lock is None:
            with super().writing(where) as connection:
                yield connection
            return
        with self.file_lock, super().writing(where) as connection:
            yield connection

    def begin(self) -> None:
        """As a process finds it that has just started."""
        self.engine.dispose()
        self._writer = self.effects.lock() if self.dialect == "sqlite" else None


class _Nowhere:
    """What effects belong to before there is a process."""

    alive = True
    current = None

    @property
    def scheduler(self) -> "_Nowhere":
        return self


_NOWHERE = _Nowhere()


def _without_sync(connection: Any, _entry: object) -> None:
    # A simulated crash is the end of a process, not of the machine: there is nothing to wait for.
    connection.execute("PRAGMA synchronous=OFF")


class Process:
    """One life of a replica. Dead ones stay dead; the world starts another in the same place."""

    def __init__(self, world: Any, service: Service, name: str, database: SimulatedDatabase, bus_file: Path) -> None:
        self.world, self.service, self.name, self.database = world, service, name, database
        self.alive = True
        effects = database.effects
        effects.world, effects.process = world, self
        database.file_lock = world.file_lock(service.name)
        database.begin()
        self.bus = SimulatedBus(bus_file, clock=world.clock, effects=effects, ids=world.ids, synchronous="OFF")
        vault = Vault(KEY, random=world.entropy)
        self.application = Application(
            service, database, Keys(KEY, KEY), clock=world.clock, ids=world.ids, vault=vault,
            on_commit=lambda _: world.news("relay", service.name),
        )  # fmt: skip
        self.parking = Parking(database, world.clock, world.ids)
        self.relay = Relay(self.application, self.bus, batch=world.batches["relay"])
        self.consumer = Consumer(self.application, self.bus, self.parking, batch=world.batches["consumer"])
        self.timers = Timers(self.application, batch=world.batches["timers"])

    def steps(self) -> dict[str, Any]:
        """What loops here, each giving how much it moved."""
        found = {"relay": self._relay, "timers": self.timers.step}
        if self.service.subscriptions:
            found["consumer"] = self._consume
        return found

    def _relay(self) -> int:
        relayed = self.relay.step()
        if relayed.acknowledged:
            self.world.news("consumer", self.service.name)
        return relayed.acknowledged + relayed.failed

    def _consume(self) -> int:
        taken = self.consumer.step(0)
        if taken.reasons:
            self.world.parked(self, taken.reasons)
        return taken.handled + taken.unhandled + taken.duplicates + taken.waiting + taken.parked

    def loop(self, name: str) -> None:
        """As the worker role loops: what is expected to go wrong at times is tried again, anything else is a bug."""
        world, step = self.world, self.steps()[name]
        chance = world.choices.stream("loop", self.name, name)
        shortest, longest = NAPS[name]
        while not world.resting:
            try:
                moved = step()
            except Exception as error:
                if not self.alive:
                    raise Killed from error
                if not (isinstance(error, BusError) or is_transient(error)):
                    world.unexpected(self, name, error)
                moved = 0
            if not moved and not world.resting:
                world.scheduler.sleep(chance.randint(shortest, longest), "idle")

    def sever(self) -> None:
        """What the kernel does for a process that is gone: its files are closed, without a word to anybody."""
        subscriber, publisher = self.consumer._subscriber, self.relay._publisher
        for connection in (
            getattr(subscriber, "_connection", None), getattr(publisher, "_connection", None), self.bus._connection,
        ):  # fmt: skip
            if isinstance(connection, sqlite3.Connection):
                connection.close()
        self.relay._leadership.release()
        self.database.engine.dispose()
