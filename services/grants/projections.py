"""Read models of grants: how its own events, and those of registration and consultation, fold into rows."""

from collections.abc import Mapping
from typing import Final

from contracts import consultation, grants, registration
from contracts.envelope import Envelope
from services.chassis.read_models import Projector, ReadModels, Rows
from services.grants import tables
from services.grants.tables import metadata


def programme_opened(rows: Rows, event: Envelope) -> None:
    rows.put(tables.programmes, **event.data, budget_krw=0, budget_synthetic=False)


def budget_set(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(
        tables.programmes, data["programme_id"], budget_krw=data["budget_krw"], budget_synthetic=data["synthetic"]
    )


def budget_reserved(rows: Rows, event: Envelope) -> None:
    rows.put(tables.budget_reservations, **event.data, status="reserved")


def budget_released(rows: Rows, event: Envelope) -> None:
    rows.change(tables.budget_reservations, event.data["application_id"], status="released")


def application_drafted(rows: Rows, event: Envelope) -> None:
    rows.put(tables.applications, **event.data, status="drafted", drafted_at=event.occurred_at)


def application_submitted(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.change(
        tables.applications,
        data["application_id"],
        title=data["title"],
        total_krw=data["total_krw"],
        asked_krw=data["grant_krw"],
        own_cash_krw=data["own_cash_krw"],
        own_in_kind_krw=data["own_in_kind_krw"],
        months=data["months"],
        buyer_consent=data["buyer_consent"],
        status="submitted",
        submitted_at=event.occurred_at,
    )


def application_found_eligible(rows: Rows, event: Envelope) -> None:
    _decide(rows, event, "eligible")


def application_found_ineligible(rows: Rows, event: Envelope) -> None:
    _decide(rows, event, "ineligible", broken_rules=list(event.data["rules"]))


def application_selected(rows: Rows, event: Envelope) -> None:
    _decide(rows, event, "selected", granted_krw=event.data["grant_krw"])


def application_rejected(rows: Rows, event: Envelope) -> None:
    _decide(rows, event, "rejected")


def application_withdrawn(rows: Rows, event: Envelope) -> None:
    rows.change(
        tables.applications,
        event.data["application_id"],
        status="withdrawn",
        withdrawal_cause=event.data["cause"],
        decided_at=event.occurred_at,
    )


def _decide(rows: Rows, event: Envelope, status: str, **values: object) -> None:
    reason = event.data.get("reason")
    rows.change(
        tables.applications,
        event.data["application_id"],
        **values,
        status=status,
        rule_version=event.data["rule_version"],
        reason_reference=reason["reference"] if reason else None,
        decided_at=event.occurred_at,
    )


def application_evaluated(rows: Rows, event: Envelope) -> None:
    data = event.data
    application = rows.get(tables.applications, data["application_id"])
    rows.put(
        tables.evaluations,
        evaluation_id=data["evaluation_id"],
        application_id=data["application_id"],
        programme_id=data["programme_id"],
        fair_id=application["fair_id"] if application else None,
        evaluator_id=data["evaluator_id"],
        score=data["score"],
        evaluated_at=event.occurred_at,
    )


def agreement_signed(rows: Rows, event: Envelope) -> None:
    data = event.data
    parties = {key: data[key] for key in ("agreement_id", "sme_company_id", "buyer_company_id", "fair_id")}
    agreement = {key: value for key, value in data.items() if key != "instalments"}
    rows.put(tables.agreements, **agreement, signed_at=event.occurred_at)
    for instalment in data["instalments"]:
        rows.put(tables.instalments, **parties, **instalment)


def payment_made(rows: Rows, event: Envelope) -> None:
    data = event.data
    key = data["agreement_id"], data["instalment"]
    instalment = rows.get(tables.instalments, *key)
    parties = ("sme_company_id", "buyer_company_id", "fair_id")
    copied = {name: instalment[name] if instalment else None for name in parties}
    rows.put(tables.payments, **data, **copied, paid_at=event.occurred_at)
    rows.change(tables.instalments, *key, payment_id=data["payment_id"])


def commitment_made(rows: Rows, event: Envelope) -> None:
    rows.put(tables.commitments, **event.data, status="standing", made_at=event.occurred_at)


def commitment_withdrawn(rows: Rows, event: Envelope) -> None:
    rows.change(tables.commitments, event.data["commitment_id"], status="withdrawn")


def company_registered(rows: Rows, event: Envelope) -> None:
    data = event.data
    rows.put(tables.companies, company_id=data["company_id"], name=data["name"], synthetic=data["synthetic"])


def company_corrected(rows: Rows, event: Envelope) -> None:
    rows.change(tables.companies, event.data["company_id"], name=event.data["name"])


PROJECTORS: Final[Mapping[str, Projector]] = {
    grants.ProgrammeOpened.TYPE: programme_opened,
    grants.BudgetSet.TYPE: budget_set,
    grants.BudgetReserved.TYPE: budget_reserved,
    grants.BudgetReleased.TYPE: budget_released,
    grants.ApplicationDrafted.TYPE: application_drafted,
    grants.ApplicationSubmitted.TYPE: application_submitted,
    grants.ApplicationFoundEligible.TYPE: application_found_eligible,
    grants.ApplicationFoundIneligible.TYPE: application_found_ineligible,
    grants.ApplicationEvaluated.TYPE: application_evaluated,
    grants.ApplicationSelected.TYPE: application_selected,
    grants.ApplicationRejected.TYPE: application_rejected,
    grants.ApplicationWithdrawn.TYPE: application_withdrawn,
    grants.AgreementSigned.TYPE: agreement_signed,
    grants.PaymentMade.TYPE: payment_made,
    consultation.DevelopmentCommitmentMade.TYPE: commitment_made,
    consultation.DevelopmentCommitmentWithdrawn.TYPE: commitment_withdrawn,
    registration.CompanyRegistered.TYPE: company_registered,
    registration.CompanyCorrected.TYPE: company_corrected,
}

READ_MODELS: Final = ReadModels(metadata, PROJECTORS)
