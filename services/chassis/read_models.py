"""Read models: tables that are folded from events, dropped and rebuilt at will, never migrated.

Rule that makes every delivery order end in the same rows: a row belongs to one stream. Only events of that stream write
it; what combines streams is joined when it is read.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from sqlalchemy import Column, Index, Integer, MetaData, String, Table

from contracts.envelope import Envelope

Row = Mapping[str, Any]
SYSTEM_COLUMNS: Final = ("_stream_id", "_event_id", "_version")
"""Which event wrote the row last: every row can be traced to it."""


class Rows(Protocol):
    """The rows that a projector may read and write, live (one transaction) or in a replay (folded in memory)."""

    def get(self, table: Table, *key: Any) -> Row | None:
        """The row with this primary key."""
        ...

    def find(self, table: Table, **equals: Any) -> Sequence[Row]:
        """The rows of the event's own stream whose indexed columns have these values, in order of the primary key."""
        ...

    def put(self, table: Table, **row: Any) -> None:
        """Insert the row or replace the one with its primary key. Columns left out are None."""
        ...

    def change(self, table: Table, *key: Any, **values: Any) -> None:
        """Set some columns of a row; no row, no effect."""
        ...

    def remove(self, table: Table, *key: Any) -> None:
        """Take the row away; no row, no effect."""
        ...


Projector = Callable[[Rows, Envelope], None]
"""Folds one event into rows. Sees the event's data in its newest version. Pure but for `Rows`."""


def read_model(metadata: MetaData, name: str, *columns: Column[Any], indexes: Sequence[str] = ()) -> Table:
    """A read-model table with its system columns. Primary keys are given by `primary_key=True`, in order of the key."""
    table = Table(
        name,
        metadata,
        *columns,
        Column("_stream_id", String, nullable=False),
        Column("_event_id", String, nullable=False),
        Column("_version", Integer, nullable=False),
    )
    for column in indexes:
        Index(f"ix_{name}_{column}", table.c[column])
    return table


@dataclass(frozen=True)
class ReadModels:
    """All read models of a service. Raise `version` when a projector changes: they are rebuilt at the next start."""

    metadata: MetaData
    projectors: Mapping[str, Projector]
    version: int = 1

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(self.metadata.sorted_tables)

    def fingerprint(self) -> str:
        """Changes whenever tables or `version` do."""
        shape = [(table.name, [(c.name, str(c.type), c.primary_key) for c in table.columns]) for table in self.tables]
        return hashlib.sha256(repr((self.version, shape)).encode()).hexdigest()
