"""How fast commands are stored, beside the same rows inserted by bare driver calls.

Run: python -m tests.benchmarks.bench_store
"""

import argparse
import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path

from services.chassis.application import Application
from tests.benchmarks import breakdown, contention, growth, http_load
from tests.benchmarks.fair import REQUESTS_EACH, Fair, writer
from tests.benchmarks.raw_store import RawStore, rivals
from tests.benchmarks.rounds import Measured, Run, environment, in_threads, table, take_turns, verdict
from tests.benchmarks.stack import engines

WRITERS = (1, 8, 64)
ROUNDS = 3
GOAL = 0.7
HEADS = ("writers", "raw/s", "raw p50", "raw p99", "ours/s", "p50 ms", "p99 ms", "ratio")
GUESS = 1_500
"""Commands per second to prepare for in the first turn; later ones go by what was measured."""


class Contest:
    """The whole path against the raw limit, on one kind of database."""

    def __init__(self, application: Application, raw: RawStore, seconds: float) -> None:
        self.application, self._raw, self._seconds = application, raw, seconds
        self.fair = Fair(application)
        self._raw_writers: list[Callable[[], object]] = []
        self._rate = float(GUESS)

    def ours(self, writers: int) -> Run:
        self.fair.prepare(writers + int(1.3 * self._rate * self._seconds / REQUESTS_EACH))
        run = in_threads([writer(self.application, self.fair.requests()) for _ in range(writers)], self._seconds)
        self._rate = max(run.rate, 100.0)
        return run

    def limit(self, writers: int) -> Run:
        while len(self._raw_writers) < writers:
            self._raw_writers.append(self._raw.writer())
        return in_threads(self._raw_writers[:writers], self._seconds)

    def measured(self, writers: int, rounds: int) -> dict[str, Measured]:
        return take_turns({"raw": lambda: self.limit(writers), "ours": lambda: self.ours(writers)}, rounds)


def compare(name: str, url: Callable[[str], str], seconds: float, *, rounds: int, most: int, http: bool) -> None:
    """Everything about one kind of database; `seconds` for all of it."""
    counts = [count for count in WRITERS if count <= most]
    turn = seconds / (rounds * len(counts) * 2 + 12)
    application, raw = rivals(url)
    contest = Contest(application, raw, turn)
    rows, ratios = [], []
    for count in counts:
        found = contest.measured(count, rounds)
        limit, ours = found["raw"], found["ours"]
        ratios.append((count, ours.rate / limit.rate if limit.rate else 0.0))
        rows.append((
            str(count), f"{limit.rate:,.0f}", f"{limit.p50:.2f}", f"{limit.p99:.2f}",
            f"{ours.rate:,.0f}", f"{ours.p50:.2f}", f"{ours.p99:.2f}", f"{ratios[-1][1]:.2f}",
        ))  # fmt: skip
    print(f"\n{name}: distinct streams, without HTTP\n{table(HEADS, rows)}")
    for count, ratio in ratios:
        if name == "PostgreSQL":
            print(verdict(f"{count} writers", ratio, GOAL))
    contention.report(contest.fair, counts, turn)
    breakdown.report(contest.fair, turn)
    growth.report(contest.fair, turn)
    growth.report_bulk(contest.fair, max(60, int(10_000 * min(1.0, seconds / 60))))
    if http:
        http_load.report(url("http"), counts, turn * 2)
    raw.close()
    application.database.close()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=150.0, help="for everything, preparation not counted")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--most-writers", type=int, default=max(WRITERS))
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--no-http", action="store_true")
    chosen = parser.parse_args(arguments)
    print(environment(fsync="SQLite synchronous=FULL, PostgreSQL synchronous_commit=on"))
    kinds = 2 if chosen.only is None else 1
    options = {"rounds": chosen.rounds, "most": chosen.most_writers, "http": not chosen.no_http}
    if chosen.only != "postgresql":
        with tempfile.TemporaryDirectory() as directory:
            numbers = itertools.count()
            compare(
                "SQLite", lambda name: f"sqlite:///{Path(directory) / f'{name}-{next(numbers)}.db'}",
                chosen.seconds / kinds, **options,
            )  # fmt: skip
    if chosen.only != "sqlite":
        with engines("postgres") as found:
            if found.postgres is not None:
                compare("PostgreSQL", found.database, chosen.seconds / kinds, **options)


if __name__ == "__main__":
    main()
