"""Questions to the committed read models."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, and_, select

from services.chassis.read_models import Row

Connections = Callable[[], AbstractContextManager[Connection]]


class Queries:
    """A `Reader` over committed read models, with free selects for joins. One connection per call or one held."""

    def __init__(self, connections: Connections) -> None:
        self._connections: Final = connections

    def get(self, table: Table, *key: Any) -> Row | None:
        statement = select(table).where(
            and_(*(column == value for column, value in zip(table.primary_key.columns, key, strict=True)))
        )
        found = self.select(statement)
        return found[0] if found else None

    def find(self, table: Table, **equals: Any) -> Sequence[Row]:
        conditions = [table.c[name] == value for name, value in equals.items()]
        return self.select(select(table).where(*conditions).order_by(*table.primary_key.columns))

    def select(self, statement: Select[Any]) -> list[Row]:
        with self._connections() as connection:
            return [dict(row) for row in connection.execute(statement).mappings()]
