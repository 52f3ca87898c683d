"""Opening calls, setting budgets, and drafting what commitments are waiting for."""

from typing import Any

from contracts.identity import derived_id
from contracts.rejection import Rejection
from services.chassis.read_models import Row
from services.chassis.service import Loaded, NotFoundError, Unit
from services.grants.domain import application, programme
from services.grants.domain.commands import (
    DraftApplicationForCommitment,
    DraftFromCommitments,
    OpenProgramme,
    SetBudget,
)
from services.grants.streams import APPLICATION, PROGRAMME
from services.grants.tables import commitments


def programme_of(unit: Unit, programme_id: str) -> Loaded[programme.ProgrammeState]:
    """The programme.

    Raises:
        NotFoundError: it was never opened.
    """
    loaded = unit.load(PROGRAMME, programme_id)
    if not loaded.exists:
        raise NotFoundError("programme")
    return loaded


def open_programme(unit: Unit, command: OpenProgramme) -> dict[str, Any]:
    programme_id = unit.new_id()
    unit.record(unit.load(PROGRAMME, programme_id), programme.open_programme(command, programme_id))
    return {"programme_id": programme_id}


def set_budget(unit: Unit, command: SetBudget) -> dict[str, Any]:
    loaded = programme_of(unit, command.programme_id)
    unit.record(loaded, programme.set_budget(loaded.state, command))
    return {"programme_id": command.programme_id, "budget_krw": command.budget_krw}


def draft_for_commitment(unit: Unit, command: DraftApplicationForCommitment) -> dict[str, Any]:
    """The commitment must have been made before the call closed; when the news arrives does not matter."""
    loaded = programme_of(unit, command.programme_id)
    application_id = application_id_of(command.commitment_id)
    found = unit.load(APPLICATION, application_id)
    events = application.draft(
        found.state, loaded.state, command, application_id=application_id, at=command.committed_at
    )
    unit.record(found, events)
    return {"application_id": application_id}


def draft_from_commitments(unit: Unit, command: DraftFromCommitments) -> dict[str, Any]:
    """One draft for each standing commitment of the kind that has no application in any programme.

    Commitments that cannot lead to a draft are named in the answer with the rule; they do not hold up the others.
    """
    loaded = programme_of(unit, command.programme_id)
    application.require_call_to_come(loaded.state, at=unit.now)
    unit.record(loaded, [])
    drafted: list[str] = []
    refused: list[dict[str, str]] = []
    for commitment in unit.find(commitments, programme_kind=loaded.state.kind, status="standing"):
        application_id = application_id_of(commitment["commitment_id"])
        found = unit.load(APPLICATION, application_id)
        draft = draft_command(command.programme_id, commitment)
        try:
            events = application.draft(found.state, loaded.state, draft, application_id=application_id, at=unit.now)
        except Rejection as refusal:
            refused.append({"commitment_id": commitment["commitment_id"], "rule": refusal.rule})
            continue
        if events:
            unit.record(found, events)
            drafted.append(application_id)
    return {"programme_id": command.programme_id, "application_ids": drafted, "refused": refused}


def application_id_of(commitment_id: str) -> str:
    """A commitment leads to one application at most, whoever begins it and however often."""
    return derived_id("application", commitment_id)


def draft_command(programme_id: str, commitment: Row) -> DraftApplicationForCommitment:
    """The draft that a row of `commitments` calls for."""
    return DraftApplicationForCommitment(
        programme_id=programme_id,
        fair_id=commitment["fair_id"],
        commitment_id=commitment["commitment_id"],
        sme_company_id=commitment["sme_company_id"],
        buyer_company_id=commitment["buyer_company_id"],
        planned_total_krw=commitment["planned_total_krw"],
        committed_at=commitment["made_at"],
        synthetic=commitment["synthetic"],
    )
