"""What becomes of an application once it is handed in: eligibility, evaluation, selection, or its end."""

from collections.abc import Mapping
from typing import Final

from contracts import grants
from contracts.event import NewEvent
from contracts.rejection import Rejection
from services.grants.domain.application import ApplicationState
from services.grants.domain.commands import (
    CheckEligibility,
    EvaluateApplication,
    RejectApplication,
    SelectApplication,
    WithdrawApplication,
)
from services.grants.domain.limits import broken_by
from services.grants.domain.programme import ProgrammeState

FURTHER_RULES: Final = ("participation-ban", "applicant-not-sme", "other")
"""Ineligibility rules that figures do not show: the agency states them."""

Reference = Mapping[str, str] | None


def check(
    state: ApplicationState, programme: ProgrammeState, command: CheckEligibility, *, reason: Reference
) -> list[NewEvent]:
    """Eligible, or ineligible with every rule broken: those the figures break and those the agency states."""
    if state.status != "submitted" or state.terms is None:
        raise Rejection(
            "application.not-submitted",
            f"The application is {state.status}.",
            "Eligibility is checked once, after submission.",
        )
    if not set(command.further_rules) <= set(FURTHER_RULES):
        raise Rejection(
            "application.rule-not-statable",
            "A rule was stated that the check finds out from the figures by itself.",
            f"State only: {', '.join(FURTHER_RULES)}.",
        )
    if "other" in command.further_rules and reason is None:
        raise Rejection("application.reason-missing", "The rule is stated as 'other'.", "Give the reason.")
    found = {*broken_by(programme.limits, state.terms), *command.further_rules}
    rules = [rule for rule in grants.INELIGIBILITY_RULES if rule in found]
    about = {"application_id": command.application_id, "programme_id": state.programme_id}
    if rules:
        return [
            grants.ApplicationFoundIneligible.new(
                **about, rule_version=programme.rule_version, rules=rules, reason=reason
            )
        ]
    if reason is not None:
        raise Rejection(
            "application.reason-without-rule",
            "No rule is broken, so the reason has nothing to explain.",
            "Leave the reason out, or state the rule it belongs to.",
        )
    return [grants.ApplicationFoundEligible.new(**about, rule_version=programme.rule_version)]


def evaluate(
    state: ApplicationState,
    command: EvaluateApplication,
    *,
    evaluation_id: str,
    evaluator_id: str,
    evaluator_company: str | None,
    comment: Reference,
) -> list[NewEvent]:
    """One score per panel member, none from a member of the applicant or the buyer (법 14, 영 27)."""
    _needs_eligible(state)
    if evaluator_company is not None and evaluator_company in {state.sme_company_id, state.buyer_company_id}:
        raise Rejection(
            "evaluation.conflict-of-interest",
            "The evaluator belongs to the applicant or to the buyer.",
            "Let another panel member evaluate.",
        )
    if evaluator_id in state.evaluators:
        raise Rejection(
            "evaluation.already-given",
            "This evaluator has scored the application already.",
            "Nothing is to be done; each panel member scores once.",
        )
    return [
        grants.ApplicationEvaluated.new(
            application_id=command.application_id,
            programme_id=state.programme_id,
            evaluation_id=evaluation_id,
            evaluator_id=evaluator_id,
            score=command.score,
            comment=comment,
        )
    ]


def select(state: ApplicationState, programme: ProgrammeState, command: SelectApplication) -> list[NewEvent]:
    """Select for at most what was asked. The budget is the programme's to reserve, in the same unit."""
    if state.status == "selected" and state.granted_krw == command.grant_krw:
        return []
    _needs_evaluation(state)
    if state.terms is None or command.grant_krw > state.terms.grant_krw:
        raise Rejection(
            "application.grant-above-request",
            "The grant is more than the applicant asked for.",
            "Grant at most the amount of the application.",
        )
    return [
        grants.ApplicationSelected.new(
            application_id=command.application_id,
            programme_id=state.programme_id,
            grant_krw=command.grant_krw,
            rule_version=programme.rule_version,
        )
    ]


def reject(
    state: ApplicationState, programme: ProgrammeState, command: RejectApplication, *, reason: Reference
) -> list[NewEvent]:
    _needs_evaluation(state)
    return [
        grants.ApplicationRejected.new(
            application_id=command.application_id,
            programme_id=state.programme_id,
            rule_version=programme.rule_version,
            reason=reason,
        )
    ]


def withdraw(state: ApplicationState, command: WithdrawApplication, *, agreement_signed: bool) -> list[NewEvent]:
    """End the application.

    A fallen commitment ends what can still end and says nothing to the rest: no application, one that has ended, or
    one with an agreement (which only its own parties can change).
    """
    ended = state.status in {"ineligible", "rejected"}
    if state.status == "withdrawn":
        return []
    if command.cause == "commitment-withdrawn" and (not state.status or ended or agreement_signed):
        return []
    if agreement_signed:
        raise Rejection(
            "application.agreement-signed",
            "An agreement was signed on this application.",
            "Ask the agency to change or end the agreement.",
        )
    if ended:
        raise Rejection("application.has-ended", f"The application is {state.status}.", "Nothing is left to withdraw.")
    return [
        grants.ApplicationWithdrawn.new(
            application_id=command.application_id, programme_id=state.programme_id, cause=command.cause
        )
    ]


def _needs_eligible(state: ApplicationState) -> None:
    if state.status != "eligible":
        raise Rejection(
            "application.not-eligible",
            f"The application is {state.status}.",
            "It must have been found eligible, and not be decided yet.",
        )


def _needs_evaluation(state: ApplicationState) -> None:
    _needs_eligible(state)
    if not state.evaluators:
        raise Rejection(
            "application.not-evaluated",
            "No panel member has evaluated the application.",
            "Let at least one evaluate it before the committee decides.",
        )
