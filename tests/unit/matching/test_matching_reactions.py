"""What other services' events do to the floor: once, however often and however late they arrive."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_given import B1, FAIR, MORNING, S1, S2, TIMES, buyer, request, sme
from matching_office import DUE, LONG_AGO, SCHEDULE, Fair, Office, as_sme, on_site

from contracts import consultation, registration
from contracts.envelope import Envelope
from services.chassis.folding import MemoryRows, Projection
from services.matching.definition import SERVICE
from services.matching.domain import commands
from services.matching.projections import READ_MODELS


def no_show(office, fair, absent="sme"):
    meeting_id = office.row("meetings", status="placed")["meeting_id"]
    event = consultation.NoShowRecorded.new(fair_id=FAIR, meeting_id=meeting_id, absent=absent, synthetic=True)
    return fair.wire.send(meeting_id, event, TIMES[0])


def outcome(office, fair, came_to="further-talks"):
    meeting_id = office.rows("meetings", status="placed")[0]["meeting_id"]
    event = consultation.OutcomeRecorded.new(fair_id=FAIR, meeting_id=meeting_id, outcome=came_to, synthetic=True)
    return fair.wire.send(meeting_id, event, TIMES[1])


def checked_out(fair, at):
    event = registration.ParticipantCheckedOut.new(fair_id=FAIR, participation_id=S1, side="sme")
    return fair.wire.send(S1, event, at)


def cancelled(fair):
    return fair.wire.send(FAIR, registration.FairCancelled.new(fair_id=FAIR, reason=None), MORNING)


def rescheduled(fair):
    event = registration.FairRescheduled.new(fair_id=FAIR, date="2023-11-22", **SCHEDULE, reason=None)
    return fair.wire.send(FAIR, event, MORNING)


@pytest.fixture
def day(office, fair) -> Office:
    """One meeting, B1 with S1 in slot 1, published."""
    office.take_in(fair.asking("B1", "S1"))
    office.answer("B1", "S1")
    office.publish()
    return office


def test_a_no_show_frees_the_table_and_the_line_moves(day, fair):
    day.take_in(
        fair.wire.send(buyer("B1"), registration.AvailabilityDeclared.new(fair_id=FAIR, participation_id=B1, slots=[1]))
    )
    day.do(on_site("B1", "S2"), as_sme("S2"), TIMES[0])
    event = no_show(day, fair)
    day.take_in(event)
    assert day.types()[-2:] == ["meeting-released", "on-site-meeting-placed"]
    assert day.row("meetings", sme_participation_id=S1)["absent"] == "sme"
    assert day.row("meetings", sme_participation_id=S2)["slot"] == 1


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (lambda fair: fair.withdrawn("S1"), ["participant-left-floor", "meeting-cancelled"]),
        (lambda fair: fair.withdrawn("B1"), ["participant-left-floor", "meeting-cancelled"]),
        (lambda fair: fair.withdrawn("S3"), ["participant-left-floor"]),
        (lambda fair: fair.request_withdrawn("B1", "S1"), ["request-dropped"]),
        (lambda fair: checked_out(fair, MORNING), ["participant-left-floor", "meeting-cancelled"]),
        (lambda fair: checked_out(fair, TIMES[0]), ["participant-left-floor"]),
        (cancelled, ["meeting-cancelled", "floor-closed"]),
        (rescheduled, ["meeting-cancelled", "timetable-withdrawn"]),
    ],
)
def test_each_cause_has_its_effect_once(day, fair, cause, expected):
    before = day.types()
    event = cause(fair)
    day.take_in(event)
    assert day.types()[len(before) :][: len(expected)] == expected
    after = day.types()
    day.take_in(event)
    day.react_again(event)
    assert day.types() == after


def test_a_no_show_is_handled_once_and_a_late_one_not_at_all(day, fair):
    event = no_show(day, fair)
    day.take_in(event)
    after = day.types()
    day.take_in(event)
    day.react_again(event)
    assert day.types() == after


def test_a_no_show_after_the_cancellation_of_the_fair_does_nothing(day, fair):
    event = no_show(day, fair)
    day.take_in(cancelled(fair))
    after = day.types()
    day.take_in(event)
    assert day.types() == after


def test_after_rescheduling_a_new_timetable_can_be_planned(day, fair):
    day.take_in(rescheduled(fair))
    assert day.seats() == set()
    assert {row["status"] for row in day.rows("timetables")} == {"withdrawn"}
    day.publish()
    assert day.seats() == {(request("B1", "S1"), 1)}


def test_who_withdrew_before_anything_was_planned_is_never_placed(office, fair):
    office.take_in(fair.asking("B1", "S1"), fair.withdrawn("S1"))
    office.do(commands.AnswerRequest(FAIR, request("B1", "S1"), "accept"), at=LONG_AGO)
    timetable_id = office.plan()
    assert office.reasons(timetable_id) == {request("B1", "S1"): "withdrawn"}


def test_a_withdrawal_that_overtakes_everything_else_still_holds(tmp_path, fair):
    """The SME's stream arrives complete before the fair and the buyer are known."""
    office = Office(tmp_path)
    told = fair.opening()
    asked, gone = fair.asking("B1", "S1"), fair.withdrawn("S1")
    early = [envelope for envelope in told if envelope.stream_id.endswith(S1)]
    office.take_in(*early, asked, gone)
    office.take_in(*(envelope for envelope in told if envelope not in early))
    assert office.types() == ["participant-left-floor"]
    assert office.reasons(office.plan()) == {request("B1", "S1"): "withdrawn"}
    office.close()


def test_a_request_to_a_buyer_that_has_not_arrived_waits_for_it(tmp_path, fair):
    office = Office(tmp_path)
    told = fair.opening()
    late = [envelope for envelope in told if envelope.stream_id.endswith(B1)]
    office.take_in(*(envelope for envelope in told if envelope not in late), fair.asking("B1", "S1"))
    office.do(commands.AnswerRequest(FAIR, request("B1", "S1"), "accept"), at=LONG_AGO)
    assert office.reasons(office.plan()) == {request("B1", "S1"): "no-common-slot"}
    office.take_in(*late)
    office.plan()
    assert office.seats() == {(request("B1", "S1"), 1)}
    office.close()


def test_schedules_are_set_for_expiries_deadlines_and_plans(day):
    types = set(SERVICE.schedules)
    assert types == {
        "matching.buyer-answered", "matching.timetable-requested", "registration.fair-scheduled",
        "registration.fair-rescheduled",
    }  # fmt: skip
    day.answer("B1", "S1", "must-meet", expires_at=DUE)
    assert day.tick() == 1
    assert day.tick() == 0


def eventful(folder) -> tuple[list[Envelope], dict]:
    """Everything a fair's matching can see, and the rows that its own database shows afterwards."""
    office, fair = Office(folder), Fair()
    told = fair.opening()

    def take(*envelopes):
        told.extend(envelopes)
        office.take_in(*envelopes)

    office.take_in(*told)
    take(*(fair.asking(b, s) for b in ("B1", "B2") for s in ("S1", "S2", "S3")))
    for b, s, kind in (
        ("B1", "S1", "accept"),
        ("B1", "S2", "must-meet"),
        ("B2", "S1", "decline"),
        ("B2", "S2", "accept"),
    ):
        office.answer(b, s, kind)
    office.plan()
    timetable_id = office.publish()
    take(fair.request_withdrawn("B1", "S3"))
    office.do(commands.ExcludePair(FAIR, buyer("B2"), sme("S3")), as_sme("S3"))
    office.answer("B2", "S1")
    office.revise(timetable_id)
    for b, s in (("B1", "S3"), ("B2", "S3")):
        if b == "B1":
            office.do(on_site(b, s), as_sme(s), TIMES[0])
    take(outcome(office, fair))
    take(fair.withdrawn("S2"), rescheduled(fair))
    office.publish()
    take(cancelled(fair))
    events = told + office.stored()
    rows = {name: office.rows(name) for name in READ_MODELS.metadata.tables}
    office.close()
    return events, rows


def content(rows):
    return {
        name: sorted((tuple(sorted(row.items(), key=lambda item: item[0])) for row in found), key=repr)
        for name, found in rows.items()
        if found
    }


def test_read_models_are_equal_under_every_order_that_keeps_the_streams(tmp_path):
    events, live = eventful(tmp_path)
    live_rows = content(live)
    assert len(live_rows) == len(READ_MODELS.metadata.tables)

    @given(st.integers())
    @settings(deadline=None, max_examples=25, database=None)
    def in_any_order(seed):
        rows = MemoryRows()
        projection = Projection(READ_MODELS, rows)
        queues: dict[str, list[Envelope]] = {}
        for event in events:
            queues.setdefault(event.stream_id, []).append(event)
        chance = random.Random(seed)
        while queues:
            stream_id = chance.choice(sorted(queues))
            projection.apply(queues[stream_id].pop(0))
            if not queues[stream_id]:
                del queues[stream_id]
        assert content({name: list(found.values()) for name, found in rows.tables.items()}) == live_rows

    in_any_order()
