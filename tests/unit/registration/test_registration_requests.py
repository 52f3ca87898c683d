"""Consultation requests: who may ask whom, how often, and taking it back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from registration_given import (
    BUYER,
    BUYER_APPROVED,
    BUYER_REJECTED,
    BUYER_WITHDRAWN,
    CANCELLED,
    CLOSED,
    FAIR,
    OPEN,
    REASON,
    SME,
    SME_APPROVED,
    SME_COMPANY,
    SME_REJECTED,
    SME_WITHDRAWN,
    buyer_with,
    fair_with,
    refused,
    sme_with,
    some_id,
)

from contracts.rejection import Rejection
from services.registration.domain import commands, participation, request

ASK = commands.RequestConsultation(
    fair_id=FAIR,
    sme_participation_id=SME,
    buyer_participation_id=BUYER,
    technology="수소 압력센서",
    topics=["hydrogen", "sensor"],
)
FIRST = some_id("request 1")
ASKING, ASKED = sme_with(SME_APPROVED), buyer_with(BUYER_APPROVED)


def asked(state, number: int, *, technology: str | None = None, buyer=ASKED):
    """The SME after one more request."""
    ask = replace(ASK, technology=technology or f"기술 {number}")
    (event,) = request.request(state, buyer, fair_with(), ask, some_id(f"request {number}"))
    return participation.evolve(state, event)


def test_an_approved_sme_asks_an_approved_buyer():
    (event,) = request.request(ASKING, ASKED, fair_with(), ASK, FIRST)
    assert event.data["sme_company_id"] == SME_COMPANY
    state = participation.evolve(ASKING, event)
    assert [active.buyer for active in state.active_requests] == [BUYER]


@pytest.mark.parametrize(
    ("sme", "buyer", "fair", "rule"),
    [
        (ASKING, ASKED, fair_with(CLOSED), "fair.registration-closed"),
        (ASKING, ASKED, fair_with(CANCELLED), "fair.cancelled"),
        (sme_with(), ASKED, fair_with(), "participation.not-approved"),
        (sme_with(SME_REJECTED), ASKED, fair_with(), "participation.rejected"),
        (sme_with(SME_APPROVED, SME_WITHDRAWN), ASKED, fair_with(), "participation.withdrawn"),
        (ASKING, buyer_with(), fair_with(), "request.buyer-not-approved"),
        (ASKING, buyer_with(BUYER_REJECTED), fair_with(), "request.buyer-not-approved"),
        (ASKING, buyer_with(BUYER_APPROVED, BUYER_WITHDRAWN), fair_with(), "request.buyer-not-approved"),
        (ASKING, replace(ASKED, company_id=SME_COMPANY), fair_with(), "request.own-company"),
    ],
)
def test_a_request_that_may_not_be_made(sme, buyer, fair, rule):
    with refused(rule):
        request.request(sme, buyer, fair, ASK, FIRST)


def test_the_same_request_again_changes_nothing_and_another_under_its_id_is_refused():
    state = asked(ASKING, 1, technology=ASK.technology)
    assert request.request(state, buyer_with(BUYER_WITHDRAWN), fair_with(CLOSED), ASK, FIRST) == []
    with refused("request.recorded-otherwise"):
        request.request(state, ASKED, fair_with(), replace(ASK, topics=[]), FIRST)


@pytest.mark.parametrize("spelling", ["LFP Battery", "lfp battery", "LFP  battery"])
def test_a_technology_is_asked_of_a_buyer_once_however_it_is_spelt(spelling):
    state = asked(ASKING, 1, technology="LFP battery")
    with refused("request.asked-already"):
        request.request(state, ASKED, fair_with(), replace(ASK, technology=spelling), some_id("request 2"))


def test_another_buyer_may_be_asked_about_the_same_technology():
    other = replace(ASKED, participation_id=some_id("other"), company_id=some_id("other company"))
    state = asked(asked(ASKING, 1, technology="LFP battery"), 2, technology="LFP battery", buyer=other)
    assert len(state.active_requests) == 2


def full() -> participation.Participation:
    state = ASKING
    for number in range(OPEN.request_quota):
        state = asked(state, number)
    return state


def test_the_quota_is_the_most_and_is_given_back():
    state = full()
    with refused("request.quota-reached"):
        request.request(state, ASKED, fair_with(), ASK, some_id("request 9"))
    (event,) = request.withdraw_request(state, some_id("request 0"), REASON)
    state = participation.evolve(state, event)
    assert request.request(state, ASKED, fair_with(), ASK, some_id("request 9"))
    assert request.withdraw_request(state, some_id("request 0"), None) == []


def test_a_request_taken_back_may_be_made_anew_under_another_id():
    state = asked(ASKING, 1)
    (event,) = request.withdraw_request(state, FIRST, None)
    state = participation.evolve(state, event)
    assert request.request(state, ASKED, fair_with(), replace(ASK, technology="기술 1"), some_id("request 2"))


def test_requests_to_buyers_that_withdrew_do_not_count():
    other = replace(ASKED, participation_id=some_id("other"), company_id=some_id("other company"))
    assert request.request(full(), other, fair_with(), ASK, some_id("request 9"), frozenset({BUYER}))


def test_an_sme_that_withdraws_takes_its_requests_with_it():
    state = participation.evolve(full(), SME_WITHDRAWN)
    assert state.active_requests == ()
    assert request.withdraw_request(state, some_id("request 0"), None) == []


steps = st.lists(st.tuples(st.sampled_from(["ask", "take back"]), st.integers(0, 5), st.integers(0, 2)), max_size=40)


@given(steps)
def test_active_requests_never_exceed_the_quota_nor_ask_twice(sequence):
    state, count, accepted = ASKING, 0, 0
    for action, number, topic in sequence:
        try:
            if action == "ask":
                ask = replace(ASK, technology=f"기술 {topic}-{number % 2}")
                decided = request.request(state, ASKED, fair_with(), ask, some_id(f"request {number}"))
                count += len(decided)
            elif some_id(f"request {number}") in state.requests:
                decided = request.withdraw_request(state, some_id(f"request {number}"), None)
                count -= len(decided)
            else:
                continue
        except Rejection:
            continue
        for event in decided:
            state = participation.evolve(state, event)
            accepted += 1
        active = state.active_requests
        assert len(active) == count <= OPEN.request_quota
        assert len({(item.buyer, item.data["technology"]) for item in active}) == count
    assert accepted >= len(state.requests)
