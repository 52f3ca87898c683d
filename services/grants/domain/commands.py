"""What may be asked of grants. Free text stands only in fields marked personal."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class OpenProgramme:
    """Open a call. Limits left out are the defaults of kind and year (`domain.rules`)."""

    kind: str
    name: str
    year: int
    opens_at: str
    closes_at: str
    max_grant_krw: int | None = None
    max_months: int | None = None
    max_government_share_bp: int | None = None
    min_own_cash_bp: int | None = None
    rule_version: str | None = None
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class SetBudget:
    """Let the programme commit up to this much; replaces what was set before."""

    programme_id: str
    budget_krw: int
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class DraftApplication:
    """Begin an application on the applicant's own initiative."""

    programme_id: str
    sme_company_id: str
    buyer_company_id: str
    planned_total_krw: int
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class DraftApplicationForCommitment:
    """Begin the application that a development commitment opens the way to; `committed_at` is when it was made."""

    programme_id: str
    fair_id: str
    commitment_id: str
    sme_company_id: str
    buyer_company_id: str
    planned_total_krw: int
    committed_at: str
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class DraftFromCommitments:
    """Begin an application for every standing commitment of the programme's kind that has none yet."""

    programme_id: str


@dataclass(frozen=True, kw_only=True)
class SubmitApplication:
    """Hand in a draft with its terms."""

    application_id: str
    title: str
    total_krw: int
    grant_krw: int
    own_cash_krw: int
    own_in_kind_krw: int
    months: int
    buyer_consent: bool


@dataclass(frozen=True, kw_only=True)
class CheckEligibility:
    """Hold the submitted terms against the programme's limits.

    `further_rules` are findings that no figure shows (a participation ban, say); they make it ineligible too.
    """

    application_id: str
    further_rules: Sequence[str] = ()
    reason: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True)
class EvaluateApplication:
    """Score an eligible application, 0 to 100."""

    application_id: str
    score: int
    comment: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True)
class SelectApplication:
    """Select an evaluated application for a grant and reserve the budget for it."""

    application_id: str
    grant_krw: int


@dataclass(frozen=True, kw_only=True)
class RejectApplication:
    """Decide against an evaluated application."""

    application_id: str
    reason: str | None = field(default=None, repr=False, metadata={"personal": True})


@dataclass(frozen=True, kw_only=True)
class WithdrawApplication:
    """End an application before an agreement; a reserved budget is free again."""

    application_id: str
    cause: str = "applicant"


@dataclass(frozen=True, kw_only=True)
class PlannedInstalment:
    """One payment of an agreement's plan."""

    number: int
    due_on: str
    amount_krw: int


@dataclass(frozen=True, kw_only=True)
class SignAgreement:
    """Record the agreement on a selected application with its plan of payments."""

    application_id: str
    starts_on: str
    ends_on: str
    instalments: Sequence[PlannedInstalment]
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class MakePayment:
    """Pay one planned instalment in full."""

    agreement_id: str
    instalment: int
    amount_krw: int
    synthetic: bool = False
