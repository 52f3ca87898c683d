"""The two homes of rows while projectors run: a live transaction, and memory (replays).

Both give a projector the same view, so one projector serves commands, consumers and replays.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import JSON, Connection, Table, and_, bindparam, select

from contracts.catalogue import CATALOGUE, Catalogue
from contracts.envelope import Envelope
from contracts.fields import plain
from services.chassis.database import Dialect
from services.chassis.driver import Statement, run, sizes
from services.chassis.read_models import ReadModels, Row, Rows

Key = tuple[Any, ...]
Index = dict[tuple[str, Any], dict[Key, None]]
"""The keys of the rows of a stream that have a value."""
SCALARS: Final = frozenset({str, int, bool, type(None)})


class OwnershipError(Exception):
    """A projector wrote a row that belongs to another stream: rows would then depend on the order of delivery."""


class Projection:
    """Runs the projectors of a service over rows. `rows` is told whose event is being folded."""

    def __init__(
        self, read_models: ReadModels, rows: "MemoryRows | TableRows", catalogue: Catalogue = CATALOGUE
    ) -> None:
        self._projectors: Final = read_models.projectors
        self._rows: Final = rows
        self._current: Final = catalogue.current

    def apply(self, event: Envelope) -> bool:
        """Fold one event; False when no projector wants it."""
        projector = self._projectors.get(event.type)
        if projector is None:
            return False
        event = self._current(event)
        self._rows.event = event
        projector(self._rows, event)
        return True


class _Rows(Rows):
    """What both homes share: a row is stamped with its event and belongs to its stream."""

    event: Envelope

    def _stamped(self, table: Table, row: Mapping[str, Any], before: Row | None) -> dict[str, Any]:
        event = self.event
        if before is not None and before["_stream_id"] != event.stream_id:
            raise OwnershipError(f"{table.name}: a row of {before['_stream_id']} was written by {event.stream_id}")
        full = _empty_row(table).copy()
        for name, value in row.items():
            if name not in full:
                raise KeyError(f"{table.name} has no column {name}")
            full[name] = value if type(value) in SCALARS else plain(value)
        full["_stream_id"], full["_event_id"], full["_version"] = event.stream_id, event.event_id, event.version
        return full

    def change(self, table: Table, *key: Any, **values: Any) -> None:
        row = self.get(table, *key)
        if row is not None:
            self.put(table, **{**_bare(row), **values})


class MemoryRows(_Rows):
    """Rows in memory, with an index for every column that a projector has searched by."""

    def __init__(self) -> None:
        self.tables: Final[dict[str, dict[Key, Row]]] = {}
        self._indexes: Final[dict[str, dict[str, Index]]] = {}

    def get(self, table: Table, *key: Any) -> Row | None:
        return self.tables.get(table.name, {}).get(key)

    def find(self, table: Table, **equals: Any) -> Sequence[Row]:
        rows = self.tables.get(table.name, {})
        column = next(iter(equals), "_stream_id")
        index = self._index(table, column)
        keys = index.get((self.event.stream_id, equals.get(column, self.event.stream_id)), {})
        found = (rows[key] for key in sorted(keys))
        return [row for row in found if all(row[name] == value for name, value in equals.items())]

    def put(self, table: Table, **row: Any) -> None:
        rows = self.tables.setdefault(table.name, {})
        key = tuple([row[name] for name in _key_columns(table)])
        before = rows.get(key)
        rows[key] = after = self._stamped(table, row, before)
        indexes = self._indexes.get(table.name)
        if indexes:
            self._forget(table, key, before)
            for name, index in indexes.items():
                index.setdefault((after["_stream_id"], after[name]), {})[key] = None

    def remove(self, table: Table, *key: Any) -> None:
        before = self.tables.get(table.name, {}).pop(key, None)
        if before is not None and before["_stream_id"] != self.event.stream_id:
            raise OwnershipError(f"{table.name}: a row of {before['_stream_id']} was removed by {self.event.stream_id}")
        self._forget(table, key, before)

    def _forget(self, table: Table, key: Key, before: Row | None) -> None:
        if before is not None:
            for name, index in self._indexes.get(table.name, {}).items():
                index[before["_stream_id"], before[name]].pop(key, None)

    def _index(self, table: Table, column: str) -> Index:
        indexes = self._indexes.setdefault(table.name, {})
        index = indexes.get(column)
        if index is None:
            index = indexes[column] = {}
            for key, row in self.tables.get(table.name, {}).items():
                index.setdefault((row["_stream_id"], row[column]), {})[key] = None
        return index


class TableRows(_Rows):
    """Rows of the live tables, inside one transaction. `flush` writes what changed; call it before the commit."""

    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        self._connection: Final = connection
        self._dialect: Final = dialect
        self._seen: Final[dict[tuple[str, Key], Row | None]] = {}
        self._changed: Final[dict[str, tuple[Table, dict[Key, Row | None]]]] = {}

    def get(self, table: Table, *key: Any) -> Row | None:
        place = (table.name, key)
        if place not in self._seen:
            values = dict(zip(_key_columns(table), key, strict=True))
            row = self._connection.execute(_select_one(table), values).mappings().first()
            self._seen[place] = None if row is None else dict(row)
        return self._seen[place]

    def find(self, table: Table, **equals: Any) -> Sequence[Row]:
        self.flush()
        conditions = [table.c[name] == value for name, value in equals.items()]
        statement = select(table).where(table.c["_stream_id"] == self.event.stream_id, *conditions)
        rows = self._connection.execute(statement.order_by(*table.primary_key.columns)).mappings()
        return [dict(row) for row in rows]

    def put(self, table: Table, **row: Any) -> None:
        key = tuple([row[name] for name in _key_columns(table)])
        # No need to ask the database for the row: the statement that replaces it checks whose it is.
        self._set(table, key, self._stamped(table, row, self._seen.get((table.name, key))))

    def remove(self, table: Table, *key: Any) -> None:
        before = self.get(table, *key)
        if before is not None:
            self._stamped(table, {}, before)
            self._set(table, key, None)

    def _set(self, table: Table, key: Key, row: Row | None) -> None:
        self._seen[table.name, key] = row
        self._changed.setdefault(table.name, (table, {}))[1][key] = row

    def flush(self) -> None:
        """Write every changed row."""
        run(self._connection, self.statements())

    def statements(self) -> list[Statement]:
        """What writes every changed row; forgotten once given out."""
        made: list[Statement] = []
        for table, changed in self._changed.values():
            made += upserts(self._dialect, table, [row for row in changed.values() if row is not None])
            made += [Statement(_delete_sql(self._dialect, table), key) for key, row in changed.items() if row is None]
        self._changed.clear()
        return made


def fill_table(connection: Connection, dialect: Dialect, table: Table, rows: Sequence[Row]) -> None:
    """Write the rows into a table that is empty and that nobody else sees yet."""
    columns, convert = _columns(table), _converters(dialect, table)
    plain = all(change is None for change in convert)
    values = (
        [row[name] for name in columns]
        if plain
        else [
            row[name] if change is None or row[name] is None else change(row[name])
            for name, change in zip(columns, convert, strict=True)
        ]
        for row in rows
    )
    raw: Any = connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in columns)
    if dialect == "sqlite":
        marks = ", ".join("?" * len(columns))
        raw.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', values)
        return
    with raw.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row_values in values:
            copy.write_row(row_values)


def upserts(dialect: Dialect, table: Table, rows: Sequence[Row]) -> Iterator[Statement]:
    """Statements that insert the rows or replace those with their primary keys; a row of another stream is refused."""
    columns = _columns(table)
    at_once = max(1, 16_000 // len(columns))
    convert = _converters(dialect, table)
    start = 0
    for size in sizes(len(rows), at_once):
        chunk = rows[start : start + size]
        start += size
        values = [
            value if change is None or value is None else change(value)
            for row in chunk
            for value, change in zip((row[name] for name in columns), convert, strict=True)
        ]
        yield Statement(_upsert_sql(dialect, table, len(chunk)), values, _all_own(table.name, len(chunk)))


def _all_own(name: str, rows: int) -> Callable[[int], None]:
    def check(written: int) -> None:
        if written != rows:
            raise OwnershipError(f"{name}: {rows - written} rows belong to another stream")

    return check


def _bare(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith("_")}


@lru_cache(maxsize=512)
def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


@lru_cache(maxsize=512)
def _empty_row(table: Table) -> dict[str, Any]:
    """Every column as None; to be copied, not changed."""
    return dict.fromkeys(_columns(table))


@lru_cache(maxsize=512)
def _key_columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


@lru_cache(maxsize=512)
def _select_one(table: Table) -> Any:
    return select(table).where(and_(*(column == bindparam(column.name) for column in table.primary_key.columns)))


@lru_cache(maxsize=512)
def _converters(dialect: Dialect, table: Table) -> tuple[Any, ...]:
    """How Python values become the driver's, column by column; None where they already are."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import dialect as make
    else:
        from sqlalchemy.dialects.postgresql.psycopg import dialect as make  # type: ignore[assignment]
    made = make()
    return tuple(
        # Both databases take JSON as text.
        _json if isinstance(column.type, JSON) else column.type.dialect_impl(made).bind_processor(made)
        for column in table.columns
    )


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


@lru_cache(maxsize=512)
def _upsert_sql(dialect: Dialect, table: Table, rows: int) -> str:
    columns, keys = _columns(table), _key_columns(table)
    mark = "?" if dialect == "sqlite" else "%s"
    row = f"({', '.join([mark] * len(columns))})"
    names = ", ".join(f'"{name}"' for name in columns)
    quoted = ", ".join(f'"{key}"' for key in keys)
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in keys)
    return (
        f'INSERT INTO "{table.name}" ({names}) VALUES {", ".join([row] * rows)} '
        f"ON CONFLICT ({quoted}) DO UPDATE SET {updates} "
        f'WHERE "{table.name}"."_stream_id" = excluded."_stream_id"'
    )


@lru_cache(maxsize=512)
def _delete_sql(dialect: Dialect, table: Table) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    return f'DELETE FROM "{table.name}" WHERE ' + " AND ".join(f'"{key}" = {mark}' for key in _key_columns(table))
