"""Given events, when a command, then events: notes, ratings, outcome, commitments, follow-ups."""

import pytest
from consultation_given import (
    ASKED,
    CANCELLED,
    COMMITMENT,
    COMMITTED,
    FOLLOW_UP,
    HELD,
    KEYS,
    OPENED,
    RATED,
    REFERENCE,
    SME_ABSENT,
    given,
)

from contracts import consultation as events
from contracts.identity import derived_id
from contracts.rejection import Rejection
from services.consultation.domain import assessment, commands, commitment, follow_up

NOTE = derived_id("note")
MAKE = commands.MakeCommitment(**KEYS, programme_kind="co-investment", planned_total_krw=300_000_000)
WITHDRAW = commands.WithdrawCommitment(**KEYS, commitment_id=COMMITMENT)
WITHDRAWN = events.DevelopmentCommitmentWithdrawn.new(**KEYS, commitment_id=COMMITMENT, by="sme", reason=None)
ASK = commands.AskFollowUp(**KEYS, due_at=ASKED.data["due_at"])
NOT_HELD = pytest.mark.parametrize(
    "facts", [(OPENED,), (OPENED, SME_ABSENT), (OPENED, CANCELLED)], ids=["awaited", "no-show", "cancelled"]
)


def answered(contracted, amount, comment=None, *, synthetic=False):
    return events.FollowUpAnswered.new(
        **KEYS, follow_up_id=FOLLOW_UP, contracted=contracted, amount_krw=amount, comment=comment, synthetic=synthetic
    )


@pytest.mark.parametrize("facts", [(OPENED,), (OPENED, HELD), (OPENED, SME_ABSENT)])
def test_a_note_is_written_before_and_after(facts):
    written = assessment.write_note(
        given(*facts), commands.WriteNote(**KEYS, text="좋았다"), by="sme", note_id=NOTE, note=REFERENCE
    )
    assert written == [events.NoteWritten.new(**KEYS, note_id=NOTE, by="sme", note=REFERENCE)]


def test_a_cancelled_meeting_takes_no_notes():
    with pytest.raises(Rejection, match=r"^consultation\.cancelled:"):
        assessment.write_note(
            given(OPENED, CANCELLED), commands.WriteNote(**KEYS, text="-"), by="sme", note_id=NOTE, note=REFERENCE
        )


def test_the_text_of_a_note_is_not_shown_with_the_command():
    assert "비밀" not in repr(commands.WriteNote(**KEYS, text="비밀"))


def test_each_side_rates_once_and_may_change_its_mind():
    state = given(OPENED, HELD)
    assert assessment.rate(state, commands.Rate(**KEYS, score=4), by="buyer") == [RATED]
    state = given(OPENED, HELD, RATED)
    assert assessment.rate(state, commands.Rate(**KEYS, score=4), by="buyer") == []
    for by, score in (("buyer", 5), ("sme", 4)):
        expected = events.ConsultationRated.new(**KEYS, by=by, score=score, synthetic=False)
        assert assessment.rate(state, commands.Rate(**KEYS, score=score), by=by) == [expected]


def test_a_real_rating_replaces_a_made_up_one_of_the_same_score():
    made_up = events.ConsultationRated.new(**KEYS, by="buyer", score=4, synthetic=True)
    assert assessment.rate(given(OPENED, HELD, made_up), commands.Rate(**KEYS, score=4), by="buyer") == [RATED]


@pytest.mark.parametrize("score", [0, 6, -1])
def test_scores_run_from_one_to_five(score):
    with pytest.raises(Rejection, match=r"^rating\.out-of-range:"):
        assessment.rate(given(OPENED, HELD), commands.Rate(**KEYS, score=score), by="buyer")


@pytest.mark.parametrize("outcome", events.OUTCOMES)
def test_an_outcome_is_recorded_once_and_may_be_replaced(outcome):
    state = given(OPENED, HELD)
    recorded = events.OutcomeRecorded.new(**KEYS, outcome=outcome, synthetic=False)
    command = commands.RecordOutcome(**KEYS, outcome=outcome)
    assert assessment.record_outcome(state, command) == [recorded]
    assert assessment.record_outcome(given(OPENED, HELD, recorded), command) == []
    other = commands.RecordOutcome(**KEYS, outcome=next(each for each in events.OUTCOMES if each != outcome))
    assert len(assessment.record_outcome(given(OPENED, HELD, recorded), other)) == 1


def test_outcomes_come_from_the_list():
    with pytest.raises(Rejection, match=r"^outcome\.unknown:"):
        assessment.record_outcome(given(OPENED, HELD), commands.RecordOutcome(**KEYS, outcome="great"))


@NOT_HELD
def test_nothing_is_said_of_a_talk_that_was_not_held(facts):
    state = given(*facts)
    with pytest.raises(Rejection, match=r"^consultation\.not-held:"):
        assessment.rate(state, commands.Rate(**KEYS, score=3), by="sme")
    with pytest.raises(Rejection, match=r"^consultation\.not-held:"):
        assessment.record_outcome(state, commands.RecordOutcome(**KEYS, outcome="no-interest"))
    with pytest.raises(Rejection, match=r"^consultation\.not-held:"):
        commitment.make(state, MAKE, commitment_id=COMMITMENT)


def test_a_commitment_is_made():
    assert commitment.make(given(OPENED, HELD), MAKE, commitment_id=COMMITMENT) == [COMMITTED]


def test_the_standing_commitment_made_again_changes_nothing():
    assert commitment.make(given(OPENED, HELD, COMMITTED), MAKE, commitment_id=derived_id("other")) == []


def test_a_second_commitment_waits_for_the_withdrawal_of_the_first():
    more = commands.MakeCommitment(**KEYS, programme_kind="co-investment", planned_total_krw=1)
    with pytest.raises(Rejection, match=r"^commitment\.already-active:"):
        commitment.make(given(OPENED, HELD, COMMITTED), more, commitment_id=derived_id("other"))
    state = given(OPENED, HELD, COMMITTED, WITHDRAWN)
    assert len(commitment.make(state, more, commitment_id=derived_id("other"))) == 1


def test_commitments_name_a_known_kind_of_programme():
    command = commands.MakeCommitment(**KEYS, programme_kind="gift", planned_total_krw=1)
    with pytest.raises(Rejection, match=r"^commitment\.unknown-programme-kind:"):
        commitment.make(given(OPENED, HELD), command, commitment_id=COMMITMENT)


@pytest.mark.parametrize("amount", [0, -1, 2**53])
def test_commitments_have_a_possible_amount(amount):
    command = commands.MakeCommitment(**KEYS, programme_kind="co-investment", planned_total_krw=amount)
    with pytest.raises(Rejection, match=r"^commitment\.amount-out-of-range:"):
        commitment.make(given(OPENED, HELD), command, commitment_id=COMMITMENT)


def test_a_commitment_is_withdrawn_once():
    assert commitment.withdraw(given(OPENED, HELD, COMMITTED), WITHDRAW, by="sme", reason=None) == [WITHDRAWN]
    assert commitment.withdraw(given(OPENED, HELD, COMMITTED, WITHDRAWN), WITHDRAW, by="buyer", reason=None) == []


def test_an_unknown_commitment_cannot_be_withdrawn():
    with pytest.raises(Rejection, match=r"^commitment\.unknown:"):
        commitment.withdraw(given(OPENED, HELD), WITHDRAW, by="sme", reason=None)


def test_a_follow_up_is_asked_once():
    assert follow_up.ask(given(OPENED, HELD), ASK, follow_up_id=FOLLOW_UP) == [ASKED]
    assert follow_up.ask(given(OPENED, HELD, ASKED), ASK, follow_up_id=FOLLOW_UP) == []


@NOT_HELD
def test_no_follow_up_of_a_talk_that_was_not_held(facts):
    assert follow_up.ask(given(*facts), ASK, follow_up_id=FOLLOW_UP) == []


@pytest.mark.parametrize(("contracted", "amount"), [(True, 50_000_000), (False, 0)])
def test_a_follow_up_is_answered(contracted, amount):
    command = commands.AnswerFollowUp(**KEYS, contracted=contracted, amount_krw=amount)
    state = given(OPENED, HELD, ASKED)
    assert follow_up.answer(state, command, comment=None) == [answered(contracted, amount)]
    again = given(OPENED, HELD, ASKED, answered(contracted, amount))
    assert follow_up.answer(again, command, comment=None) == []


def test_another_answer_replaces_the_first():
    state = given(OPENED, HELD, ASKED, answered(contracted=False, amount=0))
    command = commands.AnswerFollowUp(**KEYS, contracted=True, amount_krw=7, comment="계약함")
    assert follow_up.answer(state, command, comment=REFERENCE) == [answered(True, 7, REFERENCE)]


@pytest.mark.parametrize(
    ("facts", "contracted", "amount", "rule"),
    [
        ((OPENED, HELD), True, 1, "follow-up.not-due"),
        ((OPENED, HELD, ASKED, SME_ABSENT), True, 1, "consultation.not-held"),
        ((OPENED, HELD, ASKED), False, 1, "follow-up.amount-without-contract"),
        ((OPENED, HELD, ASKED), True, 0, "follow-up.amount-missing"),
        ((OPENED, HELD, ASKED), True, -1, "follow-up.amount-out-of-range"),
        ((OPENED, HELD, ASKED), True, 2**53, "follow-up.amount-out-of-range"),
    ],
)
def test_answers_that_make_no_sense_are_refused(facts, contracted, amount, rule):
    command = commands.AnswerFollowUp(**KEYS, contracted=contracted, amount_krw=amount)
    with pytest.raises(Rejection) as refused:
        follow_up.answer(given(*facts), command, comment=None)
    assert refused.value.rule == rule
