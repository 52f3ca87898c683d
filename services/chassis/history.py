"""Questions about what is stored: the event log, refused commands, the vault's contents and its log."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from contracts.envelope import Envelope
from services.chassis import tables
from services.chassis.access import Actor, ForbiddenError
from services.chassis.application import Application
from services.chassis.clock import instant
from services.chassis.read_models import Row
from services.chassis.service import NotFoundError
from services.chassis.store import COLUMNS

VAULT_READERS: Final = frozenset({"organiser", "agency", "auditor"})
NOTHING: Final[Mapping[str, str]] = {}
_SELECTED: Final = [tables.events.c[name] for name in COLUMNS[:-1]]


class History:
    """Reads over one application's lasting tables."""

    def __init__(self, application: Application) -> None:
        self._application: Final = application
        self._database: Final = application.database

    def events(
        self, *, event_type: str | None = None, stream_id: str | None = None, fair_id: str | None = None,
        where: Mapping[str, str] = NOTHING, after: int | None = None, limit: int = 100,
    ) -> list[tuple[int, Envelope]]:  # fmt: skip
        """The service's own events with their positions, in order. `where` names fields of the data and their text."""
        columns = tables.events.c
        conditions = [*_conditions(event_type, stream_id, fair_id), *self._where(where)]
        if after is not None:
            conditions.append(columns.position > after)
        statement = select(*_SELECTED, columns.position).where(*conditions).order_by(columns.position).limit(limit)
        with self._database.reading() as connection:
            return [(row[-1], self._application.store.envelope(row)) for row in connection.execute(statement)]

    def count(
        self, *, event_type: str | None = None, stream_id: str | None = None, fair_id: str | None = None,
        where: Mapping[str, str] = NOTHING,
    ) -> int:  # fmt: skip
        """How many events there are."""
        conditions = [*_conditions(event_type, stream_id, fair_id), *self._where(where)]
        statement = select(func.count()).select_from(tables.events).where(*conditions)
        with self._database.reading() as connection:
            return int(connection.execute(statement).scalar_one())

    def _where(self, where: Mapping[str, str]) -> list[ColumnElement[bool]]:
        data = tables.events.c.data
        if self._database.dialect == "postgresql":
            return [cast(data, JSONB)[name].astext == value for name, value in where.items()]
        return [
            # SQLite gives truth values as numbers; their JSON type is their text.
            func.json_type(data, f"$.{name}") == value
            if value in {"true", "false"}
            else cast(func.json_extract(data, f"$.{name}"), String) == value
            for name, value in where.items()
        ]

    def event(self, event_id: str) -> Envelope | None:
        """One event, this service's own or one taken in from another."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_SELECTED).where(tables.events.c.event_id == event_id)).first()
            return None if row is None else self._application.store.envelope(row)

    def rejected(self, *, after: int | None = None, limit: int = 100, rule: str | None = None) -> list[Row]:
        """Refused commands, oldest first."""
        columns = tables.rejected_commands.c
        statement = select(tables.rejected_commands).order_by(columns.sequence).limit(limit)
        if after is not None:
            statement = statement.where(columns.sequence > after)
        if rule is not None:
            statement = statement.where(columns.rule == rule)
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def vault_log(self, *, after: int | None = None, limit: int = 100) -> list[Row]:
        """Who read, wrote or erased whose data, oldest first."""
        columns = tables.vault_log.c
        statement = select(tables.vault_log).order_by(columns.sequence).limit(limit)
        if after is not None:
            statement = statement.where(columns.sequence > after)
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]

    def read_vault(self, reference: str, actor: Actor, *, purpose: str, address: str) -> Any:
        """The content behind a reference. The read is logged, whoever reads.

        Raises:
            ForbiddenError: the actor neither wrote it nor holds a role that may read.
            NotFoundError: there is no such entry, or its subject was erased.
        """
        application = self._application
        with self._database.writing("vault.read") as connection:
            entry = application.vault.find(connection, reference)
            own = entry is not None and entry["owner"] is not None and entry["owner"] == actor.company
            if actor.role not in VAULT_READERS and not own:
                raise ForbiddenError("Only its author, organisers, the agency and auditors may read this.")
            try:
                return application.vault.read(
                    connection, reference, at=instant(application.clock.now()), actor=actor.sub, role=actor.role,
                    address=address, purpose=purpose,
                )  # fmt: skip
            except LookupError:
                raise NotFoundError("vault entry") from None

    def erase(self, subject_id: str, actor: Actor, *, address: str) -> int:
        """Destroy everything the vault holds of a subject; how many entries went.

        Raises:
            ForbiddenError: only organisers and the agency erase.
        """
        if actor.role not in {"organiser", "agency"}:
            raise ForbiddenError("Only organisers and the agency may erase a person's data.")
        with self._database.writing("vault.erase") as connection:
            return self._application.vault.erase(
                connection, subject_id, at=instant(self._application.clock.now()), actor=actor.sub, role=actor.role,
                address=address,
            )  # fmt: skip


def _conditions(event_type: str | None, stream_id: str | None, fair_id: str | None) -> list[ColumnElement[bool]]:
    columns = tables.events.c
    wanted = ((columns.type, event_type), (columns.stream_id, stream_id), (columns.fair_id, fair_id))
    return [column == value for column, value in wanted if value is not None]
