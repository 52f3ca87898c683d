"""The timetable of a fair: asked for, drafted, published, revised, overtaken by events."""

from dataclasses import replace

import pytest
from matching_given import (
    B1,
    B2,
    FAIR,
    HALL,
    MORNING,
    OTHER_TIMETABLE,
    S1,
    S2,
    S3,
    TIMES,
    TIMETABLE,
    asked,
    drafted,
    folded,
    hall,
    planned,
    published,
    refused,
    request,
    seats,
    types,
)

from contracts import matching
from services.matching.domain import changes, departures, planning
from services.matching.domain.floor import Floor, Left


def test_a_plan_becomes_a_draft_with_a_reason_for_every_other_request():
    waiting = folded(planning.ask_for_draft(Floor(), FAIR, TIMETABLE))
    events = planning.draft(
        waiting, HALL, FAIR, planned(("B1", "S1", 1), ("B2", "S2", 1), unplaced={request("B1", "S3"): "declined"})
    )
    assert types(events) == ["timetable-drafted", "meeting-placed", "meeting-placed", "request-left-unplaced"]
    assert (events[0].data["requests"], events[0].data["placed"], events[0].data["unplaced"]) == (3, 2, 1)
    state = folded(events, waiting)
    assert seats(state) == {(B1, S1, 1, 1), (B2, S2, 1, 1)}
    assert dict(state.unplaced) == {request("B1", "S3"): Left("declined")}
    assert not state.open


def test_asking_again_for_the_same_is_no_event():
    waiting = folded(planning.ask_for_draft(Floor(), FAIR, TIMETABLE))
    assert planning.ask_for_draft(waiting, FAIR, TIMETABLE) == []
    assert planning.ask_for_draft(drafted(), FAIR, TIMETABLE) == []


def test_a_plan_that_nobody_waits_for_any_more_is_dropped():
    waiting = folded(planning.ask_for_draft(Floor(), FAIR, TIMETABLE))
    overtaken = folded(planning.ask_for_draft(waiting, FAIR, OTHER_TIMETABLE), waiting)
    assert planning.draft(overtaken, HALL, FAIR, planned(("B1", "S1", 1))) == []
    assert planning.draft(drafted(), HALL, FAIR, planned(("B1", "S1", 1))) == []
    closed = folded(departures.close(waiting, FAIR), waiting)
    assert planning.draft(closed, HALL, FAIR, planned(("B1", "S1", 1))) == []


def test_a_new_draft_takes_the_place_of_the_old_one():
    state = drafted(("B1", "S1", 1), unplaced={request("B1", "S2"): "unanswered"})
    state = folded(planning.ask_for_draft(state, FAIR, OTHER_TIMETABLE), state)
    events = planning.draft(state, HALL, FAIR, planned(("B1", "S2", 1), timetable_id=OTHER_TIMETABLE))
    assert types(events) == ["meeting-cancelled", "timetable-drafted", "meeting-placed"]
    assert events[0].data["cause"] == "superseded"
    state = folded(events, state)
    assert seats(state) == {(B1, S2, 1, 1)}
    assert not state.unplaced
    refused("timetable.exists", planning.ask_for_draft, state, FAIR, TIMETABLE)


def test_a_plan_that_does_not_fit_the_floor_is_a_fault():
    waiting = folded(planning.ask_for_draft(Floor(), FAIR, TIMETABLE))
    with pytest.raises(ValueError, match="buyer-full"):
        planning.draft(waiting, HALL, FAIR, planned(("B1", "S1", 1), ("B1", "S2", 1)))


def test_publication_binds_the_draft_once():
    events = planning.publish(drafted(("B1", "S1", 1)), FAIR, TIMETABLE)
    assert (types(events), events[0].data["meetings"]) == (["timetable-published"], 1)
    assert published().open
    assert planning.publish(published(), FAIR, TIMETABLE) == []
    refused("timetable.not-drafted", planning.publish, Floor(), FAIR, TIMETABLE)
    refused("timetable.not-drafted", planning.publish, drafted(), FAIR, OTHER_TIMETABLE)


def test_what_is_published_is_revised_and_not_drafted_anew():
    refused("timetable.published", planning.ask_for_draft, published(), FAIR, OTHER_TIMETABLE)
    refused("timetable.not-published", planning.ask_for_revision, drafted(), FAIR, TIMETABLE)
    refused("timetable.not-published", planning.ask_for_revision, published(), FAIR, OTHER_TIMETABLE)
    revising = folded(planning.ask_for_revision(published(), FAIR, TIMETABLE), published())
    assert planning.ask_for_revision(revising, FAIR, TIMETABLE) == []


def revising(state):
    return folded(planning.ask_for_revision(state, FAIR, TIMETABLE), state)


def test_a_revision_fills_gaps_and_says_only_what_is_new():
    state = revising(published(("B1", "S1", 1), unplaced={request("B1", "S2"): "unanswered"}))
    plan = planned(("B1", "S2", 2), unplaced={request("B2", "S3"): "declined"})
    events = planning.revise(state, HALL, FAIR, plan)
    assert types(events) == ["meeting-placed", "request-left-unplaced", "timetable-revised"]
    assert (events[-1].data["revision"], events[-1].data["placed"]) == (2, 1)
    state = folded(events, state)
    assert seats(state) == {(B1, S1, 1, 1), (B1, S2, 2, 1)}
    assert dict(state.unplaced) == {request("B2", "S3"): Left("declined")}
    again = revising(state)
    assert types(planning.revise(again, HALL, FAIR, replace(plan, meetings=()))) == ["timetable-revised"]
    assert planning.revise(state, HALL, FAIR, plan) == []


def test_in_a_revision_the_floor_has_the_last_word():
    state = published(("B1", "S1", 1))
    meeting = state.placed()[0]
    # The buyer is away from its only table for the rest of slot 1.
    state = folded(changes.release(state, HALL, FAIR, meeting, "buyer", TIMES[0]), state)
    events = planning.revise(revising(state), HALL, FAIR, planned(("B1", "S2", 1)))
    assert types(events) == ["request-left-unplaced", "timetable-revised"]
    assert events[0].data["reason"] == "buyer-full"


def test_a_request_that_is_placed_again_gets_another_meeting():
    state = published(("B1", "S1", 1))
    first = state.placed()[0]
    state = revising(folded(changes.cancel(state, HALL, FAIR, first, MORNING), state))
    state = folded(planning.revise(state, HALL, FAIR, planned(("B1", "S1", 2))), state)
    second = state.placed()[0]
    assert second.request_id == first.request_id
    assert second.meeting_id != first.meeting_id


def test_a_cancelled_fair_closes_the_floor_for_good():
    state = asked(published(("B1", "S1", 1), ("B2", "S2", 2)), "B1", "S3", now=TIMES[2])
    events = departures.close(state, FAIR)
    assert types(events) == ["meeting-cancelled"] * 3 + ["floor-closed"]
    assert {event.data["cause"] for event in events} == {"fair-cancelled"}
    closed = folded(events, state)
    assert (seats(closed), closed.open, departures.close(closed, FAIR)) == (set(), False, [])
    refused("floor.closed", planning.ask_for_draft, closed, FAIR, OTHER_TIMETABLE)
    refused("floor.closed", planning.ask_for_revision, closed, FAIR, TIMETABLE)
    refused("floor.closed", planning.publish, closed, FAIR, TIMETABLE)
    assert departures.clear(closed, FAIR) == []


def test_a_fair_on_another_day_starts_from_an_empty_floor():
    state = published(("B1", "S1", 1))
    state = folded(departures.remove(state, HALL, FAIR, S3, side="sme", cause="checked-out", at=TIMES[1]), state)
    state = folded(departures.remove(state, HALL, FAIR, S2, side="sme", cause="withdrawn", at=TIMES[1]), state)
    events = departures.clear(state, FAIR)
    assert types(events) == ["meeting-cancelled", "timetable-withdrawn"]
    assert events[0].data["cause"] == "fair-rescheduled"
    state = folded(events, state)
    assert (state.open, seats(state), set(state.left)) == (False, set(), {S2})
    assert departures.clear(state, FAIR) == []
    assert types(planning.ask_for_draft(state, FAIR, OTHER_TIMETABLE)) == ["timetable-requested"]


@pytest.mark.parametrize("absent", ["buyer", "sme", "both"])
def test_on_another_day_who_did_not_come_is_awaited_again(absent):
    state = published(("B1", "S1", 1))
    state = folded(changes.release(state, HALL, FAIR, state.placed()[0], absent, TIMES[0]), state)
    state = folded(departures.clear(state, FAIR), state)
    state = folded(planning.ask_for_draft(state, FAIR, OTHER_TIMETABLE), state)
    events = planning.draft(state, HALL, FAIR, planned(("B1", "S1", 1), timetable_id=OTHER_TIMETABLE))
    assert types(events) == ["timetable-drafted", "meeting-placed"]


def test_a_plan_in_the_making_does_not_survive_another_day():
    waiting = folded(planning.ask_for_draft(Floor(), FAIR, TIMETABLE))
    moved = folded(departures.clear(waiting, FAIR), waiting)
    assert planning.draft(moved, HALL, FAIR, planned(("B1", "S1", 1))) == []


def test_evolve_ignores_what_it_does_not_know():
    state = published(("B1", "S1", 1))
    unknown = replace(planning.ask_for_revision(state, FAIR, TIMETABLE)[0], type="matching.something-new")
    assert folded([unknown], state) == state


def test_every_event_of_the_floor_folds():
    from services.matching.domain.floor_events import _FOLDS

    of_floor = {
        event.TYPE
        for event in vars(matching).values()
        if isinstance(event, type) and getattr(event, "STREAM", "") == "floor" and event.TYPE
    }
    assert set(_FOLDS) == of_floor


def test_a_limit_of_the_hall_holds_in_a_revision():
    small = hall(hall_tables=1)
    state = revising(published(("B1", "S1", 1), hall=small))
    events = planning.revise(state, small, FAIR, planned(("B2", "S2", 1)))
    assert events[0].data["reason"] == "hall-full"
