"""Handlers: load the consultation, check for whom the actor speaks, decide, record."""

from typing import Final

from services.chassis.service import CommandDefinition, Handler
from services.consultation.access import ACCESS
from services.consultation.domain import commands
from services.consultation.handlers import aftermath, assessment, table

_HANDLERS: Final[dict[type, Handler]] = {
    commands.OpenConsultation: table.open_consultation,
    commands.MoveConsultation: table.move,
    commands.CancelConsultation: table.cancel,
    commands.MarkReplaced: table.mark_replaced,
    commands.RecordHeld: table.record_held,
    commands.RecordNoShow: table.record_no_show,
    commands.WriteNote: assessment.write_note,
    commands.Rate: assessment.rate,
    commands.RecordOutcome: assessment.record_outcome,
    commands.MakeCommitment: aftermath.make_commitment,
    commands.WithdrawCommitment: aftermath.withdraw_commitment,
    commands.AskFollowUp: aftermath.ask_follow_up,
    commands.AnswerFollowUp: aftermath.answer_follow_up,
}

COMMANDS: Final = tuple(CommandDefinition(command, handler, ACCESS[command]) for command, handler in _HANDLERS.items())
