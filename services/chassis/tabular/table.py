"""An uploaded file as typed rows, with everything that is wrong in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.chassis.tabular.cells import parsed
from services.chassis.tabular.columns import ColumnSpec, by_header, header_key
from services.chassis.tabular.csv_file import read_csv
from services.chassis.tabular.grid import Grid, GridRow
from services.chassis.tabular.limits import LIMITS, Limits
from services.chassis.tabular.problems import CellError, RowProblem, UnreadableError, problem
from services.chassis.tabular.xlsx_file import read_xlsx

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row without a problem: every column of the specification has its value, `number` is the spreadsheet's."""

    number: int
    sheet: str | None
    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are the good ones; a row with a problem is only in `problems`.

    `readable` False: the file or its header is at fault, so that the good rows, if any, are not the whole truth and
    must not be taken on their own.
    """

    rows: tuple[TableRow, ...]
    problems: tuple[RowProblem, ...]
    readable: bool


def read_table(filename: str, content: bytes, columns: Sequence[ColumnSpec], *, limits: Limits = LIMITS) -> Table:
    """Read a CSV or XLSX file. The format follows from the content; the name only says what was meant.

    Never raises for what a file holds, and no problem quotes a cell.
    """
    reading = _Reading(columns, limits)
    try:
        reading.read(_grid(filename, content, reading.headers, limits))
    except UnreadableError as error:
        reading.problems.append(error.problem)
        reading.readable = False
    return Table(tuple(reading.rows), tuple(reading.problems), reading.readable)


def _grid(filename: str, content: bytes, headers: Mapping[str, ColumnSpec], limits: Limits) -> Grid:
    name = filename.lower()
    if len(content) > limits.file_bytes:
        raise UnreadableError("file-too-large", most=limits.file_bytes)
    if not content.strip():
        raise UnreadableError("file-empty")
    if name.endswith((".xlsm", ".xltm", ".xlsb", ".xlam")):
        raise UnreadableError("file-with-macros")
    if content.startswith(_OLE):
        raise UnreadableError("file-encrypted" if _ENCRYPTED_STREAM in content else "format-old-excel")
    if content.startswith(_ZIP):
        return read_xlsx(content, limits)
    if name.endswith(".xlsx"):
        raise UnreadableError("file-damaged")
    return read_csv(content, headers)


class _Reading:
    """One pass over a file. `readable` turns False when what is found concerns more than single rows."""

    def __init__(self, columns: Sequence[ColumnSpec], limits: Limits) -> None:
        self.headers = by_header(columns)
        self.rows: list[TableRow] = []
        self.problems: list[RowProblem] = []
        self.readable = True
        self._columns, self._limits = columns, limits
        self._seen: dict[str, dict[Any, int]] = {column.name: {} for column in columns if column.unique}

    def read(self, grid: Grid) -> None:
        header = next((row for row in grid.rows if not row.blank), None)
        if header is None:
            raise UnreadableError("file-empty")
        places = self._places(header, grid.sheet)
        if not self.readable:
            return
        counted = 0
        for row in grid.rows:
            if row.blank:
                continue
            counted += 1
            if counted > self._limits.rows:
                raise UnreadableError("too-many-rows", sheet=grid.sheet, row=row.number, most=self._limits.rows)
            if len(self.problems) >= self._limits.problems:
                raise UnreadableError("too-many-problems", sheet=grid.sheet, row=row.number, most=len(self.problems))
            self._take(row, grid.sheet, places)

    def _places(self, header: GridRow, sheet: str | None) -> dict[int, ColumnSpec]:
        """Which column of the file is which; what is wrong with the header makes the file unreadable."""
        names = ", ".join(column.label for column in self._columns)
        places: dict[int, ColumnSpec] = {}

        def wrong(rule: str, position: int | None = None, column: ColumnSpec | None = None, **details: object) -> None:
            label = column.label if column else None
            self.problems.append(problem(rule, details, sheet=sheet, row=header.number, column=position, header=label))
            self.readable = False

        if len(header.cells) > self._limits.columns:
            wrong("too-many-columns", most=self._limits.columns)
            return {}
        for position, cell in enumerate(header.cells):
            if position in header.refused:
                wrong(header.refused[position], position)
                continue
            if not header.holds(position):
                continue
            column = self.headers.get(header_key(str(cell)))
            if column is None:
                wrong("header-unknown", position, names=names)
            elif column in places.values():
                wrong("header-duplicated", position, column, name=column.label)
            else:
                places[position] = column
        for column in self._columns:
            if column.required and column not in places.values():
                wrong("header-missing", None, column, name=column.label, names=column.headers)
        return places

    def _take(self, row: GridRow, sheet: str | None, places: Mapping[int, ColumnSpec]) -> None:
        values = {column.name: column.default for column in self._columns}
        wrong: list[RowProblem] = []
        for position, column in places.items():
            try:
                values[column.name] = self._value(row, position, column)
            except CellError as error:
                wrong.append(
                    problem(
                        error.rule, error.details, sheet=sheet, row=row.number, column=position, header=column.label
                    )
                )
        beyond = next((n for n in range(len(row.cells)) if n not in places and row.holds(n)), None)
        if beyond is not None:
            wrong.append(problem("cells-beyond-header", sheet=sheet, row=row.number, column=beyond))
        if wrong:
            self.problems += wrong
        else:
            self.rows.append(TableRow(row.number, sheet, values))

    def _value(self, row: GridRow, position: int, column: ColumnSpec) -> Any:
        if position in row.refused:
            raise CellError(row.refused[position])
        cell = row.cells[position] if position < len(row.cells) else None
        if isinstance(cell, str) and len(cell) > self._limits.cell_length:
            raise CellError("too-long", most=min(self._limits.cell_length, column.max_length))
        value = parsed(cell, column)
        if column.unique and value is not None:
            earlier = self._seen[column.name].setdefault(value, row.number)
            if earlier != row.number:
                raise CellError("value-duplicated", earlier=earlier)
        return value
