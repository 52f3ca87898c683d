"""Matching over HTTP: the way from answer to seat, who sees what, and what bodies may not say."""

from collections.abc import Iterator
from itertools import count

import pytest
from matching_given import B1, B2, FAIR, S1, S2, request
from matching_office import ORGANISER, as_buyer, as_sme

from contracts.identity import derived_id
from services.chassis.access import Actor
from services.chassis.configuration import Settings
from services.chassis.tokens import mint
from services.chassis.web.app import create_app
from services.matching.timetable.checker import violations
from services.matching.timetable.greedy import GreedyPlanner
from services.matching.timetable.problem import from_json

KEY = b"t" * 32
AUDITOR, OPERATOR = (Actor(f"{role}-1", role) for role in ("auditor", "operator"))
BASE = f"/fairs/{FAIR}"
THEN = "2023-11-21T09:00:00+09:00"


class Caller:
    def __init__(self, client, office) -> None:
        self._client, self._keys, self._office = client, count(), office

    def send(self, path, body=None, actor=ORGANISER):
        headers = {"Authorization": f"Bearer {mint(actor, KEY)}", "Idempotency-Key": f"key-{next(self._keys)}"}
        if actor is ORGANISER:
            headers["Occurred-At"] = THEN
        return self._client.post(f"{BASE}{path}", json=body or {}, headers=headers)

    def post(self, path, body=None, actor=ORGANISER):
        answer = self.send(path, body, actor)
        assert answer.status_code in {200, 201, 202}, answer.json
        return answer.json

    def get(self, path, actor=ORGANISER):
        return self._client.get(f"{BASE}{path}", headers={"Authorization": f"Bearer {mint(actor, KEY)}"})

    def items(self, path, actor=ORGANISER):
        answer = self.get(path, actor)
        assert answer.status_code == 200, answer.json
        return answer.json["items"]

    def draft(self) -> str:
        timetable_id = self.post("/timetables")["timetable_id"]
        self._office.tick()
        return timetable_id

    def publish(self) -> str:
        timetable_id = self.draft()
        self.post(f"/timetables/{timetable_id}/publish")
        return timetable_id


@pytest.fixture
def caller(office, fair) -> Iterator[Caller]:
    office.take_in(*(fair.asking(b, s) for b in ("B1", "B2") for s in ("S1", "S2")))
    settings = Settings(
        database_url="sqlite:///unused", bus_url="local:unused", token_key=KEY, vault_key=KEY, fingerprint_key=KEY
    )
    with create_app(office.application, settings).test_client() as client:
        yield Caller(client, office)


def accept_all(caller):
    for b in ("B1", "B2"):
        for s in ("S1", "S2"):
            caller.post(f"/requests/{request(b, s)}/answer", {"answer": "accept"})


def test_from_answers_to_a_published_timetable(caller, office):
    accept_all(caller)
    wanted = caller.send("/timetables")
    assert wanted.status_code == 202
    timetable_id = wanted.json["timetable_id"]
    assert wanted.json["location"] == f"{BASE}/timetables/{timetable_id}"
    state = caller.get(f"/timetables/{timetable_id}").json
    assert (state["status"], state["planning"]) == ("requested", True)
    office.tick()
    assert caller.get(f"/timetables/{timetable_id}").json["status"] == "drafted"
    caller.post(f"/timetables/{timetable_id}/publish")
    placed = caller.items("/meetings?status=placed&sort=slot")
    assert len(placed) == 4
    assert [meeting["table"] for meeting in placed] == [1, 1, 1, 1]
    figures = caller.get("/summary").json
    assert (figures["requests"], figures["matched"], figures["unplaced"]) == (4, 4, 0)
    assert figures["answers"] == {"accept": 4}
    assert caller.send(f"/timetables/{timetable_id}/revise").status_code == 202


def test_the_figures_add_up(caller, office, fair):
    caller.post(f"/requests/{request('B1', 'S1')}/answer", {"answer": "must-meet"})
    caller.post(f"/requests/{request('B1', 'S2')}/answer", {"answer": "decline"})
    caller.publish()
    caller.post(
        "/on-site-requests",
        {"buyer_participation_id": B2, "sme_participation_id": S2, "technology": "로봇", "topics": ["robot"]},
    )
    office.take_in(fair.withdrawn("S1"))
    figures = caller.get("/summary").json
    assert (figures["matched"], figures["on_site_placed"], figures["waiting"]) == (0, 1, 0)
    assert figures["unplaced_by_reason"] == {"declined": 1, "unanswered": 2}
    assert (figures["meetings"], figures["cancelled_by_cause"]) == ({"cancelled": 1, "placed": 1}, {"sme-withdrew": 1})
    assert figures["synthetic_requests"] == figures["requests"] == 4


def test_participants_see_their_own_and_drafts_are_not_shown(caller):
    accept_all(caller)
    timetable_id = caller.draft()
    assert caller.items("/meetings", as_buyer("B1")) == []
    assert caller.get(f"/requests/{request('B1', 'S1')}/status", as_sme("S1")).json["slot"] is None
    meeting_id = caller.items("/meetings")[0]["meeting_id"]
    assert caller.get(f"/meetings/{meeting_id}", as_buyer("B1")).status_code == 404
    caller.post(f"/timetables/{timetable_id}/publish")
    assert {m["buyer_participation_id"] for m in caller.items("/meetings", as_buyer("B1"))} == {B1}
    assert {m["sme_participation_id"] for m in caller.items("/meetings", as_sme("S2"))} == {S2}
    assert {r["sme_participation_id"] for r in caller.items("/requests", as_sme("S1"))} == {S1}
    assert {a["buyer_participation_id"] for a in caller.items("/answers", as_buyer("B2"))} == {B2}
    assert len(caller.items("/meetings", AUDITOR)) == 4
    assert caller.get(f"/requests/{request('B1', 'S1')}/status", as_sme("S1")).json["slot"] in {1, 2}
    assert caller.get(f"/requests/{request('B1', 'S1')}/status", as_sme("S2")).status_code == 404
    for path in ("/timetables", "/unplaced", "/exclusions", "/summary", f"/timetables/{timetable_id}/problem"):
        assert caller.get(path, as_sme("S1")).status_code == 403
        assert caller.get(path, AUDITOR).status_code == 200
    assert caller.get("/meetings", OPERATOR).status_code == 403


def test_the_waiting_line_shows_positions_among_all(caller, office, fair):
    office.take_in(*(e for name in ("S4", "S5", "S6") for e in fair.admitted_sme(name)))
    caller.publish()
    from matching_given import sme

    for name in ("S1", "S2", "S3", "S4", "S5", "S6"):
        caller.post(
            "/on-site-requests",
            {"buyer_participation_id": B1, "sme_participation_id": sme(name), "technology": "로봇"},
        )
    line = caller.items("/waiting-list")
    assert [(row["sme_participation_id"], row["position"]) for row in line] == [(sme("S5"), 1), (sme("S6"), 2)]
    assert [row["position"] for row in caller.items("/waiting-list", as_sme("S6"))] == [2]
    assert caller.items("/waiting-list", as_sme("S1")) == []
    first = line[0]["request_id"]
    caller.post(f"/on-site-requests/{first}/withdraw")
    assert [row["position"] for row in caller.items("/waiting-list")] == [1]


def test_the_problem_is_an_instance_that_planners_take(caller):
    accept_all(caller)
    caller.post("/exclusions", {"buyer_participation_id": B2, "sme_participation_id": S2})
    timetable_id = caller.draft()
    instance = caller.get(f"/timetables/{timetable_id}/problem").json
    problem = from_json(instance)
    assert (len(problem.requests), problem.fixed) == (3, ())
    assert problem.digest == caller.get(f"/timetables/{timetable_id}").json["input_digest"]
    assert list(violations(problem, GreedyPlanner().plan(problem))) == []
    caller.post(f"/timetables/{timetable_id}/publish")
    published = from_json(caller.get(f"/timetables/{timetable_id}/problem").json)
    assert len(published.fixed) == 3
    assert list(violations(published, GreedyPlanner().plan(published))) == []
    assert caller.get(f"/timetables/{derived_id('none')}/problem").status_code == 404


def test_moving_and_cancelling(caller):
    accept_all(caller)
    caller.publish()
    first, *_ = caller.items("/meetings?slot=1&sort=starts_at")
    assert caller.post(f"/meetings/{first['meeting_id']}/move", {"slot": 4})["slot"] == 4
    taken = caller.items(f"/meetings?buyer_participation_id={first['buyer_participation_id']}&slot=2")[0]
    conflict = caller.send(f"/meetings/{taken['meeting_id']}/move", {"slot": 4})
    assert (conflict.status_code, conflict.json["type"].rsplit("/", 1)[-1]) == (409, "move.buyer-full")
    caller.post(f"/meetings/{first['meeting_id']}/cancel")
    assert caller.get(f"/meetings/{first['meeting_id']}").json["status"] == "cancelled"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/requests/{request('B1', 'S1')}/answer", {"answer": "perhaps"}),
        (f"/requests/{request('B1', 'S1')}/answer", {}),
        (f"/requests/{request('B1', 'S1')}/answer", {"answer": "accept", "expires_at": "2023-11-21T10:00:00"}),
        (f"/requests/{request('B1', 'S1')}/answer", {"answer": "accept", "colour": "red"}),
        (f"/meetings/{derived_id('m')}/move", {"slot": 0}),
        (f"/meetings/{derived_id('m')}/move", {"slot": "1"}),
        ("/exclusions", {"buyer_participation_id": B1, "sme_participation_id": "S1"}),
        (
            "/on-site-requests",
            {"buyer_participation_id": B1, "sme_participation_id": S1, "technology": "010-1234-5678"},
        ),
        (
            "/on-site-requests",
            {"buyer_participation_id": B1, "sme_participation_id": S1, "technology": "로봇", "topics": ["a"] * 21},
        ),
        ("/timetables", {"timetable_id": "1"}),
    ],
)
def test_bodies_that_make_no_sense_are_refused(caller, path, body):
    assert caller.send(path, body).status_code == 422


def test_the_same_request_twice_is_answered_alike(caller):
    accept_all(caller)
    caller.publish()
    body = {
        "request_id": derived_id("mine"), "buyer_participation_id": B1, "sme_participation_id": S1,
        "technology": "로봇",
    }  # fmt: skip
    refused = caller.send("/on-site-requests", body, as_sme("S1"))
    assert refused.status_code == 409
    assert caller.send("/on-site-requests", body, as_sme("S2")).status_code == 403


def test_runs_are_listed_recorded_compared_and_gone_back_to(caller, office):
    accept_all(caller)
    first = caller.draft()
    caller.post(f"/requests/{request('B1', 'S1')}/answer", {"answer": "decline"})
    second = caller.draft()
    (earlier,), (later,) = (caller.items(f"/runs?timetable_id={name}", AUDITOR) for name in (first, second))
    assert (earlier["planner"], earlier["status"], earlier["mode"]) == ("optimal", "optimal", "draft")
    record = caller.get(f"/runs/{earlier['run_id']}/record", AUDITOR).json
    assert from_json(record["instance"]).digest == earlier["input_digest"]
    assert len(record["placements"]) == 4
    found = caller.get(f"/runs/{earlier['run_id']}/compared-with/{later['run_id']}").json
    assert found["lost"] == [request("B1", "S1")]
    assert found["before"]["placed"] - found["after"]["placed"] == 1
    assert {shift["participant"] for shift in found["shifts"]} == {B1, S1}
    back = caller.post(f"/timetables/{second}/roll-back", {"run_id": earlier["run_id"]})
    assert caller.get(f"/timetables/{back['timetable_id']}").json["placed"] == 3
    (left,) = caller.items(f"/unplaced?timetable_id={back['timetable_id']}")
    assert (left["reason"], [change["change"] for change in left["changes"]]) == ("declined", ["buyer-accepts"])
    for path in ("/runs", f"/runs/{earlier['run_id']}/record", f"/runs/{earlier['run_id']}/capacity"):
        assert caller.get(path, as_sme("S1")).status_code == 403
    assert caller.get(f"/runs/{derived_id('none')}/record").status_code == 404


def test_a_lock_is_shown_and_a_move_is_checked_before_it_is_made(caller):
    accept_all(caller)
    timetable_id = caller.draft()
    first, *_ = caller.items("/meetings?slot=1&sort=starts_at")
    caller.post(f"/meetings/{first['meeting_id']}/lock")
    assert caller.get(f"/meetings/{first['meeting_id']}").json["locked"]
    caller.post(f"/meetings/{first['meeting_id']}/unlock")
    caller.post(f"/timetables/{timetable_id}/publish")
    free = caller.get(f"/meetings/{first['meeting_id']}/move-check/4").json
    assert (free["warnings"], free["possible"]) == ([], True)
    assert (free["cost"]["value"], free["cost"]["breaks"]) == (0, 2)
    taken = caller.get(f"/meetings/{first['meeting_id']}/move-check/2").json
    assert (taken["warnings"], taken["possible"]) == (["sme-busy", "buyer-tables-taken"], False)
    assert taken["cost"] is None
    assert caller.get(f"/meetings/{first['meeting_id']}/move-check/9").status_code == 404


def test_a_move_despite_a_warning_says_what_it_broke(caller, office, fair):
    from contracts import registration

    accept_all(caller)
    caller.publish()
    first, *_ = caller.items("/meetings?slot=1&sort=starts_at")
    sme_id = first["sme_participation_id"]
    away = registration.AvailabilityDeclared.new(fair_id=FAIR, participation_id=sme_id, slots=[1, 2])
    office.take_in(fair.wire.send(sme_id, away))
    path = f"/meetings/{first['meeting_id']}"
    assert caller.get(f"{path}/move-check/4").json["warnings"] == ["sme-not-available"]
    assert caller.send(f"{path}/move", {"slot": 4}).status_code == 409
    moved = caller.post(f"{path}/move", {"slot": 4, "despite_warnings": True})
    assert (moved["slot"], moved["warnings"]) == (4, ["sme-not-available"])


def test_what_if_answers_and_changes_nothing(caller, office):
    accept_all(caller)
    caller.draft()
    before = office.stored()
    found = caller.post("/timetables/what-if", {"without": [B1]})
    assert (found["before"]["placed"], found["after"]["placed"]) == (4, 2)
    assert set(found["lost"]) == {request("B1", "S1"), request("B1", "S2")}
    assert caller.post("/timetables/what-if", {"more_slots": 1, "more_tables": 1})["gained"] == []
    assert caller.send("/timetables/what-if", {"more_slots": -1}).status_code == 422
    assert caller.send("/timetables/what-if", {}, as_sme("S1")).status_code == 403
    assert office.stored() == before


def test_capacity_and_fairness_of_a_run(caller):
    accept_all(caller)
    timetable_id = caller.publish()
    (run,) = caller.items(f"/runs?timetable_id={timetable_id}")
    curve = caller.get(f"/runs/{run['run_id']}/capacity?steps=1").json
    assert curve["reached"]["placed"] == 4
    assert [(step["kind"], step["more_meetings"]) for step in curve["steps"]] == [("slot", 0)]
    assert caller.get(f"/runs/{run['run_id']}/capacity?steps=9").status_code in {400, 422}
    report = caller.get(f"/runs/{run['run_id']}/fairness").json
    assert (report["overall"]["smes"], report["overall"]["covered"]) == (2, 2)
    assert report["regions"] == [{**report["overall"], "group": "unknown"}]
    assert report["bonus"]["cost"] == 0


def test_whoever_asked_is_told_why_not_and_what_would_help(caller, office, fair):
    accept_all(caller)
    office.take_in(*fair.asking_of("S3", "S4", "S5"))
    for name in ("S3", "S4", "S5"):
        caller.post(f"/requests/{request('B1', name)}/answer", {"answer": "accept"})
    caller.post(f"/requests/{request('B2', 'S1')}/answer", {"answer": "decline"})
    caller.publish()
    said = caller.get(f"/requests/{request('B2', 'S1')}/status", as_sme("S1")).json
    assert said["explanation"] == "수요기업이 상담을 거절했습니다."
    (sentence,) = said["advice"]
    assert sentence.startswith("수요기업이 수락하면 1")
    assert sentence.endswith("에 만날 수 있습니다.")
    left = caller.items("/unplaced?reason=buyer-full")
    assert len(left) == 1
    said = caller.get(f"/requests/{left[0]['request_id']}/status").json
    assert "테이블이 다른 상담으로 모두 찼습니다." in said["explanation"]
    assert said["short_by"] == left[0]["short_by"] is not None
    assert any("테이블이 하나 더" in sentence for sentence in said["advice"])
