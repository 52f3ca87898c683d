"""What a database holds, in figures that can be compared with a backup's: counts, event types, one root."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, func, select

from contracts.manifest import Head, root
from services.chassis import tables
from services.chassis.application import Application
from services.chassis.fitness import revision

KEPT: Final = (
    tables.rejected_commands, tables.idempotency, tables.parked, tables.timers,
    tables.vault_keys, tables.vault_entries, tables.vault_log,
)  # fmt: skip
"""Lasting tables that are no events: no topic holds them, only a backup does (timers follow from the events, all but
what became of them).
"""


@dataclass(frozen=True)
class Facts:
    """`root` is over the heads of the service's streams; `kept` counts the rows of the tables that are no events."""

    service: str
    revision: str | None
    events: int
    streams: int
    inbox: int
    root: str
    types: tuple[str, ...]
    kept: Mapping[str, int]

    def contradictions(self, entry: Mapping[str, Any]) -> list[str]:
        """Where a manifest's entry says something else."""
        return [
            f"{self.service}: {name} {mine if name != 'root' else mine[:12]}, the backup says {entry[name]}"
            for name, mine in asdict(self).items()
            if name in {"revision", "events", "streams", "inbox", "root", "kept"} and entry[name] != mine
        ]


def facts(application: Application, connection: Connection) -> Facts:
    """The facts as the connection sees them."""
    events = tables.events.c
    kinds = connection.execute(select(events.type, events.schema_version).distinct()).all()
    found = heads(application, connection)
    return Facts(
        service=application.name,
        revision=revision(connection),
        events=count(connection, tables.events),
        streams=len(found),
        inbox=count(connection, tables.inbox),
        root=root(found),
        types=tuple(sorted(f"{kind.type}.v{kind.schema_version}" for kind in kinds)),
        kept={table.name: count(connection, table) for table in KEPT},
    )


def heads(application: Application, connection: Connection) -> list[Head]:
    """The last link of every stream."""
    return [(application.name, *head) for head in application.store.heads(connection)]


def count(connection: Connection, table: Table, *which: ColumnElement[bool]) -> int:
    """How many rows there are; of those only that fit the conditions."""
    return int(connection.execute(select(func.count()).select_from(table).where(*which)).scalar_one())
