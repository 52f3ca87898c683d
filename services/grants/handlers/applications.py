"""Applications from the applicant's side: drafting, submitting, withdrawing."""

from typing import Any

from contracts.identity import derived_id
from contracts.rejection import Rejection
from services.chassis.access import ForbiddenError
from services.chassis.service import Loaded, NotFoundError, Unit
from services.grants.domain import application, programme, review
from services.grants.domain.commands import DraftApplication, SubmitApplication, WithdrawApplication
from services.grants.handlers.programmes import programme_of
from services.grants.streams import AGREEMENT, APPLICATION, PROGRAMME
from services.grants.tables import commitments, companies


def application_of(unit: Unit, application_id: str) -> Loaded[application.ApplicationState]:
    """The application.

    Raises:
        NotFoundError: it was never begun.
        ForbiddenError: it comes from a fair that the actor's token is not for.
    """
    loaded = unit.load(APPLICATION, application_id)
    if not loaded.exists:
        raise NotFoundError("application")
    require_fair(unit, loaded.state.fair_id)
    return loaded


def require_fair(unit: Unit, fair_id: str | None) -> None:
    """A token for one fair reaches nothing that comes from another; what comes from no fair is open to it."""
    if unit.actor.fair is not None and fair_id not in {None, unit.actor.fair}:
        raise ForbiddenError("The token is for another fair; use one for this fair.")


def agreement_id_of(application_id: str) -> str:
    """An application leads to one agreement at most."""
    return derived_id("agreement", application_id)


def draft_application(unit: Unit, command: DraftApplication) -> dict[str, Any]:
    unit.for_company(command.sme_company_id)
    loaded = programme_of(unit, command.programme_id)
    for company_id in (command.sme_company_id, command.buyer_company_id):
        if unit.get(companies, company_id) is None:
            raise Rejection(
                "application.company-unknown",
                "The applicant or the buyer is not a registered company.",
                "Register the company first; one registered a moment ago is known here after some seconds.",
            )
    application_id = unit.new_id()
    new = unit.load(APPLICATION, application_id)
    unit.record(new, application.draft(new.state, loaded.state, command, application_id=application_id, at=unit.now))
    return {"application_id": application_id}


def submit_application(unit: Unit, command: SubmitApplication) -> dict[str, Any]:
    loaded = application_of(unit, command.application_id)
    unit.for_company(loaded.state.sme_company_id)
    call = programme_of(unit, loaded.state.programme_id)
    events = application.submit(
        loaded.state, call.state, command, at=unit.now, commitment_stands=_commitment_stands(unit, loaded.state)
    )
    unit.record(loaded, events)
    return {"application_id": command.application_id}


def withdraw_application(unit: Unit, command: WithdrawApplication) -> dict[str, Any]:
    # A commitment may fall before anything was begun on it.
    fallen = command.cause == "commitment-withdrawn"
    loaded = unit.load(APPLICATION, command.application_id) if fallen else application_of(unit, command.application_id)
    unit.for_company(loaded.state.sme_company_id)
    agreement = unit.load(AGREEMENT, agreement_id_of(command.application_id))
    events = review.withdraw(loaded.state, command, agreement_signed=agreement.state.signed)
    unit.record(loaded, events)
    if events:
        # An agreement signed meanwhile would rest on an application that has ended.
        unit.guard(agreement)
        budget = unit.load(PROGRAMME, loaded.state.programme_id)
        unit.record(budget, programme.release(budget.state, loaded.state.programme_id, command.application_id))
    return {"application_id": command.application_id}


def _commitment_stands(unit: Unit, state: application.ApplicationState) -> bool:
    """Whether nothing is known against the commitment: it may have fallen while the draft was being made."""
    if state.commitment_id is None:
        return True
    row = unit.get(commitments, state.commitment_id)
    return row is None or row["status"] == "standing"
