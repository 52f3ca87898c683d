"""What is noted of every container while a deployment is soaked, every ten seconds, and kept as CSV."""

import csv
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from tests.benchmarks.plot import Line
from tests.stack.engine import Engine
from tests.stack.inside import handles_of, metrics_of

EVERY_SECONDS: Final = 10.0
MEGA: Final = 1e6


@dataclass(frozen=True)
class Sample:
    """One container at one moment; None is what it has not, or did not tell. `memory` is that of the whole container
    without what files stand behind, `resident` that of its Python process, both in bytes.
    """

    minutes: float
    service: str
    memory: float | None
    resident: float | None
    handles: float | None
    lag: float | None
    relay_age: float | None
    pending: float | None
    position: float | None
    database: float | None


class Sampler:
    """Takes samples from `start` to `stop` and appends each to the file at once."""

    def __init__(self, containers: Mapping[str, Sequence[str]], path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._containers: Final = containers
        self._file: Final = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.DictWriter(self._file, [field.name for field in fields(Sample)])
        self._writer.writeheader()
        self._engine: Final = Engine()
        self._over: Final = threading.Event()
        self._thread: Final = threading.Thread(target=self._look, daemon=True)
        self._began = time.monotonic()
        self.samples: Final[list[Sample]] = []

    def start(self) -> None:
        self._began = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        self._file.close()

    def _look(self) -> None:
        turn = 0
        while True:
            for service, ids in self._containers.items():
                for number, container in enumerate(ids, 1):
                    self._note(service if len(ids) == 1 else f"{service}-{number}", service, container)
            self._file.flush()
            turn += 1
            if self._over.wait(max(0.0, self._began + turn * EVERY_SECONDS - time.monotonic())):
                return

    def _note(self, name: str, service: str, container: str) -> None:
        usage = self._engine.usage(container)
        memory = None if usage is None else float(usage.memory_bytes)
        minutes = (time.monotonic() - self._began) / 60
        if not service.endswith(("-api", "-worker")):
            handles = handles_of(container, service)
            sample = Sample(minutes, name, memory, None, handles, *[None] * 5)
        else:
            told = metrics_of(container)
            worker = service.endswith("-worker")
            sample = Sample(
                minutes, name, memory,
                told.value("process_resident_memory_bytes") or None,
                told.value("process_open_fds") or None,
                told.ours("consumer_lag_records") if worker else None,
                told.ours("relay_oldest_pending_seconds") if worker else None,
                told.ours("relay_pending_events") if worker else None,
                told.ours("store_position") if worker else None,
                told.ours("database_size_bytes") if worker else None,
            )  # fmt: skip
        self.samples.append(sample)
        self._writer.writerow(asdict(sample))


def lines(samples: Sequence[Sample], wanted: Callable[[Sample], float | None]) -> dict[str, Line]:
    """By container, what is wanted of its samples; containers that have none of it are left out."""
    found: dict[str, list[tuple[float, float]]] = {}
    for sample in samples:
        value = wanted(sample)
        if value is not None:
            found.setdefault(sample.service, []).append((sample.minutes, value))
    return dict(found)


def of_service(sample: Sample) -> bool:
    return sample.service.endswith(("-api", "-worker"))
