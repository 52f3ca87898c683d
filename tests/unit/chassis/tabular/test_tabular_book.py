"""Workbooks of several sheets: what they hold, how they print, and that nothing in them is a formula."""

import io

import openpyxl
import pytest

from services.chassis.tabular import Page, write_book


def opened(*pages: Page):
    return openpyxl.load_workbook(io.BytesIO(write_book(pages)))


def test_every_page_becomes_a_sheet_with_its_header_in_view():
    first = Page("전체", ("수요기업", "테이블"), [("케이티", 1), ("풍산", None)], (20, 8), held=1)
    book = opened(first, Page("케이티", ("시간",), [], (12,)))
    assert book.sheetnames == ["전체", "케이티"]
    sheet = book["전체"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["수요기업", "테이블"], ["케이티", 1], ["풍산", None],
    ]  # fmt: skip
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].font.bold
    assert sheet["A2"].alignment.wrap_text
    assert sheet.column_dimensions["A"].width == 20
    assert book["케이티"].freeze_panes == "A2"


def test_it_prints_in_landscape_with_the_header_on_every_page():
    sheet = opened(Page("전체", ("수요기업",), [], (20,))).active
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$1:$1"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =HYPERLINK(1)", "＝1+1"])
def test_nothing_typed_becomes_a_formula(text):
    sheet = opened(Page("전체", (text,), [(text,)], (20,))).active
    for cell in (sheet["A1"], sheet["A2"]):
        assert cell.data_type == "s"
        assert cell.value.startswith("'")


def test_control_characters_are_replaced():
    assert opened(Page("전체", ("a",), [("x\x00y",)], (9,))).active["A2"].value == "x\ufffdy"


def test_names_that_are_the_same_and_no_page_at_all_are_refused():
    with pytest.raises(ValueError, match="same name"):
        write_book([Page("가", ("a",), [], (9,)), Page("가", ("a",), [], (9,))])
    with pytest.raises(ValueError, match="at least one"):
        write_book([])
    with pytest.raises(ValueError, match="Invalid character"):
        write_book([Page("가/나", ("a",), [], (9,))])
