"""Given a submitted application, when agency, panel or applicant act on it, then these events or that refusal."""

import pytest
from grants_scenarios import (
    APPLICATION,
    BUYER,
    REASON,
    REVIEWED,
    SME,
    application_after,
    drafted,
    eligible,
    evaluated,
    ineligible,
    opened,
    programme_after,
    refused,
    rejected,
    selected,
    some_id,
    submitted,
    withdrawn,
)

from services.grants.domain import review
from services.grants.domain.commands import (
    CheckEligibility,
    EvaluateApplication,
    RejectApplication,
    SelectApplication,
    WithdrawApplication,
)

ENDS = [(ineligible(),), (eligible(), evaluated(), rejected()), (withdrawn(),)]


def check(*given, further=(), reason=None, **limits):
    command = CheckEligibility(application_id=APPLICATION, further_rules=further)
    return review.check(application_after(*given), programme_after(opened(**limits)), command, reason=reason)


def evaluate(*given, evaluator="second", company=None):
    return review.evaluate(
        application_after(*given),
        EvaluateApplication(application_id=APPLICATION, score=90),
        evaluation_id=some_id("new evaluation"),
        evaluator_id=some_id(evaluator),
        evaluator_company=company,
        comment=REASON,
    )


def select(*given, grant_krw=700_000):
    command = SelectApplication(application_id=APPLICATION, grant_krw=grant_krw)
    return review.select(application_after(*given), programme_after(opened()), command)


def reject(*given):
    command = RejectApplication(application_id=APPLICATION)
    return review.reject(application_after(*given), programme_after(opened()), command, reason=REASON)


def withdraw(*given, cause="applicant", signed=False):
    command = WithdrawApplication(application_id=APPLICATION, cause=cause)
    return review.withdraw(application_after(*given), command, agreement_signed=signed)


def test_terms_within_the_limits_are_eligible_under_the_calls_rule():
    (event,) = check(drafted(), submitted())
    assert event.type == "grants.application-found-eligible"
    assert event.data["rule_version"] == "made-for-tests"


@pytest.mark.parametrize(
    ("limits", "terms", "rules"),
    [
        ({"max_grant_krw": 749_999}, {}, ["over-grant-limit"]),
        ({"max_months": 23}, {}, ["over-duration"]),
        ({"max_government_share_bp": 7_499}, {}, ["over-government-share"]),
        ({"min_own_cash_bp": 2_001}, {}, ["under-own-cash"]),
        ({}, {"buyer_consent": False}, ["missing-consent"]),
        ({"max_grant_krw": 1, "max_months": 1}, {"buyer_consent": False}, None),
    ],
)
def test_every_broken_limit_is_named(limits, terms, rules):
    (event,) = check(drafted(), submitted(**terms), **limits)
    assert event.type == "grants.application-found-ineligible"
    assert event.data["rules"] == (rules or ["missing-consent", "over-grant-limit", "over-duration"])


def test_terms_exactly_at_the_limits_are_eligible():
    exact = {"max_grant_krw": 750_000, "max_months": 24, "max_government_share_bp": 7_500, "min_own_cash_bp": 2_000}
    (event,) = check(drafted(), submitted(), **exact)
    assert event.type == "grants.application-found-eligible"


def test_the_agency_states_what_figures_do_not_show():
    (event,) = check(drafted(), submitted(), further=("other", "participation-ban"), reason=REASON, max_months=1)
    assert event.data["rules"] == ["participation-ban", "over-duration", "other"]
    assert event.data["reason"] == REASON


def test_the_agency_cannot_state_what_figures_show():
    with refused("application.rule-not-statable"):
        check(drafted(), submitted(), further=("over-duration",))


def test_another_rule_needs_its_reason():
    with refused("application.reason-missing"):
        check(drafted(), submitted(), further=("other",))


def test_a_reason_without_a_broken_rule_is_refused_rather_than_lost():
    with refused("application.reason-without-rule"):
        check(drafted(), submitted(), reason=REASON)


@pytest.mark.parametrize("given", [(), (submitted(), eligible()), (submitted(), ineligible()), (withdrawn(),)], ids=str)
def test_eligibility_is_checked_once_and_after_submission(given):
    with refused("application.not-submitted"):
        check(drafted(), *given)


def test_a_panel_member_scores():
    (event,) = evaluate(*REVIEWED)
    assert (event.data["evaluator_id"], event.data["score"]) == (some_id("second"), 90)
    assert event.data["comment"] == REASON


def test_a_panel_member_scores_once():
    with refused("evaluation.already-given"):
        evaluate(*REVIEWED, evaluator="first")


@pytest.mark.parametrize("company", [SME, BUYER])
def test_applicant_and_buyer_do_not_score(company):
    with refused("evaluation.conflict-of-interest"):
        evaluate(*REVIEWED, company=company)


def test_members_of_other_companies_score():
    assert evaluate(*REVIEWED, company=some_id("a third company"))


@pytest.mark.parametrize("given", [(), *ENDS, (eligible(), evaluated(), selected())], ids=str)
def test_only_an_eligible_application_is_scored(given):
    with refused("application.not-eligible"):
        evaluate(drafted(), submitted(), *given)


@pytest.mark.parametrize("grant_krw", [1, 750_000])
def test_at_most_what_was_asked_is_granted(grant_krw):
    (event,) = select(*REVIEWED, grant_krw=grant_krw)
    assert (event.data["grant_krw"], event.data["rule_version"]) == (grant_krw, "made-for-tests")


def test_not_more_than_was_asked_is_granted():
    with refused("application.grant-above-request"):
        select(*REVIEWED, grant_krw=750_001)


@pytest.mark.parametrize("decide", [select, reject])
def test_the_committee_decides_on_evaluations(decide):
    with refused("application.not-evaluated"):
        decide(drafted(), submitted(), eligible())


@pytest.mark.parametrize("decide", [select, reject])
@pytest.mark.parametrize("given", [(), *ENDS], ids=str)
def test_the_committee_decides_on_eligible_applications(decide, given):
    with refused("application.not-eligible"):
        decide(drafted(), submitted(), *given)


def test_selecting_again_with_the_same_grant_changes_nothing():
    assert select(*REVIEWED, selected()) == []
    with refused("application.not-eligible"):
        select(*REVIEWED, selected(), grant_krw=699_999)


def test_a_rejection_keeps_its_reason():
    (event,) = reject(*REVIEWED)
    assert event.type == "grants.application-rejected"
    assert event.data["reason"] == REASON


def test_a_selected_application_is_not_rejected():
    with refused("application.not-eligible"):
        reject(*REVIEWED, selected())


@pytest.mark.parametrize("cause", ["applicant", "commitment-withdrawn"])
@pytest.mark.parametrize("given", [(), (submitted(),), REVIEWED[1:], (*REVIEWED[1:], selected())], ids=len)
def test_an_application_can_end_before_its_agreement(given, cause):
    (event,) = withdraw(drafted(), *given, cause=cause)
    assert event.type == "grants.application-withdrawn"
    assert event.data["cause"] == cause


@pytest.mark.parametrize("cause", ["applicant", "commitment-withdrawn"])
def test_withdrawing_again_changes_nothing(cause):
    assert withdraw(drafted(), withdrawn(), cause=cause) == []


def test_after_the_agreement_the_applicant_is_refused_and_the_commitment_is_not_heard():
    with refused("application.agreement-signed"):
        withdraw(*REVIEWED, selected(), signed=True)
    assert withdraw(*REVIEWED, selected(), signed=True, cause="commitment-withdrawn") == []


@pytest.mark.parametrize("given", [(submitted(), ineligible()), (*REVIEWED[1:], rejected())], ids=len)
def test_what_has_ended_cannot_be_withdrawn(given):
    with refused("application.has-ended"):
        withdraw(drafted(), *given)
    assert withdraw(drafted(), *given, cause="commitment-withdrawn") == []


def test_a_commitment_without_application_falls_in_silence():
    assert withdraw(cause="commitment-withdrawn") == []
