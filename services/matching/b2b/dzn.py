"""MiniZinc data: integers, ranges, sets, arrays and tables of two dimensions; the published files use no more."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

Value: TypeAlias = "int | frozenset[int] | list[Value]"
"""A table of two dimensions is a list of rows."""

_SYMBOL: Final = re.compile(r"\s+|%[^\n]*|(-?\d+)(?!\w)|(\.\.)|(\[\||\|\]|[\[\]{},;=|])|([A-Za-z]\w*)")
_LONGEST_RANGE: Final = 1_000_000


class DznError(ValueError):
    """The text is not the data that was expected. The message is one line, for whoever wrote the file."""


class _Reader:
    """The symbols of one text, each with the line on which it stands."""

    def __init__(self, text: str) -> None:
        self._symbols: Final = list(_symbols(text))
        self._at = 0

    @property
    def line(self) -> int:
        return self._symbols[min(self._at, len(self._symbols) - 1)][1] if self._symbols else 1

    def peek(self) -> str:
        """The next symbol; nothing at the end."""
        return self._symbols[self._at][0] if self._at < len(self._symbols) else ""

    def next(self) -> str:
        symbol = self.peek()
        self._at += 1
        return symbol

    def take(self, *expected: str) -> str:
        symbol = self.peek()
        if symbol not in expected:
            wanted = " or ".join(f"`{one}`" for one in expected)
            raise DznError(f"line {self.line}: {wanted} expected, not {f'`{symbol}`' if symbol else 'the end'}")
        return self.next()


def parse(text: str) -> dict[str, Value]:
    """The assignments of the text.

    Raises:
        DznError: a symbol or an assignment is not understood, or a name is assigned twice; the line is named.
    """
    reader = _Reader(text)
    found: dict[str, Value] = {}
    while name := reader.next():
        if not name[0].isalpha():
            raise DznError(f"line {reader.line}: a name expected, not `{name}`")
        if name in found:
            raise DznError(f"line {reader.line}: {name} is assigned twice")
        reader.take("=")
        found[name] = _value(reader)
        if reader.peek():
            reader.take(";")
    return found


def _symbols(text: str) -> Iterator[tuple[str, int]]:
    at, line = 0, 1
    while at < len(text):
        found = _SYMBOL.match(text, at)
        if found is None:
            raise DznError(f"line {line}: `{text[at : at + 20].splitlines()[0]}` is not understood")
        if found.lastindex:
            yield found[0], line
        line += found[0].count("\n")
        at = found.end()


def _value(reader: _Reader) -> Value:
    symbol = reader.peek()
    if symbol == "{":
        return frozenset(_integers(reader))
    if symbol == "[":
        return _list(reader)
    if symbol == "[|":
        return _table(reader)
    first = _integer(reader)
    return frozenset(_range(reader, first)) if reader.peek() == ".." else first


def _integer(reader: _Reader) -> int:
    symbol = reader.peek()
    if not symbol.lstrip("-").isdigit():
        raise DznError(f"line {reader.line}: a number expected, not {f'`{symbol}`' if symbol else 'the end'}")
    return int(reader.next())


def _range(reader: _Reader, first: int) -> range:
    reader.take("..")
    last = _integer(reader)
    if last - first > _LONGEST_RANGE:
        raise DznError(f"line {reader.line}: the range {first}..{last} is too long")
    return range(first, last + 1)


def _integers(reader: _Reader) -> Iterator[int]:
    reader.take("{")
    while reader.peek() != "}":
        yield _integer(reader)
        if reader.peek() != "}":
            reader.take(",", "}")
    reader.take("}")


def _list(reader: _Reader) -> list[Value]:
    reader.take("[")
    found: list[Value] = []
    while reader.peek() != "]":
        found.append(_value(reader))
        if reader.peek() != "]":
            reader.take(",", "]")
    reader.take("]")
    return found


def _table(reader: _Reader) -> list[Value]:
    reader.take("[|")
    rows: list[Value] = []
    row: list[Value] = []
    while True:
        symbol = reader.peek()
        if symbol in {"|", "|]"}:
            reader.next()
            if row:
                rows.append(row)
            row = []
            if symbol == "|]":
                return rows
        else:
            row.append(_integer(reader))
            if reader.peek() not in {"|", "|]"}:
                reader.take(",", "|", "|]")
