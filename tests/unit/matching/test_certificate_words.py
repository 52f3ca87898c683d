"""The proof in words: what is proven is called so, what is not never."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.timetable.certificate_words import TEXTS, Certificate, in_words, percentage

FIGURES = st.integers(0, 10**7)


def test_the_best_timetable_is_called_the_best():
    first, second = in_words(Certificate("optimal", 18, 18, 187_033, 187_033, 1, 1))
    assert first == (
        "최적: 이 회신 조건에서 더 높은 값을 갖는 시간표는 없습니다 (필수 상담 18건, 값 187,033)."
    )  # fmt: skip
    assert second == "상담 사이 빈 시간 1곳: 같은 값에서 더 줄일 수 없습니다."


def test_a_good_one_says_how_far_from_the_best_it_may_be():
    first, second = in_words(Certificate("feasible", 18, 18, 995, 1000, 4, 1))
    assert "최선보다 많아야 0.5 % 낮습니다" in first
    assert "최적:" not in first
    assert second == "상담 사이 빈 시간 4곳.", "the bound is about timetables of the best value"


def test_musts_come_before_value():
    first, _ = in_words(Certificate("feasible", 16, 18, 2000, 1000, 4))
    assert first.startswith("증명이 끝나지 않음: 필수 상담 16건")
    assert "18건을 넘을 수 없습니다" in first
    assert "%" not in first, "the bound of the value holds for 18 musts"


def test_bounds_that_are_reached_are_a_proof_whatever_the_planner_calls_it():
    first, second = in_words(Certificate("feasible", 1, 1, 5, 5, 3, 2))
    assert first.startswith("최적:")
    assert "2곳 밑으로는" in second


def test_what_cannot_be_done_is_said_with_what_to_do():
    (line,) = in_words(Certificate("infeasible"))
    assert line.startswith("불가능:")
    assert "바꾸세요" in line


@pytest.mark.parametrize(
    "figures",
    [
        ("optimal", 17, 18, 5, 5, 0), ("optimal", 18, 18, 4, 5, 0), ("feasible", 19, 18, 5, 5, 0),
        ("feasible", 18, 18, 6, 5, 0), ("optimal", 1, 1, 5, 5, 1, 2),
    ],
)  # fmt: skip
def test_figures_that_contradict_each_other_are_no_certificate(figures):
    with pytest.raises(ValueError, match=r"bound"):
        Certificate(*figures)


@given(FIGURES, FIGURES)
def test_distances_are_never_told_smaller_than_they_are(one, other):
    value, bound = sorted((one, other))
    told = Fraction(percentage(value, bound))
    true = Fraction(bound - value, bound) * 100 if bound else Fraction(0)
    assert true <= told < true + Fraction(1, 100)


@given(st.sampled_from(["ko", "en"]), FIGURES, FIGURES, FIGURES, FIGURES, FIGURES, st.none() | FIGURES)
def test_every_certificate_has_words_and_only_a_proof_is_called_optimal(
    language, must, more, value, higher, breaks, fewer
):
    bound = None if fewer is None else max(0, breaks - fewer)
    told = Certificate("feasible", must, must + more, value, value + higher, breaks, bound)
    lines = in_words(told, language)
    assert len(lines) == 2
    assert not re.search(r"[{}]|None", "".join(lines))
    assert lines[0].startswith(("최적:", "Optimal:")) == (more == 0 and higher == 0)


def test_both_languages_say_the_same_things():
    assert set(TEXTS["ko"]) == set(TEXTS["en"])
    for name, text in TEXTS["ko"].items():
        assert set(re.findall(r"{(\w+)", text)) == set(re.findall(r"{(\w+)", TEXTS["en"][name])), name
