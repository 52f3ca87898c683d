"""Applying, being reviewed, withdrawing, being corrected."""

from dataclasses import replace

import pytest
from registration_given import (
    APPLY_BUYER,
    APPLY_SME,
    BUYER,
    BUYER_APPLIED,
    BUYER_APPROVED,
    BUYER_REJECTED,
    BUYER_WITHDRAWN,
    CANCELLED,
    CLOSED,
    FAIR,
    REASON,
    SME,
    SME_APPLIED,
    SME_APPROVED,
    SME_REJECTED,
    SME_WITHDRAWN,
    buyer_with,
    company_with,
    fair_with,
    refused,
    registered,
    sme_with,
)

from services.registration.domain import commands, review
from services.registration.domain.company import Company
from services.registration.domain.participation import Participation

KNOWN = company_with(registered())
NOBODY = Participation()


def test_both_sides_apply_to_an_open_fair():
    assert review.apply_as_buyer(NOBODY, fair_with(), KNOWN, APPLY_BUYER, BUYER) == [BUYER_APPLIED]
    assert review.apply_as_sme(NOBODY, fair_with(), KNOWN, APPLY_SME, SME) == [SME_APPLIED]


@pytest.mark.parametrize(
    ("fair", "company", "rule"),
    [
        (fair_with(CLOSED), KNOWN, "fair.registration-closed"),
        (fair_with(CANCELLED), KNOWN, "fair.cancelled"),
        (fair_with(), Company(), "company.unknown"),
    ],
)
def test_an_application_needs_an_open_fair_and_a_known_company(fair, company, rule):
    with refused(rule):
        review.apply_as_buyer(NOBODY, fair, company, APPLY_BUYER, BUYER)
    with refused(rule):
        review.apply_as_sme(NOBODY, fair, company, APPLY_SME, SME)


def test_the_same_application_again_changes_nothing_whatever_came_since():
    assert review.apply_as_buyer(buyer_with(BUYER_WITHDRAWN), fair_with(CLOSED), KNOWN, APPLY_BUYER, BUYER) == []
    assert review.apply_as_sme(sme_with(SME_REJECTED), fair_with(CANCELLED), KNOWN, APPLY_SME, SME) == []


def test_another_application_of_the_same_company_is_refused():
    with refused("participation.recorded-otherwise"):
        review.apply_as_buyer(buyer_with(), fair_with(), KNOWN, replace(APPLY_BUYER, tables=3), BUYER)
    with refused("participation.recorded-otherwise"):
        review.apply_as_sme(sme_with(), fair_with(), KNOWN, replace(APPLY_SME, region=None), SME)


def test_approval_names_the_tables_applied_for_unless_told_otherwise():
    assert review.approve(buyer_with(), fair_with(), None) == [BUYER_APPROVED]
    (event,) = review.approve(buyer_with(), fair_with(), 1)
    assert buyer_with(event).tables == 1
    assert review.approve(sme_with(), fair_with(CLOSED), None) == [SME_APPROVED]


def test_a_second_approval_changes_nothing_and_cannot_change_tables():
    assert review.approve(buyer_with(BUYER_APPROVED), fair_with(), None) == []
    assert review.approve(buyer_with(BUYER_APPROVED), fair_with(), 2) == []
    assert review.approve(sme_with(SME_APPROVED), fair_with(CANCELLED), None) == []
    with refused("participation.already-approved"):
        review.approve(buyer_with(BUYER_APPROVED), fair_with(), 3)


def test_nobody_is_approved_after_a_rejection_or_withdrawal_or_for_a_cancelled_fair():
    with refused("participation.rejected"):
        review.approve(buyer_with(BUYER_REJECTED), fair_with(), None)
    with refused("participation.withdrawn"):
        review.approve(sme_with(SME_WITHDRAWN), fair_with(), None)
    with refused("fair.cancelled"):
        review.approve(sme_with(), fair_with(CANCELLED), None)


def test_an_application_is_rejected_once():
    assert review.reject(buyer_with(), None) == [BUYER_REJECTED]
    assert review.reject(sme_with(), None) == [SME_REJECTED]
    assert review.reject(sme_with(SME_REJECTED), REASON) == []


def test_who_is_approved_or_gone_cannot_be_rejected():
    with refused("participation.already-approved"):
        review.reject(sme_with(SME_APPROVED), None)
    with refused("participation.withdrawn"):
        review.reject(buyer_with(BUYER_WITHDRAWN), None)


@pytest.mark.parametrize("before", [(), (BUYER_APPROVED,)])
def test_who_applied_may_withdraw(before):
    assert review.withdraw(buyer_with(*before), None) == [BUYER_WITHDRAWN]


def test_a_withdrawal_happens_once_and_not_after_a_rejection():
    assert review.withdraw(sme_with(SME_APPROVED), None) == [SME_WITHDRAWN]
    assert review.withdraw(sme_with(SME_WITHDRAWN), REASON) == []
    with refused("participation.rejected"):
        review.withdraw(sme_with(SME_REJECTED), None)


def correction(**values) -> commands.CorrectParticipation:
    return commands.CorrectParticipation(fair_id=FAIR, participation_id=BUYER, reason="오기", **values)


def test_tables_of_a_buyer_and_the_limit_of_an_sme_are_corrected_once():
    (event,) = review.correct(buyer_with(BUYER_APPROVED), correction(tables=3), REASON)
    assert buyer_with(BUYER_APPROVED, event).tables == 3
    assert review.correct(buyer_with(event), correction(tables=3), REASON) == []
    (event,) = review.correct(sme_with(), correction(max_meetings=None), REASON)
    assert sme_with(event).max_meetings is None
    assert review.correct(sme_with(event), correction(), REASON) == []


@pytest.mark.parametrize(
    ("state", "values"),
    [
        (buyer_with(), {"max_meetings": 3}),
        (buyer_with(), {"tables": 3, "max_meetings": 3}),
        (buyer_with(), {}),
        (sme_with(), {"tables": 3}),
        (sme_with(), {"tables": 3, "max_meetings": 3}),
    ],
)
def test_a_correction_fits_the_side(state, values):
    with refused("participation.correction-does-not-fit"):
        review.correct(state, correction(**values), REASON)


def test_who_is_gone_is_not_corrected():
    with refused("participation.withdrawn"):
        review.correct(sme_with(SME_WITHDRAWN), correction(max_meetings=3), REASON)
