"""Given events, when a command, then events: opened, moved, cancelled, held, no-show, replaced."""

import pytest
from consultation_given import (
    CANCELLED,
    COMMITTED,
    ENDS,
    HELD,
    KEYS,
    LATER_MEETING,
    MEETING,
    OPENED,
    RATED,
    REPLACED,
    SLOT_2,
    SME_ABSENT,
    STARTS,
    given,
    meeting,
)

from contracts import consultation as events
from contracts.rejection import Rejection
from services.consultation.domain import commands, table

OPEN = commands.OpenConsultation(**meeting(), channel="pre-registered")
MOVE = commands.MoveConsultation(**KEYS, slot=2, table=3, **SLOT_2)
MOVED = events.ConsultationMoved.new(**KEYS, slot=2, table=3, **SLOT_2)
CANCEL = commands.CancelConsultation(**KEYS, cause="organiser")
REPLACE = commands.MarkReplaced(**KEYS, replaced_by_meeting_id=LATER_MEETING)
HOLD = commands.RecordHeld(**KEYS)
MISS = commands.RecordNoShow(**KEYS, absent="sme")
ENDED = {
    "held": (OPENED, HELD),
    "no-show": (OPENED, SME_ABSENT),
    "replaced": (OPENED, SME_ABSENT, REPLACED),
    "cancelled": (OPENED, CANCELLED),
}


def test_an_unknown_meeting_is_opened():
    assert table.open_consultation(given(), OPEN) == [OPENED]


@pytest.mark.parametrize("facts", [(OPENED,), *ENDED.values()], ids=["awaited", *ENDED])
def test_opening_again_changes_nothing(facts):
    assert table.open_consultation(given(*facts), OPEN) == []


def test_an_awaited_consultation_moves():
    assert table.move(given(OPENED), MOVE) == [MOVED]
    state = given(OPENED, MOVED)
    assert (state.slot, state.table, state.starts_at) == (2, 3, SLOT_2["starts_at"])


@pytest.mark.parametrize("facts", [(), (OPENED, MOVED), *ENDED.values()], ids=["unknown", "there already", *ENDED])
def test_a_move_that_comes_late_or_again_changes_nothing(facts):
    assert table.move(given(*facts), MOVE) == []


def test_an_awaited_consultation_is_cancelled():
    assert table.cancel(given(OPENED), CANCEL) == [CANCELLED]


def test_a_cancellation_before_the_opening_keeps_it_from_opening():
    assert table.cancel(given(), CANCEL) == [CANCELLED]
    state = given(CANCELLED)
    assert not state.opened
    assert table.open_consultation(state, OPEN) == []


@pytest.mark.parametrize("facts", ENDED.values(), ids=ENDED)
def test_a_cancellation_after_the_fact_changes_nothing(facts):
    assert table.cancel(given(*facts), CANCEL) == []


def test_a_no_show_is_replaced():
    assert table.mark_replaced(given(OPENED, SME_ABSENT), REPLACE) == [REPLACED]


@pytest.mark.parametrize(
    "facts", [(), (OPENED,), ENDED["held"], ENDED["replaced"], ENDED["cancelled"]],
    ids=["unknown", "awaited", "held", "replaced", "cancelled"],
)  # fmt: skip
def test_only_a_no_show_is_replaced(facts):
    assert table.mark_replaced(given(*facts), REPLACE) == []


def test_no_meeting_replaces_itself():
    itself = commands.MarkReplaced(**KEYS, replaced_by_meeting_id=MEETING)
    assert table.mark_replaced(given(OPENED, SME_ABSENT), itself) == []


def test_an_awaited_consultation_is_held():
    assert table.record_held(given(OPENED), HOLD, at=STARTS, organiser=False) == [HELD]


def test_held_again_changes_nothing():
    assert table.record_held(given(OPENED, HELD), HOLD, at=STARTS, organiser=False) == []


@pytest.mark.parametrize(
    ("at", "held"), [("2023-11-21T00:44:59.999999Z", False), ("2023-11-21T00:45:00.000000Z", True), (ENDS, True)]
)
def test_held_from_fifteen_minutes_before_the_start(at, held):
    if held:
        assert table.record_held(given(OPENED), HOLD, at=at, organiser=False) == [HELD]
    else:
        with pytest.raises(Rejection, match=r"^consultation\.too-early:"):
            table.record_held(given(OPENED), HOLD, at=at, organiser=False)


def test_the_start_counts_where_the_meeting_was_moved_to():
    with pytest.raises(Rejection, match=r"^consultation\.too-early:"):
        table.record_held(given(OPENED, MOVED), HOLD, at="2023-11-21T01:14:59.000000Z", organiser=False)


def test_the_organiser_records_whenever():
    at = "2023-11-20T00:00:00.000000Z"
    assert table.record_held(given(OPENED), HOLD, at=at, organiser=True) == [HELD]
    assert table.record_no_show(given(OPENED), MISS, at=at, organiser=True) == [SME_ABSENT]


@pytest.mark.parametrize("organiser", [False, True])
@pytest.mark.parametrize(("facts", "rule"), [(ENDED["cancelled"], "cancelled"), (ENDED["replaced"], "replaced")])
def test_what_fell_or_was_replaced_is_neither_held_nor_missed(facts, rule, organiser):
    with pytest.raises(Rejection, match=rf"^consultation\.{rule}:"):
        table.record_held(given(*facts), HOLD, at=STARTS, organiser=organiser)
    both = commands.RecordNoShow(**KEYS, absent="both")
    with pytest.raises(Rejection, match=rf"^consultation\.{rule}:"):
        table.record_no_show(given(*facts), both, at=STARTS, organiser=organiser)


def test_only_the_organiser_turns_a_no_show_into_held():
    state = given(OPENED, SME_ABSENT)
    with pytest.raises(Rejection, match=r"^consultation\.no-show-on-record:"):
        table.record_held(state, HOLD, at=STARTS, organiser=False)
    assert table.record_held(state, HOLD, at=STARTS, organiser=True) == [HELD]
    assert given(OPENED, SME_ABSENT, HELD).absent is None


def test_an_awaited_consultation_is_missed():
    assert table.record_no_show(given(OPENED), MISS, at=STARTS, organiser=False) == [SME_ABSENT]


def test_nobody_is_missing_before_the_start():
    with pytest.raises(Rejection, match=r"^consultation\.too-early:"):
        table.record_no_show(given(OPENED), MISS, at="2023-11-21T00:59:59.999999Z", organiser=False)


@pytest.mark.parametrize("facts", [ENDED["no-show"], ENDED["replaced"]], ids=["no-show", "replaced"])
def test_the_same_no_show_again_changes_nothing(facts):
    assert table.record_no_show(given(*facts), MISS, at=STARTS, organiser=False) == []


def test_only_the_organiser_says_that_another_side_was_absent():
    other = commands.RecordNoShow(**KEYS, absent="buyer", synthetic=True)
    state = given(OPENED, SME_ABSENT)
    with pytest.raises(Rejection, match=r"^consultation\.recorded-otherwise:"):
        table.record_no_show(state, other, at=STARTS, organiser=False)
    corrected = events.NoShowRecorded.new(**KEYS, absent="buyer", synthetic=True)
    assert table.record_no_show(state, other, at=STARTS, organiser=True) == [corrected]


def test_only_the_organiser_turns_held_into_a_no_show():
    state = given(OPENED, HELD)
    with pytest.raises(Rejection, match=r"^consultation\.recorded-otherwise:"):
        table.record_no_show(state, MISS, at=STARTS, organiser=False)
    assert table.record_no_show(state, MISS, at=STARTS, organiser=True) == [SME_ABSENT]


@pytest.mark.parametrize("result", [RATED, COMMITTED], ids=["rated", "committed"])
def test_held_stays_held_once_something_rests_on_it(result):
    with pytest.raises(Rejection, match=r"^consultation\.has-results:"):
        table.record_no_show(given(OPENED, HELD, result), MISS, at=STARTS, organiser=True)


def test_an_unknown_side_cannot_be_absent():
    with pytest.raises(Rejection, match=r"^consultation\.unknown-side:"):
        table.record_no_show(given(OPENED), commands.RecordNoShow(**KEYS, absent="host"), at=STARTS, organiser=True)
