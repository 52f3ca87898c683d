"""XLSX files: real ones made by openpyxl, and real ones taken apart and put together wrongly."""

import io
import zipfile
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from services.chassis.tabular import ColumnSpec, Limits, read_table, write_xlsx

COLUMNS = (
    ColumnSpec("external_id", "code", ("접수번호",)),
    ColumnSpec("name", "title", ("기업명",)),
    ColumnSpec("tables", "integer", ("상담 테이블",), required=False, default=1, least=1, most=20),
    ColumnSpec("synthetic", "boolean", ("가상",), required=False, default=False),
)
HEADER = ["접수번호", "기업명", "상담 테이블", "가상"]


def workbook(*rows, others=()) -> bytes:
    book = Workbook()
    book.active.title = "신청"
    for row in rows:
        book.active.append(row)
    for title, cells in others:
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def altered(content: bytes, replace=None, add=None) -> bytes:
    """The archive with the text of some parts replaced (name -> (old, new)) and parts added."""
    made = io.BytesIO()
    replace = dict(replace or {})
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename in replace:
                before, after = replace.pop(part.filename)
                assert before in data
                data = data.replace(before, after)
            new.writestr(part.filename, data)
        for name, data in (add or {}).items():
            new.writestr(name, data)
    assert not replace
    return made.getvalue()


def read(content, filename="list.xlsx", **kwargs):
    return read_table(filename, content, COLUMNS, **kwargs)


def told(table):
    return [(problem.sheet, problem.row, problem.column, problem.rule) for problem in table.problems]


GOOD = workbook(HEADER, ["r1", "한빛", 2, True], [None], ["r2", "가온", "3", "아니요"], ["r3", "나래", 4.0, None])
SHEET = "xl/worksheets/sheet1.xml"


def test_reads_typed_cells():
    table = read(GOOD)
    assert table.problems == ()
    assert [(row.sheet, row.number, *row.values.values()) for row in table.rows] == [
        ("신청", 2, "r1", "한빛", 2, True),
        ("신청", 4, "r2", "가온", 3, False),
        ("신청", 5, "r3", "나래", 4, False),
    ]


def test_the_content_decides_not_the_name():
    assert len(read(GOOD, "list.csv").rows) == 3


def test_what_we_export_can_be_imported():
    content = write_xlsx(["external_id", "name"], [["r1", "한빛"], ["r2", "=1+1"]])
    assert [row.values["name"] for row in read(content).rows] == ["한빛", "'=1+1"]


def test_formulas_errors_and_dates_are_refused_cell_by_cell():
    table = read(
        workbook(
            HEADER,
            ["r1", "한빛", "=1+1", None],
            ["r2", "#N/A", 1, None],
            ["r3", datetime(2023, 11, 21, tzinfo=UTC).replace(tzinfo=None), 1, None],
            ["r4", "가온", 1.5, None],
            ["r5", True, 1, None],
            ["r6", "나래", True, 7],
        )
    )
    assert told(table) == [
        ("신청", 2, "C", "formula"),
        ("신청", 3, "B", "cell-error"),
        ("신청", 4, "B", "not-text"),
        ("신청", 5, "C", "not-integer"),
        ("신청", 6, "B", "not-text"),
        ("신청", 7, "C", "not-integer"),
        ("신청", 7, "D", "not-boolean"),
    ]
    assert table.rows == ()
    assert table.readable


def test_a_formula_with_a_stored_result_is_still_a_formula():
    cached = altered(GOOD, {SHEET: (b"<v>2</v>", b"<f>1+1</f><v>2</v>")})
    assert told(read(cached)) == [("신청", 2, "C", "formula")]


def test_a_formula_as_header_is_refused():
    table = read(workbook(["접수번호", "기업명", '="상담 테이블"'], ["r1", "한빛", 1]))
    assert told(table) == [("신청", 1, "C", "formula")]
    assert not table.readable


def test_text_that_looks_like_a_formula_is_text():
    text = altered(GOOD, {SHEET: ("한빛".encode(), b"=cmd()")})
    assert read(text).rows[0].values["name"] == "=cmd()"


def test_shared_strings_are_read_as_excel_writes_them():
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml"
    shared = altered(
        GOOD,
        {
            SHEET: ('t="inlineStr"><is><t>한빛</t></is>'.encode(), b't="s"><v>1</v>'),
            "[Content_Types].xml": (
                b"</Types>",
                b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + main + b'.sharedStrings+xml"/></Types>',
            ),
        },
        {
            "xl/sharedStrings.xml": '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            "<si><t>x</t></si><si><r><t>한</t></r><r><t>빛</t></r></si></sst>"
        },
    )
    assert [row.values["name"] for row in read(shared).rows] == ["한빛", "가온", "나래"]


def test_data_in_two_sheets_is_refused_and_empty_sheets_are_not():
    assert told(read(workbook(HEADER, ["r1", "한빛"], others=[("옛것", [["r9", "가온"]])]))) == [
        (None, None, None, "several-sheets")
    ]
    assert len(read(workbook(HEADER, ["r1", "한빛"], others=[("Sheet2", [])])).rows) == 1
    assert len(read(workbook(others=[("자료", [HEADER, ["r1", "한빛"]])])).rows) == 1


def bomb(size: int) -> bytes:
    return altered(GOOD, add={"xl/media/image1.xml": b" " * size})


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        pytest.param(workbook(), "file-empty", id="empty"),
        pytest.param(GOOD[:-40], "file-damaged", id="cut"),
        pytest.param(b"PK\x03\x04" + bytes(50), "file-damaged", id="no archive"),
        pytest.param(b"external_id,name\nr1,x\n", "file-damaged", id="csv called xlsx"),
        pytest.param(altered(GOOD, add={"xl/vbaProject.bin": b"x"}), "file-with-macros", id="macros"),
        pytest.param(
            altered(
                GOOD,
                {"[Content_Types].xml": (b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"macroEnabled")},
            ),
            "file-with-macros",
            id="macro type",
        ),
        pytest.param(
            altered(GOOD, {"xl/workbook.xml": (b"<workbook", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook')}),
            "file-damaged",
            id="entities",
        ),
        pytest.param(altered(GOOD, {SHEET: (b"</sheetData>", b"</sheetDat>")}), "file-damaged", id="broken XML"),
        pytest.param(altered(GOOD, {SHEET: (b'r="5"', b'r="99999999999"')}), "file-damaged", id="row out of bounds"),
    ],
)
def test_what_cannot_be_read_is_told(content, rule):
    table = read(content)
    assert [problem.rule for problem in table.problems] == [rule]
    assert not table.readable


def test_other_archives_are_not_tables():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert told(read(made.getvalue())) == [(None, None, None, "format-unknown")]


@pytest.mark.parametrize("name", ["list.xlsm", "LIST.XLSB"])
def test_macro_formats_are_refused_by_name(name):
    assert told(read(GOOD, name)) == [(None, None, None, "file-with-macros")]


def test_a_zip_bomb_is_refused_by_what_it_would_unpack_to():
    packed = bomb(100 * 1024 * 1024)
    assert len(packed) < 200_000
    assert told(read(packed)) == [(None, None, None, "file-unpacks-too-large")]
    assert told(read(bomb(200_000), limits=Limits(unpacked_bytes=100_000))) == [
        (None, None, None, "file-unpacks-too-large")
    ]
    assert told(read(GOOD, limits=Limits(parts=3))) == [(None, None, None, "file-unpacks-too-large")]


def test_a_part_that_lies_about_its_size_is_not_unpacked():
    packed = bomb(5_000_000)
    directory = packed.rindex(b"PK\x01\x02")
    size = packed.index((5_000_000).to_bytes(4, "little"), directory)
    lying = packed[:size] + (10).to_bytes(4, "little") + packed[size + 4 :]
    assert told(read(lying, limits=Limits(unpacked_bytes=1_000_000))) == [(None, None, None, "file-damaged")]


def test_a_password_is_told():
    packed = bytearray(GOOD)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = packed.index(signature)
        packed[at + flags] |= 1
    assert told(read(bytes(packed))) == [(None, None, None, "file-encrypted")]


def test_a_wrong_stated_dimension_hides_nothing():
    hidden = altered(GOOD, {SHEET: (b'ref="A1:D5"', b'ref="A1:A1"')})
    assert len(read(hidden).rows) == 3
    huge = altered(GOOD, {SHEET: (b'ref="A1:D5"', b'ref="A1:XFD1048576"')})
    assert len(read(huge).rows) == 3


def test_cells_far_to_the_right_cost_nothing_and_are_told_within_reach():
    far = altered(GOOD, {SHEET: (b'r="D2"', b'r="ZZZ2"')})
    assert len(read(far).rows) == 3
    near = altered(GOOD, {SHEET: (b'r="D2"', b'r="Z2"')})
    assert told(read(near)) == [("신청", 2, "Z", "cells-beyond-header")]
