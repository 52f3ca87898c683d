"""From the command in registration to the row in matching's read model, at a steady pace."""

import itertools
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Table, select

from services.chassis import replay
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.local import LocalBus
from services.chassis.clock import SystemClock
from services.chassis.effects import DirectEffects
from services.chassis.metrics import Metrics
from services.chassis.worker import Worker
from services.matching.definition import SERVICE as MATCHING
from tests.benchmarks.fair import KEYS, ORGANISER, REQUESTS_EACH, Fair, open_database, open_registration
from tests.benchmarks.rounds import Run, verdict

PER_SECOND = 100
EMBEDDED_GOAL, DEPLOYED_GOAL = 50.0, 100.0
PATIENCE = 120.0


def embedded(directory: Path, seconds: float) -> None:
    """SQLite files, the local bus, workers as threads."""
    bus = LocalBus(directory / "bus.db", clock=SystemClock(), effects=DirectEffects())
    found = _measured(bus, lambda name: f"sqlite:///{directory / name}.db", seconds)
    _print("embedded (SQLite, local bus)", found, EMBEDDED_GOAL)


def deployed(bootstrap: str, url: Callable[[str], str], seconds: float) -> None:
    """PostgreSQL, Kafka, workers as threads of one process (which is slower than processes of their own)."""
    found = _measured(KafkaBus(bootstrap, options={}, effects=DirectEffects()), url, seconds)
    _print("deployed (PostgreSQL, Kafka)", found, DEPLOYED_GOAL)


def _print(name: str, run: Run, goal: float) -> None:
    print(
        f"\ncommand to matching's read model, {name}: {run.operations} commands at {run.rate:.0f}/s, "
        f"p50 {run.percentile(0.5):.1f} ms, p99 {run.percentile(0.99):.1f} ms"
    )
    print(verdict("p50", run.percentile(0.5), goal, at_most=True, unit=" ms"))


def _measured(bus: Bus, url: Callable[[str], str], seconds: float) -> Run:
    source = open_registration(url("registration"))
    target = Application(MATCHING, open_database(url("matching")), KEYS)
    replay.ensure_current(target)
    workers = [Worker(application, bus, metrics=Metrics(application.name)) for application in (source, target)]
    for worker in workers:
        worker.start()
    fair = Fair(source)
    count = max(5, int(PER_SECOND * seconds))
    fair.prepare(count // REQUESTS_EACH + 2)
    watch = _Watch(target)
    try:
        # Everything before the first request has arrived when the first one of its kind has.
        requests = fair.requests()
        watch.await_all({_ask(source, next(requests)): time.perf_counter()})
        sent: dict[str, float] = {}
        watching = threading.Thread(target=watch.look)
        watching.start()
        began = time.perf_counter()
        for number, command in enumerate(itertools.islice(requests, count - 1)):
            time.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
            issued = time.perf_counter()
            sent[_ask(source, command)] = issued
        spent = time.perf_counter() - began
        watch.await_all(sent)
        watch.stop()
        watching.join()
    finally:
        watch.stop()
        for worker in workers:
            worker.stop()
        bus.close()
        source.database.close()
        target.database.close()
    return Run(len(sent), spent, [watch.seen[request] - issued for request, issued in sent.items()])


def _ask(application: Application, command: object) -> str:
    return str(application.execute(command, ORGANISER).body["request_id"])


class _Watch:
    """Looks into the other service's table every two milliseconds and notes when a request is first seen."""

    def __init__(self, target: Application) -> None:
        self._target = target
        self._table: Table = MATCHING.read_models.metadata.tables["requests"]
        self.seen: dict[str, float] = {}
        self._over = threading.Event()

    def look(self) -> None:
        while not self._over.wait(0.002):
            self._glance()

    def stop(self) -> None:
        self._over.set()

    def await_all(self, wanted: dict[str, float]) -> None:
        until = time.monotonic() + PATIENCE
        while not wanted.keys() <= self.seen.keys():
            if not self._over.is_set():
                self._glance()
            if time.monotonic() > until:
                missing = len(wanted.keys() - self.seen.keys())
                raise TimeoutError(f"{missing} of {len(wanted)} requests did not arrive within {PATIENCE:.0f} s")
            time.sleep(0.005)

    def _glance(self) -> None:
        with self._target.database.reading() as connection:
            found = connection.execute(select(self._table.c.request_id)).scalars().all()
        now = time.perf_counter()
        for request in found:
            self.seen.setdefault(request, now)
