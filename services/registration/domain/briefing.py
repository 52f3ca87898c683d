"""A briefing and its seats: never more are held than there are, and one at most by each participant."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.event import Fact, NewEvent
from contracts.registration import BriefingScheduled, SeatBooked, SeatReleased
from contracts.rejection import Rejection
from services.registration.domain.commands import BookSeat, ScheduleBriefing
from services.registration.domain.fair import Fair, require_running
from services.registration.domain.participation import Participation, require_approved
from services.registration.domain.repeats import is_repeat


@dataclass(frozen=True)
class Briefing:
    """`held` maps participations to their seats; `booked` every seat ever booked to its booking."""

    briefing_id: str = ""
    fair_id: str = ""
    seats: int = 0
    scheduling: Mapping[str, Any] | None = None
    held: Mapping[str, str] = field(default_factory=dict)
    booked: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def evolve(state: Briefing, fact: Fact) -> Briefing:
    data = fact.data
    if BriefingScheduled.is_type(fact):
        return Briefing(data["briefing_id"], data["fair_id"], data["seats"], data)
    if SeatBooked.is_type(fact):
        return replace(
            state,
            held={**state.held, data["participation_id"]: data["seat_id"]},
            booked={**state.booked, data["seat_id"]: data},
        )
    if SeatReleased.is_type(fact):
        left = {who: seat for who, seat in state.held.items() if seat != data["seat_id"]}
        return replace(state, held=left)
    return state


def schedule_briefing(state: Briefing, fair: Fair, command: ScheduleBriefing, briefing_id: str) -> list[NewEvent]:
    event = BriefingScheduled.new(
        fair_id=command.fair_id,
        briefing_id=briefing_id,
        kind=command.kind,
        hosts=list(command.hosts),
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        seats=command.seats,
        source=command.source,
    )
    if is_repeat(state.scheduling, event, "briefing"):
        return []
    require_running(fair)
    if command.starts_at >= command.ends_at:
        raise Rejection("briefing.ends-before-it-starts", "A briefing must end after it starts.", "Mend its times.")
    if not command.hosts:
        raise Rejection("briefing.no-host", "A briefing needs a host.", "Name at least one hosting organisation.")
    return [event]


def book_seat(
    state: Briefing, fair: Fair, participant: Participation, command: BookSeat, new_seat_id: str
) -> list[NewEvent]:
    """Without a seat named, a participant that holds one has what it asks for."""
    held = state.held.get(participant.participation_id)
    event = SeatBooked.new(
        fair_id=command.fair_id,
        briefing_id=state.briefing_id,
        seat_id=command.seat_id or held or new_seat_id,
        participation_id=participant.participation_id,
    )
    if is_repeat(state.booked.get(event.data["seat_id"]), event, "seat"):
        return []
    require_running(fair)
    require_approved(participant)
    if held is not None:
        raise Rejection(
            "briefing.one-seat-each",
            "The participant holds a seat in this briefing already.",
            "Release that seat before booking another.",
        )
    if len(state.held) >= state.seats:
        raise Rejection("briefing.full", "Every seat is taken.", "Try again later; seats may be released.")
    return [event]


def release_seat(state: Briefing, seat_id: str) -> list[NewEvent]:
    """The seat must have been booked once."""
    booking = state.booked[seat_id]
    if state.held.get(booking["participation_id"]) != seat_id:
        return []
    return [
        SeatReleased.new(
            fair_id=state.fair_id,
            briefing_id=state.briefing_id,
            seat_id=seat_id,
            participation_id=booking["participation_id"],
        )
    ]
