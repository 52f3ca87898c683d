"""Two databases of one service side by side: streams, what was taken in, read models, and what no event tells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from contracts.envelope import Envelope
from services.chassis import inbox, tables
from services.chassis.application import Application
from services.chassis.facts import KEPT, count
from services.chassis.replay import Difference, compare_rows, differences, fold, stored
from services.chassis.store import Head

Streams = Mapping[tuple[str, str], Head]
"""By source and stream."""


@dataclass(frozen=True)
class Compared:
    """`faults` are streams that contradict each other or stop short; `kept` counts rows here and there by table.

    `events` were compared, in `streams`; `newer` events the first database has beyond the second.
    """

    events: int
    streams: int
    newer: int
    rows: int
    faults: tuple[str, ...]
    differences: tuple[Difference, ...]
    kept: Mapping[str, tuple[int, int]]


def compare_databases(ours: Application, theirs: Application, *, growing: bool = False) -> Compared:
    """Compare two databases, each in a snapshot of its own, and change nothing.

    `growing`: the first one works on. What it has beyond the second is then no fault, and both read models are folded
    up to where both stand, instead of comparing the tables.
    """
    with ours.database.snapshot() as here, theirs.database.snapshot() as there:
        left, right = standing(ours, here), standing(theirs, there)
        faults = list(_faults(ours, here, theirs, there, left, right, growing=growing))
        if growing:
            shared = {
                stream: min(head.version, right[stream].version) for stream, head in left.items() if stream in right
            }
            folded = [
                fold(application.service, _upto(stored(connection, application.store), shared))[0].tables
                for application, connection in ((ours, here), (theirs, there))
            ]
            found = [
                difference
                for table in ours.service.read_models.tables
                for difference in differences(table, *(tables_.get(table.name, {}) for tables_ in folded))
            ]
            rows = sum(map(len, folded[1].values()))
        else:
            found, rows = compare_rows(ours.service, here, there)
        kept = {table.name: (count(here, table), count(there, table)) for table in KEPT}
    newer = sum(
        head.version - right.get(stream, Head()).version
        for stream, head in left.items()
        if head.version > right.get(stream, Head()).version
    )
    events = sum(head.version for head in right.values())
    return Compared(events, len(right), newer, rows, tuple(faults), tuple(found), kept)


def standing(application: Application, connection: Connection) -> dict[tuple[str, str], Head]:
    """Where every stream stands: the service's own, and those of others as far as they were let through the inbox."""
    own = application.store.heads(connection)
    heads = {(application.name, stream): Head(version, digest) for stream, version, digest in own}
    return heads | inbox.passed(connection)


def _faults(
    ours: Application, here: Connection, theirs: Application, there: Connection, left: Streams, right: Streams,
    *, growing: bool,
) -> Iterator[str]:  # fmt: skip
    for source, stream in sorted(left.keys() | right.keys()):
        first, second = left.get((source, stream), Head()), right.get((source, stream), Head())
        name = f"{source} {stream}"
        if first.version < second.version or (first.version > second.version and not growing):
            yield f"{name}: version {first.version} here, version {second.version} there"
        version = min(first.version, second.version)
        one = first.hash if version == first.version else _hash(ours, here, source, stream, version)
        other = second.hash if version == second.version else _hash(theirs, there, source, stream, version)
        if one != other:
            yield f"{name}: version {version} is not the same here and there"


def _hash(application: Application, connection: Connection, source: str, stream: str, version: int) -> str:
    if version == 0:
        return Head().hash
    if source == application.name:
        table = tables.events
        statement = select(table.c.hash).where(table.c.stream_id == stream, table.c.version == version)
    else:
        columns = tables.inbox.c
        statement = select(columns.hash).where(
            columns.source == source, columns.stream_id == stream, columns.version == version
        )
    return str(connection.execute(statement).scalar())


def _upto(events: Iterator[Envelope], shared: Mapping[tuple[str, str], int]) -> Iterator[Envelope]:
    return (event for event in events if event.version <= shared.get((event.source, event.stream_id), 0))
