"""Gauges that are read when somebody scrapes: from the database, from the bus, and of the process.

Database and bus are each asked in a thread of its own, one question at a time and at most once a second: a scrape
waits a moment for the answers and then shows what is known, so that neither a silent dependency nor many scrapers use
up the threads that take commands.
"""

import platform
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import func, select

from services.chassis import VERSION, tables
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus
from services.chassis.clock import instant
from services.chassis.consumer import lags
from services.chassis.metrics import Metrics
from services.chassis.parking import parked_count
from services.chassis.relay import depth
from services.chassis.timers import overdue

PATIENCE_SECONDS: Final = 1.0
"""How long a scrape waits for database and bus together."""
FRESH_SECONDS: Final = 1.0
SILENT_SECONDS: Final = 10.0
"""After so long without an answer a dependency counts as away, although it may still be slow."""
_SIZE: Final = {
    "postgresql": "SELECT pg_database_size(current_database())",
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
}
log: Final = structlog.get_logger()


def observed(application: Application, bus: Bus | None = None) -> Metrics:
    """Metrics of a process of this service, with all gauges that are read at a scrape; of the bus if it has one."""
    metrics = Metrics(application.name)
    metrics.gauge("build_info", 1, version=VERSION, python=platform.python_version())
    readings = [Reading(application.name, "database", metrics, lambda: _read_database(application, metrics))]
    if bus is not None:
        readings.append(Reading(application.name, "bus", metrics, lambda: _read_bus(application, bus, metrics)))
    metrics.before_exposing(lambda: _read_process(application, metrics))
    metrics.before_exposing(lambda: _read(readings))
    return metrics


class Reading:
    """One dependency, asked for what it tells; `read` sets the gauges."""

    def __init__(self, service: str, dependency: str, metrics: Metrics, read: Callable[[], None]) -> None:
        self._service: Final = service
        self._dependency: Final = dependency
        self._metrics: Final = metrics
        self._ask: Final = read
        self._lock: Final = threading.Lock()
        self._answered: Final = threading.Event()
        self._answered.set()
        self._began = float("-inf")

    def begin(self) -> None:
        """Ask, unless the last question is still open or was put a moment ago."""
        with self._lock:
            now = time.monotonic()
            if not self._answered.is_set():
                if now - self._began > SILENT_SECONDS:
                    self._up(False)
                return
            if now - self._began < FRESH_SECONDS:
                return
            self._began = now
            self._answered.clear()
        threading.Thread(target=self._read, name=f"{self._service}-{self._dependency}-gauges", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Until the question is answered, at most so long."""
        self._answered.wait(seconds)

    def _read(self) -> None:
        try:
            self._ask()
        except Exception as error:  # noqa: BLE001 - whatever the driver raises, the answer is "away"
            log.debug("gauges not read", service=self._service, of=self._dependency, error=type(error).__name__)
            self._up(False)
        else:
            self._up(True)
        finally:
            self._answered.set()

    def _up(self, up: bool) -> None:
        self._metrics.gauge("dependency_up", up, dependency=self._dependency)


def _read(readings: list[Reading]) -> None:
    for reading in readings:
        reading.begin()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for reading in readings:
        reading.wait(max(0.0, deadline - time.monotonic()))


def _read_database(application: Application, metrics: Metrics) -> None:
    database = application.database
    pending, age = depth(application)
    parked = parked_count(database)
    with database.reading() as connection:
        late = overdue(connection, instant(application.clock.now()))
        position = connection.execute(select(func.max(tables.events.c.position))).scalar()
        size = connection.exec_driver_sql(_SIZE[database.dialect]).scalar_one()
    metrics.gauge("relay_pending_events", pending)
    metrics.gauge("relay_oldest_pending_seconds", age)
    metrics.gauge("parked_records", parked)
    metrics.gauge("timers_overdue", late)
    metrics.gauge("store_position", position or 0)
    metrics.gauge("database_size_bytes", size)


def _read_bus(application: Application, bus: Bus, metrics: Metrics) -> None:
    found = lags(bus, application.service)
    if not found:
        bus.ping()
    for source, lag in found.items():
        metrics.gauge("consumer_lag_records", lag, source=source)


def _read_process(application: Application, metrics: Metrics) -> None:
    database = application.database
    file = database.url.database if database.dialect == "sqlite" else None
    disk = shutil.disk_usage(Path(file).resolve().parent if file else "/")
    metrics.gauge("disk_free_bytes", disk.free)
    # What the file system keeps for itself or for others will never be free.
    metrics.gauge("disk_size_bytes", disk.used + disk.free)
    metrics.gauge("database_connections_in_use", database.connections_in_use())
    if database.connections_limit is not None:
        metrics.gauge("database_connections_limit", database.connections_limit)
