"""Decisions about the follow-up: asked once, a year after the talk; the last answer stands."""

from collections.abc import Mapping

from contracts import consultation as events
from contracts.envelope import MAX_SAFE_INTEGER
from contracts.event import NewEvent
from contracts.rejection import Rejection
from services.consultation.domain.assessment import require_held
from services.consultation.domain.commands import AnswerFollowUp, AskFollowUp
from services.consultation.domain.consultation import State


def ask(state: State, command: AskFollowUp, *, follow_up_id: str) -> list[NewEvent]:
    """Asks once, and only about a talk that is on record as held when the timer fires."""
    if state.status != "held" or state.follow_up is not None:
        return []
    return [
        events.FollowUpDue.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            follow_up_id=follow_up_id,
            due_at=command.due_at,
        )
    ]


def says_anything_new(state: State, command: AnswerFollowUp) -> bool:
    """Whether the answer differs from the one on record; a comment always does, its text cannot be compared.

    Raises:
        Rejection: nothing was asked yet, the talk is no longer on record as held, or amount and contract contradict
            each other.
    """
    if state.follow_up is None:
        raise Rejection(
            "follow-up.not-due",
            "The follow-up of this consultation has not been asked yet.",
            "Answer it when it is due, a year after the consultation.",
        )
    require_held(state)
    if not 0 <= command.amount_krw <= MAX_SAFE_INTEGER:
        raise Rejection(
            "follow-up.amount-out-of-range", "The amount is no possible amount.", "Give it in whole KRW, 0 or more."
        )
    if not command.contracted and command.amount_krw != 0:
        raise Rejection(
            "follow-up.amount-without-contract", "Without a contract there is no amount.", "Leave the amount at 0."
        )
    if command.contracted and command.amount_krw == 0:
        raise Rejection(
            "follow-up.amount-missing", "A contract has an amount.", "Give the amount of the contract in whole KRW."
        )
    known = state.follow_up
    answer = (command.contracted, command.amount_krw, command.synthetic)
    return command.comment is not None or (known.contracted, known.amount_krw, known.synthetic) != answer


def answer(state: State, command: AnswerFollowUp, *, comment: Mapping[str, str] | None) -> list[NewEvent]:
    """`comment` is the vault's reference of the text."""
    if not says_anything_new(state, command) or state.follow_up is None:
        return []
    return [
        events.FollowUpAnswered.new(
            fair_id=command.fair_id,
            meeting_id=command.meeting_id,
            follow_up_id=state.follow_up.follow_up_id,
            contracted=command.contracted,
            amount_krw=command.amount_krw,
            comment=None if comment is None else dict(comment),
            synthetic=command.synthetic,
        )
    ]
