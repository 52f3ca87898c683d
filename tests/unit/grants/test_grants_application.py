"""Given an application, when it is drafted or submitted, then these events or that refusal."""

import pytest
from grants_scenarios import (
    AFTER,
    APPLICATION,
    BEFORE,
    BUYER,
    CLOSES,
    COMMITMENT,
    DURING,
    FAIR,
    OPENS,
    PROGRAMME,
    SME,
    TERMS,
    application_after,
    drafted,
    eligible,
    opened,
    programme_after,
    refused,
    rejected,
    selected,
    submitted,
    withdrawn,
)

from services.grants.domain import application
from services.grants.domain.commands import DraftApplication, DraftApplicationForCommitment, SubmitApplication

OWN = DraftApplication(programme_id=PROGRAMME, sme_company_id=SME, buyer_company_id=BUYER, planned_total_krw=1_000_000)
FOR_COMMITMENT = DraftApplicationForCommitment(
    programme_id=PROGRAMME,
    fair_id=FAIR,
    commitment_id=COMMITMENT,
    sme_company_id=SME,
    buyer_company_id=BUYER,
    planned_total_krw=1_000_000,
    committed_at=DURING,
    synthetic=True,
)


def draft(command, *given, at=DURING):
    return application.draft(
        application_after(*given), programme_after(opened()), command, application_id=APPLICATION, at=at
    )


def submit(*given, at=DURING, stands=True, **changes):
    command = SubmitApplication(application_id=APPLICATION, **{**TERMS, **changes})
    return application.submit(
        application_after(*given), programme_after(opened()), command, at=at, commitment_stands=stands
    )


def test_an_own_draft_names_no_fair():
    (event,) = draft(OWN)
    assert event.type == "grants.application-drafted"
    assert (event.data["fair_id"], event.data["commitment_id"]) == (None, None)
    assert (event.data["sme_company_id"], event.data["buyer_company_id"]) == (SME, BUYER)


def test_a_draft_for_a_commitment_names_its_fair_and_stays_synthetic():
    (event,) = draft(FOR_COMMITMENT)
    assert (event.data["fair_id"], event.data["commitment_id"]) == (FAIR, COMMITMENT)
    assert event.data["synthetic"] is True


def test_drafting_again_changes_nothing():
    assert draft(FOR_COMMITMENT, drafted()) == []
    assert draft(FOR_COMMITMENT, drafted(), withdrawn()) == []


def test_drafting_ends_with_the_call():
    assert draft(OWN, at=BEFORE)
    assert draft(OWN, at=CLOSES)
    with refused("programme.call-closed"):
        draft(OWN, at=AFTER)


def test_nobody_is_buyer_and_applicant():
    same = DraftApplication(programme_id=PROGRAMME, sme_company_id=SME, buyer_company_id=SME, planned_total_krw=1)
    with refused("application.buyer-is-applicant"):
        draft(same)


@pytest.mark.parametrize("at", [OPENS, DURING, CLOSES])
def test_a_draft_is_submitted_within_the_call(at):
    (event,) = submit(drafted(), at=at)
    assert event.data == {"application_id": APPLICATION, "programme_id": PROGRAMME, **TERMS}


@pytest.mark.parametrize("at", [BEFORE, AFTER])
def test_outside_the_call_nothing_is_submitted(at):
    with refused("application.outside-call-period"):
        submit(drafted(), at=at)


@pytest.mark.parametrize("change", [{"total_krw": 1_000_001}, {"grant_krw": 749_999}, {"own_in_kind_krw": 0}])
def test_the_total_is_the_exact_sum(change):
    with refused("application.total-mismatch"):
        submit(drafted(), **change)


def test_a_fallen_commitment_cannot_be_submitted_on():
    with refused("application.commitment-withdrawn"):
        submit(drafted(), stands=False)


def test_the_same_terms_again_change_nothing_even_after_the_call():
    assert submit(drafted(), submitted(), at=AFTER) == []


@pytest.mark.parametrize(
    "given", [(eligible(),), (eligible(), selected()), (eligible(), rejected()), (withdrawn(),)], ids=str
)
def test_only_a_draft_can_be_submitted(given):
    with refused("application.not-a-draft"):
        submit(drafted(), submitted(), *given)


def test_other_terms_after_submission_are_refused():
    with refused("application.not-a-draft"):
        submit(drafted(), submitted(), months=12)
