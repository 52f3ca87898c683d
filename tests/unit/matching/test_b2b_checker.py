"""The independent checker: a valid timetable passes, and each rule that is broken is named."""

from dataclasses import replace

import pytest

from services.matching.b2b import checker
from services.matching.b2b.instance import Instance, Meeting

NONE = frozenset[int]()
GIVEN = Instance(
    participants=4,
    tables=2,
    slots=5,
    morning=3,
    meetings=(
        Meeting(0, 1, session=1),
        Meeting(0, 2, session=2),
        Meeting(1, 3, fixed=3),
        Meeting(2, 3, after=frozenset({1})),
        Meeting(0, 3),
    ),
    forbidden=(frozenset({3}), NONE, NONE, frozenset({4})),
)
VALID = (1, 4, 3, 5, 2)


def test_a_valid_timetable_breaks_no_rule():
    assert list(checker.violations(GIVEN, VALID, 1)) == []
    assert checker.breaks(GIVEN, VALID) == [1, 1, 0, 1]


@pytest.mark.parametrize(
    ("timetable", "said"),
    [
        ((1, 4, 3, 5), "4 slots for 5 meetings"),
        ((1, 4, 3, 6, 2), "meeting 4 is in slot 6 of 5"),
        ((0, 4, 3, 5, 2), "meeting 1 is in slot 0 of 5"),
        ((4, 5, 3, 5, 2), "meeting 1 is in the afternoon"),
        ((1, 2, 3, 5, 2), "meeting 2 is in the morning"),
        ((1, 4, 2, 5, 2), "meeting 3 is in slot 2, fixed is 3"),
        ((3, 4, 3, 5, 2), "meeting 1 is in slot 3, forbidden to participant 1"),
        ((1, 5, 3, 5, 4), "meeting 5 is in slot 4, forbidden to participant 4"),
        ((1, 4, 3, 2, 2), "meeting 4 is not after meeting 2"),
        ((1, 4, 3, 4, 2), "meeting 4 is not after meeting 2"),
        ((1, 4, 3, 5, 5), "participant 4 is in meetings [4, 5] at once, in slot 5"),
        ((1, 4, 3, 5, 1), "participant 1 is in meetings [1, 5] at once, in slot 1"),
    ],
)
def test_each_broken_rule_is_named(timetable, said):
    assert said in list(checker.violations(GIVEN, timetable, None))


def test_a_slot_holds_no_more_meetings_than_there_are_tables():
    one_table = replace(GIVEN, tables=1, meetings=(Meeting(0, 1), Meeting(2, 3)))
    assert list(checker.violations(one_table, (2, 2), 0)) == ["2 meetings in slot 2, 1 tables"]
    assert list(checker.violations(one_table, (2, 1), 0)) == []


@pytest.mark.parametrize(("fairness", "fair"), [(0, False), (1, False), (2, True), (None, True)])
def test_breaks_may_differ_by_the_fairness_and_no_more(fairness, fair):
    torn = Instance(4, 3, 5, 5, (Meeting(0, 1), Meeting(0, 2), Meeting(0, 3)), (NONE,) * 4)
    said = list(checker.violations(torn, (1, 3, 5), fairness))
    unfair = [f"participant 1 has 2 breaks and participant 2 has 0: more than {fairness} apart"]
    assert said == ([] if fair else unfair)
