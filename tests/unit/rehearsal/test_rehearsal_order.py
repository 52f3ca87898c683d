"""The order of the day, the plan of payments, and doing things by many hands."""

import threading
import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rehearsal.day import moments
from services.rehearsal.granting import instalments, months_later
from services.rehearsal.records import read
from services.rehearsal.running import STEPS
from services.rehearsal.scene import by_many_hands
from services.rehearsal.texts import TEXTS, language_of, say


def test_the_day_runs_in_the_order_of_its_minutes():
    records = read()

    day = moments(records.assumptions["slots"], records["onsite"])

    assert all(earlier.at <= later.at for earlier, later in pairwise(day))
    assert sum(moment.what == "ask" for moment in day) == len(records["onsite"])


def test_every_slot_is_called_before_it_is_closed():
    day = moments(read().assumptions["slots"], ())

    for slot in range(1, 7):
        assert [moment.what for moment in day if moment.slot == slot] == ["call", "close"]


@given(months=st.integers(1, 120), grant_krw=st.integers(200, 10**13))
def test_instalments_add_up_to_the_grant_and_fall_within_the_period(months: int, grant_krw: int):
    starts = date(2024, 2, 1)

    plan = instalments(starts, months, grant_krw)

    assert sum(part["amount_krw"] for part in plan) == grant_krw
    assert [part["number"] for part in plan] == list(range(1, len(plan) + 1))
    assert all(part["amount_krw"] > 0 for part in plan)
    due = [part["due_on"] for part in plan]
    assert due[0] == starts.isoformat()
    assert due == sorted(due)
    assert due[-1] < months_later(starts, months).isoformat()


def test_the_first_failure_of_many_hands_is_raised_and_ends_the_work():
    done: list[int] = []
    failed = threading.Event()

    def fail() -> None:
        failed.set()
        raise LookupError("no")

    def work(number: int) -> None:
        failed.wait(5)
        time.sleep(0.002)
        done.append(number)

    with pytest.raises(LookupError):
        by_many_hands([fail, *(lambda number=number: work(number) for number in range(10_000))])

    assert len(done) < 10_000


def test_many_hands_do_everything():
    done: list[int] = []

    by_many_hands(lambda number=number: done.append(number) for number in range(100))

    assert sorted(done) == list(range(100))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "ko_KR"}, "ko"),
        ({}, "en"),
    ],
)
def test_the_language_follows_the_locale(environment: dict[str, str], language: str):
    assert language_of(environment) == language


def test_every_step_and_every_claim_has_a_name_in_both_languages():
    wanted = {f"step.{name}" for name, _ in STEPS} | {f"claim.{row['subject']}" for row in read()["claims"]}

    assert wanted <= TEXTS.keys()
    assert all(korean and english for korean, english in TEXTS.values())


def test_a_code_without_a_name_is_shown_as_it_is():
    assert say("reason.moon-too-bright", "ko") == "moon-too-bright"
