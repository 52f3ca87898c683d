"""Commands end to end on SQLite: from answers over the timetable to the floor, and who may do what."""

import pytest
from matching_given import B1, B2, FAIR, MORNING, S1, S2, TIMES, company, request
from matching_office import DUE, LONG_AGO, NOON, ORGANISER, as_buyer, as_sme, on_site

from contracts import registration
from contracts.identity import derived_id
from contracts.rejection import Rejection
from services.chassis.access import ROLES, SYSTEM, Actor, ForbiddenError, Scope
from services.chassis.outcomes import PreconditionFailedError
from services.chassis.service import NotFoundError
from services.matching.access import ACCESS
from services.matching.domain import commands
from services.matching.handlers import planning
from services.matching.timetable.greedy import GreedyPlanner

UNKNOWN = derived_id("unknown")


def refusal(rule, office, command, actor=ORGANISER, at=MORNING):
    with pytest.raises(Rejection) as refused:
        office.do(command, actor, at)
    assert refused.value.rule == rule


def all_asked(office, fair):
    """Both are asked by all. B1 says yes to S1 and S2, no to S3; B2 must meet S1 and says nothing to the others."""
    for buyer in ("B1", "B2"):
        for sme in ("S1", "S2", "S3"):
            office.take_in(fair.asking(buyer, sme))
    office.answer("B1", "S1")
    office.answer("B1", "S2")
    office.answer("B1", "S3", "decline")
    office.answer("B2", "S1", "must-meet")


def test_a_draft_places_what_was_accepted_and_says_why_not(office, fair):
    all_asked(office, fair)
    timetable_id = office.plan()
    # The must comes first and takes slot 1 of S1; the others follow.
    placed = dict(office.seats())
    assert placed[request("B2", "S1")] == 1
    assert {placed[request("B1", "S1")], placed[request("B1", "S2")]} == {1, 2}
    assert len(placed) == 3
    assert office.reasons(timetable_id) == {
        request("B1", "S3"): "declined", request("B2", "S2"): "unanswered", request("B2", "S3"): "unanswered",
    }  # fmt: skip
    row = office.row("timetables")
    assert (row["status"], row["planning"], row["placed"], row["unplaced"]) == ("drafted", False, 3, 3)


def test_every_kind_of_unplaced_request_has_its_reason(office, fair):
    all_asked(office, fair)
    office.answer("B2", "S2")
    office.answer("B2", "S3", expires_at=DUE)
    office.take_in(fair.request_withdrawn("B1", "S1"))
    office.do(commands.ExcludePair(FAIR, B2, S2), as_sme("S2"))
    # The answer that was given until DUE lapses, and so does nothing else.
    office.tick()
    assert office.reasons(office.plan()) == {
        request("B1", "S1"): "withdrawn", request("B2", "S2"): "excluded", request("B1", "S3"): "declined",
        request("B2", "S3"): "expired",
    }  # fmt: skip


def test_what_is_unanswered_at_the_deadline_expires(office, fair):
    office.take_in(fair.asking("B1", "S1"), fair.asking("B1", "S2"), fair.asking("B2", "S1"))
    office.answer("B1", "S1")
    done = office.do(commands.ExpireUnanswered(FAIR, DUE), SYSTEM)
    assert done.body == {"expired": 2}
    assert office.do(commands.ExpireUnanswered(FAIR, DUE), SYSTEM).body == {"expired": 0}
    assert office.reasons(office.plan()) == {request("B1", "S2"): "expired", request("B2", "S1"): "expired"}
    late = commands.AnswerRequest(FAIR, request("B1", "S2"), "accept")
    refusal("answer.too-late", office, late, as_buyer("B1"), MORNING)
    office.do(late)
    assert office.row("answers", request_id=request("B1", "S2"))["status"] == "answered"


def test_the_deadline_of_a_schedule_that_was_replaced_does_nothing(office, fair):
    office.take_in(fair.asking("B1", "S1"))
    assert office.do(commands.ExpireUnanswered(FAIR, MORNING), SYSTEM).body == {"expired": 0}


def test_an_answer_that_was_placed_in_time_does_not_lapse(office, fair):
    office.take_in(fair.asking("B1", "S1"))
    office.answer("B1", "S1", expires_at=DUE)
    timetable_id = office.do(commands.RequestTimetable(FAIR)).body["timetable_id"]
    office.do(commands.PlanTimetable(FAIR, timetable_id, "draft", LONG_AGO), SYSTEM)
    assert office.tick() == 2
    assert office.row("answers")["status"] == "answered"
    assert office.seats() == {(request("B1", "S1"), 1)}


def test_a_no_after_publication_takes_the_meeting_off_and_the_line_moves(office, fair):
    all_asked(office, fair)
    office.publish()
    only = registration.AvailabilityDeclared.new(fair_id=FAIR, participation_id=B1, slots=[1, 2])
    office.take_in(fair.wire.send(B1, only))
    assert office.do(on_site("B1", "S3"), as_sme("S3")).body["status"] == "waiting"
    office.answer("B1", "S2", "decline")
    assert (office.row("meetings", request_id=request("B1", "S2"))["cause"]) == "answer-changed"
    assert office.row("answers", request_id=request("B1", "S2"))["answer"] == "decline"
    assert office.row("on_site_requests")["status"] == "placed"


def test_a_second_run_keeps_what_is_confirmed_and_fills_gaps(office, fair):
    all_asked(office, fair)
    timetable_id = office.publish()
    before = office.seats()
    office.answer("B2", "S2")
    office.revise(timetable_id)
    assert before < office.seats()
    assert request("B2", "S2") in {request_id for request_id, _ in office.seats()}
    assert request("B2", "S2") not in office.reasons(timetable_id)
    row = office.row("timetables")
    assert (row["status"], row["revision"], row["planning"]) == ("published", 2, False)
    # New meetings of a published timetable bind at once.
    assert all(row["shown_to_buyer"] for row in office.rows("meetings", status="placed"))


def test_a_revision_during_the_day_uses_slots_that_have_not_begun(office, fair):
    all_asked(office, fair)
    timetable_id = office.publish()
    office.answer("B2", "S2")
    office.revise(timetable_id, at=NOON)
    (found,) = office.rows("meetings", request_id=request("B2", "S2"))
    assert found["slot"] == 4


def test_a_revision_keeps_on_site_meetings(office, fair):
    all_asked(office, fair)
    timetable_id = office.publish()
    office.do(on_site("B2", "S3"), as_sme("S3"))
    before = office.seats()
    office.answer("B2", "S2")
    office.revise(timetable_id)
    assert before < office.seats()


def test_publishing_shows_the_meetings_and_a_draft_does_not(office, fair):
    all_asked(office, fair)
    timetable_id = office.plan()
    assert {row["shown_to_sme"] for row in office.rows("meetings")} == {None}
    office.do(commands.PublishTimetable(FAIR, timetable_id))
    assert all(row["shown_to_sme"] == row["sme_participation_id"] for row in office.rows("meetings"))


def test_a_new_draft_supersedes_the_old_one(office, fair):
    all_asked(office, fair)
    first, second = office.plan(), office.plan()
    assert {row["timetable_id"]: row["status"] for row in office.rows("timetables")} == {
        first: "superseded", second: "drafted",
    }  # fmt: skip
    assert len(office.seats()) == 3
    assert {row["cause"] for row in office.rows("meetings", timetable_id=first)} == {"superseded"}


def test_only_the_last_wish_for_a_draft_is_planned(office, fair):
    all_asked(office, fair)
    first = office.do(commands.RequestTimetable(FAIR)).body["timetable_id"]
    second = office.do(commands.RequestTimetable(FAIR)).body["timetable_id"]
    assert office.tick() == 2
    assert {row["timetable_id"]: row["status"] for row in office.rows("timetables")} == {
        first: "superseded", second: "drafted",
    }  # fmt: skip
    assert office.types().count("timetable-drafted") == 1


def test_a_timetable_needs_a_fair_with_slots(office):
    with pytest.raises(NotFoundError):
        office.do(commands.RequestTimetable(UNKNOWN))


def test_an_answer_that_changes_while_the_plan_is_made_is_not_missed(office, fair, monkeypatch):
    """The planner takes its time; meanwhile a buyer takes its yes back. The plan must not be stored as it was made."""
    all_asked(office, fair)

    class Slow(GreedyPlanner):
        interrupted = False

        def plan(self, problem):
            made = super().plan(problem)
            if not self.interrupted:
                self.interrupted = True
                office.answer("B1", "S1", "decline")
            return made

    monkeypatch.setattr(planning, "PLANNER", Slow())
    timetable_id = office.do(commands.RequestTimetable(FAIR)).body["timetable_id"]
    assert office.tick() == 0
    assert office.tick() == 1
    assert request("B1", "S1") not in {request_id for request_id, _ in office.seats()}
    assert office.reasons(timetable_id)[request("B1", "S1")] == "declined"


def test_a_request_withdrawn_while_the_plan_is_made_is_not_missed(office, fair, monkeypatch):
    all_asked(office, fair)

    class Slow(GreedyPlanner):
        interrupted = False

        def plan(self, problem):
            made = super().plan(problem)
            if not self.interrupted:
                self.interrupted = True
                office.take_in(fair.request_withdrawn("B1", "S1"))
            return made

    monkeypatch.setattr(planning, "PLANNER", Slow())
    office.do(commands.RequestTimetable(FAIR))
    office.tick()
    office.tick()
    assert request("B1", "S1") not in {request_id for request_id, _ in office.seats()}


def test_on_site_requests_are_placed_or_wait_and_answers_say_which(office, fair):
    office.publish()
    for number, sme in enumerate(("S1", "S2", "S3"), 1):
        body = office.do(on_site("B1", sme), as_sme(sme), TIMES[0]).body
        assert (body["status"], body["slot"], body["table"]) == ("placed", number, 1)
    office.take_in(*fair.admitted_sme("S4"), *fair.admitted_sme("S5"), *fair.admitted_sme("S6"))
    office.do(on_site("B1", "S4"), as_sme("S4"), TIMES[0])
    waits = [office.do(on_site("B1", sme), as_sme(sme), TIMES[0]).body for sme in ("S5", "S6")]
    assert [(body["status"], body["position"]) for body in waits] == [("waiting", 1), ("waiting", 2)]
    meeting = office.row("meetings", sme_participation_id=S2)
    office.do(commands.CancelMeeting(FAIR, meeting["meeting_id"]), at=TIMES[0])
    assert office.row("on_site_requests", request_id=waits[0]["request_id"])["status"] == "placed"
    assert office.row("on_site_requests", request_id=meeting["request_id"])["status"] == "fallen"


def test_the_same_on_site_request_twice_is_one(office):
    office.publish()
    mine = derived_id("mine")
    first = office.do(on_site("B1", "S1", request_id=mine), as_sme("S1"))
    again = office.do(on_site("B1", "S1", request_id=mine), as_sme("S1"))
    assert (again.body, again.event_ids) == (first.body, ())


def test_an_excluded_pair_is_refused_on_site(office):
    office.publish()
    office.do(commands.ExcludePair(FAIR, B1, S1), as_buyer("B1"))
    refusal("pair.excluded", office, on_site("B1", "S1"), as_sme("S1"))
    assert office.row("exclusions")["by"] == "buyer"


def test_withdrawing_moving_and_cancelling(office, fair):
    office.take_in(fair.asking("B1", "S1"))
    office.answer("B1", "S1")
    office.publish()
    asked = office.do(on_site("B1", "S2"), as_sme("S2")).body
    office.do(commands.WithdrawOnSiteRequest(FAIR, asked["request_id"]), as_sme("S2"))
    assert office.row("on_site_requests")["status"] == "withdrawn"
    meeting_id = office.row("meetings", status="placed")["meeting_id"]
    moved = office.do(commands.MoveMeeting(FAIR, meeting_id, 4)).body
    assert moved == {"meeting_id": meeting_id, "slot": 4, "table": 1, "warnings": []}
    row = office.row("meetings", meeting_id=meeting_id)
    assert (row["slot"], row["starts_at"], row["ends_at"]) == (4, TIMES[3], TIMES[4])
    office.do(commands.CancelMeeting(FAIR, meeting_id))
    assert office.row("meetings", meeting_id=meeting_id)["cause"] == "organiser"
    for command in (commands.MoveMeeting(FAIR, UNKNOWN, 1), commands.CancelMeeting(FAIR, UNKNOWN)):
        with pytest.raises(NotFoundError):
            office.do(command)


def test_the_version_that_was_seen_is_the_one_that_is_changed(office):
    timetable_id = office.plan()
    with pytest.raises(PreconditionFailedError):
        office.application.execute(commands.PublishTimetable(FAIR, timetable_id), ORGANISER, expected_version=1)


def test_nobody_answers_or_asks_for_another_company(office, fair):
    office.take_in(fair.asking("B1", "S1"))
    office.publish()
    asked = office.do(on_site("B2", "S1"), as_sme("S1")).body
    for command, actor in (
        (commands.AnswerRequest(FAIR, request("B1", "S1"), "accept"), as_buyer("B2")),
        (commands.ExcludePair(FAIR, B1, S1), as_buyer("B2")),
        (commands.ExcludePair(FAIR, B1, S1), as_sme("S2")),
        (on_site("B1", "S2"), as_sme("S1")),
        (commands.WithdrawOnSiteRequest(FAIR, asked["request_id"]), as_sme("S2")),
    ):
        with pytest.raises(ForbiddenError):
            office.do(command, actor)


def test_things_that_do_not_exist_are_not_found(office, fair):
    office.take_in(fair.asking("B1", "S1"))
    for command in (
        commands.AnswerRequest(FAIR, UNKNOWN, "accept"),
        commands.AnswerRequest(UNKNOWN, request("B1", "S1"), "accept"),
        commands.ExcludePair(FAIR, B1, B2),
        commands.ExcludePair(UNKNOWN, B1, S1),
        commands.WithdrawOnSiteRequest(FAIR, UNKNOWN),
        on_site("B9", "S1"),
    ):
        with pytest.raises(NotFoundError):
            office.do(command)


SAMPLES = {
    commands.AnswerRequest: commands.AnswerRequest(FAIR, request("B1", "S1"), "accept"),
    commands.ExpireAnswer: commands.ExpireAnswer(FAIR, request("B1", "S1"), B1, DUE),
    commands.ExpireUnanswered: commands.ExpireUnanswered(FAIR, DUE),
    commands.ExcludePair: commands.ExcludePair(FAIR, B1, S1),
    commands.RequestTimetable: commands.RequestTimetable(FAIR),
    commands.ReviseTimetable: commands.ReviseTimetable(FAIR, UNKNOWN),
    commands.PlanTimetable: commands.PlanTimetable(FAIR, UNKNOWN, "draft", MORNING),
    commands.PublishTimetable: commands.PublishTimetable(FAIR, UNKNOWN),
    commands.RollBackTimetable: commands.RollBackTimetable(FAIR, UNKNOWN, UNKNOWN),
    commands.MoveMeeting: commands.MoveMeeting(FAIR, UNKNOWN, 1),
    commands.LockMeeting: commands.LockMeeting(FAIR, UNKNOWN),
    commands.UnlockMeeting: commands.UnlockMeeting(FAIR, UNKNOWN),
    commands.CancelMeeting: commands.CancelMeeting(FAIR, UNKNOWN),
    commands.RequestOnSiteMeeting: on_site("B1", "S1"),
    commands.WithdrawOnSiteRequest: commands.WithdrawOnSiteRequest(FAIR, UNKNOWN),
    commands.ReleaseMeeting: commands.ReleaseMeeting(FAIR, UNKNOWN, "sme", MORNING),
    commands.RemoveParticipant: commands.RemoveParticipant(FAIR, S2, "sme", "withdrawn", MORNING),
    commands.DropRequest: commands.DropRequest(FAIR, request("B1", "S1"), MORNING),
    commands.CloseFloor: commands.CloseFloor(FAIR),
    commands.ClearFloor: commands.ClearFloor(FAIR),
}


def test_there_is_a_sample_of_every_command():
    assert set(SAMPLES) == set(ACCESS)


@pytest.mark.parametrize("command", SAMPLES.values(), ids=lambda command: type(command).__name__)
def test_a_role_may_issue_a_command_only_if_the_table_says_so(office, fair, command):
    office.take_in(fair.asking("B1", "S1"))
    for role in ROLES:
        names = {"buyer": "B1", "sme": "S1"}
        actor = Actor(f"{role}-1", role, company=company(names[role]) if role in names else None)
        allowed = role in ACCESS[type(command)]
        try:
            office.do(command, actor, LONG_AGO)
        except ForbiddenError:
            assert not allowed, role
        except (Rejection, NotFoundError):
            assert allowed, role
        else:
            assert allowed, role


def test_only_participants_are_bound_to_their_own():
    scopes = {(role, scope) for access in ACCESS.values() for role, scope in access.items()}
    assert scopes == {
        ("organiser", Scope.ANY), ("system", Scope.ANY), ("buyer", Scope.OWN), ("sme", Scope.OWN),
    }  # fmt: skip
