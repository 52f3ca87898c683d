"""MiniZinc data: what is written is read, and what is wrong is said in one line."""

import re

import pytest
from b2b_days import days, dzn
from hypothesis import given, settings

from services.matching.b2b.dzn import DznError, parse
from services.matching.b2b.instance import Instance, Meeting
from services.matching.b2b.reading import instance_from

NONE = frozenset[int]()
SMALL = Instance(
    3, 2, 4, 2, (Meeting(0, 1, 1), Meeting(0, 2, 3, 4), Meeting(1, 2, 2, None, frozenset({0}))),
    (frozenset({3}), NONE, NONE),
)  # fmt: skip
TEXT = dzn(SMALL)


def test_the_published_form_is_read():
    assert instance_from(TEXT) == SMALL


@given(days())
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_is_read_again(instance):
    assert instance_from(dzn(instance)) == instance


def test_every_form_of_data_is_read():
    text = "a = 1; % one\nb={2, -3,};c = 1..4;\nd = [{}, 2..3, 7,];e = [| 1, 2 | 3, 4, |]; f=[||]; g = [];"
    assert parse(text) == {
        "a": 1, "b": {2, -3}, "c": {1, 2, 3, 4}, "d": [set(), {2, 3}, 7], "e": [[1, 2], [3, 4]], "f": [], "g": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1;\nb = ?;", "line 2: `?;` is not understood"),
        ("a = 1.5;", "line 1: `.5;` is not understood"),
        ("a = ;", "line 1: a number expected, not `;`"),
        ("a = [1, 2", "line 1: `,` or `]` expected, not the end"),
        ("a = {1, 2", "line 1: `,` or `}` expected, not the end"),
        ("a = [| 1, 2", "line 1: `,` or `|` or `|]` expected, not the end"),
        ("a = [| 1, 2 |", "line 1: a number expected, not the end"),
        ("a 1;", "line 1: `=` expected, not `1`"),
        ("= 1;", "line 1: a name expected, not `=`"),
        ("a = 1;\na = 2;", "line 2: a is assigned twice"),
        ("a = 1 b = 2;", "line 1: `;` expected, not `b`"),
        ("a = 1..999999999;", "line 1: the range 1..999999999 is too long"),
        ("a = true;", "line 1: a number expected, not `true`"),
    ],
)
def test_what_is_no_data_is_refused_with_its_line(text, said):
    with pytest.raises(DznError, match=f"^{re.escape(said)}$"):
        parse(text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("nTables = 2;", "", "nTables is missing"),
        ("nTables = 2", "nTables = {2}", "nTables has to be a number from 0 to 100000"),
        ("nTables = 2", "nTables = -2", "nTables has to be a number from 0 to 100000"),
        ("nMorningSlots = 2", "nMorningSlots = 5", "nMorningSlots is 5, more than the 4 of nTotalSlots"),
        ("nMeetings = 3", "nMeetings = 4", "requested has to be an array of 4, there is 3 entries"),
        ("|1, 2,1, ", "|1, 2, ", "requested[1] has to be: participant, participant, session"),
        ("|1, 2,1, ", "|1, 9,1, ", "requested[1] names participant 9 of 3"),
        ("|1, 2,1, ", "|2, 2,1, ", "requested[1]: participant 2 would meet itself"),
        ("|1, 2,1, ", "|1, 2,4, ", "requested[1]: session is 4, not 1 (morning), 2 (afternoon) or 3 (any)"),
        ("fixed = [0, 4, 0]", "fixed = [0, 5, 0]", "fixed[2] is 5, not a slot from 1 to 4 (0: not fixed)"),
        ("fixed = [0, 4, 0]", "fixed = 4", "fixed has to be an array of 3, there is no array"),
        ("{0,3}", "{0,7}", "forbidden[1] holds 7, which is not from 1 to 4"),
        ("{0,3}", "3", "forbidden[1] has to be a set"),
        ("{},\n{},\n{1}", "{},\n{},\n{3}", "precedences[3]: the meeting would have to precede itself"),
        ("{1,2,3}", "{1,2}", "meetingsxBusiness[1] does not list the meetings of `requested` (each plus 1)"),
        ("nMeetingsBusiness = [2", "nMeetingsBusiness = [1", "nMeetingsBusiness[1] is 1, `requested` has 2"),
    ],
)
def test_what_contradicts_itself_is_refused(old, new, said):
    assert old in TEXT
    with pytest.raises(DznError, match=f"^{re.escape(said)}$"):
        instance_from(TEXT.replace(old, new, 1))
