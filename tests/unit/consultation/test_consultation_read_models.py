"""Rows of consultation: the same under every order of delivery that keeps each stream's order."""

from consultation_given import (
    ASKED,
    BUYER,
    BUYER_SIDE,
    COMMITMENT,
    COMMITTED,
    FAIR,
    FAIR_OPENED,
    FOLLOW_UP,
    HELD,
    KEYS,
    LATER_MEETING,
    MEETING,
    OPENED,
    OTHER_BUYER,
    OTHER_SME,
    PUBLISHED,
    RATED,
    REFERENCE,
    SLOT_2,
    SME_ABSENT,
    SME_SIDE,
    STARTS,
    TIMETABLE,
    company,
    drafted,
    meeting,
    stream,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import consultation as own
from contracts import matching, registration
from contracts.identity import derived_id
from services.chassis.folding import MemoryRows, Projection
from services.consultation.projections import READ_MODELS
from services.consultation.projections.tables import commitments, consultations, fairs, follow_ups, notes, placements

OTHER_FAIR = derived_id("fair", "2024")
SECOND = derived_id("meeting", "other fair")
NOTE = own.NoteWritten.new(**KEYS, note_id=derived_id("note"), by="sme", note=REFERENCE)
FLOOR = [
    *drafted(meeting(), meeting(LATER_MEETING, OTHER_SME)),
    PUBLISHED,
    matching.MeetingMoved.new(**KEYS, from_slot=1, from_table=1, slot=2, table=3, **SLOT_2),
    matching.MeetingReleased.new(**KEYS, request_id=meeting()["request_id"], absent="sme"),
    matching.TimetableRevised.new(fair_id=FAIR, timetable_id=TIMETABLE, revision=2, placed=0, moved=1, cancelled=1),
    matching.FloorClosed.new(fair_id=FAIR, cause="fair-cancelled"),
]
OTHER_FLOOR = [
    matching.OnSiteMeetingPlaced.new(**{**meeting(SECOND), "fair_id": OTHER_FAIR}),
    matching.MeetingCancelled.new(
        fair_id=OTHER_FAIR, meeting_id=SECOND, request_id=derived_id("request", SECOND), cause="organiser"
    ),
]
FAIR_FACTS = [
    FAIR_OPENED,
    registration.FairRescheduled.new(
        fair_id=FAIR,
        date="2023-11-22",
        slots=[],
        lunch_after=None,
        hall_tables=None,
        answers_due_at=STARTS,
        reason=None,
    ),
    registration.FairCorrected.new(fair_id=FAIR, name="상생 기술협력 박람회 2023", venue="COEX", reason=REFERENCE),
    registration.FairCancelled.new(fair_id=FAIR, reason=None),
]
CORRECTED = registration.CompanyCorrected.new(
    company_id=BUYER, name="나중 이름", business_number=None, reason=REFERENCE
)
STREAMS = [
    stream("matching", f"floor-{FAIR}", FLOOR),
    stream("matching", f"floor-{OTHER_FAIR}", OTHER_FLOOR),
    stream("registration", f"fair-{FAIR}", FAIR_FACTS),
    stream("registration", f"company-{BUYER}", [company(BUYER, "처음 이름"), CORRECTED]),
    stream("registration", f"company-{OTHER_BUYER}", [company(OTHER_BUYER, "다른 이름")]),
]


def folded(*streams_in_order):
    rows = MemoryRows()
    projection = Projection(READ_MODELS, rows)
    for envelope in streams_in_order:
        projection.apply(envelope)
    return rows.tables


def talk(*facts):
    return folded(*stream("consultation", f"consultation-{MEETING}", facts))


IN_TURN = folded(*(envelope for each in STREAMS for envelope in each))


@settings(max_examples=150)
@given(st.permutations([number for number, each in enumerate(STREAMS) for _ in each]))
def test_every_order_across_streams_ends_in_the_same_rows(turns):
    waiting = [iter(each) for each in STREAMS]
    assert folded(*(next(waiting[number]) for number in turns)) == IN_TURN


def test_the_floor_as_it_ended():
    states = {key[0]: (row["status"], row["slot"]) for key, row in IN_TURN[placements.name].items()}
    assert states == {MEETING: ("released", 2), LATER_MEETING: ("cancelled", 1), SECOND: ("cancelled", 1)}
    assert IN_TURN["timetables"][TIMETABLE,]["revision"] == 2
    fair = IN_TURN[fairs.name][FAIR,]
    assert (fair["status"], fair["date"], fair["name"]) == ("cancelled", "2023-11-22", "상생 기술협력 박람회 2023")
    assert IN_TURN["companies"][BUYER,]["name"] == "나중 이름"


def test_one_row_tells_the_whole_talk():
    outcome = own.OutcomeRecorded.new(**KEYS, outcome="purchase-intent", synthetic=True)
    tables = talk(OPENED, SME_ABSENT, HELD, RATED, outcome, NOTE, COMMITTED, ASKED)
    row = tables[consultations.name][MEETING,]
    assert (row["status"], row["absent"], row["recorded_at"]) == ("held", None, STARTS)
    assert (row["buyer_rating"], row["buyer_rating_synthetic"], row["sme_rating"]) == (4, False, None)
    assert (row["outcome"], row["outcome_synthetic"], row["synthetic"]) == ("purchase-intent", True, False)
    assert row["_version"] == 5
    note = tables[notes.name][NOTE.data["note_id"],]
    assert (note["participation_id"], note["reference"]) == (SME_SIDE, REFERENCE["reference"])
    promise = tables[commitments.name][COMMITMENT,]
    assert (promise["status"], promise["buyer_participation_id"]) == ("active", BUYER_SIDE)
    assert tables[follow_ups.name][FOLLOW_UP,]["status"] == "due"


def test_withdrawals_and_answers_point_to_their_texts():
    withdrawn = own.DevelopmentCommitmentWithdrawn.new(**KEYS, commitment_id=COMMITMENT, by="sme", reason=REFERENCE)
    answered = own.FollowUpAnswered.new(
        **KEYS, follow_up_id=FOLLOW_UP, contracted=True, amount_krw=9, comment=None, synthetic=True
    )
    tables = talk(OPENED, HELD, COMMITTED, withdrawn, ASKED, answered)
    promise = tables[commitments.name][COMMITMENT,]
    assert (promise["status"], promise["reason_reference"]) == ("withdrawn", REFERENCE["reference"])
    survey = tables[follow_ups.name][FOLLOW_UP,]
    assert (survey["status"], survey["amount_krw"], survey["comment_reference"]) == ("answered", 9, None)


def test_what_was_cancelled_before_it_opened_has_no_row():
    assert talk(own.ConsultationCancelled.new(**KEYS, cause="organiser")).get(consultations.name, {}) == {}


def test_replacement_and_move_reach_the_row():
    moved = own.ConsultationMoved.new(**KEYS, slot=2, table=3, **SLOT_2)
    replaced = own.ConsultationReplaced.new(**KEYS, replaced_by_meeting_id=LATER_MEETING)
    row = talk(OPENED, moved, SME_ABSENT, replaced)[consultations.name][MEETING,]
    assert (row["slot"], row["table_number"], row["status"]) == (2, 3, "replaced")
    assert row["replaced_by_meeting_id"] == LATER_MEETING


def test_every_published_event_of_consultation_reaches_a_read_model():
    from contracts.catalogue import EVENTS

    published = {event.TYPE for event in EVENTS if event.TYPE.startswith("consultation.")}
    assert published <= set(READ_MODELS.projectors)
