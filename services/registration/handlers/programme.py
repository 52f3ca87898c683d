"""Handlers for briefings, their seats, and challenges."""

from collections.abc import Mapping
from typing import Any

from contracts.identity import participation_id
from services.chassis.service import Loaded, NotFoundError, Unit
from services.registration.domain import briefing, challenge
from services.registration.domain.commands import (
    BookSeat,
    ProposeChallenge,
    ReleaseSeat,
    ScheduleBriefing,
    SelectSmeForChallenge,
)
from services.registration.handlers.streams import (
    BRIEFING,
    CHALLENGE,
    COMPANY,
    PARTICIPATION,
    guarded_fair,
    taking_part,
)


def schedule_briefing(unit: Unit, command: ScheduleBriefing) -> Mapping[str, Any]:
    fair = guarded_fair(unit, command.fair_id)
    briefing_id = command.briefing_id or unit.new_id()
    loaded = unit.load(BRIEFING, briefing_id)
    unit.record(loaded, briefing.schedule_briefing(loaded.state, fair, command, briefing_id))
    return {"fair_id": command.fair_id, "briefing_id": briefing_id}


def book_seat(unit: Unit, command: BookSeat) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.participation_id)
    fair = guarded_fair(unit, command.fair_id)
    participant = taking_part(unit, command.fair_id, command.participation_id)
    unit.guard(participant)
    loaded = _briefing(unit, command.fair_id, command.briefing_id)
    new_seat_id = unit.new_id()
    held = loaded.state.held.get(command.participation_id)
    unit.record(loaded, briefing.book_seat(loaded.state, fair, participant.state, command, new_seat_id))
    return _seat(unit, command.briefing_id, command.seat_id or held or new_seat_id)


def release_seat(unit: Unit, command: ReleaseSeat) -> Mapping[str, Any]:
    loaded = _briefing(unit, command.fair_id, command.briefing_id)
    booking = loaded.state.booked.get(command.seat_id)
    if booking is None:
        raise NotFoundError("seat")
    unit.for_participation(command.fair_id, booking["participation_id"])
    unit.record(loaded, briefing.release_seat(loaded.state, command.seat_id))
    return _seat(unit, command.briefing_id, command.seat_id)


def propose_challenge(unit: Unit, command: ProposeChallenge) -> Mapping[str, Any]:
    unit.for_company(*(() if command.company_id is None else (command.company_id,)))
    fair = guarded_fair(unit, command.fair_id)
    challenge_id = command.challenge_id or unit.new_id()
    proposer = None
    if command.company_id is not None:
        taking = unit.load(PARTICIPATION, participation_id(command.fair_id, command.company_id, "buyer"))
        unit.guard(taking)
        proposer = taking.state
    loaded = unit.load(CHALLENGE, challenge_id)
    unit.record(loaded, challenge.propose(loaded.state, fair, proposer, command, challenge_id))
    return {"fair_id": command.fair_id, "challenge_id": challenge_id}


def select_sme(unit: Unit, command: SelectSmeForChallenge) -> Mapping[str, Any]:
    fair = guarded_fair(unit, command.fair_id)
    loaded = unit.load(CHALLENGE, command.challenge_id)
    if loaded.state.fair_id != command.fair_id:
        raise NotFoundError("challenge")
    sme = unit.load(COMPANY, command.sme_company_id).state
    unit.record(loaded, challenge.select_sme(loaded.state, fair, sme, command))
    return {"fair_id": command.fair_id, "challenge_id": command.challenge_id, "status": "selected"}


def _briefing(unit: Unit, fair_id: str, briefing_id: str) -> Loaded[briefing.Briefing]:
    loaded = unit.load(BRIEFING, briefing_id)
    if loaded.state.fair_id != fair_id:
        raise NotFoundError("briefing")
    return loaded


def _seat(unit: Unit, briefing_id: str, seat_id: str) -> Mapping[str, Any]:
    held = seat_id in unit.load(BRIEFING, briefing_id).state.held.values()
    return {"briefing_id": briefing_id, "seat_id": seat_id, "status": "booked" if held else "released"}
