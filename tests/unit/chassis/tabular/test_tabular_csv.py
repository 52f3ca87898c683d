"""CSV files as real spreadsheets save them, and what is told when they are not right."""

import unicodedata
from pathlib import Path
from time import perf_counter

import pytest

from services.chassis.tabular import ColumnSpec, Limits, read_table

COLUMNS = (
    ColumnSpec("external_id", "code", ("접수번호",), unique=True),
    ColumnSpec("name", "title", ("기업명", "회사 이름")),
    ColumnSpec("tables", "integer", ("상담 테이블",), required=False, default=1, least=1, most=20),
)
KOREAN = "접수번호,기업명,상담 테이블\nr1,한빛 정밀,2\nr2,가온 소재,\n"
VALUES = [
    {"external_id": "r1", "name": "한빛 정밀", "tables": 2},
    {"external_id": "r2", "name": "가온 소재", "tables": 1},
]


def read(content: bytes, columns=COLUMNS, **kwargs):
    return read_table("list.csv", content, columns, **kwargs)


def told(table):
    return [(problem.row, problem.column, problem.rule) for problem in table.problems]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(KOREAN.encode(), id="utf-8"),
        pytest.param(KOREAN.encode("utf-8-sig"), id="utf-8 with mark"),
        pytest.param(KOREAN.encode("cp949"), id="cp949"),
        pytest.param(unicodedata.normalize("NFD", KOREAN).encode(), id="NFD"),
        pytest.param(KOREAN.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(KOREAN.replace(",", ";").encode(), id="semicolon"),
        pytest.param(KOREAN.replace(",", "\t").encode("cp949"), id="tab, cp949"),
        pytest.param(("sep=;\r\n" + KOREAN.replace(",", ";")).encode(), id="declared separator"),
        pytest.param(KOREAN.replace("한빛 정밀", '" 한빛 정밀\u3000"').encode(), id="quoted, spaces"),
        pytest.param(KOREAN.replace("r2", "\n ,,\nr2").encode(), id="blank rows"),
        pytest.param(KOREAN.replace("접수번호,기업명", "External-ID,회사이름").encode(), id="other headers"),
    ],
)
def test_reads(content):
    table = read(content)
    assert table.problems == ()
    assert [row.values for row in table.rows] == VALUES
    assert table.readable


def test_cp949_beyond_ks_x_1001_is_read():
    assert read("접수번호,기업명\nr1,뷁펲샾\n".encode("cp949")).rows[0].values["name"] == "뷁펲샾"


def test_rows_are_numbered_as_the_spreadsheet_shows_them():
    table = read('접수번호,기업명,상담 테이블\n\nr1,"두 줄\n이름",1\nr2,가온,없음\nr3,나래,3\n'.encode())
    assert told(table) == [(3, "B", "control-character"), (4, "C", "not-integer")]
    assert [row.number for row in table.rows] == [5]
    assert table.readable


def test_every_bad_cell_of_a_row_is_told_without_what_it_holds():
    table = read(b"external_id,name,tables\nR-1!,010-1234-5678,secret-21\n")
    assert told(table) == [(2, "A", "not-code"), (2, "B", "personal-data"), (2, "C", "not-integer")]
    assert table.problems[1].header == "기업명 (name)"
    for problem in table.problems:
        told_all = str(problem.as_json()) + repr(problem)
        assert "R-1!" not in told_all
        assert "1234" not in told_all
        assert "secret" not in told_all


def test_rows_do_not_show_their_values():
    assert "한빛" not in repr(read(KOREAN.encode()).rows[0])


def test_a_value_that_must_be_unique_names_the_earlier_row():
    table = read("external_id,name\nr1,가온\nr1,나래\n".encode())
    assert told(table) == [(3, "A", "value-duplicated")]
    assert "2행" in table.problems[0].korean
    assert "row 2" in table.problems[0].english


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("external_id", [(1, None, "header-missing")]),
        ("external_id,name,name", [(1, "C", "header-duplicated")]),
        ("external_id,name,기업명", [(1, "C", "header-duplicated")]),
        ("external_id,name,비고", [(1, "C", "header-unknown")]),
        ("김아무개,가온", [(1, "A", "header-unknown"), (1, "B", "header-unknown"), *[(1, None, "header-missing")] * 2]),
    ],
)
def test_a_wrong_header_makes_the_file_unreadable(header, expected):
    table = read(f"{header}\nr1,가온,1\n".encode())
    assert told(table) == expected
    assert (table.rows, table.readable) == ((), False)
    assert "김아무개" not in str(table.problems)


def test_a_value_beyond_the_header_is_told_once():
    table = read(("external_id,name\nr1,가온,x" + ",y" * 500 + "\nr2,나래,,\n").encode())
    assert told(table) == [(2, "C", "cells-beyond-header")]
    assert [row.number for row in table.rows] == [3]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file-empty"),
        (b"\xef\xbb\xbf", "file-empty"),
        (b" \r\n\n", "file-empty"),
        (b"\n,,,\n", "file-empty"),
        (KOREAN.encode()[:-20] + b"\xec" + KOREAN.encode()[-20:], "encoding-broken"),
        (KOREAN.encode("utf-16"), "encoding-unknown"),
        ("external_id,name\nr1,日本語テスト、ひらがなとカタカナ\n".encode("shift_jis"), "encoding-unknown"),
        ("external_id,name\nr1,Société Générale à côté\n".encode("latin-1"), "encoding-unknown"),
        (b'external_id,name\nr1,"open\nr2,never closed\n', "broken-quotes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "format-old-excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "file-encrypted"),
    ],
)
def test_what_cannot_be_read_is_told(content, rule):
    table = read(content)
    assert [problem.rule for problem in table.problems] == [rule]
    assert not table.readable


def test_broken_utf_8_names_the_line():
    content = KOREAN.encode()
    at = content.index("가온".encode())
    problem = read(content[:at] + b"\xff" + content[at:]).problems[0]
    assert "3번째 줄" in problem.korean


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(rows=1), "too-many-rows"),
        (Limits(file_bytes=10), "file-too-large"),
        (Limits(columns=2), "too-many-columns"),
    ],
)
def test_limits(limits, rule):
    table = read(KOREAN.encode(), limits=limits)
    assert [problem.rule for problem in table.problems] == [rule]
    assert not table.readable


def test_the_number_of_problems_is_limited():
    content = "external_id,name\n" + "!,가온\n" * 50
    table = read(content.encode(), limits=Limits(problems=10))
    assert [problem.rule for problem in table.problems] == ["not-code"] * 10 + ["too-many-problems"]


def test_long_cells_are_refused_before_anything_looks_at_them():
    table = read(f"external_id,name\nr1,{'가' * 5000}\n".encode())
    assert told(table) == [(2, "B", "too-long")]


def test_formulas_in_text_are_only_text():
    table = read(b"external_id,name\nr1,=HYPERLINK(A1)\n")
    assert table.rows[0].values["name"] == "=HYPERLINK(A1)"


def test_two_columns_with_one_header_are_a_mistake_of_ours():
    with pytest.raises(ValueError, match="two columns"):
        read(b"a\n", (ColumnSpec("a_b"), ColumnSpec("c", aliases=("A B",))))


def test_reads_the_requests_of_the_2023_fair_and_ten_times_as_many_quickly():
    columns = (
        ColumnSpec("external_id", "code"),
        ColumnSpec("sme", "title", ("중소기업",)),
        ColumnSpec("buyer", "title", ("수요기업",)),
        ColumnSpec("technology", "title", ("협력기술",)),
        ColumnSpec("topics", "list", ("기술분야",)),
        ColumnSpec("synthetic", "boolean"),
        ColumnSpec("source", "code"),
    )
    content = (Path(__file__).parents[4] / "data" / "fair-2023" / "requests.csv").read_bytes()
    table = read(content, columns)
    assert (len(table.rows), table.problems) == (924, ())
    header, _, body = content.partition(b"\n")
    started = perf_counter()
    many = read(header + b"\n" + body * 11, columns)
    assert len(many.rows) == 11 * 924
    assert perf_counter() - started < 5  # a wide margin on a busy machine; it takes a fraction of a second
