"""Answers and exclusions. What takes a request out of the running takes its meeting off the floor in the same write."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from contracts.event import NewEvent
from contracts.rejection import Rejection
from services.chassis.read_models import Row
from services.chassis.service import Loaded, NotFoundError, Unit
from services.matching.domain import answers, changes
from services.matching.domain.answers import Asked
from services.matching.domain.commands import AnswerRequest, ExcludePair, ExpireAnswer, ExpireUnanswered
from services.matching.domain.floor import Floor
from services.matching.handlers.loading import ANSWERS, fair_of, floor_of, hall_of
from services.matching.projections.tables import participants, requests


def answer_request(unit: Unit, command: AnswerRequest) -> Mapping[str, Any]:
    request = _request(unit, command.fair_id, command.request_id)
    asked = Asked(
        command.fair_id, command.request_id, request["buyer_participation_id"], request["sme_participation_id"]
    )
    unit.for_participation(command.fair_id, asked.buyer_participation_id)
    floor = floor_of(unit, command.fair_id)
    if request["status"] == "withdrawn" or command.request_id in floor.state.dropped:
        raise Rejection("request.withdrawn", "The SME took the request back.", "There is nothing to answer.")
    fair = fair_of(unit, command.fair_id)
    if fair["status"] == "cancelled":
        raise Rejection("fair.cancelled", "The fair was cancelled.", "There is nothing to answer.")
    loaded = unit.load(ANSWERS, asked.buyer_participation_id)
    events = answers.answer(
        loaded.state,
        asked,
        command.answer,
        expires_at=command.expires_at,
        synthetic=command.synthetic,
        now=unit.now,
        due_at=fair["answers_due_at"] if unit.actor.role == "buyer" else None,
    )
    unit.record(loaded, events)
    if events and command.answer == "decline":
        hall = hall_of(unit, command.fair_id, floor.state)
        _on_floor(unit, floor, changes.answer_changed(floor.state, hall, command.fair_id, command.request_id, unit.now))
    return {"request_id": command.request_id, "answer": command.answer}


def exclude_pair(unit: Unit, command: ExcludePair) -> Mapping[str, Any]:
    buyer, sme = command.buyer_participation_id, command.sme_participation_id
    for participation_id, side in ((buyer, "buyer"), (sme, "sme")):
        row = unit.get(participants, participation_id)
        if row is None or (row["fair_id"], row["side"]) != (command.fair_id, side):
            raise NotFoundError(side)
    unit.for_participation(command.fair_id, buyer, sme)
    role = unit.actor.role
    loaded = unit.load(ANSWERS, buyer)
    events = answers.exclude(
        loaded.state, command.fair_id, buyer, sme, role if role in {"buyer", "sme"} else "organiser"
    )
    unit.record(loaded, events)
    if events:
        floor = floor_of(unit, command.fair_id)
        hall = hall_of(unit, command.fair_id, floor.state)
        _on_floor(unit, floor, changes.exclude_pair(floor.state, hall, command.fair_id, buyer, sme, unit.now))
    return {"buyer_participation_id": buyer, "sme_participation_id": sme}


def expire_answer(unit: Unit, command: ExpireAnswer) -> Mapping[str, Any]:
    floor = floor_of(unit, command.fair_id)
    loaded = unit.load(ANSWERS, command.buyer_participation_id)
    if floor.state.placed_meeting(command.request_id) is None:
        events = answers.expire_answer(
            loaded.state, command.fair_id, command.request_id, command.buyer_participation_id, command.expires_at
        )
        unit.record(loaded, events)
        unit.guard(floor)
    return {"request_id": command.request_id}


def expire_unanswered(unit: Unit, command: ExpireUnanswered) -> Mapping[str, Any]:
    fair = fair_of(unit, command.fair_id)
    if fair["answers_due_at"] != command.due_at or fair["status"] == "cancelled":
        # The fair was put on another date: its own timer follows.
        return {"expired": 0}
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for row in unit.find(requests, fair_id=command.fair_id, status="active"):
        asked[row["buyer_participation_id"]].append(row["request_id"])
    expired = 0
    for buyer, request_ids in sorted(asked.items()):
        loaded = unit.load(ANSWERS, buyer)
        events = answers.expire_unanswered(loaded.state, command.fair_id, buyer, request_ids)
        if events:
            unit.record(loaded, events)
            expired += len(events)
    return {"expired": expired}


def _request(unit: Unit, fair_id: str, request_id: str) -> Row:
    request = unit.get(requests, request_id)
    if request is None or request["fair_id"] != fair_id:
        raise NotFoundError("request")
    return request


def _on_floor(unit: Unit, floor: Loaded[Floor], events: list[NewEvent]) -> None:
    """Also where nothing falls: a plan that is stored a moment earlier may have placed what was just ruled out."""
    if events:
        unit.record(floor, events)
    else:
        unit.guard(floor)
