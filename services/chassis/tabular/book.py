"""Workbooks of several sheets for people: headers that stay in view and on every printed page, formulas disarmed."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from services.chassis.tabular.writing import neutralised

_HEADER: Final = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="FFE2E8F0")}
_THIN: Final = Side(style="thin", color="FFA0AEC0")
_FRAME: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="center")
PAPER_A4: Final = 9
_DAMAGE: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet. `name` is one that spreadsheets take, `widths` are in characters, one for each column.

    `held` columns on the left stay in view.
    """

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[str | int | None]]
    widths: Sequence[int]
    held: int = 0


def write_book(pages: Sequence[Page]) -> bytes:
    """An XLSX file. Texts are text cells, neutralised as well because a sheet may be saved as CSV later.

    Raises:
        ValueError: a name is none that spreadsheets take, two are alike whatever their case, or there is no page.
    """
    if not pages:
        raise ValueError("a workbook has at least one sheet")
    if len({page.name.casefold() for page in pages}) < len(pages):
        raise ValueError("two sheets have the same name")
    book = Workbook(write_only=True)
    sheets = [book.create_sheet(page.name) for page in pages]
    for sheet, page in zip(sheets, pages, strict=True):
        _write(sheet, page)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write(sheet: Any, page: Page) -> None:
    # Everything about the sheet as a whole stands in the file before its rows, and has to be said before them.
    sheet.freeze_panes = f"{get_column_letter(page.held + 1)}2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = PAPER_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.oddHeader.center.text = "&A"
    sheet.oddFooter.center.text = "&P / &N"
    for place, width in enumerate(page.widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_cell(sheet, header, **_HEADER) for header in page.headers])
    for row in page.rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: str | int | None, **look: Any) -> Any:
    plain = ILLEGAL_CHARACTERS_RE.sub(_DAMAGE, neutralised(value)) if isinstance(value, str) else value
    cell: Any = WriteOnlyCell(sheet, plain)
    if isinstance(plain, str):
        cell.data_type = "s"
    cell.border, cell.alignment = _FRAME, _WRAPPED
    for name, part in look.items():
        setattr(cell, name, part)
    return cell
