"""Keyset pagination: a page starts after the last row of the one before, so that inserts never shift it."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import Boolean, Column, ColumnElement, Integer, String, Table, and_, case, or_

from services.chassis.web.problems import FieldError, ProblemError

DEFAULT_LIMIT: Final = 100
MAX_LIMIT: Final = 1000
_LONGEST_CURSOR: Final = 1000
MAX_INTEGER: Final = 2**63 - 1


@dataclass(frozen=True)
class Order:
    """An order that no two rows share: a column, nulls last, then the primary key."""

    table: Table
    column: str | None
    descending: bool = False

    @property
    def name(self) -> str:
        return ("-" if self.descending else "") + (self.column or "")

    @property
    def keys(self) -> list[Column[Any]]:
        return list(self.table.primary_key.columns)

    def clauses(self) -> list[ColumnElement[Any]]:
        found: list[ColumnElement[Any]] = []
        if self.column is not None:
            column = self.table.c[self.column]
            found = [case((column.is_(None), 1), else_=0), column.desc() if self.descending else column.asc()]
        return [*found, *self.keys]

    def cursor(self, row: Mapping[str, Any]) -> str:
        """Where a page that ends with this row stops."""
        values = [self.name, *([row[self.column]] if self.column else []), *(row[key.name] for key in self.keys)]
        return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")

    def after(self, cursor: str) -> ColumnElement[bool]:
        """What rows after the cursor satisfy.

        Raises:
            ProblemError: it is not a cursor of this order.
        """
        values = self._values(cursor)
        keys = self._keys_after(values[1:] if self.column else values)
        if self.column is None:
            return keys
        column, value = self.table.c[self.column], values[0]
        if value is None:
            return and_(column.is_(None), keys)
        further = column < value if self.descending else column > value
        return or_(column.is_(None), further, and_(column == value, keys))

    def _keys_after(self, values: Sequence[Any]) -> ColumnElement[bool]:
        options = [
            and_(
                *(earlier == value for earlier, value in zip(self.keys[:index], values, strict=False)),
                key > values[index],
            )
            for index, key in enumerate(self.keys)
        ]
        return or_(*options)

    def _values(self, cursor: str) -> list[Any]:
        columns = [*([self.table.c[self.column]] if self.column else []), *self.keys]
        found = _decoded(cursor)
        if found[:1] != [self.name] or len(found) != len(columns) + 1:
            raise _no_cursor()
        nullable = 1 if self.column else 0
        for index, (column, value) in enumerate(zip(columns, found[1:], strict=True)):
            if not (value is None and index < nullable) and not _fits(column, value):
                raise _no_cursor()
        return found[1:]


def _decoded(cursor: str) -> list[Any]:
    try:
        found = orjson.loads(base64.urlsafe_b64decode(cursor[:_LONGEST_CURSOR] + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise _no_cursor() from None
    return found if isinstance(found, list) else []


def _no_cursor() -> ProblemError:
    return bad_parameter("after", "is not `next` of a page in the same order")


def bad_parameter(name: str, detail: str) -> ProblemError:
    return ProblemError("invalid-query", "The query does not fit.", errors=[FieldError(detail, parameter=name)])


def _fits(column: Column[Any], value: Any) -> bool:
    if isinstance(column.type, Boolean):
        return isinstance(value, bool)
    if isinstance(column.type, Integer):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_INTEGER
    return isinstance(value, str) and "\0" not in value


def column_value(column: Column[Any], text: str) -> Any:
    """A filter's text as a value of its column.

    Raises:
        ProblemError: it cannot be one.
    """
    if isinstance(column.type, Boolean):
        if text not in {"true", "false"}:
            raise bad_parameter(column.name, "must be true or false")
        return text == "true"
    if isinstance(column.type, Integer):
        try:
            value = int(text) if text.isascii() and len(text) <= len(str(MAX_INTEGER)) else MAX_INTEGER + 1
        except ValueError:
            value = MAX_INTEGER + 1
        if abs(value) > MAX_INTEGER:
            raise bad_parameter(column.name, "must be a whole number")
        return value
    return text


def limit_of(text: str | None) -> int:
    """How many rows the caller wants at once.

    Raises:
        ProblemError: not from 1 to MAX_LIMIT.
    """
    if text is None:
        return DEFAULT_LIMIT
    value = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LIMIT)) else 0
    if not 1 <= value <= MAX_LIMIT:
        raise bad_parameter("limit", f"must be a whole number from 1 to {MAX_LIMIT}")
    return value


def sortable(column: Column[Any]) -> bool:
    """Whether rows can be put in order by the column: numbers, truth values and text, not JSON."""
    return isinstance(column.type, (Boolean, Integer, String))
