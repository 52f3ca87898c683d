"""What both formats come down to before anything is understood: numbered rows of cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.chassis.tabular.cells import Scalar


@dataclass(frozen=True, slots=True)
class GridRow:
    """The cells of a row; `number` counts from 1 as the spreadsheet shows it, blank rows included.

    `refused` holds the cells that cannot be values (column from 0 -> rule): formulas, error values, dates.
    """

    number: int
    cells: Sequence[Scalar]
    refused: Mapping[int, str] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        return not any(self.holds(position) for position in range(len(self.cells)))

    def holds(self, position: int) -> bool:
        """Whether there is anything in this cell."""
        cell = self.cells[position]
        return position in self.refused or (bool(cell.strip()) if isinstance(cell, str) else cell is not None)


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows` is read once and may raise UnreadableError on the way."""

    sheet: str | None
    rows: Iterator[GridRow]
