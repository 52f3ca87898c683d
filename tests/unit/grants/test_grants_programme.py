"""Given a programme, when a call, a budget or a reservation is asked for, then these events or that refusal."""

import pytest
from grants_scenarios import (
    APPLICATION,
    CLOSES,
    OPENS,
    PROGRAMME,
    budget,
    opened,
    programme_after,
    refused,
    released,
    reserved,
    some_id,
)

from services.grants.domain import programme
from services.grants.domain.commands import OpenProgramme, SetBudget
from services.grants.domain.limits import Limits
from services.grants.domain.rules import CO_INVESTMENT_2022, CO_INVESTMENT_2023, PURCHASE_CONDITIONAL_2021, rule_for


def call(**changes):
    values = {"kind": "co-investment", "name": "공동투자형", "year": 2023, "opens_at": OPENS, "closes_at": CLOSES}
    return OpenProgramme(**{**values, **changes})


OWN_LIMITS = {"max_grant_krw": 1, "max_months": 2, "max_government_share_bp": 3, "min_own_cash_bp": 0}


def limits_of(event):
    return Limits(**{name: event.data[name] for name in OWN_LIMITS})


def test_a_call_takes_the_default_limits_of_its_kind_and_year():
    (event,) = programme.open_programme(call(), PROGRAMME)

    assert event.type == "grants.programme-opened"
    assert event.data["rule_version"] == "co-investment-2023"
    assert limits_of(event) == Limits(2_400_000_000, 36, 8_000, 1_000)


def test_overridden_limits_need_a_version_of_their_own():
    with refused("programme.rule-version-unfit"):
        programme.open_programme(call(max_grant_krw=350_000_000), PROGRAMME)
    with refused("programme.rule-version-unfit"):
        programme.open_programme(call(max_grant_krw=350_000_000, rule_version="co-investment-2023"), PROGRAMME)

    (event,) = programme.open_programme(call(max_grant_krw=350_000_000, rule_version="call-7"), PROGRAMME)

    assert event.data["rule_version"] == "call-7"
    assert limits_of(event) == Limits(350_000_000, 36, 8_000, 1_000)


def test_a_known_version_does_not_stand_for_other_years_limits():
    with refused("programme.rule-version-unfit"):
        programme.open_programme(call(rule_version="co-investment-2022"), PROGRAMME)


def test_limits_may_repeat_the_defaults_with_or_without_their_version():
    for version in (None, "co-investment-2023"):
        (event,) = programme.open_programme(call(max_grant_krw=2_400_000_000, rule_version=version), PROGRAMME)
        assert event.data["rule_version"] == "co-investment-2023"


def test_a_year_without_known_rule_needs_all_limits():
    with refused("programme.rule-unknown"):
        programme.open_programme(call(year=2010, max_grant_krw=1, rule_version="old"), PROGRAMME)

    (event,) = programme.open_programme(call(year=2010, **OWN_LIMITS, rule_version="old"), PROGRAMME)

    assert limits_of(event) == Limits(1, 2, 3, 0)


@pytest.mark.parametrize("closes_at", [OPENS, "2023-10-01T00:00:00.000000Z"])
def test_a_call_must_last(closes_at):
    with refused("programme.call-period-empty"):
        programme.open_programme(call(closes_at=closes_at), PROGRAMME)


@pytest.mark.parametrize(
    ("kind", "year", "rule"),
    [
        ("co-investment", 2021, None),
        ("co-investment", 2022, CO_INVESTMENT_2022),
        ("co-investment", 2023, CO_INVESTMENT_2023),
        ("co-investment", 2026, CO_INVESTMENT_2023),
        ("purchase-conditional", 2020, None),
        ("purchase-conditional", 2023, PURCHASE_CONDITIONAL_2021),
    ],
)
def test_the_newest_rule_known_by_then_holds(kind, year, rule):
    assert rule_for(kind, year) == rule


def test_a_budget_is_set_and_the_same_again_changes_nothing():
    command = SetBudget(programme_id=PROGRAMME, budget_krw=500)

    (event,) = programme.set_budget(programme_after(opened()), command)

    assert event.data == {"programme_id": PROGRAMME, "budget_krw": 500, "synthetic": False}
    assert programme.set_budget(programme_after(opened(), event), command) == []


def test_the_budget_of_a_synthetic_programme_is_synthetic():
    state = programme_after(opened(synthetic=True))
    (event,) = programme.set_budget(state, SetBudget(programme_id=PROGRAMME, budget_krw=500))
    assert event.data["synthetic"] is True


def test_a_budget_covers_what_is_reserved():
    state = programme_after(opened(), budget(1_000), reserved(600))

    with refused("programme.budget-below-reserved"):
        programme.set_budget(state, SetBudget(programme_id=PROGRAMME, budget_krw=599))
    (event,) = programme.set_budget(state, SetBudget(programme_id=PROGRAMME, budget_krw=600))
    assert event.data["budget_krw"] == 600


def test_the_last_won_can_be_reserved_but_no_more():
    other = some_id("another application")
    state = programme_after(opened(), budget(1_000), reserved(600, other))

    with refused("programme.over-budget"):
        programme.reserve(state, PROGRAMME, APPLICATION, 401)
    (event,) = programme.reserve(state, PROGRAMME, APPLICATION, 400)
    assert event.data == {"programme_id": PROGRAMME, "application_id": APPLICATION, "amount_krw": 400}


def test_without_a_budget_nothing_can_be_reserved():
    with refused("programme.over-budget"):
        programme.reserve(programme_after(opened()), PROGRAMME, APPLICATION, 1)


def test_a_reservation_stands_once():
    state = programme_after(opened(), budget(1_000), reserved(600))

    assert programme.reserve(state, PROGRAMME, APPLICATION, 600) == []
    with refused("programme.reserved-otherwise"):
        programme.reserve(state, PROGRAMME, APPLICATION, 300)


def test_a_release_frees_what_was_reserved_and_only_once():
    state = programme_after(opened(), budget(1_000), reserved(600))

    (event,) = programme.release(state, PROGRAMME, APPLICATION)

    assert event.data["amount_krw"] == 600
    after = programme.evolve(state, event)
    assert after.reserved_krw == 0
    assert programme.release(after, PROGRAMME, APPLICATION) == []
    assert after == programme_after(opened(), budget(1_000), reserved(600), released(600))
