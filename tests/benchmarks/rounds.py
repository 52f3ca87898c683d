"""Measuring on a shared and noisy machine: rivals take turns, medians count, every figure stands beside its limit."""

import os
import platform
import sqlite3
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from statistics import median
from time import perf_counter

Operation = Callable[[], object]


@dataclass(frozen=True)
class Run:
    """One turn of one rival: operations done, seconds they took, the latency of each."""

    operations: int
    seconds: float
    latencies: Sequence[float] = ()

    @property
    def rate(self) -> float:
        return self.operations / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """In milliseconds; 0 without latencies."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1_000 if ordered else 0.0


@dataclass(frozen=True)
class Measured:
    """All turns of one rival, as medians."""

    rate: float
    p50: float
    p99: float


def take_turns(rivals: Mapping[str, Callable[[], Run]], rounds: int) -> dict[str, Measured]:
    """A B A B ...: each rival once per round, so that what disturbs the machine disturbs all of them."""
    runs: dict[str, list[Run]] = {name: [] for name in rivals}
    for number in range(rounds):
        order = list(rivals) if number % 2 == 0 else list(reversed(rivals))
        for name in order:
            runs[name].append(rivals[name]())
    return {
        name: Measured(
            median(run.rate for run in turns),
            median(run.percentile(0.5) for run in turns),
            median(run.percentile(0.99) for run in turns),
        )
        for name, turns in runs.items()
    }


def in_threads(writers: Sequence[Operation], seconds: float) -> Run:
    """Every writer in a thread of its own, again and again until the time is up or it raises StopIteration."""
    latencies: list[list[float]] = [[] for _ in writers]
    failures: list[BaseException] = []
    gate = threading.Barrier(len(writers) + 1)
    over = threading.Event()

    def work(write: Operation, taken: list[float]) -> None:
        gate.wait()
        try:
            while not over.is_set():
                began = perf_counter()
                write()
                taken.append(perf_counter() - began)
        except StopIteration:
            return
        except BaseException as error:
            failures.append(error)
            raise

    threads = [
        threading.Thread(target=work, args=(write, taken)) for write, taken in zip(writers, latencies, strict=True)
    ]
    for thread in threads:
        thread.start()
    gate.wait()
    started = perf_counter()
    stop = threading.Timer(seconds, over.set)
    stop.start()
    for thread in threads:
        thread.join()
    stop.cancel()
    spent = perf_counter() - started
    if failures:
        raise failures[0]
    merged = [latency for taken in latencies for latency in taken]
    return Run(len(merged), spent, merged)


def environment(**more: str) -> str:
    """One line on what the figures were taken on."""
    facts = {
        "cores": str(os.cpu_count()),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("SQLAlchemy", "psycopg", "kafka-python", "orjson")},
        "load": f"{os.getloadavg()[0]:.1f}",
        "switch interval": f"{sys.getswitchinterval() * 1000:g} ms",
        **more,
    }
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows under heads, aligned; the first column to the left."""
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def verdict(name: str, measured: float, goal: float, *, at_most: bool = False, unit: str = "") -> str:
    """Whether a goal is met, and by how much (not)."""
    met = measured <= goal if at_most else measured >= goal
    bound = "at most" if at_most else "at least"
    short = measured / goal if at_most else (goal / measured if measured else float("inf"))
    rest = "met" if met else f"NOT met, by a factor of {short:.2f}"
    return f"goal {name}: {bound} {goal:g}{unit}; measured {measured:,.2f}{unit}: {rest}"
