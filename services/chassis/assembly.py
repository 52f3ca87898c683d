"""Putting a service together from its settings: the one place where adapters are chosen."""

import threading
from pathlib import Path
from typing import Final

from services.chassis import replay
from services.chassis.application import Application, Keys
from services.chassis.bus.abstract import Bus, BusError
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.local import LocalBus
from services.chassis.clock import SystemClock
from services.chassis.configuration import BusSettings, Settings
from services.chassis.database import Database
from services.chassis.effects import DirectEffects
from services.chassis.metrics import Metrics
from services.chassis.migration import migrate
from services.chassis.relay import depth
from services.chassis.service import Service
from services.chassis.worker import Worker

LATE_SECONDS: Final = 60
"""A relay whose oldest event is older than this is reported as not ready."""


def open_bus(settings: BusSettings) -> Bus:
    """The bus that `BUS_URL` names."""
    scheme, _, rest = settings.bus_url.partition(":")
    if scheme == "local":
        return LocalBus(Path(rest), clock=SystemClock(), effects=DirectEffects())
    return KafkaBus(rest.removeprefix("//"), options=settings.kafka_options(), effects=DirectEffects())


def open_application(service: Service, settings: Settings, bus: Bus | None = None) -> Application:
    """The service on its database, brought to the newest tables, its read models rebuilt if their shape changed."""
    database = Database(settings.database, connections=settings.database_connections)
    migrate(database)
    application = Application(service, database, Keys(vault=settings.vault_key, fingerprint=settings.fingerprint_key))
    replay.ensure_current(application)
    if bus is not None:
        application.readiness_checks["bus"] = BusCheck(bus)
    application.readiness_checks["relay"] = lambda: _relay_ready(application)
    return application


def open_worker(application: Application, bus: Bus, settings: Settings, metrics: Metrics) -> Worker:
    return Worker(
        application,
        bus,
        metrics=metrics,
        relay_batch=settings.relay_batch,
        consumer_batch=settings.consumer_batch,
        timer_batch=settings.timer_batch,
        parked_limit=settings.parked_limit,
        idle_seconds=settings.idle_milliseconds / 1000,
    )


class BusCheck:
    """Whether the bus answers. One asks at a time: while a silent bus keeps it waiting, all others hear what was last
    known, so that probes never use up the threads that take commands.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus: Final = bus
        self._asking: Final = threading.Lock()
        self._last = "not known yet"

    def __call__(self) -> str:
        if not self._asking.acquire(blocking=False):
            return self._last
        try:
            self._bus.ping()
            self._last = "ok"
        except BusError as error:
            self._last = f"cannot be reached ({type(error).__name__})"
        finally:
            self._asking.release()
        return self._last


def _relay_ready(application: Application) -> str:
    pending, age = depth(application)
    return "ok" if age < LATE_SECONDS else f"{pending} events wait for the bus, the oldest for {age:.0f} s"
