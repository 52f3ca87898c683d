"""Handlers for consultation requests."""

from collections.abc import Mapping
from typing import Any

from contracts.rejection import Rejection
from services.chassis.service import Loaded, NotFoundError, Unit
from services.registration.domain import request
from services.registration.domain.commands import RequestConsultation, WithdrawConsultationRequest
from services.registration.domain.participation import Participation
from services.registration.handlers.streams import PARTICIPATION, guarded_fair, taking_part
from services.registration.handlers.texts import author, decided_with
from services.registration.projections import tables


def request_consultation(unit: Unit, command: RequestConsultation) -> Mapping[str, Any]:
    unit.for_participation(command.fair_id, command.sme_participation_id)
    fair = guarded_fair(unit, command.fair_id)
    sme = unit.load(PARTICIPATION, command.sme_participation_id)
    buyer = unit.load(PARTICIPATION, command.buyer_participation_id)
    _require_same_fair(command.fair_id, sme.state, buyer.state)
    request_id = command.request_id or unit.new_id()
    if command.request_id is not None:
        _require_free_id(unit, command)
    unit.guard(buyer)
    gone: frozenset[str] = frozenset()
    if len(sme.state.active_requests) >= fair.request_quota:
        gone = _withdrawn_buyers(unit, sme.state)
    unit.record(sme, request.request(sme.state, buyer.state, fair, command, request_id, gone))
    return _status(unit, command.sme_participation_id, request_id)


def withdraw_request(unit: Unit, command: WithdrawConsultationRequest) -> Mapping[str, Any]:
    sme = _asking(unit, command)
    unit.for_participation(command.fair_id, sme.state.participation_id)
    subject = author(unit, command.fair_id)
    events = decided_with(
        unit, subject, command.reason, lambda kept: request.withdraw_request(sme.state, command.request_id, kept)
    )
    unit.record(sme, events)
    return _status(unit, sme.state.participation_id, command.request_id)


def _asking(unit: Unit, command: WithdrawConsultationRequest) -> Loaded[Participation]:
    sme_id = command.sme_participation_id
    if sme_id is None:
        row = unit.get(tables.consultation_requests, command.fair_id, command.request_id)
        if row is None:
            raise NotFoundError("request")
        sme_id = str(row["sme_participation_id"])
    loaded = taking_part(unit, command.fair_id, sme_id, "sme")
    if command.request_id not in loaded.state.requests:
        raise NotFoundError("request")
    return loaded


def _require_same_fair(fair_id: str, sme: Participation, buyer: Participation) -> None:
    if (sme.fair_id, sme.side) != (fair_id, "sme"):
        raise Rejection("request.sme-unknown", "There is no such SME in this fair.", "Let the SME apply first.")
    if (buyer.fair_id, buyer.side) != (fair_id, "buyer"):
        raise Rejection("request.buyer-unknown", "There is no such buyer in this fair.", "Choose a buyer of this fair.")


def _require_free_id(unit: Unit, command: RequestConsultation) -> None:
    """An id is one request's, whichever SME asks: others know requests by it."""
    row = unit.get(tables.consultation_requests, command.fair_id, command.request_id)
    if row is not None and row["sme_participation_id"] != command.sme_participation_id:
        raise Rejection(
            "request.recorded-otherwise",
            "A request with this id is on record with other content.",
            "Use another id, or leave it out.",
        )


def _withdrawn_buyers(unit: Unit, sme: Participation) -> frozenset[str]:
    """Read only when the quota is used up; a withdrawal is final, so nothing needs guarding."""
    asked = {active.buyer for active in sme.active_requests}
    return frozenset(buyer for buyer in asked if unit.load(PARTICIPATION, buyer).state.status == "withdrawn")


def _status(unit: Unit, sme_id: str, request_id: str) -> Mapping[str, Any]:
    known = unit.load(PARTICIPATION, sme_id).state.requests[request_id]
    return {"request_id": request_id, "status": "active" if known.active else "withdrawn"}
