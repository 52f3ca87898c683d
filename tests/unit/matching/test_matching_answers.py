"""Answers and exclusions of one buyer."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st
from matching_given import B1, FAIR, MORNING, S1, S2, TIMES, refused, request, types

from contracts.matching import ANSWERS as KINDS
from services.matching.domain.answers import (
    Answers,
    Asked,
    answer,
    evolve,
    exclude,
    expire_answer,
    expire_unanswered,
)

ASKED = Asked(FAIR, request("B1", "S1"), B1, S1)
OTHER = Asked(FAIR, request("B1", "S2"), B1, S2)
DUE = TIMES[0]


def given_answer(state=None, kind="accept", *, asked=ASKED, expires_at=None, now=MORNING, due_at=DUE):
    return answer(state or Answers(), asked, kind, expires_at=expires_at, synthetic=True, now=now, due_at=due_at)


def after(*decisions):
    """The state after events, one decision after the other."""
    return reduce(evolve, [event for events in decisions for event in events], Answers())


def test_an_answer_stands_until_another_one_replaces_it():
    accepted = after(given_answer())
    assert accepted.standing(ASKED.request_id) == "accept"
    declined = reduce(evolve, given_answer(accepted, "decline"), accepted)
    assert declined.standing(ASKED.request_id) == "declined"
    assert reduce(evolve, given_answer(declined, "must-meet"), declined).standing(ASKED.request_id) == "must-meet"
    assert accepted.standing(OTHER.request_id) == "unanswered"


def test_the_same_answer_again_is_no_event():
    assert given_answer(after(given_answer())) == []
    assert types(given_answer(after(given_answer()), expires_at=DUE)) == ["buyer-answered"]


def test_an_expiry_lies_ahead_and_belongs_to_a_yes():
    refused("answer.expiry-impossible", given_answer, expires_at=MORNING)
    refused("answer.expiry-impossible", given_answer, kind="decline", expires_at=DUE)


def test_an_answer_lapses_once_unless_replaced():
    lapsing = given_answer(expires_at=DUE)
    state = after(lapsing)
    events = expire_answer(state, FAIR, ASKED.request_id, B1, DUE)
    assert types(events) == ["answer-expired"]
    assert events[0].data["answer"] == "accept"
    assert expire_answer(after(lapsing, events), FAIR, ASKED.request_id, B1, DUE) == []
    assert expire_answer(after(lapsing, given_answer(state)), FAIR, ASKED.request_id, B1, DUE) == []
    assert expire_answer(Answers(), FAIR, ASKED.request_id, B1, DUE) == []
    assert types(given_answer(after(lapsing, events), expires_at=DUE)) == ["buyer-answered"]


def test_only_what_was_never_answered_expires_at_the_deadline():
    state = after(given_answer(kind="decline"))
    events = expire_unanswered(state, FAIR, B1, [ASKED.request_id, OTHER.request_id])
    assert [(event.data["request_id"], event.data["answer"]) for event in events] == [(OTHER.request_id, None)]
    expired = reduce(evolve, events, state)
    assert expired.standing(OTHER.request_id) == "expired"
    assert expire_unanswered(expired, FAIR, B1, [ASKED.request_id, OTHER.request_id]) == []


def test_after_the_deadline_a_buyer_gives_no_first_answer_but_may_change_one():
    refused("answer.too-late", given_answer, now=TIMES[1])
    expired = after(expire_unanswered(Answers(), FAIR, B1, [ASKED.request_id]))
    refused("answer.too-late", given_answer, expired, now=TIMES[1])
    assert types(given_answer(after(given_answer()), "decline", now=TIMES[1])) == ["buyer-answered"]
    assert types(given_answer(expired, now=TIMES[1], due_at=None)) == ["buyer-answered"]
    assert types(given_answer(expired, now=MORNING)) == ["buyer-answered"]


def test_an_excluded_pair_can_only_be_declined():
    state = after(exclude(Answers(), FAIR, B1, S1, "sme"))
    refused("pair.excluded", given_answer, state)
    assert types(given_answer(state, "decline")) == ["buyer-answered"]
    assert types(given_answer(state, asked=OTHER)) == ["buyer-answered"]
    assert exclude(state, FAIR, B1, S1, "buyer") == []


@given(st.lists(st.sampled_from([*KINDS, "expire"]), max_size=12))
def test_what_stands_is_the_last_that_was_said(steps):
    state, last = Answers(), "unanswered"
    for step in steps:
        if step == "expire":
            events = expire_unanswered(state, FAIR, B1, [ASKED.request_id])
            last = "expired" if last == "unanswered" else last
        else:
            events = given_answer(state, step)
            last = "declined" if step == "decline" else step
        state = reduce(evolve, events, state)
        assert state.standing(ASKED.request_id) == last
