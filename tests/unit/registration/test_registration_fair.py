"""The life of a fair, its schedule, and what is shown and said at it."""

from dataclasses import replace

import pytest
from registration_given import (
    CANCELLED,
    CLOSED,
    DUE,
    FAIR,
    OPEN,
    OPENED,
    OTHER_COMPANY,
    REASON,
    SCHEDULE,
    SCHEDULED,
    SLOTS,
    SME_COMPANY,
    company_with,
    fair_with,
    refused,
    registered,
    some_id,
)

from contracts import registration as events
from services.registration.domain import commands, fair, stage
from services.registration.domain.company import Company

LATER_SLOTS = [
    {**slot, **{key: slot[key].replace("-21T", "-28T") for key in ("starts_at", "ends_at")}} for slot in SLOTS
]
RESCHEDULE = commands.RescheduleFair(fair_id=FAIR, date="2023-11-28", slots=LATER_SLOTS, answers_due_at=DUE)
KNOWN = company_with(registered())


def test_a_fair_opens_and_opening_it_again_changes_nothing():
    assert fair_with().status == "open"
    assert fair.open_fair(fair_with(), OPEN, FAIR) == []


def test_a_repeated_opening_is_known_even_after_corrections_and_closing():
    corrected = events.FairCorrected.new(fair_id=FAIR, name="다른 이름", venue="킨텍스", reason=REASON)
    assert fair.open_fair(fair_with(corrected, CLOSED), OPEN, FAIR) == []


def test_another_fair_cannot_take_the_id():
    with refused("fair.recorded-otherwise"):
        fair.open_fair(fair_with(), replace(OPEN, venue="킨텍스"), FAIR)


@pytest.mark.parametrize("zone", ["Asia/Seul", "../../etc/passwd", "Asia", "", "서울", "a\0b"])
def test_a_time_zone_must_exist(zone):
    with refused("fair.time-zone-unknown"):
        fair.open_fair(fair.Fair(), replace(OPEN, time_zone=zone), FAIR)


def test_a_fair_is_scheduled_once():
    state = fair_with(SCHEDULED)
    assert state.schedule is not None
    assert state.schedule.numbers == {1, 2, 3}
    assert fair.schedule_fair(state, SCHEDULE) == []
    with refused("fair.already-scheduled"):
        fair.schedule_fair(state, replace(SCHEDULE, hall_tables=39))
    with refused("fair.cancelled"):
        fair.schedule_fair(fair_with(CANCELLED), SCHEDULE)


def slot(number: int, starts: str, ends: str) -> dict:
    return {
        "slot": number,
        "starts_at": f"2023-11-21T{starts}:00.000000Z",
        "ends_at": f"2023-11-21T{ends}:00.000000Z",
    }


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"slots": []}, "slots-not-numbered"),
        ({"slots": SLOTS[1:]}, "slots-not-numbered"),
        ({"slots": [SLOTS[0], SLOTS[0]]}, "slots-not-numbered"),
        ({"slots": [slot(1, "04:00", "04:00")]}, "slot-ends-before-it-starts"),
        ({"slots": [slot(1, "04:00", "04:31"), slot(2, "04:30", "05:00")]}, "slots-overlap"),
        ({"slots": [slot(1, "05:00", "06:00"), slot(2, "04:00", "05:00")]}, "slots-overlap"),
        ({"slots": [slot(1, "14:30", "15:01")], "lunch_after": None}, "slot-on-another-day"),
        ({"lunch_after": 3}, "lunch-after-last-slot"),
        ({"answers_due_at": "2023-11-21T04:00:00.000001Z"}, "answers-due-too-late"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused(change, rule):
    with refused(f"schedule.{rule}"):
        fair.schedule_fair(fair_with(), replace(SCHEDULE, **change))
    with refused(f"schedule.{rule}"):
        moved = {"lunch_after": 2, **change}
        fair.reschedule(fair_with(), replace(RESCHEDULE, date="2023-11-21", **{"slots": SLOTS, **moved}), None)


def test_the_day_is_that_of_the_fairs_own_zone():
    utc = replace(OPEN, time_zone="America/New_York")
    (opened,) = fair.open_fair(fair.Fair(), utc, FAIR)
    state = fair.evolve(fair.Fair(), opened)
    with refused("schedule.slot-on-another-day"):
        fair.schedule_fair(state, SCHEDULE)


def test_a_fair_moves_to_another_day_once():
    (event,) = fair.reschedule(fair_with(SCHEDULED), RESCHEDULE, REASON)
    state = fair_with(SCHEDULED, event)
    assert (state.date, state.schedule.slots[0].starts_at) == ("2023-11-28", LATER_SLOTS[0]["starts_at"])
    assert fair.reschedule(state, RESCHEDULE, None) == []
    assert fair.schedule_fair(state, SCHEDULE) == []
    with refused("fair.cancelled"):
        fair.reschedule(fair_with(CANCELLED), RESCHEDULE, None)


def test_registration_closes_once():
    close = commands.CloseRegistration(fair_id=FAIR)
    assert fair.close_registration(fair_with(), close) == [CLOSED]
    assert fair.close_registration(fair_with(CLOSED), close) == []
    with refused("fair.cancelled"):
        fair.close_registration(fair_with(CANCELLED), close)


def test_a_fair_is_cancelled_once_also_when_closed():
    cancel = commands.CancelFair(fair_id=FAIR)
    assert fair.cancel(fair_with(CLOSED), cancel, None) == [CANCELLED]
    assert fair.cancel(fair_with(CANCELLED), cancel, None) == []


def test_name_and_venue_are_corrected_once():
    correct = commands.CorrectFair(fair_id=FAIR, name=OPEN.name, venue="코엑스 B홀", reason="장소 오기")
    (event,) = fair.correct(fair_with(), correct, REASON)
    assert fair_with(event).venue == "코엑스 B홀"
    assert fair.correct(fair_with(event), correct, REASON) == []


def test_what_needs_an_open_fair():
    fair.require_open(fair_with())
    with refused("fair.registration-closed"):
        fair.require_open(fair_with(CLOSED))
    with refused("fair.cancelled"):
        fair.require_open(fair_with(CANCELLED))


SHOWCASE = commands.ScheduleShowcase(fair_id=FAIR, sme_company_id=SME_COMPANY, buyer_company_ids=[OTHER_COMPANY])
AWARD = commands.GrantAward(fair_id=FAIR, category="contribution", company_id=SME_COMPANY, recipient="홍길동")
CLAIM = commands.RecordSourceClaim(fair_id=FAIR, subject="buyers", value=40, source="press-release-2023")
THING = some_id("thing")


def test_a_showcase_is_scheduled_once():
    (event,) = stage.schedule_showcase(fair_with(), SHOWCASE, THING, (KNOWN, KNOWN))
    state = fair_with(event, CANCELLED)
    assert stage.schedule_showcase(state, SHOWCASE, THING, (KNOWN, KNOWN)) == []
    with refused("showcase.recorded-otherwise"):
        stage.schedule_showcase(state, replace(SHOWCASE, buyer_company_ids=[]), THING, (KNOWN,))


def test_a_showcase_names_known_companies_and_not_the_sme_as_its_own_buyer():
    with refused("company.unknown"):
        stage.schedule_showcase(fair_with(), SHOWCASE, THING, (KNOWN, Company()))
    with refused("showcase.company-on-both-sides"):
        stage.schedule_showcase(fair_with(), replace(SHOWCASE, buyer_company_ids=[SME_COMPANY]), THING, (KNOWN,))
    with refused("fair.cancelled"):
        stage.schedule_showcase(fair_with(CANCELLED), SHOWCASE, THING, (KNOWN, KNOWN))


def test_an_award_is_granted_once_and_names_its_recipient_in_the_vault_only():
    (event,) = stage.grant_award(fair_with(), AWARD, THING, (KNOWN,), REASON)
    assert "홍길동" not in repr(event)
    assert "홍길동" not in repr(AWARD)
    another_reference = {**REASON, "reference": some_id("another")}
    assert stage.grant_award(fair_with(event), AWARD, THING, (KNOWN,), another_reference) == []
    with refused("award.recorded-otherwise"):
        stage.grant_award(fair_with(event), replace(AWARD, category="technology"), THING, (KNOWN,), REASON)


def test_an_award_needs_a_fair_that_takes_place_and_a_known_company_or_none():
    assert stage.grant_award(fair_with(), replace(AWARD, company_id=None), THING, (), None)
    with refused("company.unknown"):
        stage.grant_award(fair_with(), AWARD, THING, (Company(),), None)
    with refused("fair.cancelled"):
        stage.grant_award(fair_with(CANCELLED), AWARD, THING, (KNOWN,), None)


def test_claims_stand_side_by_side_also_for_a_cancelled_fair():
    (first,) = stage.record_claim(fair_with(CANCELLED), CLAIM, THING)
    state = fair_with(CANCELLED, first)
    assert stage.record_claim(state, CLAIM, THING) == []
    (second,) = stage.record_claim(state, replace(CLAIM, subject="buyers-listed", value=39), some_id("second"))
    assert len(fair.evolve(state, second).claims) == 2
    with refused("claim.recorded-otherwise"):
        stage.record_claim(state, replace(CLAIM, value=39), THING)


def test_facts_that_a_fair_does_not_know_leave_it_alone():
    assert fair.evolve(fair_with(), registered()) == fair_with()
    assert OPENED[0].type == "registration.fair-opened"
