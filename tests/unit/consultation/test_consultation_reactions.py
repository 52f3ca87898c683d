"""What the floor of a fair does to consultations, taken in as the consumer takes it in."""

import random

import pytest
from consultation_desk import Desk
from consultation_given import (
    BUYER,
    BUYER_SIDE,
    FAIR,
    FAIR_OPENED,
    KEYS,
    LATER_MEETING,
    MEETING,
    ORGANISER,
    OTHER_SME,
    PUBLISHED,
    SLOT_2,
    STARTS,
    TIMETABLE,
    company,
    drafted,
    floor_events,
    meeting,
    stream,
)

from contracts import consultation as events
from contracts import matching
from contracts.identity import derived_id
from services.chassis.replay import compare
from services.chassis.service import Timer
from services.consultation.domain.commands import RecordHeld, RecordNoShow
from services.consultation.projections.tables import consultations
from services.consultation.reactions import ask_in_a_year

LATER = meeting(LATER_MEETING, OTHER_SME)
CANCELLED = matching.MeetingCancelled.new(**KEYS, request_id=meeting()["request_id"], cause="sme-withdrew")
MOVED = matching.MeetingMoved.new(**KEYS, from_slot=1, from_table=1, slot=2, table=3, **SLOT_2)
ON_SITE = matching.OnSiteMeetingPlaced.new(**LATER)
RELEASED = matching.MeetingReleased.new(**KEYS, request_id=meeting()["request_id"], absent="sme")
REVISED = matching.TimetableRevised.new(
    fair_id=FAIR, timetable_id=TIMETABLE, revision=2, placed=1, moved=0, cancelled=0
)
LATER_PLACED = matching.MeetingPlaced.new(**LATER, timetable_id=TIMETABLE)


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.close()


def test_a_draft_opens_nothing(desk):
    desk.take_in(*floor_events(*drafted(meeting())))
    assert desk.statuses() == {}


def test_a_published_timetable_opens_each_of_its_meetings(desk):
    desk.take_in(*floor_events(*drafted(meeting(), LATER), PUBLISHED))
    assert desk.statuses() == {MEETING: "awaited", LATER_MEETING: "awaited"}
    row = desk.rows(consultations, meeting_id=MEETING)[0]
    assert (row["channel"], row["slot"], row["table_number"]) == ("pre-registered", 1, 1)


def test_a_revision_opens_what_it_added_and_nothing_twice(desk):
    desk.take_in(*floor_events(*drafted(meeting()), PUBLISHED, LATER_PLACED, REVISED))
    assert desk.statuses() == {MEETING: "awaited", LATER_MEETING: "awaited"}
    assert desk.types(MEETING) == ["consultation-opened"]
    assert desk.types(LATER_MEETING) == ["consultation-opened"]


def test_a_revision_that_fills_the_seat_of_a_no_show_replaces_it(desk):
    facts = floor_events(*drafted(meeting()), PUBLISHED, LATER_PLACED, REVISED)
    desk.take_in(*facts[:3])
    desk.do(RecordNoShow(**KEYS, absent="sme"), ORGANISER)
    desk.take_in(*facts[3:])
    assert desk.statuses() == {MEETING: "replaced", LATER_MEETING: "awaited"}


def test_a_rescheduled_fair_cancels_its_meetings_and_opens_those_of_the_next_timetable(desk):
    void = matching.TimetableWithdrawn.new(fair_id=FAIR, timetable_id=TIMETABLE, cause="fair-rescheduled")
    again = derived_id("timetable", "2")
    head = matching.TimetableDrafted.new(**{**drafted()[0].data, "timetable_id": again})
    placed = matching.MeetingPlaced.new(**LATER, timetable_id=again)
    published = matching.TimetablePublished.new(fair_id=FAIR, timetable_id=again, meetings=1)
    desk.take_in(*floor_events(*drafted(meeting()), PUBLISHED, CANCELLED, void, head, placed, published))
    assert desk.statuses() == {MEETING: "cancelled", LATER_MEETING: "awaited"}


def test_what_was_cancelled_or_moved_in_the_draft_is_not_opened_or_opened_there(desk):
    gone = matching.MeetingCancelled.new(
        fair_id=FAIR, meeting_id=LATER_MEETING, request_id=LATER["request_id"], cause="organiser"
    )
    desk.take_in(*floor_events(*drafted(meeting(), LATER), MOVED, gone, PUBLISHED))
    assert desk.statuses() == {MEETING: "awaited"}
    assert desk.types(LATER_MEETING) == []
    assert desk.rows(consultations, meeting_id=MEETING)[0]["slot"] == 2


def test_an_on_site_meeting_is_awaited_at_once(desk):
    desk.take_in(*floor_events(ON_SITE))
    assert desk.rows(consultations, meeting_id=LATER_MEETING)[0]["channel"] == "on-site"


def test_a_moved_meeting_moves_its_consultation(desk):
    desk.take_in(*floor_events(*drafted(meeting()), PUBLISHED, MOVED))
    row = desk.rows(consultations, meeting_id=MEETING)[0]
    assert (row["slot"], row["table_number"], row["starts_at"]) == (2, 3, SLOT_2["starts_at"])


def test_a_cancelled_meeting_cancels_its_consultation(desk):
    desk.take_in(*floor_events(*drafted(meeting()), PUBLISHED, CANCELLED))
    row = desk.rows(consultations, meeting_id=MEETING)[0]
    assert (row["status"], row["cause"]) == ("cancelled", "sme-withdrew")


@pytest.mark.parametrize("late", [CANCELLED, MOVED], ids=["cancelled", "moved"])
def test_what_the_floor_says_after_the_talk_changes_nothing(desk, late):
    facts = floor_events(*drafted(meeting()), PUBLISHED, late)
    desk.take_in(*facts[:-1])
    desk.do(RecordHeld(**KEYS), ORGANISER)
    desk.take_in(facts[-1])
    assert desk.types() == ["consultation-opened", "consultation-held"]
    assert desk.rows(consultations, meeting_id=MEETING)[0]["slot"] == 1


def test_a_cancellation_of_an_unknown_meeting_keeps_it_from_opening(desk):
    facts = floor_events(CANCELLED, *drafted(meeting()), PUBLISHED)
    desk.take_in(*facts)
    assert desk.types() == ["consultation-cancelled"]
    assert desk.statuses() == {}


def test_a_cancelled_fair_cancels_what_is_awaited(desk):
    closed = matching.FloorClosed.new(fair_id=FAIR, cause="fair-cancelled")
    facts = floor_events(*drafted(meeting(), LATER), PUBLISHED, closed)
    desk.take_in(*facts[:-1])
    desk.do(RecordHeld(**KEYS), ORGANISER)
    desk.take_in(facts[-1])
    assert desk.statuses() == {MEETING: "held", LATER_MEETING: "cancelled"}


def test_a_meeting_in_the_seat_of_a_no_show_replaces_it(desk):
    facts = floor_events(*drafted(meeting()), PUBLISHED, RELEASED, ON_SITE)
    desk.take_in(*facts[:3])
    desk.do(RecordNoShow(**KEYS, absent="sme"), ORGANISER)
    desk.take_in(*facts[3:])
    row = desk.rows(consultations, meeting_id=MEETING)[0]
    assert (row["status"], row["replaced_by_meeting_id"]) == ("replaced", LATER_MEETING)
    assert desk.statuses()[LATER_MEETING] == "awaited"


@pytest.mark.parametrize("seat", [{"slot": 2, **SLOT_2}, {"table": 2}, {"buyer_participation_id": KEYS["fair_id"]}])
def test_a_meeting_elsewhere_replaces_nobody(desk, seat):
    facts = floor_events(*drafted(meeting()), PUBLISHED, matching.OnSiteMeetingPlaced.new(**{**LATER, **seat}))
    desk.take_in(*facts[:3])
    desk.do(RecordNoShow(**KEYS, absent="sme"), ORGANISER)
    desk.take_in(facts[3])
    assert desk.statuses()[MEETING] == "no-show"


def test_a_meeting_moved_into_the_seat_of_a_no_show_replaces_it(desk):
    elsewhere = {**LATER, "slot": 2, **SLOT_2}
    into = matching.MeetingMoved.new(
        fair_id=FAIR, meeting_id=LATER_MEETING, from_slot=2, from_table=1, slot=1, table=1,
        starts_at=STARTS, ends_at=meeting()["ends_at"],
    )  # fmt: skip
    facts = floor_events(*drafted(meeting(), elsewhere), PUBLISHED, into)
    desk.take_in(*facts[:-1])
    desk.do(RecordNoShow(**KEYS, absent="sme"), ORGANISER)
    desk.take_in(facts[-1])
    assert desk.statuses() == {MEETING: "replaced", LATER_MEETING: "awaited"}
    assert desk.rows(consultations, meeting_id=LATER_MEETING)[0]["buyer_participation_id"] == BUYER_SIDE


def test_the_same_reaction_twice_writes_nothing_more(desk):
    facts = floor_events(*drafted(meeting()), PUBLISHED, MOVED, ON_SITE)
    desk.take_in(*facts)
    before = desk.types(), desk.types(LATER_MEETING)
    for envelope in facts:
        desk.react_again(envelope)
    assert (desk.types(), desk.types(LATER_MEETING)) == before


@pytest.mark.parametrize("seed", range(8))
def test_any_order_with_duplicates_ends_alike_and_replays_alike(desk, seed):
    gone = matching.MeetingCancelled.new(
        fair_id=FAIR, meeting_id=LATER_MEETING, request_id=LATER["request_id"], cause="organiser"
    )
    floor = floor_events(*drafted(meeting(), LATER), PUBLISHED, MOVED, gone)
    fair = stream("registration", f"fair-{FAIR}", [FAIR_OPENED])
    known = stream("registration", f"company-{BUYER}", [company(BUYER, "수요기업")])
    delivered = [*floor, *fair, *known] * 2
    random.Random(seed).shuffle(delivered)
    assert [desk.take_in(each).reasons for each in delivered] == [[]] * len(delivered)
    assert desk.statuses() == {MEETING: "awaited", LATER_MEETING: "cancelled"}
    assert desk.rows(consultations, meeting_id=MEETING)[0]["slot"] == 2
    assert compare(desk.application).differences == ()


@pytest.mark.parametrize(
    ("held_at", "due_at"),
    [
        (STARTS, "2024-11-21T01:00:00.000000Z"),
        ("2024-02-29T05:00:00.000000Z", "2025-02-28T05:00:00.000000Z"),
    ],
)
def test_a_talk_that_was_held_sets_its_follow_up_for_a_year_later(held_at, due_at):
    (held,) = stream(
        "consultation", f"consultation-{MEETING}", [events.ConsultationHeld.new(**KEYS, synthetic=False)], held_at
    )
    data = {**KEYS, "due_at": due_at}
    assert list(ask_in_a_year(held)) == [Timer(held.stream_id, "follow-up", due_at, "AskFollowUp", data)]
