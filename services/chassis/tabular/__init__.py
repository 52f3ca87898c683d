"""Tables from and for spreadsheets: CSV and XLSX in, every bad cell told; CSV and XLSX out, formulas disarmed."""

from services.chassis.tabular.book import Page, write_book
from services.chassis.tabular.columns import ColumnSpec
from services.chassis.tabular.limits import LIMITS, Limits
from services.chassis.tabular.problems import RowProblem
from services.chassis.tabular.table import Table, TableRow, read_table
from services.chassis.tabular.writing import neutralised, write_csv, write_xlsx

__all__ = [
    "LIMITS",
    "ColumnSpec",
    "Limits",
    "Page",
    "RowProblem",
    "Table",
    "TableRow",
    "neutralised",
    "read_table",
    "write_book",
    "write_csv",
    "write_xlsx",
]
