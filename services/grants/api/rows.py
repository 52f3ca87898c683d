"""Rows of grants as JSON."""

from marshmallow import fields

from services.chassis.web.schemas import RowSchema


class ProgrammeRow(RowSchema):
    programme_id = fields.String()
    kind = fields.String()
    name = fields.String()
    year = fields.Integer()
    max_grant_krw = fields.Integer()
    max_months = fields.Integer()
    max_government_share_bp = fields.Integer()
    min_own_cash_bp = fields.Integer()
    opens_at = fields.String()
    closes_at = fields.String()
    rule_version = fields.String()
    synthetic = fields.Boolean()
    budget_krw = fields.Integer()
    budget_synthetic = fields.Boolean()


class ReservationRow(RowSchema):
    application_id = fields.String()
    programme_id = fields.String()
    amount_krw = fields.Integer()
    status = fields.String()


class ApplicationRow(RowSchema):
    application_id = fields.String()
    programme_id = fields.String()
    sme_company_id = fields.String()
    buyer_company_id = fields.String()
    fair_id = fields.String(allow_none=True)
    commitment_id = fields.String(allow_none=True)
    planned_total_krw = fields.Integer()
    synthetic = fields.Boolean()
    status = fields.String()
    drafted_at = fields.String()
    title = fields.String(allow_none=True)
    total_krw = fields.Integer(allow_none=True)
    asked_krw = fields.Integer(allow_none=True)
    own_cash_krw = fields.Integer(allow_none=True)
    own_in_kind_krw = fields.Integer(allow_none=True)
    months = fields.Integer(allow_none=True)
    buyer_consent = fields.Boolean(allow_none=True)
    submitted_at = fields.String(allow_none=True)
    rule_version = fields.String(allow_none=True)
    broken_rules = fields.List(fields.String(), allow_none=True)
    reason_reference = fields.String(allow_none=True)
    granted_krw = fields.Integer(allow_none=True)
    withdrawal_cause = fields.String(allow_none=True)
    decided_at = fields.String(allow_none=True)


class EvaluationRow(RowSchema):
    evaluation_id = fields.String()
    application_id = fields.String()
    programme_id = fields.String()
    fair_id = fields.String(allow_none=True)
    evaluator_id = fields.String()
    score = fields.Integer()
    evaluated_at = fields.String()


class AgreementRow(RowSchema):
    agreement_id = fields.String()
    application_id = fields.String()
    programme_id = fields.String()
    sme_company_id = fields.String()
    buyer_company_id = fields.String()
    fair_id = fields.String(allow_none=True)
    commitment_id = fields.String(allow_none=True)
    grant_krw = fields.Integer()
    total_krw = fields.Integer()
    starts_on = fields.String()
    ends_on = fields.String()
    rule_version = fields.String()
    synthetic = fields.Boolean()
    signed_at = fields.String()


class InstalmentRow(RowSchema):
    agreement_id = fields.String()
    number = fields.Integer()
    due_on = fields.String()
    amount_krw = fields.Integer()
    payment_id = fields.String(allow_none=True)


class PaymentRow(RowSchema):
    payment_id = fields.String()
    agreement_id = fields.String()
    programme_id = fields.String()
    fair_id = fields.String(allow_none=True)
    instalment = fields.Integer()
    amount_krw = fields.Integer()
    synthetic = fields.Boolean()
    paid_at = fields.String()


class CommitmentRow(RowSchema):
    commitment_id = fields.String()
    fair_id = fields.String()
    meeting_id = fields.String()
    sme_company_id = fields.String()
    buyer_company_id = fields.String()
    programme_kind = fields.String()
    planned_total_krw = fields.Integer()
    synthetic = fields.Boolean()
    status = fields.String()
    made_at = fields.String()
