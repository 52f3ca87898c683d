"""Exports: what people typed is never a formula."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.chassis.tabular import ColumnSpec, neutralised, read_table, write_csv, write_xlsx


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", " =1", "\u00a0=1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(value):
    assert neutralised(value) == "'" + value


@pytest.mark.parametrize("value", ["", "한빛", "a=b", "1-2", "'=1", "㈜바이컴"])
def test_the_rest_stays(value):
    assert neutralised(value) == value


@given(st.text())
def test_neutralising_twice_changes_nothing(value):
    once = neutralised(value)
    assert neutralised(once) == once
    assert once.lstrip()[:1] not in set("=+-@")


def test_csv_opens_in_excel_with_numbers_as_numbers():
    content = write_csv(
        ["기업명", "수", "주제", "가상"], [["=cmd()", -3, ["ai-data", "x"], True], ["가온", None, [], False]]
    )
    assert content == ("\ufeff기업명,수,주제,가상\r\n'=cmd(),-3,ai-data;x,True\r\n가온,,,False\r\n".encode())


def test_xlsx_holds_text_where_text_was():
    content = write_xlsx(["기업명", "수"], [["=1+1", -3], ["a\x0bb", None]], sheet="결과")
    book = load_workbook(io.BytesIO(content))
    cells = [[(cell.value, cell.data_type) for cell in row] for row in book["결과"].iter_rows()]
    assert cells == [
        [("기업명", "s"), ("수", "s")],
        [("'=1+1", "s"), (-3, "n")],
        [("a\ufffdb", "s"), (None, "n")],
    ]


def test_an_export_can_be_imported():
    columns = (
        ColumnSpec("name", aliases=("기업명",)),
        ColumnSpec("topics", "list"),
        ColumnSpec("synthetic", "boolean"),
    )
    rows = [["한빛, 정밀", ["ai-data", "construction"], True], ['"가온"', ["ai-data"], False]]
    table = read_table("out.csv", write_csv(["기업명", "topics", "synthetic"], rows), columns)
    assert table.problems == ()
    assert [list(row.values.values()) for row in table.rows] == [
        [name, tuple(topics), synthetic] for name, topics, synthetic in rows
    ]
