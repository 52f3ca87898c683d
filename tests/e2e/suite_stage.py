"""All four services in this process, stepped by hand: real Flask apps, real SQLite files, the real local bus."""

import base64
import json
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.chassis import tables
from services.chassis.access import Actor
from services.chassis.application import Application, Keys
from services.chassis.bus.local import LocalBus
from services.chassis.clock import SystemClock, SystemIds, moment
from services.chassis.configuration import Settings
from services.chassis.consumer import Consumer
from services.chassis.database import Database
from services.chassis.effects import DirectEffects
from services.chassis.intake import Taken
from services.chassis.metrics import Metrics
from services.chassis.migration import migrate
from services.chassis.parking import Parking
from services.chassis.relay import Relay, topic
from services.chassis.replay import ensure_current
from services.chassis.timers import Timers
from services.chassis.tokens import mint
from services.chassis.web import create_app
from services.chassis.worker import PARTITIONS
from services.suite import SERVICES

KEY = bytes(range(32))
ORGANISER = Actor("organiser-1", "organiser")
AGENCY = Actor("agency-1", "agency")
EVALUATOR = Actor("evaluator-1", "evaluator")
AUDITOR = Actor("auditor-1", "auditor")
OPERATOR = Actor("operator-1", "operator")
STEPS = 200


class Calendar:
    """A clock that stands where it was put."""

    def __init__(self) -> None:
        self.at = datetime(2023, 10, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def set(self, text: str) -> None:
        self.at = moment(text)


class Station:
    """One service of the stage with everything that steps."""

    def __init__(self, application: Application, app: Flask, bus: LocalBus, metrics: Metrics) -> None:
        self.application, self.app, self.metrics = application, app, metrics
        self.parking = Parking(application.database, application.clock, SystemIds())
        self.relay = Relay(application, bus)
        self.consumer = Consumer(application, bus, self.parking)
        self.timers = Timers(application)
        self.client = app.test_client()

    def step(self) -> int:
        """How much moved."""
        taken: Taken = self.consumer.step(0)
        assert not taken.reasons, taken.reasons
        moved = taken.handled + taken.unhandled + taken.duplicates + taken.waiting
        return moved + self.timers.step() + self.relay.step().acknowledged

    def close(self) -> None:
        self.consumer.close()
        self.relay.close()
        self.application.database.close()


class Stage:
    """Speaks HTTP to all services under `/<service>/...`; events flow when `settle` is called, and only then."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        # As an embedded suite has it, so that its commands run on this directory.
        keys = dict.fromkeys(("token_key", "vault_key", "fingerprint_key"), base64.b64encode(KEY).decode())
        (directory / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
        self.directory = directory
        self.clock = Calendar()
        self.bus = LocalBus(directory / "bus.db", clock=SystemClock(), effects=DirectEffects(), synchronous="OFF")
        self.bus.ensure_topics([topic(service.name) for service in SERVICES], partitions=PARTITIONS)
        self.stations = {service.name: self._station(service) for service in SERVICES}

    def _station(self, service) -> Station:
        database = Database(f"sqlite:///{self.directory / service.name}.db")
        migrate(database)
        application = Application(service, database, Keys(KEY, KEY), clock=self.clock)
        ensure_current(application)
        metrics = Metrics(service.name)
        app = create_app(application, self.settings(service.name), metrics=metrics)
        return Station(application, app, self.bus, metrics)

    def settings(self, service: str) -> Settings:
        return Settings(
            database_url=f"sqlite:///{self.directory / service}.db", bus_url=f"local:{self.directory / 'bus.db'}",
            token_key=KEY, vault_key=KEY, fingerprint_key=KEY,
        )  # fmt: skip

    def headers(self, actor: Actor, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {mint(actor, KEY, now=self.clock.at)}", **more}

    def call(
        self, actor: Actor, method: str, path: str, body: Any = None, *, at: str | None = None, key: str | None = None,
        content: bytes | None = None, headers: dict[str, str] | None = None,
    ) -> TestResponse:  # fmt: skip
        """The answer, whatever it is. `content` is sent as it stands, `body` as JSON."""
        _, name, rest = path.split("/", 2)
        sent = self.headers(actor)
        if method in {"POST", "PUT"}:
            sent["Content-Type"] = "application/json"
            content = (
                json.dumps({} if body is None else body, ensure_ascii=False).encode() if content is None else content
            )
        if method == "POST":
            sent["Idempotency-Key"] = key or str(uuid.uuid4())
        if at is not None:
            sent["Occurred-At"] = at
        client = self.stations[name].client
        return client.open(f"/{rest}", method=method, data=content, headers={**sent, **(headers or {})})

    def do(self, actor: Actor, path: str, body: Any = None, *, method: str = "POST", at: str | None = None) -> Any:
        """The JSON of an answer that has to be a yes."""
        answer = self.call(actor, method, path, body, at=at)
        assert answer.status_code in {200, 201, 202}, (path, answer.status_code, answer.json)
        return answer.json

    def get(self, actor: Actor, path: str) -> Any:
        answer = self.call(actor, "GET", path)
        assert answer.status_code == 200, (path, answer.status_code, answer.json)
        return answer.json

    def items(self, actor: Actor, path: str) -> list[dict[str, Any]]:
        page = self.get(actor, f"{path}{'&' if '?' in path else '?'}limit=1000")
        assert page["next"] is None
        return page["items"]

    def settle(self) -> None:
        """Until nothing moves any more."""
        for _ in range(STEPS):
            if not sum(station.step() for station in self.stations.values()):
                return
        raise AssertionError("events go round in circles")

    def application(self, name: str) -> Application:
        return self.stations[name].application

    def count(self, name: str, table=tables.events) -> int:
        with self.application(name).database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    def counts(self, table=tables.events) -> dict[str, int]:
        return {name: self.count(name, table) for name in self.stations}

    def rows(self, name: str, table) -> list[dict[str, Any]]:
        with self.application(name).database.reading() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    def close(self) -> None:
        for station in self.stations.values():
            station.close()
        self.bus.close()


@contextmanager
def staged(directory: Path) -> Iterator[Stage]:
    """A stage that is closed at the end; what services log goes nowhere."""
    quiet = logging.getLogger()
    before = quiet.level
    quiet.setLevel(logging.CRITICAL)
    stage = Stage(directory)
    try:
        yield stage
    finally:
        stage.close()
        quiet.setLevel(before)
