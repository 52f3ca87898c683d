"""Whatever happens on the floor, in whatever order: nobody sits twice, no limit is passed, loading stays quick."""

import time
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from matching_given import FAIR, SLOTS, TIMES, asking, buyer, company, folded, published, sme

from contracts.identity import derived_id
from contracts.matching import MeetingPlaced
from contracts.rejection import Rejection
from services.matching.domain import changes, departures, on_site
from services.matching.domain.floor import Floor
from services.matching.domain.hall import Hall, Participant
from services.matching.domain.persistent import PersistentMap

BUYERS, SMES = ("B1", "B2", "B3"), ("S1", "S2", "S3", "S4", "S5")
NOW = "2023-11-21T00:59:00.000000Z"


@st.composite
def halls(draw) -> Hall:
    available = st.none() | st.frozensets(st.integers(1, 4), min_size=1)
    people = [Participant(buyer(name), company(name), draw(st.integers(1, 2)), draw(available)) for name in BUYERS] + [
        Participant(sme(name), company(name), 1, draw(available), draw(st.none() | st.integers(1, 3))) for name in SMES
    ]
    return Hall(SLOTS, draw(st.none() | st.integers(1, 3)), {who.participation_id: who for who in people})


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.sampled_from(BUYERS), st.sampled_from(SMES)),
        st.tuples(st.just("cancel"), st.integers(0, 20), st.just(0)),
        st.tuples(st.just("release"), st.integers(0, 20), st.sampled_from(["buyer", "sme", "both"])),
        st.tuples(st.just("move"), st.integers(0, 20), st.integers(1, 4)),
        st.tuples(st.just("withdraw"), st.sampled_from(BUYERS), st.sampled_from(SMES)),
        st.tuples(st.just("leave"), st.sampled_from([*BUYERS, *SMES]), st.sampled_from(["withdrawn", "checked-out"])),
        st.tuples(st.just("exclude"), st.sampled_from(BUYERS), st.sampled_from(SMES)),
        st.tuples(st.just("wait"), st.integers(1, 4), st.just(0)),
    ),
    max_size=40,
)


def decided(state: Floor, hall: Hall, step, now: str):
    what, one, two = step
    placed = state.placed()
    if what == "ask":
        return on_site.ask(state, hall, FAIR, asking(one, two), excluded=False, now=now)
    if what == "withdraw":
        asked = asking(one, two).request_id
        return on_site.withdraw(state, hall, FAIR, asked, now) if asked in state.on_site else []
    if what == "exclude":
        return changes.exclude_pair(state, hall, FAIR, buyer(one), sme(two), now)
    if what == "leave":
        side = "buyer" if one in BUYERS else "sme"
        who = buyer(one) if side == "buyer" else sme(one)
        return departures.remove(state, hall, FAIR, who, side=side, cause=two, at=now)
    if not placed:
        return []
    meeting = placed[one % len(placed)]
    if what == "cancel":
        return changes.cancel(state, hall, FAIR, meeting, now)
    if what == "release":
        return changes.release(state, hall, FAIR, meeting, two, now)
    return changes.move(state, hall, FAIR, meeting, slot=two, table=None, now=now)


def check(state: Floor, hall: Hall) -> None:
    placed = [meeting for meeting in state.meetings.values() if meeting.status == "placed"]
    assert {meeting.meeting_id for meeting in placed} == set(state.seated.values())
    for seats in (
        Counter((m.buyer, m.slot, m.table) for m in placed),
        Counter((m.sme, m.slot) for m in placed),
        Counter((m.buyer, m.sme) for m in placed),
    ):
        assert max(seats.values(), default=0) <= 1
    in_hall = Counter(meeting.slot for meeting in placed)
    assert in_hall == Counter({slot: count for slot, count in state.hall.items() if count})
    assert hall.hall_tables is None or max(in_hall.values(), default=0) <= hall.hall_tables
    for meeting in placed:
        host, guest = hall.participants[meeting.buyer], hall.participants[meeting.sme]
        assert meeting.table <= host.tables
        assert all(who.available is None or meeting.slot in who.available for who in (host, guest))
        assert guest.max_meetings is None or sum(m.sme == meeting.sme for m in placed) <= guest.max_meetings
    assert [state.on_site[waiting].status for waiting in state.waiting] == ["waiting"] * len(state.waiting)
    assert sum(request.status == "waiting" for request in state.on_site.values()) == len(state.waiting)


@given(halls(), STEPS)
@settings(deadline=None)
def test_nobody_sits_twice_and_no_limit_is_passed(hall, steps):
    state, now = published(), NOW
    for step in steps:
        if step[0] == "wait":
            now = max(now, TIMES[step[1] - 1])
            continue
        try:
            events = decided(state, hall, step, now)
        except Rejection:
            continue
        before = state
        state = folded(events, state)
        check(state, hall)
        if step[0] in {"cancel", "withdraw", "leave", "exclude"}:
            assert decided(state, hall, step, now) == [] or step[0] == "cancel"
        # A fold never touches what it started from.
        check(before, hall)


@given(halls(), STEPS)
@settings(deadline=None, max_examples=30)
def test_nobody_waits_for_a_seat_that_is_free(hall, steps):
    """After whatever frees something, everybody who still waits fits nowhere."""
    from services.matching.domain.hall import first_place

    state = published()
    for step in steps:
        if step[0] == "wait":
            continue
        try:
            state = folded(decided(state, hall, step, NOW), state)
        except Rejection:
            continue
        for request_id in state.waiting:
            request = state.on_site[request_id]
            assert first_place(state, hall, request.buyer, request.sme, NOW) is None


def _placing(number: int):
    request = derived_id("many", str(number))
    names = f"B{number // 6 % 500}", f"S{number}"
    slot = SLOTS[number % 4]
    return MeetingPlaced.new(
        fair_id=FAIR, meeting_id=derived_id("meeting", request), request_id=request,
        buyer_participation_id=buyer(names[0]), buyer_company_id=company(names[0]),
        sme_participation_id=sme(names[1]), sme_company_id=company(names[1]), slot=slot.number,
        table=1 + number // 3000, starts_at=slot.starts_at, ends_at=slot.ends_at, timetable_id=derived_id("t"),
    )  # fmt: skip


def test_folding_stays_linear():
    """Generous bounds on process time, so that a busy machine does not fail them: quadratic folding is far beyond."""
    events = [_placing(number) for number in range(6_000)]
    half = _seconds(events[:3_000])
    assert half < 1.5
    assert _seconds(events) < 4 * half + 0.5


def _seconds(events) -> float:
    started = time.process_time()
    assert len(folded(events).seated) == len(events)
    return time.process_time() - started


@given(st.lists(st.tuples(st.booleans(), st.text(max_size=3), st.integers())))
def test_a_persistent_map_behaves_as_a_dict_and_never_changes(steps):
    expected, found, before = {}, PersistentMap(), []
    for put, key, value in steps:
        before.append((found, dict(expected)))
        found = found.put(key, value) if put else found.drop(key)
        expected = {**expected, key: value} if put else {k: v for k, v in expected.items() if k != key}
        assert found == expected
        assert (len(found), key in found) == (len(expected), put)
    assert all(former == content for former, content in before)
    assert list(found) == list(PersistentMap() if not expected else _built(sorted(expected.items())))


def _built(items) -> PersistentMap:
    found = PersistentMap()
    for key, value in items:
        found = found.put(key, value)
    return found
