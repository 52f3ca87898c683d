"""Given a selected application or its agreement, when it is signed or paid, then these events or that refusal."""

import pytest
from grants_scenarios import (
    AGREEMENT,
    COMMITMENT,
    FAIR,
    PLAN,
    REVIEWED,
    agreement_after,
    application_after,
    drafted,
    refused,
    rejected,
    selected,
    sign_command,
    some_id,
    withdrawn,
)

from services.grants.domain import agreement
from services.grants.domain.commands import MakePayment, PlannedInstalment

SELECTED = application_after(*REVIEWED, selected())


def sign(state=SELECTED, *given, **changes):
    return agreement.sign(agreement_after(*given), state, sign_command(**changes), agreement_id=AGREEMENT)


def pay(*given, instalment=1, amount_krw=400_000):
    command = MakePayment(agreement_id=AGREEMENT, instalment=instalment, amount_krw=amount_krw)
    return agreement.pay(agreement_after(*sign(), *given), command, payment_id=some_id(f"payment {instalment}"))


def instalments(*parts):
    return [PlannedInstalment(number=n, due_on=due, amount_krw=amount) for n, due, amount in parts]


def test_an_agreement_keeps_grant_plan_origin_and_rule():
    (event,) = sign()
    assert event.type == "grants.agreement-signed"
    assert event.data["grant_krw"] == 700_000
    assert event.data["total_krw"] == 700_000 + 50_000 + 200_000
    assert (event.data["fair_id"], event.data["commitment_id"]) == (FAIR, COMMITMENT)
    assert event.data["rule_version"] == "made-for-tests"
    assert [part["amount_krw"] for part in event.data["instalments"]] == [400_000, 300_000]


def test_the_agreement_on_a_synthetic_application_is_synthetic():
    state = application_after(drafted(synthetic=True), *REVIEWED[1:], selected())
    assert sign(state)[0].data["synthetic"] is True
    assert sign()[0].data["synthetic"] is False


@pytest.mark.parametrize("last", [(), (rejected(),), (withdrawn(),)], ids=len)
def test_only_a_selected_application_leads_to_an_agreement(last):
    with refused("agreement.not-selected"):
        sign(application_after(*REVIEWED, *last))


def test_an_application_has_one_agreement():
    with refused("agreement.already-signed"):
        sign(SELECTED, *sign())


@pytest.mark.parametrize("ends_on", ["2023-12-31", "2026-01-01"])
def test_the_period_is_no_longer_than_asked_for(ends_on):
    with refused("agreement.period-unfit"):
        sign(ends_on=ends_on)


@pytest.mark.parametrize(
    ("starts_on", "months", "last"),
    [
        ("2024-01-01", 24, "2025-12-31"),
        ("2024-01-31", 1, "2024-02-28"),
        ("2023-11-15", 36, "2026-11-14"),
        ("2023-12-31", 2, "2024-02-28"),
        ("9999-06-01", 120, "9999-12-31"),
    ],
)
def test_a_period_of_months_ends_the_day_before(starts_on, months, last):
    assert agreement.last_day(starts_on, months) == last


@pytest.mark.parametrize("amounts", [(400_000, 299_999), (400_000, 300_001), (700_001,)])
def test_instalments_are_the_grant_to_the_last_won(amounts):
    plan = instalments(*((n, "2024-06-01", amount) for n, amount in enumerate(amounts, start=1)))
    with refused("agreement.instalments-mismatch"):
        sign(instalments=plan)


@pytest.mark.parametrize("numbers", [(1, 1), (2, 1), (0, 1), (1, 3)])
def test_instalments_are_numbered_from_one(numbers):
    with refused("agreement.instalments-misnumbered"):
        sign(instalments=instalments(*((n, "2024-06-01", 350_000) for n in numbers)))


@pytest.mark.parametrize(
    "dues", [("2023-12-31", "2024-06-01"), ("2024-06-01", "2026-01-01"), ("2024-06-02", "2024-06-01")]
)
def test_instalments_fall_due_in_order_within_the_period(dues):
    with refused("agreement.instalments-out-of-period"):
        sign(instalments=instalments(*((n, due, 350_000) for n, due in enumerate(dues, start=1))))


def test_no_plan_is_no_grant():
    with refused("agreement.instalments-mismatch"):
        sign(instalments=())


def test_planned_instalments_are_paid_exactly():
    first = pay()
    second = pay(*first, instalment=2, amount_krw=300_000)

    assert first[0].data["payment_id"] == some_id("payment 1")
    assert agreement_after(*sign(), *first, *second).paid_krw == sum(part.amount_krw for part in PLAN)


@pytest.mark.parametrize("amount_krw", [399_999, 400_001])
def test_another_amount_is_refused(amount_krw):
    with refused("payment.amount-differs"):
        pay(amount_krw=amount_krw)


def test_an_instalment_is_paid_once():
    with refused("payment.already-made"):
        pay(*pay())


@pytest.mark.parametrize("instalment", [0, 3])
def test_what_is_not_planned_is_not_paid(instalment):
    with refused("payment.not-planned"):
        pay(instalment=instalment)


def test_the_grant_bounds_all_payments_whatever_the_plan_says():
    """No plan gets past `sign` like this; the ceiling holds for agreements that reach the store by another way."""
    state = agreement.AgreementState(programme_id=some_id("p"), grant_krw=500, planned={1: 400, 2: 200}, paid={1: 400})
    with refused("payment.above-grant"):
        agreement.pay(state, MakePayment(agreement_id=AGREEMENT, instalment=2, amount_krw=200), payment_id=some_id("x"))
