"""Bodies of grants' commands."""

from typing import Any

from marshmallow import fields, post_load, validate

from contracts.consultation import PROGRAMME_KINDS
from contracts.fields import Code, Count, Date, Identifier, Krw
from services.chassis.web.schemas import Body, FreeText, Moment, Name
from services.grants.domain.commands import PlannedInstalment
from services.grants.domain.review import FURTHER_RULES


class OpenProgrammeBody(Body):
    """Limits left out are the defaults of kind and year; limits of your own need a rule version of their own."""

    kind = Code(PROGRAMME_KINDS)
    name = Name()
    year = Count(least=2002, most=2999)
    opens_at = Moment(required=True)
    closes_at = Moment(required=True)
    max_grant_krw = Krw(least=1, required=False)
    max_months = Count(least=1, most=120, required=False)
    max_government_share_bp = Count(least=1, most=10_000, required=False)
    min_own_cash_bp = Count(most=10_000, required=False)
    rule_version = Code(required=False)
    synthetic = fields.Boolean()


class SetBudgetBody(Body):
    budget_krw = Krw()
    synthetic = fields.Boolean()


class DraftApplicationBody(Body):
    programme_id = Identifier()
    sme_company_id = Identifier()
    buyer_company_id = Identifier()
    planned_total_krw = Krw(least=1)
    synthetic = fields.Boolean()


class NoBody(Body):
    """All is said by the address."""


class SubmitApplicationBody(Body):
    title = Name()
    total_krw = Krw(least=1)
    grant_krw = Krw(least=1)
    own_cash_krw = Krw()
    own_in_kind_krw = Krw()
    months = Count(least=1, most=120)
    buyer_consent = fields.Boolean(required=True)


class CheckEligibilityBody(Body):
    """`further_rules`: findings that no figure shows. `reason` goes to the vault; needed with `other`."""

    further_rules = fields.List(Code(FURTHER_RULES), validate=validate.Length(max=len(FURTHER_RULES)))
    reason = FreeText(max=4000, required=False)


class EvaluateApplicationBody(Body):
    score = Count(most=100)
    comment = FreeText(max=4000, required=False)


class SelectApplicationBody(Body):
    grant_krw = Krw(least=1)


class RejectApplicationBody(Body):
    reason = FreeText(max=4000, required=False)


class InstalmentBody(Body):
    number = Count(least=1, most=99)
    due_on = Date()
    amount_krw = Krw(least=1)

    @post_load
    def planned(self, data: dict[str, Any], **_: Any) -> PlannedInstalment:
        return PlannedInstalment(**data)


class SignAgreementBody(Body):
    starts_on = Date()
    ends_on = Date()
    instalments = fields.List(fields.Nested(InstalmentBody), required=True, validate=validate.Length(1, 99))
    synthetic = fields.Boolean()


class MakePaymentBody(Body):
    instalment = Count(least=1, most=99)
    amount_krw = Krw(least=1)
    synthetic = fields.Boolean()
