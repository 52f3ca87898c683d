"""Briefings with their seats, and challenges."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registration_given import (
    BUYER_APPROVED,
    BUYER_COMPANY,
    BUYER_WITHDRAWN,
    CANCELLED,
    CLOSED,
    FAIR,
    SME,
    SME_APPROVED,
    SME_COMPANY,
    SME_WITHDRAWN,
    briefing_with,
    buyer_with,
    challenge_with,
    company_with,
    fair_with,
    refused,
    registered,
    sme_with,
    some_id,
)

from contracts.rejection import Rejection
from services.registration.domain import briefing, challenge, commands
from services.registration.domain.company import Company

BRIEFING, SEAT, CHALLENGE = some_id("briefing"), some_id("seat"), some_id("challenge")
ANNOUNCE = commands.ScheduleBriefing(
    fair_id=FAIR,
    kind="technology",
    hosts=["케이티", "포항공대"],
    starts_at="2023-11-21T05:00:00.000000Z",
    ends_at="2023-11-21T06:00:00.000000Z",
    seats=2,
)
BOOK = commands.BookSeat(fair_id=FAIR, briefing_id=BRIEFING, participation_id=SME)
(SCHEDULED,) = briefing.schedule_briefing(briefing.Briefing(), fair_with(), ANNOUNCE, BRIEFING)
APPROVED = sme_with(SME_APPROVED)
PROPOSE = commands.ProposeChallenge(fair_id=FAIR, proposer="케이티", title="6G 안테나", company_id=BUYER_COMPANY)
SELECT = commands.SelectSmeForChallenge(fair_id=FAIR, challenge_id=CHALLENGE, sme_company_id=SME_COMPANY)
KNOWN = company_with(registered())


def participant(number: int):
    return replace(APPROVED, participation_id=some_id(f"participant {number}"))


def test_a_briefing_is_scheduled_once():
    state = briefing_with(SCHEDULED)
    assert briefing.schedule_briefing(state, fair_with(CANCELLED), ANNOUNCE, BRIEFING) == []
    with refused("briefing.recorded-otherwise"):
        briefing.schedule_briefing(state, fair_with(), replace(ANNOUNCE, seats=3), BRIEFING)


@pytest.mark.parametrize(
    ("change", "fair", "rule"),
    [
        ({"ends_at": ANNOUNCE.starts_at}, fair_with(), "briefing.ends-before-it-starts"),
        ({"hosts": []}, fair_with(), "briefing.no-host"),
        ({}, fair_with(CANCELLED), "fair.cancelled"),
    ],
)
def test_a_briefing_that_cannot_be(change, fair, rule):
    with refused(rule):
        briefing.schedule_briefing(briefing.Briefing(), fair, replace(ANNOUNCE, **change), BRIEFING)


def test_a_participant_holds_one_seat_until_it_is_released():
    state = briefing_with(SCHEDULED)
    (booked,) = briefing.book_seat(state, fair_with(CLOSED), APPROVED, BOOK, SEAT)
    state = briefing.evolve(state, booked)
    assert briefing.book_seat(state, fair_with(), APPROVED, BOOK, some_id("new")) == []
    assert briefing.book_seat(state, fair_with(), APPROVED, replace(BOOK, seat_id=SEAT), some_id("new")) == []
    with refused("briefing.one-seat-each"):
        briefing.book_seat(state, fair_with(), APPROVED, replace(BOOK, seat_id=some_id("seat 2")), some_id("new"))
    with refused("seat.recorded-otherwise"):
        briefing.book_seat(state, fair_with(), participant(1), replace(BOOK, seat_id=SEAT), some_id("new"))
    (released,) = briefing.release_seat(state, SEAT)
    state = briefing.evolve(state, released)
    assert state.held == {}
    assert briefing.release_seat(state, SEAT) == []
    assert briefing.book_seat(state, fair_with(), APPROVED, BOOK, some_id("seat 2"))


def test_a_released_seat_of_someone_who_booked_anew_does_not_release_the_new_one():
    state = briefing_with(SCHEDULED)
    for seat in (SEAT, some_id("seat 2")):
        (booked,) = briefing.book_seat(state, fair_with(), APPROVED, BOOK, seat)
        state = briefing.evolve(state, booked)
        if seat == SEAT:
            state = briefing.evolve(state, briefing.release_seat(state, seat)[0])
    assert briefing.release_seat(state, SEAT) == []


def test_seats_are_for_the_approved_of_a_fair_that_takes_place_while_there_are_any():
    state = briefing_with(SCHEDULED)
    with refused("participation.not-approved"):
        briefing.book_seat(state, fair_with(), sme_with(), BOOK, SEAT)
    with refused("participation.withdrawn"):
        briefing.book_seat(state, fair_with(), sme_with(SME_APPROVED, SME_WITHDRAWN), BOOK, SEAT)
    with refused("fair.cancelled"):
        briefing.book_seat(state, fair_with(CANCELLED), APPROVED, BOOK, SEAT)
    for number in range(ANNOUNCE.seats):
        (booked,) = briefing.book_seat(state, fair_with(), participant(number), BOOK, some_id(f"seat {number}"))
        state = briefing.evolve(state, booked)
    with refused("briefing.full"):
        briefing.book_seat(state, fair_with(), APPROVED, BOOK, SEAT)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 6)), max_size=40))
def test_no_sequence_takes_more_seats_than_there_are_or_two_for_one(sequence):
    state, taken = briefing_with(SCHEDULED), set()
    for books, who, which in sequence:
        seat = some_id(f"seat {which}")
        try:
            if books:
                decided = briefing.book_seat(
                    state, fair_with(), participant(who), replace(BOOK, seat_id=seat), some_id("unused")
                )
                taken |= {event.data["seat_id"] for event in decided}
            elif seat in state.booked:
                decided = briefing.release_seat(state, seat)
                taken -= {event.data["seat_id"] for event in decided}
            else:
                continue
        except Rejection:
            continue
        for event in decided:
            state = briefing.evolve(state, event)
        assert set(state.held.values()) == taken
        assert len(state.held) == len(taken) <= ANNOUNCE.seats


def test_a_challenge_is_proposed_once():
    (event,) = challenge.propose(challenge.Challenge(), fair_with(), buyer_with(BUYER_APPROVED), PROPOSE, CHALLENGE)
    state = challenge_with(event)
    assert challenge.propose(state, fair_with(CANCELLED), buyer_with(BUYER_WITHDRAWN), PROPOSE, CHALLENGE) == []
    with refused("challenge.recorded-otherwise"):
        challenge.propose(state, fair_with(), None, replace(PROPOSE, title="다른 과제"), CHALLENGE)


def test_a_challenge_of_a_company_outside_the_fair_names_no_company():
    unnamed = replace(PROPOSE, company_id=None, proposer="에스케이에코플랜트")
    assert challenge.propose(challenge.Challenge(), fair_with(CLOSED), None, unnamed, CHALLENGE)


def test_a_proposer_that_takes_part_is_approved_and_the_fair_takes_place():
    with refused("participation.not-approved"):
        challenge.propose(challenge.Challenge(), fair_with(), buyer_with(), PROPOSE, CHALLENGE)
    with refused("fair.cancelled"):
        challenge.propose(challenge.Challenge(), fair_with(CANCELLED), buyer_with(BUYER_APPROVED), PROPOSE, CHALLENGE)


def test_one_sme_is_selected():
    (proposed,) = challenge.propose(challenge.Challenge(), fair_with(), buyer_with(BUYER_APPROVED), PROPOSE, CHALLENGE)
    (selected,) = challenge.select_sme(challenge_with(proposed), fair_with(), KNOWN, SELECT)
    state = challenge_with(proposed, selected)
    assert challenge.select_sme(state, fair_with(CANCELLED), KNOWN, SELECT) == []
    with refused("challenge.sme-selected-already"):
        challenge.select_sme(state, fair_with(), KNOWN, replace(SELECT, sme_company_id=some_id("another")))
    with refused("company.unknown"):
        challenge.select_sme(challenge_with(proposed), fair_with(), Company(), SELECT)
    with refused("fair.cancelled"):
        challenge.select_sme(challenge_with(proposed), fair_with(CANCELLED), KNOWN, SELECT)
