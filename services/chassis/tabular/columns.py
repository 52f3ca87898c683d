"""What a column of an import holds, and which headers name it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from contracts.envelope import MAX_SAFE_INTEGER

Kind = Literal["text", "title", "code", "integer", "boolean", "list"]
_GAPS: Final = re.compile(r"[\s_\-·()*]+")


@dataclass(frozen=True)
class ColumnSpec:
    """One column.

    `name` is its key in a row and its English header, `aliases` other headers (Korean ones first: reports show them).
    Kinds: text; title (text that may stand in an event: no phone number or mail address); code (kebab case, or one of
    `choices`: code -> other spellings); integer (`least` to `most`); boolean; list (of `items`, parted by `;` or `|`).
    An empty cell gives `default` unless `required`. `unique`: no two rows have the same value. `pattern` must match a
    text as a whole; `example` then says what it should look like.
    """

    name: str
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    required: bool = True
    default: Any = None
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    items: Literal["text", "title", "code", "integer"] = "code"
    least: int = 0
    most: int = MAX_SAFE_INTEGER
    max_length: int = 200
    pattern: re.Pattern[str] | None = None
    example: str = ""
    unique: bool = False

    @property
    def label(self) -> str:
        """The name that reports use."""
        return f"{self.aliases[0]} ({self.name})" if self.aliases else self.name

    @property
    def headers(self) -> str:
        return ", ".join((self.name, *self.aliases))


def normalised(text: str) -> str:
    """NFC, without white space (of any kind) and byte order marks at the ends."""
    return unicodedata.normalize("NFC", text).strip().strip("\ufeff").strip()


def header_key(text: str) -> str:
    """What two spellings of a header have in common: case, spaces, underscores and the like do not count."""
    return _GAPS.sub("", normalised(text)).casefold()


def by_header(columns: Sequence[ColumnSpec]) -> dict[str, ColumnSpec]:
    """Header key -> column.

    Raises:
        ValueError: two columns share a header.
    """
    found: dict[str, ColumnSpec] = {}
    for column in columns:
        for header in (column.name, *column.aliases):
            if found.setdefault(header_key(header), column) is not column:
                raise ValueError(f"two columns are called {header}")
    return found
