"""Who may issue which command: the one access table of consultation."""

from typing import Final

from services.chassis.access import Access, Scope
from services.consultation.domain import commands

_SYSTEM: Final[Access] = {"system": Scope.ANY}
_EITHER_SIDE: Final[Access] = {"organiser": Scope.ANY, "buyer": Scope.OWN, "sme": Scope.OWN}
_BUYER: Final[Access] = {"organiser": Scope.ANY, "buyer": Scope.OWN}

ACCESS: Final[dict[type, Access]] = {
    commands.OpenConsultation: _SYSTEM,
    commands.MoveConsultation: _SYSTEM,
    commands.CancelConsultation: _SYSTEM,
    commands.MarkReplaced: _SYSTEM,
    commands.AskFollowUp: _SYSTEM,
    commands.RecordHeld: _EITHER_SIDE,
    commands.RecordNoShow: _EITHER_SIDE,
    commands.WriteNote: _EITHER_SIDE,
    commands.Rate: _EITHER_SIDE,
    commands.RecordOutcome: _BUYER,
    commands.MakeCommitment: _BUYER,
    commands.WithdrawCommitment: _EITHER_SIDE,
    commands.AnswerFollowUp: _BUYER,
}
"""Only the organiser corrects what is on record (held after a no-show, who was absent): the decisions see to it."""
