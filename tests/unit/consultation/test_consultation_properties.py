"""Whatever is asked in whatever order: statuses move along the arrows, one commitment is active at most."""

from consultation_given import KEYS, LATER_MEETING, SLOT_2, STARTS, meeting
from hypothesis import event, given, settings
from hypothesis import strategies as st

from contracts import consultation as events
from contracts.identity import derived_id
from contracts.rejection import Rejection
from services.consultation.domain import assessment, commands, commitment, follow_up, table
from services.consultation.domain.consultation import ARROWS, State, evolve

TIMES = ("2023-11-21T00:30:00.000000Z", "2023-11-21T00:50:00.000000Z", STARTS, "2023-11-21T03:00:00.000000Z")
SIDES = st.sampled_from(("buyer", "sme"))
FLAG = st.booleans()


def decisions():
    """Functions (state, n) -> events; `n` numbers the step, for fresh ids."""
    times = st.sampled_from(TIMES)
    absent = st.sampled_from(table.ABSENT)
    amounts = st.integers(1, 3)
    kinds = st.sampled_from(events.PROGRAMME_KINDS)
    earlier = st.integers(0, 12)
    opening = commands.OpenConsultation(**meeting(), channel="on-site")
    return st.one_of(
        st.just(lambda s, _: table.open_consultation(s, opening)),
        st.just(lambda s, _: table.move(s, commands.MoveConsultation(**KEYS, slot=2, table=1, **SLOT_2))),
        st.just(lambda s, _: table.cancel(s, commands.CancelConsultation(**KEYS, cause="organiser"))),
        st.just(
            lambda s, _: table.mark_replaced(s, commands.MarkReplaced(**KEYS, replaced_by_meeting_id=LATER_MEETING))
        ),
        st.builds(_held, times, FLAG),
        st.builds(_no_show, absent, times, FLAG),
        st.builds(lambda by, n: lambda s, _: assessment.rate(s, commands.Rate(**KEYS, score=n), by=by), SIDES, amounts),
        st.builds(_make, kinds, amounts),
        st.builds(_make, kinds, amounts),
        st.builds(_withdraw, earlier, SIDES),
        st.just(_ask),
        st.builds(_answer, FLAG),
    )


def _held(at, organiser):
    return lambda s, _: _if_opened(
        s, lambda: table.record_held(s, commands.RecordHeld(**KEYS), at=at, organiser=organiser)
    )


def _no_show(absent, at, organiser):
    command = commands.RecordNoShow(**KEYS, absent=absent)
    return lambda s, _: _if_opened(s, lambda: table.record_no_show(s, command, at=at, organiser=organiser))


def _if_opened(state, decide):
    """Handlers answer 404 for what was never opened, before anything is decided."""
    return decide() if state.opened else []


def _make(kind, amount):
    command = commands.MakeCommitment(**KEYS, programme_kind=kind, planned_total_krw=amount)
    return lambda s, n: commitment.make(s, command, commitment_id=derived_id("commitment", str(n)))


def _withdraw(step, by):
    command = commands.WithdrawCommitment(**KEYS, commitment_id=derived_id("commitment", str(step)))
    return lambda s, _: commitment.withdraw(s, command, by=by, reason=None)


def _ask(state, _):
    due = commands.AskFollowUp(**KEYS, due_at=STARTS)
    return follow_up.ask(state, due, follow_up_id=derived_id("follow-up"))


def _answer(contracted):
    command = commands.AnswerFollowUp(**KEYS, contracted=contracted, amount_krw=5 if contracted else 0)
    return lambda s, _: follow_up.answer(s, command, comment=None)


@settings(max_examples=120)
@given(st.lists(decisions(), max_size=30))
def test_statuses_follow_the_arrows_and_one_commitment_is_active_at_most(steps):
    state = State()
    for number, decide in enumerate(steps):
        before = state
        try:
            decided = decide(state, number)
        except Rejection as refused:
            event(refused.rule)
            continue
        for fact in decided:
            state = evolve(state, fact)
        if decided:
            assert state.status == before.status or state.status in ARROWS[before.status]
        assert sum(each.active for each in state.commitments.values()) <= 1
        if state.has_results:
            assert state.status == "held"
        assert (state.absent is not None) == (state.status in {"no-show", "replaced"})


@settings(max_examples=80)
@given(st.lists(decisions(), max_size=15))
def test_doing_the_last_thing_again_changes_nothing_more(steps):
    """Every decision that passed, decided once more on what it led to, yields nothing (or is refused)."""
    state = State()
    for number, decide in enumerate(steps):
        try:
            for fact in decide(state, number):
                state = evolve(state, fact)
            assert decide(state, number) == []
        except Rejection:
            continue
