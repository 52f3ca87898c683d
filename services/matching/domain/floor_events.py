"""How the floor folds: each event changes the few entries that it concerns, so that a long day stays quick to load."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from contracts import matching
from contracts.event import Fact
from services.matching.domain.floor import Departure, Floor, Left, Meeting, OnSiteRequest, Planning, Timetable

Data = Mapping[str, Any]


def evolve(state: Floor, fact: Fact) -> Floor:
    fold = _FOLDS.get(fact.type)
    return state if fold is None else fold(state, fact.data)


def vacated(state: Floor, meeting: Meeting, *, buyer: bool = True, sme: bool = True) -> Floor:
    """The floor without the meeting; only the seats of the sides named become free, and the hall's."""
    buyers, smes = state.buyers, state.smes
    if buyer:
        seats = buyers.get(meeting.buyer, {})
        buyers = buyers.put(
            meeting.buyer, {seat: at for seat, at in seats.items() if seat != (meeting.slot, meeting.table)}
        )
    if sme:
        diary = smes.get(meeting.sme, {})
        smes = smes.put(meeting.sme, {slot: at for slot, at in diary.items() if slot != meeting.slot})
    hall = {**state.hall, meeting.slot: state.hall[meeting.slot] - 1}
    return replace(state, buyers=buyers, smes=smes, hall=hall, seated=state.seated.drop(meeting.request_id))


def _seat(state: Floor, meeting: Meeting) -> Floor:
    seats = {**state.buyers.get(meeting.buyer, {}), (meeting.slot, meeting.table): meeting.meeting_id}
    diary = {**state.smes.get(meeting.sme, {}), meeting.slot: meeting.meeting_id}
    return replace(
        state,
        meetings=state.meetings.put(meeting.meeting_id, meeting),
        seated=state.seated.put(meeting.request_id, meeting.meeting_id),
        buyers=state.buyers.put(meeting.buyer, seats),
        smes=state.smes.put(meeting.sme, diary),
        hall={**state.hall, meeting.slot: state.hall.get(meeting.slot, 0) + 1},
    )


def _meeting(data: Data, *, on_site: bool) -> Meeting:
    return Meeting(
        data["meeting_id"], data["request_id"], data["buyer_participation_id"], data["buyer_company_id"],
        data["sme_participation_id"], data["sme_company_id"], data["slot"], data["table"], data["starts_at"],
        data["ends_at"], "on-site" if on_site else "pre-registered", data.get("timetable_id"),
    )  # fmt: skip


def _requested(state: Floor, data: Data) -> Floor:
    planning = Planning(data["timetable_id"], data["mode"])
    return replace(state, planning=planning, timetables=state.timetables | {data["timetable_id"]})


def _drafted(state: Floor, data: Data) -> Floor:
    empty = type(state.unplaced)()
    return replace(
        state, timetable=Timetable(data["timetable_id"]), planning=None, unplaced=empty,
        timetables=state.timetables | {data["timetable_id"]},
    )  # fmt: skip


def _published(state: Floor, data: Data) -> Floor:
    return replace(state, timetable=Timetable(data["timetable_id"], published=True), planning=None)


def _revised(state: Floor, data: Data) -> Floor:
    timetable = Timetable(data["timetable_id"], published=True, revision=data["revision"])
    return replace(state, timetable=timetable, planning=None)


def _timetable_withdrawn(state: Floor, _: Data) -> Floor:
    """Another day: who had left for the day, or did not come to a meeting, is awaited again."""
    left, empty = state.left, Floor()
    for participation_id, departure in state.left.items():
        if departure.cause == "checked-out":
            left = left.drop(participation_id)
    return replace(
        state, timetable=None, planning=None, left=left, buyers=empty.buyers, smes=empty.smes, hall=empty.hall
    )


def _placed(state: Floor, data: Data) -> Floor:
    return _seat(replace(state, unplaced=state.unplaced.drop(data["request_id"])), _meeting(data, on_site=False))


def _placed_on_site(state: Floor, data: Data) -> Floor:
    return _on_site(_seat(state, _meeting(data, on_site=True)), data["request_id"], "placed")


def _moved(state: Floor, data: Data) -> Floor:
    meeting = state.meetings[data["meeting_id"]]
    there = replace(
        meeting, slot=data["slot"], table=data["table"], starts_at=data["starts_at"], ends_at=data["ends_at"]
    )
    return _seat(vacated(state, meeting), there)


def _cancelled(state: Floor, data: Data) -> Floor:
    meeting = state.meetings[data["meeting_id"]]
    state = _noted(vacated(state, meeting), replace(meeting, status="cancelled"))
    return _on_site(state, meeting.request_id, "fallen") if meeting.channel == "on-site" else state


def _locked(state: Floor, data: Data) -> Floor:
    return _noted(state, replace(state.meetings[data["meeting_id"]], locked=True))


def _unlocked(state: Floor, data: Data) -> Floor:
    return _noted(state, replace(state.meetings[data["meeting_id"]], locked=False))


def _released(state: Floor, data: Data) -> Floor:
    meeting, absent = state.meetings[data["meeting_id"]], data["absent"]
    freed = vacated(state, meeting, buyer=absent == "sme", sme=absent == "buyer")
    return _noted(freed, replace(meeting, status="released"))


def _noted(state: Floor, meeting: Meeting) -> Floor:
    return replace(state, meetings=state.meetings.put(meeting.meeting_id, meeting))


def _unplaced(state: Floor, data: Data) -> Floor:
    changes = tuple((change["change"], change["slot"]) for change in data["changes"])
    left = Left(data["reason"], data["worth"], data["short_by"], changes)
    return replace(state, unplaced=state.unplaced.put(data["request_id"], left))


def _dropped(state: Floor, data: Data) -> Floor:
    return replace(state, dropped=state.dropped.put(data["request_id"], value=True))


def _asked_on_site(state: Floor, data: Data) -> Floor:
    request = OnSiteRequest(
        data["request_id"], data["buyer_participation_id"], data["buyer_company_id"], data["sme_participation_id"],
        data["sme_company_id"], data["technology"], tuple(data["topics"]), data["synthetic"],
    )  # fmt: skip
    return replace(state, on_site=state.on_site.put(request.request_id, request))


def _wait_listed(state: Floor, data: Data) -> Floor:
    state = _on_site(state, data["request_id"], "waiting")
    return replace(state, waiting=(*state.waiting, data["request_id"]))


def _withdrawn_on_site(state: Floor, data: Data) -> Floor:
    return _on_site(state, data["request_id"], "withdrawn")


def _on_site(state: Floor, request_id: str, status: Any) -> Floor:
    """The on-site request with its new status; none but a waiting one is on the waiting list."""
    request = state.on_site[request_id]
    if request.status == "withdrawn":
        return state
    waiting = tuple(other for other in state.waiting if other != request_id)
    return replace(state, on_site=state.on_site.put(request_id, replace(request, status=status)), waiting=waiting)


def _left(state: Floor, data: Data) -> Floor:
    return replace(state, left=state.left.put(data["participation_id"], Departure(data["from_slot"], data["cause"])))


def _closed(state: Floor, _: Data) -> Floor:
    return replace(state, closed=True, planning=None)


_FOLDS: Final[Mapping[str, Callable[[Floor, Data], Floor]]] = {
    matching.TimetableRequested.TYPE: _requested,
    matching.TimetableDraftedByRun.TYPE: _drafted,
    matching.TimetablePublished.TYPE: _published,
    matching.TimetableRevisedByRun.TYPE: _revised,
    matching.TimetableWithdrawn.TYPE: _timetable_withdrawn,
    matching.MeetingPlaced.TYPE: _placed,
    matching.MeetingMoved.TYPE: _moved,
    matching.MeetingCancelled.TYPE: _cancelled,
    matching.MeetingReleased.TYPE: _released,
    matching.MeetingLocked.TYPE: _locked,
    matching.MeetingUnlocked.TYPE: _unlocked,
    matching.RequestLeftUnplacedWhy.TYPE: _unplaced,
    matching.RequestDropped.TYPE: _dropped,
    matching.OnSiteMeetingRequested.TYPE: _asked_on_site,
    matching.OnSiteMeetingPlaced.TYPE: _placed_on_site,
    matching.OnSiteMeetingWaitListed.TYPE: _wait_listed,
    matching.OnSiteRequestWithdrawn.TYPE: _withdrawn_on_site,
    matching.ParticipantLeftFloor.TYPE: _left,
    matching.FloorClosed.TYPE: _closed,
}
