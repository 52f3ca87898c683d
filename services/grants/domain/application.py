"""An application until it is handed in: its state over its whole life, drafting and submitting."""

from dataclasses import dataclass, replace

from contracts import grants
from contracts.event import Fact, NewEvent
from contracts.rejection import Rejection
from services.grants.domain.commands import DraftApplication, DraftApplicationForCommitment, SubmitApplication
from services.grants.domain.limits import Terms
from services.grants.domain.programme import ProgrammeState


@dataclass(frozen=True)
class ApplicationState:
    """`status`: drafted -> submitted -> eligible | ineligible; eligible -> selected | rejected; or withdrawn."""

    status: str = ""
    programme_id: str = ""
    sme_company_id: str = ""
    buyer_company_id: str = ""
    fair_id: str | None = None
    commitment_id: str | None = None
    synthetic: bool = False
    terms: Terms | None = None
    evaluators: frozenset[str] = frozenset()
    granted_krw: int = 0
    rule_version: str = ""


def evolve(state: ApplicationState, fact: Fact) -> ApplicationState:
    data = fact.data
    if fact.type == grants.ApplicationDrafted.TYPE:
        return ApplicationState(
            status="drafted",
            programme_id=data["programme_id"],
            sme_company_id=data["sme_company_id"],
            buyer_company_id=data["buyer_company_id"],
            fair_id=data["fair_id"],
            commitment_id=data["commitment_id"],
            synthetic=data["synthetic"],
        )
    if fact.type == grants.ApplicationSubmitted.TYPE:
        terms = Terms(
            title=data["title"],
            total_krw=data["total_krw"],
            grant_krw=data["grant_krw"],
            own_cash_krw=data["own_cash_krw"],
            own_in_kind_krw=data["own_in_kind_krw"],
            months=data["months"],
            buyer_consent=data["buyer_consent"],
        )
        return replace(state, status="submitted", terms=terms)
    if fact.type == grants.ApplicationFoundEligible.TYPE:
        return replace(state, status="eligible")
    if fact.type == grants.ApplicationFoundIneligible.TYPE:
        return replace(state, status="ineligible")
    if fact.type == grants.ApplicationEvaluated.TYPE:
        return replace(state, evaluators=state.evaluators | {data["evaluator_id"]})
    if fact.type == grants.ApplicationSelected.TYPE:
        return replace(state, status="selected", granted_krw=data["grant_krw"], rule_version=data["rule_version"])
    if fact.type == grants.ApplicationRejected.TYPE:
        return replace(state, status="rejected")
    if fact.type == grants.ApplicationWithdrawn.TYPE:
        return replace(state, status="withdrawn")
    return state


def draft(
    state: ApplicationState,
    programme: ProgrammeState,
    command: DraftApplication | DraftApplicationForCommitment,
    *,
    application_id: str,
    at: str,
) -> list[NewEvent]:
    """Begin the application. One that was begun before stays as it is: a commitment has one application at most.

    A draft may precede the opening of the call. `at` is the time that must lie before its closing.
    """
    if state.status:
        return []
    require_call_to_come(programme, at=at)
    if command.sme_company_id == command.buyer_company_id:
        raise Rejection(
            "application.buyer-is-applicant",
            "Applicant and buyer are the same company.",
            "Name the buyer that consents to the purchase or investment.",
        )
    origin = command if isinstance(command, DraftApplicationForCommitment) else None
    return [
        grants.ApplicationDrafted.new(
            application_id=application_id,
            programme_id=command.programme_id,
            sme_company_id=command.sme_company_id,
            buyer_company_id=command.buyer_company_id,
            fair_id=origin.fair_id if origin else None,
            commitment_id=origin.commitment_id if origin else None,
            planned_total_krw=command.planned_total_krw,
            synthetic=command.synthetic,
        )
    ]


def require_call_to_come(programme: ProgrammeState, *, at: str) -> None:
    """Drafting ends with the call.

    Raises:
        Rejection: the call has closed.
    """
    if at > programme.closes_at:
        raise Rejection(
            "programme.call-closed",
            f"The call closed at {programme.closes_at}.",
            "Choose a programme whose call is open or still to come.",
        )


def submit(
    state: ApplicationState,
    programme: ProgrammeState,
    command: SubmitApplication,
    *,
    at: str,
    commitment_stands: bool,
) -> list[NewEvent]:
    """Hand the draft in. The same terms again change nothing."""
    terms = Terms(
        title=command.title,
        total_krw=command.total_krw,
        grant_krw=command.grant_krw,
        own_cash_krw=command.own_cash_krw,
        own_in_kind_krw=command.own_in_kind_krw,
        months=command.months,
        buyer_consent=command.buyer_consent,
    )
    if state.status == "submitted" and state.terms == terms:
        return []
    if state.status != "drafted":
        raise Rejection(
            "application.not-a-draft",
            f"The application is {state.status}.",
            "Only a draft can be submitted; begin another application if the call is still open.",
        )
    if not commitment_stands:
        raise Rejection(
            "application.commitment-withdrawn",
            "The development commitment behind the application was withdrawn.",
            "Begin an application of your own, or renew the commitment.",
        )
    if not programme.opens_at <= at <= programme.closes_at:
        raise Rejection(
            "application.outside-call-period",
            f"The call is open from {programme.opens_at} to {programme.closes_at}.",
            "Submit within that time.",
        )
    if not terms.adds_up:
        raise Rejection(
            "application.total-mismatch",
            "The total is not the sum of grant, own cash and own contribution in kind.",
            "Make the four amounts add up exactly.",
        )
    return [
        grants.ApplicationSubmitted.new(
            application_id=command.application_id,
            programme_id=state.programme_id,
            title=terms.title,
            total_krw=terms.total_krw,
            grant_krw=terms.grant_krw,
            own_cash_krw=terms.own_cash_krw,
            own_in_kind_krw=terms.own_in_kind_krw,
            months=terms.months,
            buyer_consent=terms.buyer_consent,
        )
    ]
