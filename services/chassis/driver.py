"""Statements handed straight to the database driver: the hot path, where SQLAlchemy would cost more than the work."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
SESSION_ENDS: Final = frozenset({"57P01", "57P02", "57P03"})
"""admin_shutdown, crash_shutdown, cannot_connect_now."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL in the driver's own style with its values; `check` gets the number of rows it touched and raises if wrong."""

    sql: str
    values: Sequence[Any]
    check: Callable[[int], None] | None = None


def run(connection: Connection, statements: Sequence[Statement]) -> None:
    """Run all in order in the connection's transaction, and check each. PostgreSQL gets them in one round trip.

    Raises:
        DBAPIError: as SQLAlchemy would raise it, without the values.
    """
    raw: Any = connection.connection.driver_connection
    try:
        if connection.dialect.name == "sqlite" or len(statements) == 1:
            for statement in statements:
                _check(statement, raw.execute(statement.sql, statement.values).rowcount)
            return
        cursors = _pipelined(raw, statements, connection.dialect.loaded_dbapi.Error)
    except connection.dialect.loaded_dbapi.Error as error:
        raise translated(connection, error) from error
    for statement, cursor in zip(statements, cursors, strict=True):
        _check(statement, cursor.rowcount)


def _pipelined(raw: Any, statements: Sequence[Statement], error: type[Exception]) -> list[Any]:
    failed: list[Exception] = []
    cursors: list[Any] = []
    try:
        with raw.pipeline():
            try:
                cursors += [raw.execute(statement.sql, statement.values) for statement in statements]
            except error as first:  # Leave the pipeline in order: it ends with an error of its own, which says less.
                failed.append(first)
    except error as last:
        failed.append(last)
    if failed:
        raise failed[0]
    return cursors


def fetched(connection: Connection, sql: str, values: Sequence[Any]) -> list[Any]:
    """All rows of a query.

    Raises:
        DBAPIError: as SQLAlchemy would raise it, without the values.
    """
    raw: Any = connection.connection.driver_connection
    try:
        rows: list[Any] = raw.execute(sql, values).fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        raise translated(connection, error) from error
    return rows


def translated(connection: Connection, error: Exception) -> DBAPIError:
    """The driver's error as SQLAlchemy's; a connection that is lost is not used again."""
    dialect = connection.dialect
    lost = is_lost(error) or dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type] # no cursor
    made = DBAPIError.instance(
        "(driver)", None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
    )
    if lost:
        # What else idles in the pool was very likely lost with it: as SQLAlchemy does for its own statements.
        connection.engine.pool._invalidate(connection.connection, error)  # noqa: SLF001 - there is no public name
        connection.invalidate()
    assert isinstance(made, DBAPIError)  # noqa: S101 - the types allow for errors that do not come from the driver
    return made


def is_lost(error: BaseException) -> bool:
    """Whether the server says that it ends the session; the socket may still look whole at that moment."""
    return getattr(error, "sqlstate", None) in SESSION_ENDS


def sizes(count: int, most: int) -> Iterator[int]:
    """Cuts `count` rows into statements of few different sizes, so that the database knows (has prepared) most."""
    while count:
        size = min(most, 1 << (count.bit_length() - 1))
        yield size
        count -= size


def padded(items: Sequence[T]) -> Sequence[T]:
    """The items of an IN list, the last one repeated until their number is one of few."""
    if not items:
        return items
    return [*items, *([items[-1]] * ((1 << (len(items) - 1).bit_length()) - len(items)))]


def _check(statement: Statement, count: int) -> None:
    if statement.check is not None:
        statement.check(count)
