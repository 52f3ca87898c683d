"""The simulator's own parts: what the oracle, the model and the scheduler notice."""

from random import Random

import pytest

from services.chassis.bus.abstract import BusError, Message
from services.chassis.outcomes import Executed
from tests.simulation.cast import SEATS
from tests.simulation.choices import Choices, SimulatedClock, SimulatedIds
from tests.simulation.faults import Faults
from tests.simulation.model import Model
from tests.simulation.oracle import Asked, Oracle
from tests.simulation.requests import Request
from tests.simulation.scheduler import Scheduler, SimulatedLock, StuckError
from tests.simulation.world import Violation

DONE = Executed({"request_id": "r"}, "stream-1", 1, ("e",))


def broken(rule: str):
    return pytest.raises(Violation, match=f"^{rule}:")


def asked() -> Asked:
    return Asked("client-1.1", Request("matching", None, None), "key", "cause")


def test_an_answer_that_changes_is_noticed():
    oracle, one = Oracle(), asked()
    oracle.accepted(one, DONE)
    oracle.accepted(one, Executed(DONE.body, "stream-1", 1, ("e",), replayed=True))
    with broken("one-answer"):
        oracle.accepted(one, Executed(DONE.body, "stream-1", 2, ("f",)))
    with broken("one-answer"):
        oracle.refused(one, "fair.closed")


def test_a_refusal_by_a_rule_is_final_and_any_other_is_not():
    oracle, one = Oracle(), asked()
    oracle.refused(one, "http NotFoundError")
    oracle.refused(one, "fair.closed")
    with broken("one-answer"):
        oracle.accepted(one, DONE)


def placed(meeting: str, sme: str, slot: int, table: int = 1):
    return {
        "meeting_id": meeting, "request_id": f"request-{meeting}", "buyer_participation_id": "A",
        "sme_participation_id": sme, "slot": slot, "table": table,
    }  # fmt: skip


@pytest.mark.parametrize("second", [placed("n", "q", 1), placed("n", "p", 1, table=2)])
def test_two_meetings_on_one_seat_are_noticed(second):
    model = Model()
    model.fold("matching.meeting-placed", placed("m", "p", 1))
    with broken("double-booking"):
        model.fold("matching.on-site-meeting-placed", second)


def test_a_seat_that_was_given_back_can_be_given_again():
    model = Model()
    model.fold("matching.meeting-placed", placed("m", "p", 1))
    model.fold("matching.meeting-cancelled", {"meeting_id": "m"})
    model.fold("matching.meeting-placed", placed("n", "q", 1))
    with broken("once"):
        model.fold("matching.meeting-cancelled", {"meeting_id": "m"})


def test_more_seats_than_a_briefing_has_are_noticed():
    model = Model()
    for number in range(SEATS):
        model.fold("registration.seat-booked", {"participation_id": f"p{number}", "seat_id": f"s{number}"})
    with broken("seats"):
        model.fold("registration.seat-booked", {"participation_id": "late", "seat_id": "late"})


def test_every_won_is_counted():
    model = Model()
    model.fold("grants.budget-set", {"programme_id": "g", "budget_krw": 10})
    model.fold("grants.application-drafted", {"application_id": "a"})
    model.fold("grants.budget-reserved", {"programme_id": "g", "application_id": "a", "amount_krw": 10})
    with broken("budget"):
        model.fold("grants.budget-set", {"programme_id": "g", "budget_krw": 9})
    model.fold("grants.budget-set", {"programme_id": "g", "budget_krw": 10})
    model.fold("grants.application-selected", {"application_id": "a"})
    plan = [{"number": 1, "amount_krw": 4}, {"number": 2, "amount_krw": 6}]
    agreement = {"agreement_id": "c", "application_id": "a", "programme_id": "g", "grant_krw": 10, "instalments": plan}
    with broken("money"):
        model.fold("grants.agreement-signed", {**agreement, "instalments": plan[:1]})
    model.fold("grants.agreement-signed", agreement)
    model.fold("grants.payment-made", {"agreement_id": "c", "instalment": 1, "amount_krw": 4})
    with broken("paid-twice"):
        model.fold("grants.payment-made", {"agreement_id": "c", "instalment": 1, "amount_krw": 4})


def test_tasks_that_wait_for_each_other_are_noticed():
    scheduler = Scheduler(Random(1))
    locks = [SimulatedLock(scheduler), SimulatedLock(scheduler)]

    def work(first: SimulatedLock, second: SimulatedLock) -> None:
        with first:
            scheduler.pause("between")
            with second:
                pass

    scheduler.spawn("one", lambda: work(*locks), 1)
    scheduler.spawn("two", lambda: work(*reversed(locks)), 1)
    with pytest.raises(StuckError, match="one at lock, two at lock"):
        for _ in range(20):
            scheduler.run_one()


def test_whoever_waits_for_a_lock_of_the_dead_ends_too():
    scheduler = Scheduler(Random(1))
    lock, ended = SimulatedLock(scheduler), []

    def work(name: str) -> None:
        try:
            with lock:
                scheduler.pause("inside")
        finally:
            ended.append(name)

    tasks = [scheduler.spawn(name, lambda name=name: work(name)) for name in ("one", "two")]
    for _ in range(2):
        scheduler.run_one()
    scheduler.kill(tasks)
    assert sorted(ended) == ["one", "two"]
    assert lock.free()
    assert not scheduler.run_one()


def test_faults_are_drawn_one_by_one_so_that_leaving_one_out_moves_no_other():
    seed = next(seed for seed in range(100) if Faults(Choices(seed), 100).rate > 0.03)
    effects = [("task", number, "commit", "command") for number in range(400)]
    every = {drawn for effect in effects if (drawn := Faults(Choices(seed), 100).draw(*effect))}
    assert len(every) > 1
    gone = min(name for _, name in every)
    fewer = Faults(Choices(seed), 100, [gone])
    left = {drawn for effect in effects if (drawn := fewer.draw(*effect))}
    assert left == {(kind, name) for kind, name in every if name != gone}


def test_ids_are_uuid7_of_the_simulated_time_and_never_the_same():
    clock = SimulatedClock()
    ids = SimulatedIds(clock, 1)
    drawn = [ids.new() for _ in range(100)]
    assert len(set(drawn)) == len(drawn)
    assert {value[14] for value in drawn} == {"7"}
    assert drawn == [SimulatedIds(SimulatedClock(), 1).new(), *drawn[1:]]


def test_a_partly_failed_batch_keeps_the_order_of_each_key(tmp_path):
    from tests.simulation.effects import SimulatedBus, SimulatedEffects

    effects = SimulatedEffects()
    effects.perform = lambda _effect, _where, action: action()
    bus = SimulatedBus(tmp_path / "bus.db", clock=SimulatedClock(), effects=effects)
    bus.ensure_topics(["t"], partitions=1)
    messages = [Message("t", key, f"{key}{number}".encode(), {}) for number in range(4) for key in "ab"]
    for partly in range(1, 12):
        effects.partly = partly
        start = bus.end_offsets("t")[0]
        outcomes = bus.publisher().send(messages)
        written = [record.value for record in bus.read("t", 0, start, 100)] if bus.end_offsets("t")[0] > start else []
        for key in "ab":
            of_key = [(m.value, o) for m, o in zip(messages, outcomes, strict=True) if m.key == key]
            mine = [value for value in written if value.startswith(key.encode())]
            assert mine == [value for value, _ in of_key][: len(mine)]
            failed = [isinstance(outcome, BusError) for _, outcome in of_key]
            assert all(failed) or not any(failed)
            assert any(failed) or len(mine) == len(of_key)
    bus.close()
