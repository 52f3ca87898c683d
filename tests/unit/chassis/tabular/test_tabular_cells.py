"""Values of each kind, and the messages: in both languages, with a way out, and nothing of the cell in them."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from contracts.fields import Title
from services.chassis.tabular.cells import parsed
from services.chassis.tabular.columns import ColumnSpec, normalised
from services.chassis.tabular.problems import MESSAGES, CellError, letter

KIND = ColumnSpec(
    "kind", "code", choices={"large": ("대기업",), "mid-sized": ("중견기업",), "public-institution": ("공공기관",)}
)
NUMBER = ColumnSpec("n", "integer", most=5_000_000)
TOPICS = ColumnSpec("topics", "list")
SLOTS = ColumnSpec("slots", "list", items="integer", least=1, most=6)
BUSINESS = ColumnSpec("b", pattern=re.compile(r"\d{3}-?\d{2}-?\d{5}", re.ASCII), example="123-45-67890")


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (KIND, "대기업", "large"),
        (KIND, " Mid Sized ", "mid-sized"),
        (NUMBER, "1,234,567", 1_234_567),
        (NUMBER, "+7", 7),
        (NUMBER, 12.0, 12),
        (TOPICS, "ai-data; network-iot |construction;", ("ai-data", "network-iot", "construction")),
        (SLOTS, "1;2;3", (1, 2, 3)),
        (SLOTS, 4, (4,)),
        (BUSINESS, "123-45-67890", "123-45-67890"),
        (BUSINESS, 1234567890, "1234567890"),
        (ColumnSpec("b", "boolean"), "예", True),
        (ColumnSpec("b", "boolean"), "FALSE", False),
        (ColumnSpec("b", "boolean"), 0, False),
        (ColumnSpec("t", required=False, default="x"), "  ", "x"),
        (ColumnSpec("t"), "\u1112\u1161\u11ab\u1107\u1175\u11be", "한빛"),
    ],
)
def test_takes(column, cell, value):
    assert parsed(cell, column) == value


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        (KIND, "소기업", "not-in-list"),
        (ColumnSpec("c", "code"), "Ai_Data", "not-code"),
        (ColumnSpec("c", "code"), "a" * 65, "not-code"),
        (NUMBER, "12,34", "not-integer"),
        (NUMBER, "3.0", "not-integer"),
        (NUMBER, "1e3", "not-integer"),
        (NUMBER, "３", "not-integer"),
        (NUMBER, "9" * 5000, "not-integer"),
        (NUMBER, "-1", "out-of-range"),
        (NUMBER, 5_000_001, "out-of-range"),
        (NUMBER, float("inf"), "not-integer"),
        (NUMBER, float("nan"), "not-integer"),
        (TOPICS, "ai-data;ai-data", "list-duplicated"),
        (TOPICS, " ; ", "value-missing"),
        (TOPICS, "ai data", "not-code"),
        (SLOTS, "1;7", "out-of-range"),
        (BUSINESS, "12345", "pattern"),
        (ColumnSpec("b", "boolean"), "아마", "not-boolean"),
        (ColumnSpec("t"), None, "value-missing"),
        (ColumnSpec("t"), "\u00a0", "value-missing"),
        (ColumnSpec("t", max_length=3), "네글자다", "too-long"),
        (ColumnSpec("t"), "a\u200bb", "control-character"),
        (ColumnSpec("t"), "a\tb", "control-character"),
        (ColumnSpec("t"), 1.5, "not-text"),
        (ColumnSpec("t", "title"), "문의 02-123-4567", "personal-data"),
        (ColumnSpec("t", "title"), "me@example.com", "personal-data"),
    ],
)
def test_refuses(column, cell, rule):
    with pytest.raises(CellError) as caught:
        parsed(cell, column)
    assert caught.value.rule == rule
    assert str(cell) not in str([text.format(**caught.value.details) for text in MESSAGES[rule]]) or cell in {None, 1.5}


@given(st.text(max_size=210))
def test_a_title_is_taken_just_when_an_event_can_hold_it(text):
    column = ColumnSpec("t", "title")
    try:
        value = parsed(text, column)
    except CellError:
        with pytest.raises(ValidationError):
            Title().deserialize(normalised(text))
    else:
        assert Title().deserialize(value) == value


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()))
def test_no_cell_breaks_the_reader(cell):
    for column in (KIND, NUMBER, TOPICS, SLOTS, BUSINESS, ColumnSpec("b", "boolean"), ColumnSpec("t", "title")):
        assert outcome(cell, column) in {"taken", *MESSAGES}


def outcome(cell, column):
    try:
        parsed(cell, column)
    except CellError as error:
        return error.rule
    return "taken"


def test_messages_are_in_both_languages_with_the_same_figures():
    for rule, (korean, english) in MESSAGES.items():
        assert re.search("[가-힣]", korean), rule
        assert not re.search("[가-힣]", re.sub(r"\(.*?\)", "", english)), rule
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (korean, english)]
        assert names[0] == names[1], rule


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheets_do(column, name):
    assert letter(column) == name
