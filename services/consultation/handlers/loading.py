"""How a handler comes by a consultation, and for which side an actor speaks."""

from typing import Protocol, cast

from contracts.consultation import SIDES
from contracts.rejection import Rejection
from services.chassis.service import Loaded, NotFoundError, Unit
from services.consultation.domain.consultation import Side, State
from services.consultation.handlers.streams import CONSULTATION


class OfMeeting(Protocol):
    """A command about one meeting of one fair."""

    @property
    def fair_id(self) -> str: ...
    @property
    def meeting_id(self) -> str: ...


def load(unit: Unit, command: OfMeeting) -> Loaded[State]:
    """The consultation of the meeting, opened or not."""
    return unit.load(CONSULTATION, command.meeting_id)


def opened(unit: Unit, command: OfMeeting) -> Loaded[State]:
    """The opened consultation of the meeting.

    Raises:
        NotFoundError: the fair has no such consultation.
    """
    loaded = load(unit, command)
    if not loaded.state.opened or loaded.state.fair_id != command.fair_id:
        raise NotFoundError("consultation")
    return loaded


def for_either_side(unit: Unit, state: State) -> None:
    """The command concerns both sides alike."""
    unit.for_participation(state.fair_id, state.buyer_participation_id, state.sme_participation_id)


def for_buyer(unit: Unit, state: State) -> None:
    """The command is the buyer's."""
    unit.for_participation(state.fair_id, state.buyer_participation_id)


def speaking_side(unit: Unit, state: State, by: str | None) -> Side:
    """The side that the command speaks for: that of the actor's role, or the one that the organiser names.

    Raises:
        ForbiddenError: the actor does not speak for that side of this consultation.
        Rejection: the organiser names no side, or a side names the other.
    """
    role = unit.actor.role
    if by is not None and by not in SIDES:
        raise Rejection("consultation.unknown-side", "There is no such side.", f"Choose one of: {', '.join(SIDES)}.")
    if role in SIDES:
        if by not in {None, role}:
            raise Rejection(
                "consultation.other-side", "A side speaks for itself only.", "Leave `by` out, or name your own side."
            )
        side = role
    elif by is None:
        raise Rejection(
            "consultation.side-missing", "The organiser speaks for a side.", "Name the side in `by`: buyer or sme."
        )
    else:
        side = cast("Side", by)
    unit.for_participation(state.fair_id, state.participation(side))
    return side


def status_of(unit: Unit, command: OfMeeting) -> dict[str, str]:
    """The answer to a command about the table: the status that it left behind."""
    return {"meeting_id": command.meeting_id, "status": load(unit, command).state.status}
