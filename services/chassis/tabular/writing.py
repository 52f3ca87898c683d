"""Tables for spreadsheets. What people typed must not become a formula in somebody's Excel."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell

Cell = str | int | bool | None | Sequence[str | int]

_TRIGGERS: Final = frozenset("=+-@\t\r\n＝＋－＠")
_BOM: Final = "\ufeff"
_SHEET_NAME_LENGTH: Final = 31


def neutralised(value: str) -> str:
    """`value` with an apostrophe before it where a spreadsheet would run it as a formula (OWASP, CSV injection).

    Triggers are = + - @ (full-width forms too), tab and line breaks, in the first place or after spaces.
    """
    return f"'{value}" if value[:1] in _TRIGGERS or value.lstrip()[:1] in _TRIGGERS else value


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a mark, by which Excel knows it; numbers stay numbers, texts are neutralised, lists joined by `;`."""
    text = io.StringIO(newline="")
    text.write(_BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([neutralised(header) for header in headers])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def write_xlsx(headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Sheet1") -> bytes:
    """One sheet; texts are text cells, neutralised as well because a sheet may be saved as CSV later."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet[:_SHEET_NAME_LENGTH])

    def cells(values: Iterable[Cell]) -> list[Any]:
        made = []
        for value in values:
            plain = _plain(value)
            cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("\ufffd", plain) if isinstance(plain, str) else plain)
            if isinstance(plain, str):
                cell.data_type = "s"
            made.append(cell)
        return made

    page.append(cells(headers))
    for row in rows:
        page.append(cells(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _plain(cell: Cell) -> str | int | bool | None:
    if isinstance(cell, str):
        return neutralised(cell)
    if cell is None or isinstance(cell, int):
        return cell
    return neutralised(";".join(str(item) for item in cell))
