"""The day itself: on-site requests, the waiting line, moves, cancellations, no-shows, departures."""

from matching_given import (
    B1,
    B2,
    FAIR,
    HALL,
    MORNING,
    S1,
    S2,
    S3,
    SLOTS,
    TIMES,
    asked,
    asking,
    company,
    drafted,
    folded,
    hall,
    published,
    refused,
    request,
    seats,
    types,
)

from services.matching.domain import changes, departures, on_site
from services.matching.domain.floor import Floor
from services.matching.domain.hall import Hall, Participant

EVENING = "2023-11-21T23:00:00.000000Z"


def ask(state, buyer, sme, *, where=HALL, now=MORNING, excluded=False):
    return on_site.ask(state, where, FAIR, asking(buyer, sme), excluded=excluded, now=now)


def leave(state, who, side="sme", cause="withdrawn", at=MORNING):
    return departures.remove(state, HALL, FAIR, who, side=side, cause=cause, at=at)


def meeting(state, buyer, sme):
    return next(found for found in state.meetings.values() if (found.buyer, found.sme) == (buyer, sme))


def test_an_on_site_request_gets_the_first_common_free_slot_at_once():
    events = ask(published(("B1", "S2", 1), ("B2", "S1", 2)), "B1", "S1")
    assert types(events) == ["on-site-meeting-requested", "on-site-meeting-placed"]
    assert (events[1].data["slot"], events[1].data["table"]) == (3, 1)
    assert (events[1].data["starts_at"], events[1].data["ends_at"]) == (SLOTS[2].starts_at, SLOTS[2].ends_at)


def test_it_takes_the_slot_that_is_on_and_never_one_that_is_over():
    assert ask(published(), "B1", "S1", now="2023-11-21T01:45:00.000000Z")[1].data["slot"] == 2
    assert ask(published(), "B1", "S1", now=TIMES[2])[1].data["slot"] == 3


def test_it_takes_the_first_free_table():
    wide = hall(B1={"tables": 2})
    events = ask(published(("B1", "S2", 1), hall=wide), "B1", "S1", where=wide)
    assert (events[1].data["slot"], events[1].data["table"]) == (1, 2)


def test_availability_limits_and_the_hall_are_kept():
    late = hall(B1={"available": frozenset({4})})
    assert ask(published(), "B1", "S1", where=late)[1].data["slot"] == 4
    busy = hall(S1={"max_meetings": 1})
    assert types(ask(published(("B2", "S1", 1), hall=busy), "B1", "S1", where=busy))[1] == "on-site-meeting-wait-listed"
    small = hall(hall_tables=1)
    assert ask(published(("B2", "S2", 1), hall=small), "B1", "S1", where=small)[1].data["slot"] == 2


FULL = [("B1", "S2", 1), ("B1", "S3", 2)]
TWO_SLOTS = hall(B1={"available": frozenset({1, 2})})


def full():
    return published(*FULL, hall=TWO_SLOTS)


def test_without_a_common_slot_it_waits_in_line_for_the_buyer():
    state = full()
    third = Participant("p4", company("S4"))
    where = Hall(TWO_SLOTS.slots, None, {**TWO_SLOTS.participants, third.participation_id: third})
    events = ask(state, "B1", "S1", where=where)
    assert types(events) == ["on-site-meeting-requested", "on-site-meeting-wait-listed"]
    assert events[1].data["position"] == 1
    state = folded(events, state)
    assert state.waiting == (asking("B1", "S1").request_id,)


def test_what_becomes_free_goes_to_the_one_who_waits():
    state = asked(full(), "B1", "S1", hall=TWO_SLOTS)
    events = changes.cancel(state, TWO_SLOTS, FAIR, meeting(state, B1, S3), MORNING)
    assert types(events) == ["meeting-cancelled", "on-site-meeting-placed"]
    state = folded(events, state)
    assert (B1, S1, 2, 1) in seats(state)
    assert state.waiting == ()


def test_the_line_moves_in_order_and_passes_those_who_do_not_fit():
    where = hall(B1={"available": frozenset({1})}, S1={"available": frozenset({2})})
    state = published(("B1", "S2", 1), hall=where)
    for name in ("S1", "S3"):
        state = asked(state, "B1", name, hall=where)
    assert [state.on_site[waiting].sme for waiting in state.waiting] == [S1, S3]
    events = changes.cancel(state, where, FAIR, meeting(state, B1, S2), MORNING)
    assert events[1].data["sme_participation_id"] == S3
    assert [state.on_site[waiting].sme for waiting in folded(events, state).waiting] == [S1]


def test_asking_again_is_no_event_and_another_content_is_refused():
    state = asked(published(), "B1", "S1")
    assert ask(state, "B1", "S1") == []
    waits = asked(full(), "B1", "S1", hall=TWO_SLOTS)
    assert ask(waits, "B1", "S1", where=TWO_SLOTS) == []
    other = asking("B2", "S1")
    same_id = type(other)(asking("B1", "S1").request_id, *[getattr(other, name) for name in other.__slots__[1:]])
    refused("on-site.exists", on_site.ask, state, HALL, FAIR, same_id, excluded=False, now=MORNING)


def test_what_cannot_be_placed_on_site_is_refused():
    refused("floor.not-open", ask, Floor(), "B1", "S1")
    refused("floor.not-open", ask, drafted(), "B1", "S1")
    refused("floor.closed", ask, folded(departures.close(published(), FAIR), published()), "B1", "S1")
    refused("floor.day-over", ask, published(), "B1", "S1", now=EVENING)
    refused("participant.not-admitted", ask, published(), "B1", "S9")
    refused("participant.left", ask, folded(leave(published(), S1), published()), "B1", "S1")
    refused("pair.excluded", ask, published(), "B1", "S1", excluded=True)
    refused("pair.already-met", ask, published(("B1", "S1", 1)), "B1", "S1")
    waits = asked(full(), "B1", "S1", hall=TWO_SLOTS)
    again = asking("B1", "S1", "another")
    refused("pair.already-waiting", on_site.ask, waits, TWO_SLOTS, FAIR, again, excluded=False, now=MORNING)


def test_a_withdrawn_on_site_request_gives_its_seat_away():
    state = asked(asked(published(), "B1", "S1", hall=hall(B1={"available": frozenset({1})})), "B2", "S2")
    only = hall(B1={"available": frozenset({1})})
    state = asked(state, "B1", "S3", hall=only)
    first = asking("B1", "S1").request_id
    events = on_site.withdraw(state, only, FAIR, first, MORNING)
    assert types(events) == ["on-site-request-withdrawn", "meeting-cancelled", "on-site-meeting-placed"]
    state = folded(events, state)
    assert state.on_site[first].status == "withdrawn"
    assert on_site.withdraw(state, only, FAIR, first, MORNING) == []


def test_who_waits_can_withdraw_and_who_sits_cannot():
    waits = asked(full(), "B1", "S1", hall=TWO_SLOTS)
    events = on_site.withdraw(waits, TWO_SLOTS, FAIR, asking("B1", "S1").request_id, MORNING)
    assert types(events) == ["on-site-request-withdrawn"]
    assert folded(events, waits).waiting == ()
    sits = asked(published(), "B1", "S1")
    refused("meeting.begun", on_site.withdraw, sits, HALL, FAIR, asking("B1", "S1").request_id, TIMES[0])


def move(state, found, slot, table=None, now=MORNING, where=HALL):
    return changes.move(state, where, FAIR, found, slot=slot, table=table, now=now)


def test_a_meeting_is_moved_and_its_old_seat_given_away():
    only = hall(S3={"available": frozenset({1})})
    state = asked(published(("B1", "S1", 1)), "B1", "S3", hall=only)
    events = move(state, meeting(state, B1, S1), 3, where=only)
    assert types(events) == ["meeting-moved", "on-site-meeting-placed"]
    assert (events[0].data["from_slot"], events[0].data["slot"]) == (1, 3)
    assert seats(folded(events, state)) == {(B1, S1, 3, 1), (B1, S3, 1, 1)}
    assert move(state, meeting(state, B1, S1), 1) == []


def test_a_move_seats_nobody_twice_and_nowhere_in_vain():
    state = published(("B1", "S1", 1), ("B1", "S2", 2), ("B2", "S1", 3))
    found = meeting(state, B1, S1)
    refused("move.buyer-full", move, state, found, 2)
    refused("move.sme-full", move, state, found, 3)
    refused("move.no-common-slot", move, state, found, 4, where=hall(S1={"available": frozenset({1, 2, 3})}))
    refused("move.hall-full", move, published(("B1", "S1", 1), ("B2", "S2", 2)), found, 2, where=hall(hall_tables=1))
    refused("move.table-taken", move, state, found, 4, table=2)
    refused("move.table-taken", move, state, found, 1, table=2)
    refused("slot.unknown", move, state, found, 9)
    refused("meeting.begun", move, state, found, 4, now=TIMES[0])
    refused("slot.unknown", move, state, meeting(state, B2, S1), 1, now=TIMES[1])
    refused("timetable.not-published", move, drafted(("B1", "S1", 1)), found, 2)
    gone = folded(changes.cancel(state, HALL, FAIR, found, MORNING), state)
    refused("meeting.not-placed", move, gone, meeting(gone, B1, S1), 4)


def test_a_meeting_may_change_its_table_within_the_slot():
    wide = hall(B1={"tables": 2})
    state = published(("B1", "S1", 1), hall=wide)
    assert seats(folded(move(state, meeting(state, B1, S1), 1, 2, where=wide), state)) == {(B1, S1, 1, 2)}


def test_a_meeting_is_cancelled_once_and_before_it_begins():
    state = published(("B1", "S1", 1))
    found = meeting(state, B1, S1)
    gone = folded(changes.cancel(state, HALL, FAIR, found, MORNING), state)
    assert changes.cancel(gone, HALL, FAIR, meeting(gone, B1, S1), MORNING) == []
    refused("meeting.begun", changes.cancel, state, HALL, FAIR, found, TIMES[0])
    released = folded(changes.release(state, HALL, FAIR, found, "sme", TIMES[0]), state)
    refused("meeting.released", changes.cancel, released, HALL, FAIR, meeting(released, B1, S1), MORNING)


def test_a_no_after_all_an_exclusion_and_a_withdrawal_take_the_meeting_off():
    state = published(("B1", "S1", 2))
    asked_for = request("B1", "S1")
    for events, cause in (
        (changes.answer_changed(state, HALL, FAIR, asked_for, MORNING), "answer-changed"),
        (changes.exclude_pair(state, HALL, FAIR, B1, S1, MORNING), "pair-excluded"),
        (changes.drop_request(state, HALL, FAIR, asked_for, MORNING), "request-withdrawn"),
    ):
        assert types(events)[-1] == "meeting-cancelled"
        assert events[-1].data["cause"] == cause
        assert seats(folded(events, state)) == set()


def test_what_has_begun_does_not_fall_any_more():
    state = published(("B1", "S1", 1))
    asked_for = request("B1", "S1")
    assert changes.answer_changed(state, HALL, FAIR, asked_for, TIMES[0]) == []
    assert changes.exclude_pair(state, HALL, FAIR, B1, S1, TIMES[0]) == []
    assert types(changes.drop_request(state, HALL, FAIR, asked_for, TIMES[0])) == ["request-dropped"]
    assert types(leave(state, S1, at=TIMES[0])) == ["participant-left-floor"]


def test_a_dropped_request_is_said_once_even_without_a_meeting():
    events = changes.drop_request(Floor(), HALL, FAIR, request("B1", "S1"), MORNING)
    assert types(events) == ["request-dropped"]
    assert changes.drop_request(folded(events), HALL, FAIR, request("B1", "S1"), MORNING) == []


def test_an_excluded_pair_waits_no_longer():
    state = asked(full(), "B1", "S1", hall=TWO_SLOTS)
    assert types(changes.exclude_pair(state, TWO_SLOTS, FAIR, B1, S1, MORNING)) == ["on-site-request-withdrawn"]
    assert changes.exclude_pair(state, TWO_SLOTS, FAIR, B2, S1, MORNING) == []


def release(state, absent, where, at=TIMES[0]):
    return changes.release(state, where, FAIR, meeting(state, B1, S2), absent, at)


ONE_SLOT = hall(B1={"available": frozenset({1})}, B2={"available": frozenset({1})}, S1={"available": frozenset({1})})


def test_when_the_sme_stays_away_the_table_goes_to_who_waits():
    state = asked(published(("B1", "S2", 1), hall=ONE_SLOT), "B1", "S1", hall=ONE_SLOT)
    events = release(state, "sme", ONE_SLOT)
    assert types(events) == ["meeting-released", "on-site-meeting-placed"]
    assert seats(folded(events, state)) == {(B1, S1, 1, 1)}


def test_when_the_buyer_stays_away_its_table_stays_empty_and_the_sme_is_free():
    state = asked(published(("B1", "S2", 1), hall=ONE_SLOT), "B1", "S1", hall=ONE_SLOT)
    events = release(state, "buyer", ONE_SLOT)
    assert types(events) == ["meeting-released"]
    state = folded(events, state)
    assert types(ask(state, "B2", "S2", where=ONE_SLOT, now=TIMES[0]))[1] == "on-site-meeting-placed"


def test_an_absent_sme_is_not_seated_elsewhere_in_that_slot():
    state = published(("B1", "S2", 1), hall=ONE_SLOT)
    state = folded(release(state, "sme", ONE_SLOT), state)
    assert types(ask(state, "B2", "S2", where=ONE_SLOT, now=TIMES[0]))[1] == "on-site-meeting-wait-listed"


def test_when_both_stay_away_only_the_hall_has_room():
    where = hall(hall_tables=1, **{name: {"available": frozenset({1})} for name in ("B1", "B2", "S1")})
    state = asked(published(("B1", "S2", 1), hall=where), "B2", "S1", hall=where)
    assert types(release(state, "both", where)) == ["meeting-released", "on-site-meeting-placed"]
    state = folded(release(state, "both", where), state)
    assert types(ask(state, "B1", "S3", where=where, now=TIMES[0]))[1] == "on-site-meeting-wait-listed"


def test_a_late_or_repeated_no_show_frees_nothing():
    state = published(("B1", "S2", 1))
    gone = folded(changes.cancel(state, HALL, FAIR, meeting(state, B1, S2), MORNING), state)
    assert release(gone, "sme", HALL) == []
    released = folded(release(state, "sme", HALL), state)
    assert release(released, "sme", HALL) == []
    assert changes.release(state, HALL, FAIR, None, "sme", MORNING) == []


def test_who_leaves_is_marked_even_without_a_meeting():
    events = leave(Floor(), S1)
    assert types(events) == ["participant-left-floor"]
    assert events[0].data["from_slot"] == 1
    assert leave(folded(events), S1) == []


def test_a_withdrawal_takes_future_meetings_off_and_the_line_moves():
    state = asked(full(), "B1", "S1", hall=TWO_SLOTS)
    events = departures.remove(state, TWO_SLOTS, FAIR, S3, side="sme", cause="withdrawn", at=MORNING)
    assert types(events) == ["participant-left-floor", "meeting-cancelled", "on-site-meeting-placed"]
    assert events[1].data["cause"] == "sme-withdrew"


def test_who_waits_for_somebody_that_left_is_taken_off_the_line():
    state = asked(full(), "B1", "S1", hall=TWO_SLOTS)
    events = departures.remove(state, TWO_SLOTS, FAIR, B1, side="buyer", cause="withdrawn", at=MORNING)
    assert types(events) == [
        "participant-left-floor", "on-site-request-withdrawn", "meeting-cancelled", "meeting-cancelled",
    ]  # fmt: skip
    assert folded(events, state).waiting == ()


def test_leaving_for_the_day_keeps_what_has_begun_and_ends_the_rest():
    state = published(("B1", "S1", 1), ("B2", "S1", 3))
    events = leave(state, S1, cause="checked-out", at=TIMES[0])
    assert (events[0].data["from_slot"], types(events)) == (1, ["participant-left-floor", "meeting-cancelled"])
    state = folded(events, state)
    assert seats(state) == {(B1, S1, 1, 1)}
    assert leave(state, S1, cause="checked-out", at=TIMES[2]) == []
    assert types(leave(state, S1, cause="withdrawn", at=TIMES[2])) == ["participant-left-floor"]


def test_leaving_after_the_last_slot_is_still_marked():
    assert leave(published(), S2, cause="checked-out", at=EVENING)[0].data["from_slot"] == 4


def test_the_closed_floor_moves_no_more():
    closed = folded(departures.close(published(("B1", "S1", 1)), FAIR), published(("B1", "S1", 1)))
    assert leave(closed, S1) == []
    assert changes.drop_request(closed, HALL, FAIR, request("B1", "S1"), MORNING) == []
