"""A grants office that knows two companies, with a call and a draft where a test asks for them."""

from collections.abc import Iterator

import pytest
from grants_office import Office, Wire, a_call
from grants_scenarios import CLOSES, DURING, OPENS, some_id
from grants_steps import APPLICANT, own_draft

from contracts import registration
from services.grants.domain import commands


def company(name, wire):
    event = registration.CompanyRegistered.new(
        company_id=some_id(name), name=f"가상 {name}", business_number=None, synthetic=True, source="tests"
    )
    return wire.send(f"company-{some_id(name)}", event, OPENS)


@pytest.fixture
def office(tmp_path) -> Iterator[Office]:
    office = Office(tmp_path)
    wire = Wire()
    office.take_in(company("sme", wire), company("buyer", wire))
    yield office
    office.close()


@pytest.fixture
def programme_id(office):
    programme_id = office.do(a_call(OPENS, CLOSES)).body["programme_id"]
    office.do(commands.SetBudget(programme_id=programme_id, budget_krw=1_000_000))
    return programme_id


@pytest.fixture
def application_id(office, programme_id):
    return office.do(own_draft(programme_id), APPLICANT, DURING).body["application_id"]
