"""Replay: read models folded again from the events, beside the live ones or into fresh tables. No reaction fires."""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Table, delete, func, insert, select
from sqlalchemy.schema import CreateTable

from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope, from_json
from services.chassis import tables
from services.chassis.application import Application
from services.chassis.clock import instant
from services.chassis.folding import MemoryRows, Projection, fill_table
from services.chassis.read_models import Row
from services.chassis.service import Service
from services.chassis.store import EventStore

BATCH: Final = 5_000


@dataclass(frozen=True)
class Difference:
    """A row where the live read model and its replay disagree; `event_id` wrote the row (live or replayed) last."""

    read_model: str
    key: tuple[Any, ...]
    event_id: str
    columns: tuple[str, ...]
    live: Row | None
    replayed: Row | None

    def __str__(self) -> str:
        what = (
            "is missing from the live table" if self.live is None
            else "is in the live table only" if self.replayed is None
            else f"differs in {', '.join(self.columns)}"
        )  # fmt: skip
        return f"{self.read_model} {'/'.join(map(str, self.key))}: {what} (event {self.event_id})"


@dataclass(frozen=True)
class Replayed:
    """What a replay did: events folded, rows they came to, seconds it took, and where the live tables disagree."""

    events: int
    rows: int
    seconds: float
    differences: tuple[Difference, ...] = ()


def fold(service: Service, events: Iterator[Envelope]) -> tuple[MemoryRows, int]:
    """All rows that the events come to, and how many events there were."""
    rows = MemoryRows()
    projection = Projection(service.read_models, rows)
    count = 0
    # Nothing that is folded forms cycles; looking for some in a growing heap takes a fifth of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        for event in events:
            projection.apply(event)
            count += 1
    finally:
        if collecting:
            gc.enable()
    return rows, count


def stored(connection: Connection, store: EventStore) -> Iterator[Envelope]:
    """Every event that the read models rest on: the service's own, and those let through the inbox."""
    for _, event in store.all(connection, batch=BATCH):
        yield event
    yield from taken_in(connection)


def taken_in(connection: Connection) -> Iterator[Envelope]:
    """Foreign events that were handled, in the order in which they were."""
    inbox = tables.inbox.c
    after = 0
    while True:
        statement = (
            select(inbox.sequence, inbox.envelope)
            .where(inbox.sequence > after, inbox.status.in_(("handled", "unhandled")))
            .order_by(inbox.sequence)
            .limit(BATCH)
        )
        rows = connection.execute(statement).all()
        for row in rows:
            after = row.sequence
            event = from_json(orjson.loads(row.envelope))
            # What this code has never heard of was kept, and not handled; code that has will fold it.
            if CATALOGUE.knows(event.type, event.schema_version):
                yield event
        if len(rows) < BATCH:
            return


def compare(application: Application) -> Replayed:
    """Fold everything beside the live tables, in one snapshot, and show every difference. Changes nothing."""
    service, database = application.service, application.database
    with database.snapshot() as connection:
        started = perf_counter()
        rows, events = fold(service, stored(connection, application.store))
        seconds = perf_counter() - started
        found = [
            difference
            for table in service.read_models.tables
            for difference in differences(table, _live(connection, table), rows.tables.get(table.name, {}))
        ]
    return Replayed(events, sum(map(len, rows.tables.values())), seconds, tuple(found))


def rebuild(application: Application) -> Replayed:
    """Drop the read models and write them anew from the events, in bulk, in one transaction."""
    service, database = application.service, application.database
    metadata = service.read_models.metadata
    with database.writing("rebuild") as connection:
        started = perf_counter()
        rows, events = fold(service, stored(connection, application.store))
        metadata.drop_all(connection)
        count = 0
        for table in service.read_models.tables:
            folded = list(rows.tables.get(table.name, {}).values())
            connection.execute(CreateTable(table))
            fill_table(connection, database.dialect, table, folded)
            # An index is built faster over what is there than row by row.
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                index.create(connection)
            count += len(folded)
        state = tables.read_model_state
        connection.execute(delete(state).where(state.c.name == service.name))
        connection.execute(
            insert(state).values(
                name=service.name,
                fingerprint=service.read_models.fingerprint(),
                rebuilt_at=instant(application.clock.now()),
            )
        )
        seconds = perf_counter() - started
    return Replayed(events, count, seconds)


def ensure_current(application: Application) -> Replayed | None:
    """Rebuild the read models when their shape or version is not the one they were built with; None when it is."""
    service, state = application.service, tables.read_model_state.c
    with application.database.reading() as connection:
        built = connection.execute(select(state.fingerprint).where(state.name == service.name)).scalar()
        empty = not connection.execute(select(func.count()).select_from(tables.events)).scalar_one()
    if built == service.read_models.fingerprint():
        return None
    replayed = rebuild(application)
    return None if built is None and empty else replayed


def differences(table: Table, live: dict[tuple[Any, ...], Row], folded: dict[tuple[Any, ...], Row]) -> list[Difference]:
    """Row by row, in order of the key."""
    found = []
    for key in sorted(live.keys() | folded.keys(), key=repr):
        ours, theirs = live.get(key), folded.get(key)
        if ours == theirs:
            continue
        either = theirs or ours or {}
        columns = tuple(name for name in either if ours is None or theirs is None or ours[name] != theirs[name])
        found.append(Difference(table.name, key, str(either["_event_id"]), columns, ours, theirs))
    return found


def compare_live(live: Application, rebuilt: Application) -> list[Difference]:
    """Where the read models of a rebuilt service differ from the live ones."""
    with live.database.snapshot() as ours, rebuilt.database.snapshot() as theirs:
        return compare_rows(live.service, ours, theirs)[0]


def compare_rows(service: Service, ours: Connection, theirs: Connection) -> tuple[list[Difference], int]:
    """Where the read models of two databases differ, and the rows of the second. One table in memory at a time."""
    found: list[Difference] = []
    rows = 0
    for table in service.read_models.tables:
        other = _live(theirs, table)
        rows += len(other)
        found += differences(table, _live(ours, table), other)
    return found, rows


def _live(connection: Connection, table: Table) -> dict[tuple[Any, ...], Row]:
    keys: Sequence[str] = [column.name for column in table.primary_key.columns]
    rows = (dict(row) for row in connection.execute(select(table)).mappings())
    return {tuple(row[name] for name in keys): row for row in rows}
