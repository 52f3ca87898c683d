"""XLSX files: looked over as an archive first, then read cell by cell."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, Final

import openpyxl

from services.chassis.tabular.cells import Scalar
from services.chassis.tabular.grid import Grid, GridRow
from services.chassis.tabular.limits import Limits
from services.chassis.tabular.problems import UnreadableError

_LAST_ROW: Final = 1_048_576
_ENCRYPTED_ENTRY: Final = 0x1
_TYPES: Final = "[Content_Types].xml"
_MACROS: Final = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
_DECLARATIONS: Final = re.compile(rb"<!(DOCTYPE|ENTITY)|\x00", re.IGNORECASE)
_REFUSED: Final = {"f": "formula", "e": "cell-error", "d": "not-text"}
_CHUNK: Final = 1024 * 1024

# openpyxl's warnings quote cells, which may be personal, and tell of styles and extensions that play no part here
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")


def read_xlsx(content: bytes, limits: Limits) -> Grid:
    """The rows of the only sheet with content.

    Raises:
        UnreadableError: damaged, encrypted, with macros, too large when unpacked, or with data in several sheets.
    """
    _look_over(content, limits)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if _has_content(sheet, limits)]
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001 - a damaged file may fail anywhere in the reader
        raise UnreadableError("file-damaged") from None
    if not sheets:
        raise UnreadableError("file-empty")
    if len(sheets) > 1:
        raise UnreadableError("several-sheets")
    return Grid(sheets[0].title, _guarded(sheets[0], limits))


def _look_over(content: bytes, limits: Limits) -> None:
    """Refuse what must not be opened, by the archive's directory: zipfile holds every part to the size stated there."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive, limits)
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001 - a damaged archive may fail anywhere in the reader
        raise UnreadableError("file-damaged") from None


def _check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    parts = archive.infolist()
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise UnreadableError("file-unpacks-too-large", most=limits.unpacked_bytes)
    if any(part.flag_bits & _ENCRYPTED_ENTRY for part in parts):
        raise UnreadableError("file-encrypted")
    names = {part.filename for part in parts}
    if _TYPES not in names or "xl/workbook.xml" not in names:
        raise UnreadableError("format-unknown")
    if any(name.lower().endswith("vbaproject.bin") for name in names) or _MACROS.search(archive.read(_TYPES)):
        raise UnreadableError("file-with-macros")
    if any(part.filename.lower().endswith((".xml", ".rels")) and _declares(archive, part) for part in parts):
        raise UnreadableError("file-damaged")


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether an XML part declares entities (no spreadsheet does; a bomb would) or hides from the search as UTF-16."""
    tail = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            if _DECLARATIONS.search(tail + chunk):
                return True
            tail = chunk[-16:]
    return False


def _has_content(sheet: Any, limits: Limits) -> bool:
    return next(_rows(sheet, limits), None) is not None


def _guarded(sheet: Any, limits: Limits) -> Iterator[GridRow]:
    try:
        yield from _rows(sheet, limits)
    except UnreadableError:
        raise
    except Exception:  # noqa: BLE001 - a damaged sheet may fail at any row
        raise UnreadableError("file-damaged", sheet=sheet.title) from None


def _rows(sheet: Any, limits: Limits) -> Iterator[GridRow]:
    # the stated dimension may be wrong in either direction: rows are read as they come, one column beyond the limit
    sheet.reset_dimensions()
    gap: Any = None
    for number, row in enumerate(sheet.iter_rows(max_col=limits.columns + 1), 1):
        if number > _LAST_ROW:
            raise UnreadableError("file-damaged", sheet=sheet.title)
        if row is gap:
            continue
        read = _row(number, row)
        if read.blank:
            # rows that are not in the file come as one and the same object, a million of them if it says so
            gap = row
        else:
            yield read


def _row(number: int, row: Sequence[Any]) -> GridRow:
    cells: list[Scalar] = []
    refused: dict[int, str] = {}
    for position, cell in enumerate(row):
        value = cell.value
        if value is None:
            cells.append(None)
        elif cell.data_type in _REFUSED or not isinstance(value, (str, int, float, bool)):
            refused[position] = _REFUSED.get(cell.data_type, "not-text")
            cells.append(None)
        else:
            cells.append(value)
    while cells and cells[-1] is None and len(cells) - 1 not in refused:
        cells.pop()
    return GridRow(number, cells, refused)
