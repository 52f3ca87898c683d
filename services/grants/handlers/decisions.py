"""What agency and panel decide on an application."""

from typing import Any

from contracts.identity import derived_id
from services.chassis.service import Unit
from services.grants.domain import programme, review
from services.grants.domain.commands import (
    CheckEligibility,
    EvaluateApplication,
    RejectApplication,
    SelectApplication,
)
from services.grants.handlers.applications import application_of
from services.grants.handlers.programmes import programme_of


def check_eligibility(unit: Unit, command: CheckEligibility) -> dict[str, Any]:
    loaded = application_of(unit, command.application_id)
    call = programme_of(unit, loaded.state.programme_id)
    reason = _kept(unit, loaded.state.programme_id, command.reason)
    events = review.check(loaded.state, call.state, command, reason=reason)
    unit.record(loaded, events)
    broken = events[0].data.get("rules", [])
    return {"application_id": command.application_id, "eligible": not broken, "rules": list(broken)}


def evaluate_application(unit: Unit, command: EvaluateApplication) -> dict[str, Any]:
    """The evaluator is known by an opaque id, the same for one subject always; comments belong to it in the vault."""
    loaded = application_of(unit, command.application_id)
    evaluator_id = derived_id("evaluator", unit.actor.sub)
    evaluation_id = derived_id("evaluation", command.application_id, evaluator_id)
    events = review.evaluate(
        loaded.state,
        command,
        evaluation_id=evaluation_id,
        evaluator_id=evaluator_id,
        evaluator_company=unit.actor.company,
        comment=_kept(unit, evaluator_id, command.comment),
    )
    unit.record(loaded, events)
    return {"application_id": command.application_id, "evaluation_id": evaluation_id}


def select_application(unit: Unit, command: SelectApplication) -> dict[str, Any]:
    """Selection and reservation are one: both streams move together or neither does."""
    loaded = application_of(unit, command.application_id)
    programme_id = loaded.state.programme_id
    budget = programme_of(unit, programme_id)
    unit.record(loaded, review.select(loaded.state, budget.state, command))
    unit.record(budget, programme.reserve(budget.state, programme_id, command.application_id, command.grant_krw))
    return {"application_id": command.application_id, "grant_krw": command.grant_krw}


def reject_application(unit: Unit, command: RejectApplication) -> dict[str, Any]:
    loaded = application_of(unit, command.application_id)
    call = programme_of(unit, loaded.state.programme_id)
    reason = _kept(unit, loaded.state.programme_id, command.reason)
    unit.record(loaded, review.reject(loaded.state, call.state, command, reason=reason))
    return {"application_id": command.application_id}


def _kept(unit: Unit, subject_id: str, text: str | None) -> dict[str, str] | None:
    """Text goes to the vault: the agency's reasons under the programme, as it decides for no company of its own."""
    return None if text is None else unit.keep(subject_id, text)
