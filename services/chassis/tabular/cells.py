"""From what a cell holds to a value of its column's kind."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from contracts.envelope import MAX_SAFE_INTEGER
from contracts.fields import CODE, E_MAIL, PHONE, RESIDENT_NUMBER
from services.chassis.tabular.columns import ColumnSpec, header_key, normalised
from services.chassis.tabular.problems import CellError

_INTEGER: Final = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)", re.ASCII)
_INTEGER_LENGTH: Final = 24
_SEPARATORS: Final = re.compile(r"[;|]")
_TRUE: Final = frozenset({"true", "yes", "y", "1", "o", "예", "네", "참"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "x", "아니요", "아니오", "거짓"})
_CODE_LENGTH: Final = 64

Scalar = str | int | float | bool | None


def parsed(value: Scalar, column: ColumnSpec) -> Any:
    """The value of a cell (text, or a number or truth value of a spreadsheet); None where the cell is empty.

    Raises:
        CellError: the cell breaks a rule.
    """
    if isinstance(value, str):
        value = normalised(value)
    if value is None or value == "":
        if column.required:
            raise CellError("value-missing")
        return column.default
    return _PARSERS[column.kind](value, column)


def _text(value: Scalar, column: ColumnSpec) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise CellError("not-text")
    text = str(value)
    if len(text) > column.max_length:
        raise CellError("too-long", most=column.max_length)
    if not text.isprintable() and any(unicodedata.category(character).startswith("C") for character in text):
        raise CellError("control-character")
    if column.pattern is not None and column.pattern.fullmatch(text) is None:
        raise CellError("pattern", example=column.example)
    return text


def _title(value: Scalar, column: ColumnSpec) -> str:
    text = _text(value, column)
    if E_MAIL.search(text) or PHONE.search(text) or RESIDENT_NUMBER.search(text):
        raise CellError("personal-data")
    return text


def _code(value: Scalar, column: ColumnSpec) -> str:
    text = str(value)
    if column.choices:
        found = _spellings(tuple((code, tuple(others)) for code, others in column.choices.items())).get(
            header_key(text)
        )
        if found is None:
            names = ", ".join(" / ".join((code, *others)) for code, others in column.choices.items())
            raise CellError("not-in-list", names=names)
        return found
    if len(text) > _CODE_LENGTH or CODE.fullmatch(text) is None:
        raise CellError("not-code")
    return text


@cache
def _spellings(choices: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, str]:
    return {header_key(spelling): code for code, others in choices for spelling in (code, *others)}


def _integer(value: Scalar, column: ColumnSpec) -> int:
    if isinstance(value, bool):
        raise CellError("not-integer")
    if isinstance(value, float):
        if not value.is_integer() or abs(value) > MAX_SAFE_INTEGER:
            raise CellError("not-integer")
        value = int(value)
    if isinstance(value, str):
        if len(value) > _INTEGER_LENGTH or _INTEGER.fullmatch(value) is None:
            raise CellError("not-integer")
        value = int(value.replace(",", ""))
    if value is None or not column.least <= value <= column.most:
        raise CellError("out-of-range", least=column.least, most=column.most)
    return value


def _boolean(value: Scalar, _: ColumnSpec) -> bool:
    word = str(value).casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise CellError("not-boolean")


def _list(value: Scalar, column: ColumnSpec) -> tuple[Any, ...]:
    if isinstance(value, (bool, float)):
        raise CellError("not-text")
    parse = _PARSERS[column.items]
    items = tuple(parse(item, column) for item in map(normalised, _SEPARATORS.split(str(value))) if item)
    if not items and column.required:
        raise CellError("value-missing")
    if len(set(items)) != len(items):
        raise CellError("list-duplicated")
    return items


_PARSERS: Final[dict[str, Callable[[Scalar, ColumnSpec], Any]]] = {
    "text": _text,
    "title": _title,
    "code": _code,
    "integer": _integer,
    "boolean": _boolean,
    "list": _list,
}
