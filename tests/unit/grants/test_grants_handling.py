"""Commands through the real application: whose they are, what they leave in streams, rows and the vault."""

import pytest
from grants_office import AGENCY
from grants_scenarios import AFTER, BUYER, DURING, SME, refused, some_id
from grants_steps import APPLICANT, PANEL, STRANGER, own_draft, select, signing, submission

from contracts.identity import derived_id
from services.chassis import tables as chassis_tables
from services.chassis.access import SYSTEM, Actor, ForbiddenError
from services.chassis.outcomes import PreconditionFailedError
from services.chassis.service import NotFoundError
from services.grants import tables
from services.grants.domain import commands

NOWHERE = some_id("nowhere")


def test_from_draft_to_payment_every_row_follows(office, programme_id, application_id):
    select(office, application_id)
    agreement_id = office.do(signing(application_id)).body["agreement_id"]
    paid = office.do(commands.MakePayment(agreement_id=agreement_id, instalment=1, amount_krw=400_000))

    (application,) = office.rows(tables.applications)
    assert (application["status"], application["asked_krw"], application["granted_krw"]) == (
        "selected",
        750_000,
        700_000,
    )
    assert application["rule_version"] == "co-investment-2023"
    (reservation,) = office.rows(tables.budget_reservations, programme_id=programme_id)
    assert (reservation["amount_krw"], reservation["status"]) == (700_000, "reserved")
    (agreement,) = office.rows(tables.agreements)
    assert (agreement["grant_krw"], agreement["total_krw"]) == (700_000, 950_000)
    plan = office.rows(tables.instalments, agreement_id=agreement_id)
    assert [row["payment_id"] for row in plan] == [paid.body["payment_id"], None]
    (payment,) = office.rows(tables.payments)
    assert (payment["amount_krw"], payment["sme_company_id"]) == (400_000, SME)
    (evaluation,) = office.rows(tables.evaluations)
    assert evaluation["score"] == 80
    assert office.differences() == ()


def test_selection_and_reservation_are_one(office, programme_id, application_id):
    done = select(office, application_id)
    assert done.stream_id == f"application-{application_id}"
    assert len(done.event_ids) == 2
    assert office.stored(f"programme-{programme_id}")[-1] == "budget-reserved"


def test_a_selection_over_the_budget_leaves_nothing(office, programme_id, application_id):
    office.do(commands.SetBudget(programme_id=programme_id, budget_krw=699_999))
    with refused("programme.over-budget"):
        select(office, application_id)
    assert office.stored(f"application-{application_id}")[-1] == "application-evaluated"
    assert office.rows(tables.budget_reservations) == []


def test_a_withdrawal_frees_the_reservation(office, programme_id, application_id):
    select(office, application_id)
    office.do(commands.WithdrawApplication(application_id=application_id), APPLICANT)

    assert office.stored(f"programme-{programme_id}")[-2:] == ["budget-reserved", "budget-released"]
    assert [row["status"] for row in office.rows(tables.budget_reservations)] == ["released"]
    with refused("agreement.not-selected"):
        office.do(signing(application_id))
    office.do(commands.SetBudget(programme_id=programme_id, budget_krw=0))


def test_a_withdrawal_after_the_agreement_is_refused_and_frees_nothing(office, programme_id, application_id):
    select(office, application_id)
    office.do(signing(application_id))
    with refused("application.agreement-signed"):
        office.do(commands.WithdrawApplication(application_id=application_id), APPLICANT)
    assert office.stored(f"programme-{programme_id}")[-1] == "budget-reserved"


def test_an_sme_acts_for_itself_only(office, programme_id, application_id):
    for command in (
        own_draft(programme_id),
        submission(application_id),
        commands.WithdrawApplication(application_id=application_id),
    ):
        with pytest.raises(ForbiddenError):
            office.do(command, STRANGER, DURING)
    assert office.stored(f"application-{application_id}") == ["application-drafted"]


def test_a_token_for_another_fair_reaches_nothing_of_this_one(office, programme_id):
    commitment = some_id("commitment")
    office.do(
        commands.DraftApplicationForCommitment(
            programme_id=programme_id, fair_id=some_id("fair"), commitment_id=commitment, sme_company_id=SME,
            buyer_company_id=BUYER, planned_total_krw=1_000_000, committed_at=DURING,
        ),
        SYSTEM,
    )  # fmt: skip
    application_id = derived_id("application", commitment)
    elsewhere = Actor("agency-2", "agency", fair=some_id("another fair"))

    for command in (submission(application_id), commands.WithdrawApplication(application_id=application_id)):
        with pytest.raises(ForbiddenError):
            office.do(command, elsewhere, DURING)
    select(office, application_id)
    agreement_id = office.do(signing(application_id)).body["agreement_id"]
    with pytest.raises(ForbiddenError):
        office.do(commands.MakePayment(agreement_id=agreement_id, instalment=1, amount_krw=400_000), elsewhere)
    here = Actor("agency-3", "agency", fair=some_id("fair"))
    office.do(commands.MakePayment(agreement_id=agreement_id, instalment=1, amount_krw=400_000), here)


def test_the_agency_submits_on_behalf(office, application_id):
    office.do(submission(application_id), AGENCY, DURING)
    assert office.stored(f"application-{application_id}")[-1] == "application-submitted"


def test_the_call_is_kept_by_the_business_time(office, application_id):
    with refused("application.outside-call-period"):
        office.do(submission(application_id), APPLICANT, AFTER)


def test_unknown_companies_are_refused(office, programme_id):
    with refused("application.company-unknown"):
        office.do(own_draft(programme_id, buyer_company_id=NOWHERE), APPLICANT, DURING)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (commands.SetBudget(programme_id=NOWHERE, budget_krw=1), "programme"),
        (commands.DraftFromCommitments(programme_id=NOWHERE), "programme"),
        (own_draft(NOWHERE), "programme"),
        (submission(NOWHERE), "application"),
        (commands.CheckEligibility(application_id=NOWHERE), "application"),
        (commands.SelectApplication(application_id=NOWHERE, grant_krw=1), "application"),
        (commands.RejectApplication(application_id=NOWHERE), "application"),
        (commands.WithdrawApplication(application_id=NOWHERE), "application"),
        (signing(NOWHERE), "application"),
        (commands.MakePayment(agreement_id=NOWHERE, instalment=1, amount_krw=1), "agreement"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_does_not_exist_is_not_found(office, command, what):
    with pytest.raises(NotFoundError) as caught:
        office.do(command)
    assert caught.value.what == what


def test_an_evaluator_is_known_by_the_same_opaque_id(office, application_id):
    office.do(submission(application_id), APPLICANT, DURING)
    office.do(commands.CheckEligibility(application_id=application_id))
    office.do(commands.EvaluateApplication(application_id=application_id, score=80), PANEL)

    with refused("evaluation.already-given"):
        office.do(commands.EvaluateApplication(application_id=application_id, score=81), PANEL)
    with refused("evaluation.conflict-of-interest"):
        office.do(
            commands.EvaluateApplication(application_id=application_id, score=99),
            Actor("panel-2", "evaluator", company=BUYER),
        )
    (row,) = office.rows(tables.evaluations)
    assert "panel" not in row["evaluator_id"]


def test_texts_are_in_the_vault_and_nowhere_else(office, application_id, tmp_path):
    secret = "심사위원 김아무개 010-0000-0000 반대"
    office.do(submission(application_id), APPLICANT, DURING)
    with refused("application.reason-without-rule"):
        office.do(commands.CheckEligibility(application_id=application_id, reason=secret))
    office.do(commands.CheckEligibility(application_id=application_id))
    office.do(commands.EvaluateApplication(application_id=application_id, score=10, comment=secret), PANEL)
    office.do(commands.RejectApplication(application_id=application_id, reason=secret))

    (row,) = office.rows(tables.applications)
    assert row["status"] == "rejected"
    with office.application.database.reading() as connection:
        kept = [entry.reference for entry in connection.execute(chassis_tables.vault_entries.select())]
    assert len(kept) == 2
    assert row["reason_reference"] in kept
    office.close()
    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes(), file.name


def test_a_stale_version_of_the_application_is_refused(office, application_id):
    with pytest.raises(PreconditionFailedError):
        office.application.execute(submission(application_id), APPLICANT, expected_version=7, occurred_at=DURING)
