"""Where each column stands in an uploaded file, for telling problems found after it was read."""

from collections.abc import Mapping, Sequence

from services.chassis.tabular import ColumnSpec, Limits
from services.chassis.tabular.columns import by_header, header_key
from services.chassis.tabular.csv_file import read_csv
from services.chassis.tabular.problems import letter
from services.chassis.tabular.xlsx_file import read_xlsx

_ZIP = b"PK\x03\x04"


def column_letters(content: bytes, columns: Sequence[ColumnSpec], limits: Limits) -> Mapping[str, str]:
    """Column name -> its letter, of a file that `read_table` could read."""
    headers = by_header(columns)
    grid = read_xlsx(content, limits) if content.startswith(_ZIP) else read_csv(content, headers)
    first = next((row for row in grid.rows if not row.blank), None)
    found: dict[str, str] = {}
    for position, cell in enumerate(first.cells if first is not None else ()):
        column = headers.get(header_key(str(cell)))
        if column is not None:
            found.setdefault(column.name, letter(position))
    return found
