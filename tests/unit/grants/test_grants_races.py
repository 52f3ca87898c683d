"""Two decisions at once on one application: whichever is stored second is decided again."""

from grants_scenarios import refused
from grants_steps import APPLICANT, select, signing

from services.grants import tables
from services.grants.domain import commands


def test_signing_fails_when_the_application_is_withdrawn_meanwhile(office, application_id, monkeypatch):
    """The withdrawal commits between the decision to sign and its write: signing is decided again, and refused."""
    select(office, application_id)
    write, raced = office.application.writer.commit, []

    def withdraw_first(unit_of_work, where="command"):
        if not raced:
            raced.append(True)
            office.do(commands.WithdrawApplication(application_id=application_id), APPLICANT)
        write(unit_of_work, where)

    monkeypatch.setattr(office.application.writer, "commit", withdraw_first)
    with refused("agreement.not-selected"):
        office.do(signing(application_id))
    assert raced
    assert office.rows(tables.agreements) == []


def test_withdrawing_fails_when_the_agreement_is_signed_meanwhile(office, application_id, monkeypatch):
    select(office, application_id)
    write, raced = office.application.writer.commit, []

    def sign_first(unit_of_work, where="command"):
        if not raced:
            raced.append(True)
            office.do(signing(application_id))
        write(unit_of_work, where)

    monkeypatch.setattr(office.application.writer, "commit", sign_first)
    with refused("application.agreement-signed"):
        office.do(commands.WithdrawApplication(application_id=application_id), APPLICANT)
    assert [row["status"] for row in office.rows(tables.budget_reservations)] == ["reserved"]
