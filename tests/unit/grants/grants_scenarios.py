"""What the tests of grants start from: ids, events as given, commands that would be accepted."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from typing import Any

import pytest

from contracts import grants
from contracts.event import NewEvent
from contracts.identity import derived_id
from contracts.rejection import Rejection
from services.grants.domain import agreement, application, commands, programme


def some_id(name: str) -> str:
    return derived_id("tests of grants", name)


PROGRAMME, APPLICATION, AGREEMENT = some_id("programme"), some_id("application"), some_id("agreement")
SME, BUYER, FAIR, MEETING, COMMITMENT = (some_id(name) for name in ("sme", "buyer", "fair", "meeting", "commitment"))

BEFORE = "2023-10-31T23:59:59.999999Z"
OPENS = "2023-11-01T00:00:00.000000Z"
DURING = "2023-11-21T05:00:00.000000Z"
CLOSES = "2023-12-31T00:00:00.000000Z"
AFTER = "2023-12-31T00:00:00.000001Z"

TERMS = {
    "title": "수소 압력센서 국산화",
    "total_krw": 1_000_000,
    "grant_krw": 750_000,
    "own_cash_krw": 50_000,
    "own_in_kind_krw": 200_000,
    "months": 24,
    "buyer_consent": True,
}
ABOUT = {"application_id": APPLICATION, "programme_id": PROGRAMME}
REASON = {"reference": some_id("reason"), "digest": "a" * 64}


@contextmanager
def refused(rule: str) -> Iterator[None]:
    """The block is refused by exactly this rule, with a detail and a remedy."""
    with pytest.raises(Rejection) as caught:
        yield
    assert caught.value.rule == rule
    assert caught.value.detail
    assert caught.value.remedy


def opened(**changes: Any) -> NewEvent:
    values = {
        "programme_id": PROGRAMME,
        "kind": "co-investment",
        "name": "공동투자형 기술개발 2023",
        "year": 2023,
        "max_grant_krw": 900_000,
        "max_months": 36,
        "max_government_share_bp": 8_000,
        "min_own_cash_bp": 1_000,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "rule_version": "made-for-tests",
        "synthetic": False,
    }
    return grants.ProgrammeOpened.new(**{**values, **changes})


def budget(amount: int) -> NewEvent:
    return grants.BudgetSet.new(programme_id=PROGRAMME, budget_krw=amount, synthetic=False)


def reserved(amount: int, application_id: str = APPLICATION) -> NewEvent:
    return grants.BudgetReserved.new(programme_id=PROGRAMME, application_id=application_id, amount_krw=amount)


def released(amount: int) -> NewEvent:
    return grants.BudgetReleased.new(programme_id=PROGRAMME, application_id=APPLICATION, amount_krw=amount)


def drafted(**changes: Any) -> NewEvent:
    values = {
        **ABOUT,
        "sme_company_id": SME,
        "buyer_company_id": BUYER,
        "fair_id": FAIR,
        "commitment_id": COMMITMENT,
        "planned_total_krw": 1_000_000,
        "synthetic": False,
    }
    return grants.ApplicationDrafted.new(**{**values, **changes})


def submitted(**changes: Any) -> NewEvent:
    return grants.ApplicationSubmitted.new(**{**ABOUT, **TERMS, **changes})


def eligible() -> NewEvent:
    return grants.ApplicationFoundEligible.new(**ABOUT, rule_version="made-for-tests")


def ineligible() -> NewEvent:
    return grants.ApplicationFoundIneligible.new(
        **ABOUT, rule_version="made-for-tests", rules=["missing-consent"], reason=None
    )


def evaluated(evaluator: str = "first", score: int = 80) -> NewEvent:
    return grants.ApplicationEvaluated.new(
        **ABOUT,
        evaluation_id=some_id(f"evaluation by {evaluator}"),
        evaluator_id=some_id(evaluator),
        score=score,
        comment=None,
    )


def selected(grant_krw: int = 700_000) -> NewEvent:
    return grants.ApplicationSelected.new(**ABOUT, grant_krw=grant_krw, rule_version="made-for-tests")


def rejected() -> NewEvent:
    return grants.ApplicationRejected.new(**ABOUT, rule_version="made-for-tests", reason=None)


def withdrawn() -> NewEvent:
    return grants.ApplicationWithdrawn.new(**ABOUT, cause="applicant")


PLAN = (
    commands.PlannedInstalment(number=1, due_on="2024-01-10", amount_krw=400_000),
    commands.PlannedInstalment(number=2, due_on="2025-01-10", amount_krw=300_000),
)


def sign_command(**changes: Any) -> commands.SignAgreement:
    values = {
        "application_id": APPLICATION,
        "starts_on": "2024-01-01",
        "ends_on": "2025-12-31",
        "instalments": PLAN,
    }
    return commands.SignAgreement(**{**values, **changes})


def programme_after(*events: NewEvent) -> programme.ProgrammeState:
    return reduce(programme.evolve, events, programme.ProgrammeState())


def application_after(*events: NewEvent) -> application.ApplicationState:
    return reduce(application.evolve, events, application.ApplicationState())


def agreement_after(*events: NewEvent) -> agreement.AgreementState:
    return reduce(agreement.evolve, events, agreement.AgreementState())


REVIEWED = (drafted(), submitted(), eligible(), evaluated())
"""An application on which the committee can decide."""
