"""Events of grants: programmes and their budgets, applications, agreements, payments. Money is whole KRW."""

from typing import Final

from marshmallow import Schema, fields

from contracts.consultation import PROGRAMME_KINDS
from contracts.event import Event, on_stream
from contracts.fields import Code, Count, Date, Flag, Identifier, Instant, Krw, Title, vault

INELIGIBILITY_RULES: Final = (
    "participation-ban", "applicant-not-sme", "missing-consent", "over-grant-limit", "over-duration",
    "over-government-share", "under-own-cash", "outside-call-period", "other",
)  # fmt: skip


class Instalment(Schema):
    """One planned payment; numbers count from 1."""

    number = Count(least=1, most=99)
    due_on = Date()
    amount_krw = Krw(least=1)


@on_stream("programme")
class ProgrammeOpened(Event):
    """A call of a programme. Limits are configuration of the call, kept with the version of the rule that set them.

    Shares are in basis points (7500 = 75 %).
    """

    programme_id = Identifier()
    kind = Code(PROGRAMME_KINDS)
    name = Title()
    year = Count(least=2002, most=2999)
    max_grant_krw = Krw(least=1)
    max_months = Count(least=1, most=120)
    max_government_share_bp = Count(least=1, most=10_000)
    min_own_cash_bp = Count(most=10_000, metadata={"description": "cash part of the applicant's own share"})
    opens_at = Instant()
    closes_at = Instant()
    rule_version = Code()
    synthetic = Flag()


@on_stream("programme")
class BudgetSet(Event):
    """The programme may commit up to this much; replaces what was set before."""

    programme_id = Identifier()
    budget_krw = Krw()
    synthetic = Flag()


@on_stream("programme")
class BudgetReserved(Event):
    """Part of the budget is taken by a selected application."""

    programme_id = Identifier()
    application_id = Identifier()
    amount_krw = Krw(least=1)


@on_stream("programme")
class BudgetReleased(Event):
    """A reservation that will not be used is free again."""

    programme_id = Identifier()
    application_id = Identifier()
    amount_krw = Krw(least=1)


class _Application(Event):
    application_id = Identifier()
    programme_id = Identifier()


@on_stream("application")
class ApplicationDrafted(_Application):
    """An application was begun, by the SME or from a development commitment (whose fair and meeting are then named)."""

    sme_company_id = Identifier()
    buyer_company_id = Identifier()
    fair_id = Identifier(allow_none=True)
    commitment_id = Identifier(allow_none=True)
    planned_total_krw = Krw(least=1)
    synthetic = Flag()


@on_stream("application")
class ApplicationSubmitted(_Application):
    """The applicant asks for `grant_krw` of `total_krw`; the rest is its own share, part of it cash."""

    title = Title()
    total_krw = Krw(least=1)
    grant_krw = Krw(least=1)
    own_cash_krw = Krw()
    own_in_kind_krw = Krw()
    months = Count(least=1, most=120)
    buyer_consent = Flag()


@on_stream("application")
class ApplicationFoundEligible(_Application):
    """The application passed the eligibility check under a version of the rule."""

    rule_version = Code()


@on_stream("application")
class ApplicationFoundIneligible(_Application):
    """The application failed the eligibility check; the rules it broke."""

    rule_version = Code()
    rules = fields.List(Code(INELIGIBILITY_RULES), required=True)
    reason = vault(allow_none=True)


@on_stream("application")
class ApplicationEvaluated(_Application):
    """A panel member scored the application, 0 to 100. Members with a conflict of interest cannot."""

    evaluation_id = Identifier()
    evaluator_id = Identifier(metadata={"description": "opaque id of the panel member"})
    score = Count(most=100)
    comment = vault(allow_none=True)


@on_stream("application")
class ApplicationSelected(_Application):
    """The committee selected the application for a grant."""

    grant_krw = Krw(least=1)
    rule_version = Code()


@on_stream("application")
class ApplicationRejected(_Application):
    """The committee did not select the application."""

    rule_version = Code()
    reason = vault(allow_none=True)


@on_stream("application")
class ApplicationWithdrawn(_Application):
    """The application ended before an agreement: by the applicant, or because the commitment behind it fell."""

    cause = Code(("applicant", "commitment-withdrawn"))


@on_stream("agreement")
class AgreementSigned(Event):
    """Agency, SME and buyer signed; it keeps the rule in force on its date."""

    agreement_id = Identifier()
    application_id = Identifier()
    programme_id = Identifier()
    sme_company_id = Identifier()
    buyer_company_id = Identifier()
    fair_id = Identifier(allow_none=True)
    commitment_id = Identifier(allow_none=True)
    grant_krw = Krw(least=1)
    total_krw = Krw(least=1)
    starts_on = Date()
    ends_on = Date()
    instalments = fields.List(fields.Nested(Instalment), required=True)
    rule_version = Code()
    synthetic = Flag()


@on_stream("agreement")
class PaymentMade(Event):
    """An instalment was paid to the dedicated account; never more than the grant in all."""

    agreement_id = Identifier()
    programme_id = Identifier()
    payment_id = Identifier()
    instalment = Count(least=1, most=99)
    amount_krw = Krw(least=1)
    synthetic = Flag()
