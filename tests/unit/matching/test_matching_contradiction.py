"""What cannot be: fixed meetings that contradict something, and input that is no problem at all."""

from dataclasses import replace

import pytest
from hypothesis import given
from test_matching_planner import INSTANCE, problems, small

from services.matching.timetable.contradiction import contradiction
from services.matching.timetable.problem import Fixed
from services.matching.timetable.wellformed import MalformedError, parsed


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"fixed": (Fixed("R5", 1),)}, "R5 (B1 with S2) is fixed in slot 1, but S2 is not available in slot 1."),
        ({"fixed": (Fixed("R4", 2),)}, "R4 (B3 with S1) is fixed in slot 2, but B3 is not available in slot 2."),
        ({"fixed": (Fixed("R5", 4),)}, "R5 (B1 with S2) is fixed in slot 4, but the day has the slots 1 to 3."),
        ({"fixed": (Fixed("R7", 1),)}, "R7 (B1 with S3) is fixed in slot 1, but the pair B1, S3 is forbidden."),
        (
            {"fixed": (Fixed("R1", 2), Fixed("R3", 2))},
            "R1 and R3 are fixed in slot 2, but S1 can be in one meeting at a time.",
        ),
        ({"fixed": (Fixed("R1", 2), Fixed("R5", 2))}, "R1 and R5 are fixed in slot 2, but B1 has 1 table."),
        ({"fixed": (Fixed("R1", 2), Fixed("R2", 3))}, "R1 and R2 are fixed, but B1 and S1 meet at most once."),
        (
            {"fixed": (Fixed("R1", 2), Fixed("R3", 3), Fixed("R4", 1))},
            "R1, R3 and R4 are fixed, but S1 takes at most 2 meetings.",
        ),
        (
            {"fixed": (Fixed("R5", 2),), "hall_tables": 0},
            "R5 is fixed in slot 2, but the hall holds 0 meetings a slot.",
        ),
        ({"fixed": (Fixed("R5", 2), Fixed("R5", 3))}, "R5 (B1 with S2) is fixed in slot 3, but S2 is not available"),
        ({"fixed": (Fixed("R1", 1), Fixed("R1", 3))}, "R1 is fixed twice, in slot 1 and slot 3: keep one."),
    ],
)
def test_a_contradiction_is_said_in_one_sentence(changes, sentence):
    assert contradiction(small(**changes)).startswith(sentence)


def test_the_smallest_contradiction_is_the_one_that_is_said():
    three_then_two = (Fixed("R1", 1), Fixed("R3", 3), Fixed("R4", 1), Fixed("R5", 1))
    assert "S2 is not available in slot 1" in contradiction(small(fixed=three_then_two))


@given(problems())
def test_a_part_of_a_valid_plan_contradicts_nothing(problem):
    assert contradiction(problem) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slots": 0}, "slots is 0"),
        ({"slots": "6"}, "slots is '6'"),
        ({"slots": 63}, "not a whole number from 1 to 62"),
        ({"lunch_after": 9}, "lunch_after is 9"),
        ({"hall_tables": -1}, "hall_tables is -1"),
        ({"coverage_bonus": 1.5}, "coverage_bonus is 1.5"),
        ({"buyers": [*INSTANCE["buyers"], INSTANCE["buyers"][0]]}, "buyer B1 is there 2 times"),
        (
            {"buyers": [{**INSTANCE["buyers"][0], "available": [7]}, *INSTANCE["buyers"][1:]]},
            "B1 is available in slots",
        ),
        ({"requests": [{**INSTANCE["requests"][0], "score": 0}], "fixed": []}, "R1 has the score 0"),
        ({"requests": [{**INSTANCE["requests"][0], "must": "yes"}], "fixed": []}, "R1 has must 'yes'"),
        ({"fixed": [{"request": "R5", "slot": None}]}, "R5 is fixed in slot None"),
        ({"smes": 3}, "int"),
        ({"format": "x"}, "the format is not fair-timetable/1"),
    ],
)
def test_what_is_malformed_is_said_in_one_line(change, words):
    with pytest.raises(MalformedError) as refused:
        parsed({**INSTANCE, **change})
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_field_is_named():
    with pytest.raises(MalformedError, match="the field 'slots' is missing"):
        parsed({key: value for key, value in INSTANCE.items() if key != "slots"})
    with pytest.raises(MalformedError, match="not a JSON object"):
        parsed([])


def test_what_is_right_is_read():
    assert parsed(INSTANCE) == small()
    assert replace(parsed(INSTANCE), name="x").name == "x"
