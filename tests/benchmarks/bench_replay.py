"""How fast read models are rebuilt, beside a bare loop over the same rows.

Run: python -m tests.benchmarks.bench_replay
"""

import argparse
import itertools
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

from services.chassis import chain, replay
from services.chassis.application import Application
from services.chassis.bulk import execute_all
from tests.benchmarks.fair import ORGANISER, REQUESTS_EACH, Fair, open_registration
from tests.benchmarks.rounds import Run, environment, table, take_turns, verdict
from tests.benchmarks.stack import engines

EVENTS = 100_000
EACH_SME = 3 + REQUESTS_EACH
"""Events of one SME: registered, applied, approved, and its requests."""
AT_ONCE = 3_000
GOAL, CHECKED_GOAL = 50_000, 10_000
BATCH = 5_000
COLUMNS = (
    "event_id, stream_id, version, type, schema_version, data, metadata, occurred_at, recorded_at, previous_hash, hash"
)


def fill(application: Application, events: int) -> None:
    """The history of a fair: companies, applications, approvals, requests, in the mix of the 2023 one."""
    fair = Fair(application)
    fair.prepare(events // EACH_SME)
    requests = fair.requests()
    while batch := list(itertools.islice(requests, AT_ONCE)):
        done = execute_all(application, batch, ORGANISER)
        assert done.stored, done.refused[:1]


def bare(application: Application) -> Run:
    """Fetch and decode the same rows by the driver, and nothing else."""
    count, after = 0, 0
    mark = "?" if application.database.dialect == "sqlite" else "%s"
    sql = f"SELECT {COLUMNS}, position FROM events WHERE position > {mark} ORDER BY position LIMIT {BATCH}"
    began = perf_counter()
    with application.database.reading() as connection:
        raw: Any = connection.connection.driver_connection
        while rows := raw.execute(sql, (after,)).fetchall():
            for row in rows:
                orjson.loads(row[5])
                orjson.loads(row[6])
            count += len(rows)
            after = rows[-1][11]
    return Run(count, perf_counter() - began)


def rebuilt(application: Application) -> Run:
    done = replay.rebuild(application)
    return Run(done.events, done.seconds)


def checked(application: Application) -> Run:
    began = perf_counter()
    verified = chain.verify(application)
    assert not verified.faults, verified.faults[:1]
    return Run(verified.events, perf_counter() - began)


def compare(name: str, url: Callable[[str], str], events: int, rounds: int) -> None:
    application = open_registration(url("replay"))
    began = perf_counter()
    fill(application, events)
    rivals = {"bare loop": bare, "rebuilt": rebuilt, "checked": checked}
    found = take_turns({label: lambda turn=turn: turn(application) for label, turn in rivals.items()}, rounds)
    limit = found["bare loop"].rate
    rows: Sequence[Sequence[str]] = [
        (label, f"{measured.rate:,.0f}", f"{measured.rate / limit:.2f}") for label, measured in found.items()
    ]
    stored = bare(application).operations
    print(f"\n{name}: {stored:,} events (filled in {perf_counter() - began:.0f} s)")
    print(table(("what", "events/s", "of the bare loop"), rows))
    if name == "PostgreSQL":
        print(verdict("rebuilt", found["rebuilt"].rate, GOAL, unit=" events/s"))
        print(
            verdict("every event validated, every hash checked", found["checked"].rate, CHECKED_GOAL, unit=" events/s")
        )
    with application.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM consultation_requests").scalar_one()
    application.database.close()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    chosen = parser.parse_args(arguments)
    print(environment(fsync="SQLite synchronous=FULL, PostgreSQL synchronous_commit=on"))
    if chosen.only != "postgresql":
        with tempfile.TemporaryDirectory() as directory:
            compare("SQLite", lambda name: f"sqlite:///{Path(directory) / name}.db", chosen.events, chosen.rounds)
    if chosen.only != "sqlite":
        with engines("postgres") as found:
            if found.postgres is not None:
                compare("PostgreSQL", found.database, chosen.events, chosen.rounds)


if __name__ == "__main__":
    main()
