"""Handlers of what comes after the talk: commitments and follow-ups."""

from contracts.identity import derived_id
from services.chassis.service import NotFoundError, Unit
from services.consultation.domain import commands, commitment, follow_up
from services.consultation.handlers.loading import for_buyer, load, opened, speaking_side


def make_commitment(unit: Unit, command: commands.MakeCommitment) -> dict[str, str]:
    loaded = opened(unit, command)
    for_buyer(unit, loaded.state)
    unit.record(loaded, commitment.make(loaded.state, command, commitment_id=unit.new_id()))
    active = load(unit, command).state.active_commitment
    return {"meeting_id": command.meeting_id, "commitment_id": active.commitment_id if active else ""}


def withdraw_commitment(unit: Unit, command: commands.WithdrawCommitment) -> dict[str, str]:
    loaded = opened(unit, command)
    by = speaking_side(unit, loaded.state, command.by)
    if command.commitment_id not in loaded.state.commitments:
        raise NotFoundError("commitment")
    reason = None
    if command.reason is not None and commitment.is_active(loaded.state, command.commitment_id):
        reason = unit.keep(loaded.state.participation(by), command.reason)
    unit.record(loaded, commitment.withdraw(loaded.state, command, by=by, reason=reason))
    return {"meeting_id": command.meeting_id, "commitment_id": command.commitment_id}


def ask_follow_up(unit: Unit, command: commands.AskFollowUp) -> dict[str, str]:
    loaded = load(unit, command)
    follow_up_id = derived_id("follow-up", command.meeting_id)
    unit.record(loaded, follow_up.ask(loaded.state, command, follow_up_id=follow_up_id))
    return {"meeting_id": command.meeting_id}


def answer_follow_up(unit: Unit, command: commands.AnswerFollowUp) -> dict[str, str]:
    loaded = opened(unit, command)
    for_buyer(unit, loaded.state)
    comment = None
    if follow_up.says_anything_new(loaded.state, command) and command.comment is not None:
        comment = unit.keep(loaded.state.buyer_participation_id, command.comment)
    unit.record(loaded, follow_up.answer(loaded.state, command, comment=comment))
    return {"meeting_id": command.meeting_id}
