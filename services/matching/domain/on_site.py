"""Meetings asked for during the fair: placed at once where both are free, else waiting until something becomes free."""

from contracts.event import NewEvent
from contracts.identity import derived_id
from contracts.matching import (
    MeetingCancelled,
    OnSiteMeetingPlaced,
    OnSiteMeetingRequested,
    OnSiteMeetingWaitListed,
    OnSiteRequestWithdrawn,
)
from contracts.rejection import Rejection
from services.matching.domain.floor import Floor, OnSiteRequest
from services.matching.domain.hall import Hall, Place, first_place
from services.matching.domain.unfolding import Unfolding


def ask(state: Floor, hall: Hall, fair_id: str, request: OnSiteRequest, *, excluded: bool, now: str) -> list[NewEvent]:
    """Place the request on the first common free slot from now on, or put it on the waiting list."""
    known = state.on_site.get(request.request_id)
    if known is not None:
        if _content(known) == _content(request):
            return []
        raise Rejection("on-site.exists", "Another on-site request has this id.", "Use a new id.")
    _require_possible(state, hall, request, excluded=excluded, now=now)
    unfolding = Unfolding(state)
    unfolding.add(
        OnSiteMeetingRequested.new(
            fair_id=fair_id,
            request_id=request.request_id,
            buyer_participation_id=request.buyer,
            buyer_company_id=request.buyer_company,
            sme_participation_id=request.sme,
            sme_company_id=request.sme_company,
            technology=request.technology,
            topics=list(request.topics),
            synthetic=request.synthetic,
        )
    )
    place = first_place(state, hall, request.buyer, request.sme, now)
    if place is not None:
        unfolding.add(_placing(fair_id, request, place))
    else:
        unfolding.add(
            OnSiteMeetingWaitListed.new(
                fair_id=fair_id,
                request_id=request.request_id,
                buyer_participation_id=request.buyer,
                sme_participation_id=request.sme,
                position=1 + sum(state.on_site[other].buyer == request.buyer for other in state.waiting),
            )
        )
    return unfolding.events


def withdraw(state: Floor, hall: Hall, fair_id: str, request_id: str, now: str) -> list[NewEvent]:
    """Take an on-site request back; what it held goes to those who wait."""
    request = state.on_site[request_id]
    if request.status in {"withdrawn", "fallen"}:
        return []
    meeting = state.placed_meeting(request_id)
    if request.status == "placed" and (meeting is None or meeting.starts_at <= now):
        raise Rejection(
            "meeting.begun",
            "The meeting has begun.",
            "Say at the table, or to the organiser, that it does not take place.",
        )
    unfolding = Unfolding(state)
    unfolding.add(OnSiteRequestWithdrawn.new(fair_id=fair_id, request_id=request_id))
    if meeting is not None:
        unfolding.add(
            MeetingCancelled.new(
                fair_id=fair_id, meeting_id=meeting.meeting_id, request_id=request_id, cause="request-withdrawn"
            )
        )
        move_up(unfolding, hall, fair_id, now)
    return unfolding.events


def move_up(unfolding: Unfolding, hall: Hall, fair_id: str, now: str) -> None:
    """Place those who wait and now fit, first come first served."""
    if not unfolding.state.open:
        return
    for request_id in unfolding.state.waiting:
        request = unfolding.state.on_site[request_id]
        place = first_place(unfolding.state, hall, request.buyer, request.sme, now)
        if place is not None:
            unfolding.add(_placing(fair_id, request, place))


def give_up(unfolding: Unfolding, fair_id: str, *participation_ids: str) -> None:
    """Take those who wait off the list if all of these participants are theirs: they cannot be placed any more."""
    for request_id in unfolding.state.waiting:
        request = unfolding.state.on_site[request_id]
        if {request.buyer, request.sme} >= set(participation_ids):
            unfolding.add(OnSiteRequestWithdrawn.new(fair_id=fair_id, request_id=request_id))


def _require_possible(state: Floor, hall: Hall, request: OnSiteRequest, *, excluded: bool, now: str) -> None:
    if state.closed:
        raise Rejection("floor.closed", "The fair was cancelled.", "Nothing can be placed at a cancelled fair.")
    if not state.open:
        raise Rejection(
            "floor.not-open", "No timetable is published yet.", "Ask on site once the organiser has published it."
        )
    if next(hall.not_over(now), None) is None:
        raise Rejection("floor.day-over", "All slots of the fair are over.", "Contact the buyer after the fair.")
    if request.buyer not in hall.participants or request.sme not in hall.participants:
        raise Rejection(
            "participant.not-admitted", "A side is not admitted to the fair.", "Both need an approved participation."
        )
    if request.buyer in state.left or request.sme in state.left:
        raise Rejection("participant.left", "A side has left the fair.", "Choose somebody who is still here.")
    if excluded:
        raise Rejection("pair.excluded", "This pair was ruled out for each other.", "Choose another buyer.")
    if state.met(request.buyer, request.sme) is not None:
        raise Rejection("pair.already-met", "This pair has a meeting already.", "Talk about it in that meeting.")
    if any((state.on_site[w].buyer, state.on_site[w].sme) == (request.buyer, request.sme) for w in state.waiting):
        raise Rejection("pair.already-waiting", "This pair waits for a meeting already.", "Wait, or withdraw first.")


def _placing(fair_id: str, request: OnSiteRequest, place: Place) -> NewEvent:
    return OnSiteMeetingPlaced.new(
        fair_id=fair_id,
        meeting_id=derived_id("meeting", "on-site", request.request_id),
        request_id=request.request_id,
        buyer_participation_id=request.buyer,
        buyer_company_id=request.buyer_company,
        sme_participation_id=request.sme,
        sme_company_id=request.sme_company,
        slot=place.slot.number,
        table=place.table,
        starts_at=place.slot.starts_at,
        ends_at=place.slot.ends_at,
    )


def _content(request: OnSiteRequest) -> tuple[object, ...]:
    return request.buyer, request.sme, request.technology, request.topics, request.synthetic
