"""The suite as it is deployed: every role has an application, connections and bus clients of its own."""

import os
import secrets
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from flask import Flask
from sqlalchemy import select

from services.chassis import assembly
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus
from services.chassis.clock import instant
from services.chassis.configuration import Settings
from services.chassis.metrics import Metrics
from services.chassis.parking import Parking
from services.chassis.relay import depth, topic
from services.chassis.service import Service
from services.chassis.timers import overdue
from services.chassis.web import create_app
from services.chassis.worker import PARTITIONS, Worker
from services.suite import SERVICES
from tests.stack.composed import free_port

BY_NAME: dict[str, Service] = {service.name: service for service in SERVICES}
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.05


def until(what: str, reached: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    """Look again and again, for a bounded time."""
    deadline = time.monotonic() + patience
    while not reached():
        assert time.monotonic() < deadline, f"waited {patience:.0f} s in vain for {what}"
        time.sleep(PAUSE_SECONDS)


class Deployment:
    """Applications that serve HTTP, one per service, and as many workers as are asked for."""

    def __init__(
        self, url: Callable[[str], str], bootstrap: str, bus_of: Callable[[Settings], Bus] = assembly.open_bus
    ) -> None:
        self._url, self._bootstrap, self._bus_of = url, bootstrap, bus_of
        self._keys = {name: secrets.token_bytes(32) for name in ("token_key", "vault_key", "fingerprint_key")}
        self._buses: list[Bus] = []
        self._applications: list[Application] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[Worker] = []
        self.bus = self.open_bus()
        self.bus.ensure_topics([topic(name) for name in BY_NAME], partitions=PARTITIONS)
        self.apis: dict[str, Application] = {name: self.application(name, bus=self.bus) for name in BY_NAME}
        self.apps: dict[str, Flask] = {name: self.app(application) for name, application in self.apis.items()}

    @property
    def token_key(self) -> bytes:
        return self._keys["token_key"]

    def settings(self, service: str, database: str | None = None) -> Settings:
        return Settings(
            database_url=self._url(database or service),
            bus_url=f"kafka://{self._bootstrap}",
            database_connections=4,
            **self._keys,
        )

    def open_bus(self) -> Bus:
        bus = self._bus_of(self.settings("registration"))
        self._buses.append(bus)
        return bus

    def application(self, service: str, *, database: str | None = None, bus: Bus | None = None) -> Application:
        """The service once more, as another process of it would open it (or on another database)."""
        application = assembly.open_application(BY_NAME[service], self.settings(service, database), bus)
        self._applications.append(application)
        return application

    def app(self, application: Application) -> Flask:
        return create_app(application, self.settings(application.name))

    def worker(self, service: str) -> Worker:
        """One more worker of the service, started."""
        application, bus = self.application(service), self.open_bus()
        worker = assembly.open_worker(application, bus, self.settings(service), Metrics(service))
        worker.start()
        self.workers.append(worker)
        return worker

    def worker_process(self, service: str) -> subprocess.Popen[bytes]:
        """One more worker in a process of its own, which may be killed."""
        settings = self.settings(service)
        environment = {**os.environ, "LOG_LEVEL": "ERROR", "PORT": str(free_port())}
        for item in fields(Settings):
            value = getattr(settings, item.name)
            if item.name in {"database_url", "bus_url", "database_connections", *self._keys}:
                environment[item.metadata["name"]] = (
                    b64encode(value).decode() if isinstance(value, bytes) else str(value)
                )
        process = subprocess.Popen([sys.executable, "-m", f"services.{service}", "worker"], env=environment)
        self._processes.append(process)
        return process

    def settle(self, services: Iterable[str] = tuple(BY_NAME)) -> None:
        """Wait until all that was recorded has reached every service, and no timer is due."""
        names = tuple(services)

        def settled() -> bool:
            self.check()
            before = self._traffic(names)
            return before is not None and before == self._traffic(names)

        until(f"{', '.join(names)} to settle", settled)

    def check(self) -> None:
        """No worker has given up."""
        assert [worker.halted for worker in self.workers if worker.halted is not None] == []
        assert [process.args for process in self._processes if process.poll() not in {None, -9}] == []

    def parked(self, service: str) -> int:
        application = self.apis[service]
        return Parking(application.database, application.clock, application.ids).count()

    def _traffic(self, names: tuple[str, ...]) -> tuple[int, ...] | None:
        """How far each topic goes; None while something is on its way."""
        if any(depth(self.apis[name])[0] or self._due(self.apis[name]) for name in names):
            return None
        ends = {name: self.bus.end_offsets(topic(name)) for name in BY_NAME}
        for name in names:
            for source in BY_NAME[name].subscriptions:
                committed = self.bus.committed(f"sangsaeng.{name}", topic(source))
                if any(end > committed.get(partition, 0) for partition, end in ends[source].items()):
                    return None
        return tuple(sum(of_one.values()) for of_one in ends.values())

    @staticmethod
    def _due(application: Application) -> int:
        with application.database.reading() as connection:
            return overdue(connection, instant(application.clock.now()))

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        for worker in self.workers:
            worker.stop()
        for bus in self._buses:
            bus.close()
        for application in self._applications:
            application.database.close()


def rows(application: Application, table: Any, **equals: Any) -> list[dict[str, Any]]:
    """The committed rows of a table whose columns have these values."""
    statement = select(table).where(*(table.c[name] == value for name, value in equals.items()))
    with application.database.reading() as connection:
        return [dict(row) for row in connection.execute(statement).mappings()]
