"""Decisions about development commitments: at most one is active per consultation."""

from collections.abc import Mapping

from contracts import consultation as events
from contracts.envelope import MAX_SAFE_INTEGER
from contracts.event import NewEvent
from contracts.rejection import Rejection
from services.consultation.domain.assessment import require_held
from services.consultation.domain.commands import MakeCommitment, WithdrawCommitment
from services.consultation.domain.consultation import Commitment, Side, State


def make(state: State, command: MakeCommitment, *, commitment_id: str) -> list[NewEvent]:
    """A commitment of a talk that was held. The one that stands, made again, is nothing new."""
    if command.programme_kind not in events.PROGRAMME_KINDS:
        raise Rejection(
            "commitment.unknown-programme-kind",
            "There is no such kind of programme.",
            f"Choose one of: {', '.join(events.PROGRAMME_KINDS)}.",
        )
    if not 1 <= command.planned_total_krw <= MAX_SAFE_INTEGER:
        raise Rejection(
            "commitment.amount-out-of-range",
            "The planned total is no possible amount.",
            "Give the planned total in whole KRW, 1 or more.",
        )
    require_held(state)
    active = state.active_commitment
    if active is not None:
        if _says(active) == (command.programme_kind, command.planned_total_krw, command.synthetic):
            return []
        raise Rejection(
            "commitment.already-active",
            "This consultation has an active commitment.",
            "Withdraw it before another one is made.",
        )
    return [
        events.DevelopmentCommitmentMade.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            commitment_id=commitment_id,
            buyer_company_id=state.buyer_company_id,
            sme_company_id=state.sme_company_id,
            programme_kind=command.programme_kind,
            planned_total_krw=command.planned_total_krw,
            synthetic=command.synthetic,
        )
    ]


def is_active(state: State, commitment_id: str) -> bool:
    """Whether a withdrawal of this commitment has anything to take back."""
    known = state.commitments.get(commitment_id)
    return known is not None and known.active


def withdraw(
    state: State, command: WithdrawCommitment, *, by: Side, reason: Mapping[str, str] | None
) -> list[NewEvent]:
    """What was withdrawn already stays so. `reason` is the vault's reference of the text."""
    if command.commitment_id not in state.commitments:
        raise Rejection(
            "commitment.unknown",
            "This consultation has no such commitment.",
            "Take the commitment id from the list of commitments.",
        )
    if not is_active(state, command.commitment_id):
        return []
    return [
        events.DevelopmentCommitmentWithdrawn.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            commitment_id=command.commitment_id,
            by=by,
            reason=None if reason is None else dict(reason),
        )
    ]


def _says(made: Commitment) -> tuple[str, int, bool]:
    return made.programme_kind, made.planned_total_krw, made.synthetic
