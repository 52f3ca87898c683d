"""How large an uploaded table may be. Files come from outside: every figure is checked before memory is spent on it."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """`rows` counts rows with content below the header; `unpacked_bytes` all parts of an XLSX file together."""

    file_bytes: int = 20 * 1024 * 1024
    rows: int = 100_000
    columns: int = 64
    cell_length: int = 4_000
    unpacked_bytes: int = 64 * 1024 * 1024
    parts: int = 1_000
    problems: int = 1_000


LIMITS: Final = Limits()
