"""The workbook of a day: a sheet for the hall, one for each buyer, and names that spreadsheets take."""

import io

import openpyxl
from hypothesis import given
from hypothesis import strategies as st
from rendering_given import booth, day, large_day, seat

from services.chassis.tabular import Page, write_book
from services.matching.rendering.sheets import HALL, sheets_of

KT, GAS = booth("케이티", tables=2), booth("한국가스공사", "public-institution", closed=frozenset({3}))
SEATS = (
    seat("케이티", 1, "㈜바이컴", technology="수전해 스택"),
    seat("케이티", 1, "가온소재", table=2, on_site=True),
    seat("한국가스공사", 2, "라온바이오", released=True),
)


def test_the_hall_has_a_row_for_each_table_and_a_column_for_each_slot():
    hall, *_ = sheets_of(day((GAS, KT), SEATS))
    assert hall.name == HALL
    assert hall.headers == (
        "구분", "수요기업", "테이블", "10:00–10:30", "10:30–11:00", "11:00–11:30", "11:30–12:00",
    )  # fmt: skip
    assert hall.rows[:3] == (
        ("대기업", "케이티", 1, "㈜바이컴", None, None, None),
        ("대기업", "케이티", 2, "★가온소재", None, None, None),
        ("공공기관", "한국가스공사", 1, None, "×라온바이오", "참가 불가", None),
    )
    assert hall.rows[3][0].startswith("상생 기술협력 박람회 · 2023-11-21 (화) · 확정")


def test_each_buyer_has_a_sheet_in_the_order_of_the_day():
    _, kt, gas = sheets_of(day((GAS, KT), SEATS))
    assert (kt.name, gas.name) == ("케이티", "한국가스공사")
    assert kt.rows[:3] == (
        ("10:00–10:30", 1, "㈜바이컴", "수전해 스택", "사전", None),
        ("10:00–10:30", 2, "가온소재", "촉매", "현장", None),
        ("10:30–11:00", 1, None, None, None, None),
    )
    assert len(kt.rows) == 8
    assert gas.rows[1] == ("10:30–11:00", 1, "라온바이오", "촉매", "사전", "불참으로 끝남")
    assert gas.rows[2] == ("11:00–11:30", 1, None, None, None, "참가 불가")


def test_an_empty_day_is_a_hall_without_rows():
    (hall,) = sheets_of(day())
    assert len(hall.rows) == 1


@given(st.lists(st.text(max_size=45), max_size=12))
def test_sheets_have_names_that_spreadsheets_take(names):
    told = day(tuple(booth(name) for name in names))
    found = [sheet.name for sheet in sheets_of(told)]
    assert len({name.casefold() for name in found}) == len(names) + 1
    for name in found:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"


@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_names_make_a_workbook_that_opens_and_holds_no_formula(names):
    told = day(tuple(booth(name) for name in names), tuple(seat(name, 1, f"={name}") for name in names))
    pages = [Page(sheet.name, sheet.headers, sheet.rows, sheet.widths) for sheet in sheets_of(told)]
    book = openpyxl.load_workbook(io.BytesIO(write_book(pages)))
    assert book.sheetnames == [page.name for page in pages]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_large_fair_has_a_sheet_for_everybody():
    sheets = sheets_of(large_day(400, 8))
    assert len(sheets) == 401
    assert sum(row[2] is not None for sheet in sheets[1:] for row in sheet.rows) == 3200
