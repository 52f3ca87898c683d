"""One business number is one company; what is wrong is corrected, not re-registered."""

from dataclasses import replace

import pytest
from registration_given import OTHER_COMPANY, REASON, SME_COMPANY, company_with, refused, registered

from services.registration.domain import commands, company

NUMBER = "1234567890"
REGISTER = commands.RegisterCompany(name="㈜바이컴", business_number=NUMBER, source="tests")
CORRECT = commands.CorrectCompany(company_id=SME_COMPANY, name="바이컴", business_number=NUMBER, reason="오타")


def test_a_company_becomes_known():
    (event,) = company.register(company.Company(), REGISTER, SME_COMPANY)
    assert event == registered(number=NUMBER)


def test_the_same_number_again_is_the_same_company_whatever_its_name():
    state = company_with(registered(number=NUMBER))
    assert company.register(state, replace(REGISTER, name="바이컴 주식회사"), SME_COMPANY) == []


def test_without_a_number_the_same_content_under_the_same_id_is_a_repeat_and_other_content_is_refused():
    state = company_with(registered())
    again = commands.RegisterCompany(name="㈜바이컴", company_id=SME_COMPANY, source="tests")
    assert company.register(state, again, SME_COMPANY) == []
    with refused("company.recorded-otherwise"):
        company.register(state, replace(again, name="다른 이름"), SME_COMPANY)


def test_an_id_that_is_not_the_numbers_is_refused():
    with refused("company.id-follows-from-number"):
        company.register(company.Company(), replace(REGISTER, company_id=OTHER_COMPANY), SME_COMPANY)


@pytest.mark.parametrize("number", ["", "123456789", "12345678901", "123-45-67890", "１２３４５６７８９０"])
def test_a_number_has_ten_digits(number):
    with refused("company.business-number-malformed"):
        company.register(company.Company(), replace(REGISTER, business_number=number), SME_COMPANY)
    with refused("company.business-number-malformed"):
        company.correct(company_with(registered()), replace(CORRECT, business_number=number), frozenset(), REASON)


def test_a_correction_replaces_name_and_number_once():
    (event,) = company.correct(company_with(registered()), CORRECT, frozenset(), REASON)
    state = company_with(registered(), event)
    assert (state.name, state.business_number) == ("바이컴", NUMBER)
    assert company.correct(state, CORRECT, frozenset({SME_COMPANY}), REASON) == []


def test_the_number_of_another_company_cannot_be_taken():
    with refused("company.business-number-taken"):
        company.correct(company_with(registered()), CORRECT, frozenset({OTHER_COMPANY}), REASON)


def test_what_nobody_registered_is_unknown():
    company.require_known(company_with(registered()))
    with refused("company.unknown"):
        company.require_known(company_with(registered()), company.Company())
