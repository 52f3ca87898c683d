"""Runs of the planner: recorded, kept, checked again, compared, gone back to; and meetings that later runs keep."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from matching_given import (
    B1,
    FAIR,
    HALL,
    MORNING,
    OTHER_TIMETABLE,
    S1,
    drafted,
    folded,
    hall,
    planned,
    published,
    refused,
    request,
    types,
)
from matching_office import as_sme, on_site
from test_matching_planner import problems, small

from contracts import matching
from contracts.catalogue import CATALOGUE
from services.chassis.service import NotFoundError
from services.matching.domain import changes, commands, planning, restoring
from services.matching.domain.hall import hindrances
from services.matching.domain.runs import KeptRun, evolve, keep, run_id_of
from services.matching.handlers import planning as handling
from services.matching.rechecking import recheck_command
from services.matching.timetable.certificate import Certificate
from services.matching.timetable.checker import violations
from services.matching.timetable.comparison import Planned, compared
from services.matching.timetable.figures import breaks, figures
from services.matching.timetable.greedy import GreedyPlanner
from services.matching.timetable.plan import Seat
from services.matching.timetable.recheck import recheck
from services.matching.timetable.record import Record, from_text, packed, to_text, unpacked
from services.matching.timetable.restoring import restored


def placed(state, buyer, sme):
    return next(found for found in state.placed() if (found.buyer, found.sme) == (buyer, sme))


def locked(state, *pair):
    return folded(changes.lock(state, FAIR, placed(state, *pair)), state)


# --- locks


def test_a_locked_meeting_is_locked_once_and_not_moved_by_hand():
    state = locked(published(("B1", "S1", 1)), B1, S1)
    found = placed(state, B1, S1)
    assert found.locked
    assert changes.lock(state, FAIR, found) == []
    refused("meeting.locked", changes.move, state, HALL, FAIR, found, slot=2, table=None, now=MORNING)
    state = folded(changes.unlock(FAIR, found), state)
    assert changes.unlock(FAIR, placed(state, B1, S1)) == []
    assert types(changes.move(state, HALL, FAIR, placed(state, B1, S1), slot=2, table=None, now=MORNING)) == [
        "meeting-moved"
    ]
    gone = folded(changes.cancel(state, HALL, FAIR, found, MORNING), state)
    refused("meeting.not-placed", changes.lock, gone, FAIR, gone.meetings[found.meeting_id])


def test_a_lock_outlives_a_new_draft_even_where_its_place_breaks_a_rule():
    state = locked(drafted(("B1", "S1", 1)), B1, S1)
    state = folded(planning.ask_for_draft(state, FAIR, OTHER_TIMETABLE), state)
    plan = planned(("B1", "S1", 1), ("B1", "S2", 2), timetable_id=OTHER_TIMETABLE)
    away = hall(S1={"available": frozenset({2})})
    events = planning.draft(state, away, FAIR, plan)
    assert types(events).count("meeting-locked") == 1
    after = folded(events, state)
    assert placed(after, B1, S1).locked
    assert {(found.slot, found.locked) for found in after.placed()} == {(1, True), (2, False)}


def test_planning_a_draft_anew_leaves_a_locked_meeting_where_it_is(office, fair):
    office.take_in(fair.asking("B1", "S1"), fair.asking("B1", "S2"))
    office.answer("B1", "S1", "accept")
    office.plan()
    kept = office.row("meetings", status="placed")
    office.do(commands.LockMeeting(FAIR, kept["meeting_id"]))
    # Were it not locked, the must meeting would take the first slot.
    office.answer("B1", "S2", "must-meet")
    office.plan()
    rows = {row["request_id"]: row for row in office.rows("meetings", status="placed")}
    assert rows[request("B1", "S1")]["slot"] == kept["slot"]
    assert rows[request("B1", "S1")]["locked"]
    assert rows[request("B1", "S2")]["slot"] != kept["slot"]


# --- moves by hand


def test_a_move_despite_warnings_breaks_soft_rules_only():
    state = published(("B1", "S1", 1), ("B2", "S2", 2))
    found = placed(state, B1, S1)
    strict = hall(hall_tables=1, S1={"available": frozenset({1})})
    move = {"slot": 2, "table": None, "now": MORNING}
    refused("move.no-common-slot", changes.move, state, strict, FAIR, found, **move)
    assert types(changes.move(state, strict, FAIR, found, **move, despite=True)) == ["meeting-moved"]
    warnings = [one.warning for one in hindrances(state, strict, "nobody", S1, 2)]
    assert warnings == ["buyer-gone", "sme-not-available", "hall-full"]
    full = published(("B1", "S1", 1), ("B1", "S2", 2), ("B2", "S1", 3))
    found = placed(full, B1, S1)
    refused("move.buyer-full", changes.move, full, HALL, FAIR, found, **move, despite=True)
    refused("move.sme-full", changes.move, full, HALL, FAIR, found, **{**move, "slot": 3}, despite=True)


# --- going back


def revising(state):
    timetable = state.timetable.timetable_id
    return folded(planning.ask_for_revision(state, FAIR, timetable), state)


def test_going_back_moves_cancels_and_places_and_nobody_sits_twice():
    state = revising(published(("B1", "S1", 1), ("B1", "S2", 2), ("B2", "S3", 1)))
    # S1 and S2 change places; S3 had no meeting then; S2 met the second buyer, too.
    plan = planned(("B1", "S1", 2), ("B1", "S2", 1), ("B2", "S2", 3))
    events = restoring.restore(state, HALL, FAIR, plan, MORNING)
    after = folded(events, state)
    assert {(found.request_id, found.slot) for found in after.placed()} == {
        (request("B1", "S1"), 2), (request("B1", "S2"), 1), (request("B2", "S2"), 3)
    }  # fmt: skip
    revised = events[-1].data
    assert revised["revision"] == 2
    assert (revised["placed"], revised["moved"], revised["cancelled"]) == (3, 0, 3)
    assert restoring.restore(after, HALL, FAIR, plan, MORNING) == []


def test_what_finds_its_place_free_moves_and_keeps_its_id_and_what_is_kept_stays():
    state = revising(published(("B1", "S1", 1), ("B2", "S2", 1), ("B2", "S3", 2)))
    plan = planned(("B1", "S1", 3), kept=frozenset({request("B2", "S2")}), unplaced={request("B2", "S3"): "declined"})
    events = restoring.restore(state, HALL, FAIR, plan, MORNING)
    assert types(events) == ["meeting-cancelled", "meeting-moved", "request-left-unplaced", "timetable-revised"]
    after = folded(events, state)
    assert placed(after, B1, S1).meeting_id == placed(state, B1, S1).meeting_id
    assert {found.request_id for found in after.placed()} == {request("B1", "S1"), request("B2", "S2")}


def test_rolling_a_draft_back_is_a_new_draft_and_a_published_one_is_revised(office, fair):
    office.take_in(*(fair.asking("B1", name) for name in ("S1", "S2")))
    office.answer("B1", "S1", "accept")
    first = office.plan()
    office.answer("B1", "S2", "must-meet")
    second = office.plan()
    earlier, later = run_id_of(first, 1), run_id_of(second, 1)
    assert office.seats() == {(request("B1", "S1"), 2), (request("B1", "S2"), 1)}
    done = office.do(commands.RollBackTimetable(FAIR, second, earlier))
    third = done.body["timetable_id"]
    assert office.row("timetables", timetable_id=third)["status"] == "drafted"
    # What fits besides is placed, too: nobody is left out without a reason.
    assert office.seats() == {(request("B1", "S1"), 1), (request("B1", "S2"), 2)}
    office.tick()
    assert office.row("runs", run_id=done.body["run_id"])["planner"] == "restored"
    office.do(commands.PublishTimetable(FAIR, third))
    office.do(commands.RollBackTimetable(FAIR, third, later))
    assert office.seats() == {(request("B1", "S1"), 2), (request("B1", "S2"), 1)}
    assert office.row("timetables", timetable_id=third)["revision"] == 2
    assert len(office.rows("runs", timetable_id=third)) == 2


def test_a_rollback_names_the_timetable_that_counts_and_a_run_that_exists(office, fair):
    office.take_in(fair.asking("B1", "S1"))
    first = office.plan()
    second = office.plan()
    wrong = commands.RollBackTimetable(FAIR, first, run_id_of(first, 1))
    refused("timetable.not-current", office.do, wrong)
    with pytest.raises(NotFoundError):
        office.do(commands.RollBackTimetable(FAIR, second, run_id_of("nothing", 1)))


@given(problems())
def test_an_earlier_plan_under_its_own_problem_comes_back(problem):
    plan = GreedyPlanner().plan(problem)
    back = restored(problem, plan.placements)
    assert {name: seat.slot for name, seat in back.placements.items()} == {
        name: seat.slot for name, seat in plan.placements.items()
    }
    fewer = replace(problem, smes=tuple(replace(sme, available=sme.available[1:] or sme.available)
                                        for sme in problem.smes), fixed=())  # fmt: skip
    assert list(violations(fewer, restored(fewer, plan.placements))) == []


# --- kept and checked again


@given(problems())
def test_a_record_goes_through_its_parts_unchanged(problem):
    plan = GreedyPlanner().plan(problem)
    record = Record(problem, plan.placements, plan.unplaced)
    again = from_text(unpacked(packed(record)))
    assert again == record
    assert again.problem.digest == problem.digest
    with pytest.raises(ValueError, match="damaged"):
        unpacked([packed(record)[0][:-8]])


def test_a_run_is_kept_once_in_numbered_parts():
    events = keep(KeptRun(), FAIR, OTHER_TIMETABLE, run_id_of(OTHER_TIMETABLE, 1), "draft", ["eJyr", "rgUA"])
    assert [(event.data["part"], event.data["parts"]) for event in events] == [(1, 2), (2, 2)]
    state = evolve(evolve(KeptRun(), events[0]), events[1])
    assert state.parts == 2
    assert keep(state, FAIR, OTHER_TIMETABLE, run_id_of(OTHER_TIMETABLE, 1), "draft", ["eJyr"]) == []


def claimed(problem, plan, **changes):
    reached = figures(problem, plan.placements)
    claims = {
        "run_id": "r", "planner": plan.planner, "planner_version": plan.planner_version, "status": "optimal",
        "input_digest": problem.digest, "must": reached.must, "must_bound": reached.must, "value": reached.value,
        "value_bound": reached.value, "breaks": reached.breaks, "breaks_bound": None,
    }  # fmt: skip
    return {**claims, **changes}


@given(problems())
def test_a_recheck_finds_every_claim_that_is_not_so(problem):
    plan = GreedyPlanner().plan(problem)
    record = Record(problem, plan.placements, plan.unplaced)
    found = recheck(claimed(problem, plan), record, GreedyPlanner())
    assert (found.faults, found.again["same_plan"]) == ((), True)
    reached = figures(problem, plan.placements)
    for name, value in (
        ("input_digest", "0" * 64), ("value", reached.value + 1), ("breaks", reached.breaks + 1),
        ("must_bound", reached.must + 1), ("breaks_bound", reached.breaks + 1),
    ):  # fmt: skip
        assert recheck(claimed(problem, plan, **{name: value}), record, GreedyPlanner()).faults, name
    lower = claimed(problem, plan, status="feasible", value_bound=reached.value - 1)
    assert any("below" in fault for fault in recheck(lower, record, GreedyPlanner()).faults) or not reached.value
    if plan.placements:
        bent = replace(record, placements={**plan.placements, next(iter(plan.placements)): Seat(99, 1)})
        assert any("does not exist" in fault for fault in recheck(claimed(problem, plan), bent, GreedyPlanner()).faults)


def test_another_planner_than_the_runs_is_not_taken_for_it():
    plan = GreedyPlanner().plan(small())
    run = claimed(small(), plan, planner="another")
    found = recheck(run, Record(small(), plan.placements, plan.unplaced), GreedyPlanner())
    assert (found.faults, found.again) == ((), {"planner": "greedy", "compared": False})


def test_the_command_rechecks_a_saved_record(tmp_path):
    plan = GreedyPlanner().plan(small())
    path = tmp_path / "record.json"
    value = {"run": claimed(small(), plan), **to_text(Record(small(), plan.placements, plan.unplaced))}
    path.write_text(json.dumps(value), encoding="utf-8")
    done = CliRunner().invoke(recheck_command, ["--file", str(path)])
    assert (done.exit_code, json.loads(done.output)["holds"]) == (0, True)
    path.write_text(json.dumps({**value, "run": claimed(small(), plan, value=1)}), encoding="utf-8")
    done = CliRunner().invoke(recheck_command, ["--file", str(path)])
    assert (done.exit_code, json.loads(done.output)["holds"]) == (1, False)
    for text, said in (("{}", "no record"), ("[", "not JSON"), ("[]", "no record")):
        path.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(recheck_command, ["--file", str(path)])
        assert done.exit_code == 1
        assert said in done.output
    assert CliRunner().invoke(recheck_command, []).exit_code == 1


def test_a_run_is_recorded_with_what_its_certificate_proves(office, fair, monkeypatch):
    class Proving:
        def plan(self, problem):
            plan = GreedyPlanner().plan(problem)
            reached = figures(problem, plan.placements)
            proof = Certificate(
                status="optimal", must=reached.must, must_bound=reached.must, value=reached.value,
                value_bound=reached.value, breaks=reached.breaks, breaks_bound=0, only_late=0, seed=7,
                versions=(("highs", "1.12.0"),),
            )  # fmt: skip
            return replace(plan, certificate=proof)

    monkeypatch.setattr(handling, "PLANNER", Proving())
    office.take_in(fair.asking("B1", "S1"), fair.asking("B1", "S2"))
    office.answer("B1", "S1", "must-meet")
    timetable_id = office.plan()
    run = office.row("runs", timetable_id=timetable_id)
    assert (run["status"], run["seed"], run["solvers"]) == ("optimal", 7, [{"name": "highs", "version": "1.12.0"}])
    assert (run["must"], run["must_bound"], run["value_bound"]) == (1, 1, run["value"])
    assert office.row("timetables", timetable_id=timetable_id)["run_id"] == run["run_id"]
    (part,) = office.rows("run_parts", run_id=run["run_id"])
    record = from_text(unpacked([part["content"]]))
    assert record.problem.digest == run["input_digest"]
    assert recheck(run, record, Proving()).faults == ()


def test_events_of_the_first_version_are_lifted():
    old = {"fair_id": FAIR, "timetable_id": OTHER_TIMETABLE, "planner": "greedy", "planner_version": 1,
           "input_digest": "0" * 64, "requests": 1, "placed": 1, "unplaced": 0}  # fmt: skip
    new = CATALOGUE.lifted(matching.TimetableDrafted.TYPE, 1, old)
    assert (new["run"]["planner"], new["run"]["value"], new["placed"]) == ("greedy", None, 1)
    assert "planner" not in new
    old = {"fair_id": FAIR, "timetable_id": OTHER_TIMETABLE, "request_id": request("B1", "S1"), "reason": "declined"}
    assert CATALOGUE.lifted(matching.RequestLeftUnplaced.TYPE, 1, old)["changes"] == []


# --- compared


def test_two_plans_side_by_side():
    problem = small(coverage_bonus=10)
    one = Planned(problem, {"R1": Seat(1, 1), "R5": Seat(2, 1)})
    other = Planned(problem, {"R1": Seat(3, 1), "R3": Seat(2, 1)})
    found = compared(one, other)
    assert (found.gained, found.lost) == (("R3",), ("R5",))
    assert [(moved.request, moved.before, moved.after) for moved in found.moved] == [("R1", 1, 3)]
    assert {(shift.participant, shift.before, shift.after) for shift in found.shifts} == {
        ("B1", 2, 1), ("B2", 0, 1), ("S1", 1, 2), ("S2", 1, 0)
    }  # fmt: skip
    assert found.before.objective == (1, 720, 0)
    assert found.after.value - found.before.value == 800 - 600 - 10


@pytest.mark.parametrize(
    ("slots", "lunch", "expected"),
    [((1, 3, 4, 6), 3, 2), ((1, 4), 3, 0), ((1, 2, 6), 3, 0), ((1, 4), None, 1), ((), 3, 0), ((1, 3, 5), None, 2)],
)
def test_breaks_are_counted_as_the_benchmark_does(slots, lunch, expected):
    assert breaks(slots, lunch) == expected


def test_an_on_site_meeting_stays_through_a_rollback(office, fair):
    office.take_in(fair.asking("B1", "S1"))
    office.answer("B1", "S1", "accept")
    timetable_id = office.publish()
    office.do(on_site("B1", "S2"), as_sme("S2"))
    before = office.seats()
    assert len(before) == 2
    office.do(commands.RollBackTimetable(FAIR, timetable_id, run_id_of(timetable_id, 1)))
    assert office.seats() == before
