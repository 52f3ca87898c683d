"""Scores over HTTP: why a match has its score, whom nobody asked yet, and who is never suggested or placed."""

import subprocess
import sys

import pytest
from matching_given import B1, B2, FAIR, S1, S2, S3, buyer, company, request, sme
from matching_office import as_buyer, as_sme, on_site
from test_matching_http import AUDITOR, OPERATOR, Caller, caller

from contracts import consultation, matching, registration
from contracts.identity import derived_id
from services.chassis.folding import MemoryRows, Projection
from services.matching.handlers.scores import Scores
from services.matching.projections import READ_MODELS
from services.matching.projections.tables import fairs, requests
from services.matching.scoring import words
from services.matching.scoring.score import LEAST, MOST
from services.matching.scoring.weights import CURRENT
from services.matching.timetable.problem import from_json

__all__ = ["caller"]
EARLIER = derived_id("fair", "2022")


def why(caller: Caller, match_id, *actor):
    return caller.get(f"/matches/{match_id}/why", *actor)


def suggested(caller: Caller, who, *actor):
    return [item["participation_id"] for item in caller.items(f"/participants/{who}/suggestions", *actor)]


def test_the_terms_sum_up_to_the_score_that_planning_uses(caller):
    caller.post(f"/requests/{request('B1', 'S1')}/answer", {"answer": "must-meet"})
    caller.post(f"/requests/{request('B2', 'S2')}/answer", {"answer": "accept"})
    timetable_id = caller.draft()
    problem = from_json(caller.get(f"/timetables/{timetable_id}/problem").json)
    planned = {asked.id: asked.score for asked in problem.requests}
    assert len(planned) == 2
    for match in caller.items("/meetings"):
        told = why(caller, match["meeting_id"]).json
        assert told["score"] == planned[match["request_id"]]
        assert told["score"] == told["base"] + sum(term["points"] for term in told["terms"])
        assert LEAST <= told["score"] <= MOST
        assert (told["weights_version"], told["weights_digest"]) == (CURRENT.version, CURRENT.digest)
        assert (told["demand_title"], told["words"], told["technology"]) == ("수전해", ["수전해"], "수전해 촉매")
        assert told["synthetic"] is True
        assert told["message"]
        assert why(caller, match["request_id"]).json["terms"] == told["terms"]
    terms = {term["term"]: term for term in why(caller, request("B1", "S1")).json["terms"]}
    assert (terms["answer"]["value"], terms["asked"]["value"], terms["past"]["known"]) == (1000, 1000, False)
    assert all(term["label"] for term in terms.values())


def test_each_side_sees_why_of_its_own_and_of_no_draft(caller):
    caller.post(f"/requests/{request('B1', 'S1')}/answer", {"answer": "accept"})
    timetable_id = caller.draft()
    (meeting,) = caller.items("/meetings")
    meeting_id = meeting["meeting_id"]
    assert why(caller, meeting_id, AUDITOR).status_code == 200
    assert why(caller, meeting_id, as_sme("S1")).status_code == 404
    caller.post(f"/timetables/{timetable_id}/publish")
    for mine, others in ((as_sme("S1"), as_sme("S2")), (as_buyer("B1"), as_buyer("B2"))):
        for name in (meeting_id, request("B1", "S1")):
            assert why(caller, name, mine).status_code == 200
            assert why(caller, name, others).status_code == 404
    assert why(caller, meeting_id, OPERATOR).status_code == 403
    assert why(caller, derived_id("nothing")).status_code == 404


def test_an_on_site_match_says_that_no_score_made_it(caller, office):
    caller.publish()
    office.do(on_site("B1", "S3"), as_sme("S3"))
    (meeting,) = caller.items("/meetings?channel=on-site")
    told = why(caller, meeting["meeting_id"], as_sme("S3")).json
    assert (told["score"], told["terms"], told["technology"]) == (None, [], None)
    assert "현장연계" in told["message"]


@pytest.fixture
def market(caller, office, fair) -> Caller:
    """Twelve more buyers; S1 and S2 offered something of each kind to B1 and B2, S3 offered nothing."""
    wanted = ("배터리 진단 장치", "물류 이송 로봇", "폐수 여과막", "OLED 봉지 소재")
    for number in range(12):
        office.take_in(*fair.admitted_buyer(f"B{10 + number}", title=f"{wanted[number % 4]} 협력 개발", topics=[]))
    office.take_in(fair.asking("B10", "S2", [], "무인 운반차 제어"), fair.asking("B2", "S3", [], "2차전지 진단"))
    return caller


def test_the_ten_best_that_were_not_asked_best_first(market):
    found = market.items(f"/participants/{S3}/suggestions")
    assert len(found) <= 10
    scores = [item["score"] for item in found]
    assert scores == sorted(scores, reverse=True)
    assert all(item["score"] == item["base"] + sum(term["points"] for term in item["terms"]) for item in found)
    assert {item["participation_id"] for item in found[:3]} == {buyer("B10"), buyer("B14"), buyer("B18")}
    assert found[0]["words"] == ["배터리", "진단"]
    assert found[0]["company_name"].startswith("가상 B")
    assert found[0]["demand_title"] == "배터리 진단 장치 협력 개발"
    assert B2 not in {item["participation_id"] for item in found}
    robots = suggested(market, S2)
    assert robots[0] in {buyer("B11"), buyer("B15"), buyer("B19")}
    assert not {B1, B2, buyer("B10")} & set(robots)


def test_a_buyer_is_told_of_smes_that_did_not_ask_it(market):
    assert suggested(market, buyer("B10"))[0] == S3
    assert S2 not in suggested(market, buyer("B10"))
    assert suggested(market, buyer("B11"))[0] == S2
    assert set(suggested(market, B1)) <= {S3}


def test_suggestions_are_for_oneself_and_those_who_run_the_fair(market):
    path = f"/participants/{S3}/suggestions"
    assert market.get(path, as_sme("S3")).json == market.get(path, AUDITOR).json == market.get(path).json
    for other in (as_sme("S2"), as_buyer("B10")):
        assert market.get(path, other).status_code == 404
    assert market.get(path, OPERATOR).status_code == 403
    assert market.get(f"/participants/{derived_id('nobody')}/suggestions").status_code == 404


@pytest.mark.parametrize("actor", [as_sme("S3"), as_buyer("B10"), None], ids=["sme", "buyer", "organiser"])
def test_whom_one_side_excluded_is_never_suggested_to_either(market, actor):
    assert buyer("B10") in suggested(market, S3)
    assert S3 in suggested(market, buyer("B10"))
    pair = {"buyer_participation_id": buyer("B10"), "sme_participation_id": S3}
    market.post("/exclusions", pair, *([actor] if actor else []))
    assert buyer("B10") not in suggested(market, S3)
    assert S3 not in suggested(market, buyer("B10"))
    assert buyer("B14") in suggested(market, S3)


@pytest.mark.parametrize("answer", ["must-meet", "accept"])
def test_whom_one_side_excluded_is_never_placed_however_high_the_score(caller, answer):
    for s in ("S1", "S2"):
        caller.post(f"/requests/{request('B1', s)}/answer", {"answer": answer})
    caller.post("/exclusions", {"buyer_participation_id": B1, "sme_participation_id": S1}, as_sme("S1"))
    timetable_id = caller.draft()
    assert [row["sme_participation_id"] for row in caller.items("/meetings?status=placed")] == [S2]
    left = caller.items(f"/unplaced?timetable_id={timetable_id}&request_id={request('B1', 'S1')}")
    assert [row["reason"] for row in left] == ["excluded"]


def test_who_took_back_declined_asked_on_site_or_left_is_not_suggested(market, office, fair):
    office.take_in(fair.asking("B14", "S3", [], "2차전지 진단"), fair.request_withdrawn("B14", "S3"))
    office.take_in(fair.withdrawn("B18"))
    assert suggested(market, S3)[0] == buyer("B10")
    assert not {buyer("B14"), buyer("B18")} & set(suggested(market, S3))
    market.publish()
    office.do(on_site("B10", "S3"), as_sme("S3"))
    assert buyer("B10") not in suggested(market, S3)
    office.take_in(fair.withdrawn("S3"))
    assert S3 not in suggested(market, buyer("B18")) + suggested(market, buyer("B14"))
    assert suggested(market, S3) == []


def test_nothing_is_suggested_on_no_ground(market, office, fair):
    office.take_in(*fair.admitted_sme("S9"))
    told = market.get(f"/participants/{sme('S9')}/suggestions", as_sme("S9")).json
    assert told["items"] == []
    assert "근거" in told["message"]


class Shelf:
    """A reader of rows in memory."""

    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows.tables

    def get(self, table, *key):
        return self._rows.get(table.name, {}).get(key)

    def find(self, table, **equals):
        found = self._rows.get(table.name, {})
        return [found[k] for k in sorted(found) if all(found[k][n] == v for n, v in equals.items())]


@pytest.mark.parametrize(("date", "known"), [("2022-11-21", True), ("2023-11-22", False)])
def test_what_came_of_earlier_fairs_counts_and_of_later_ones_does_not(fair, date, known):
    rows = MemoryRows()
    projection = Projection(READ_MODELS, rows)
    meeting_id = derived_id("meeting", "2022")
    told = [*fair.opening(), fair.asking("B1", "S1"), fair.asking("B1", "S2")]
    opened = next(event for event in told if event.type == "registration.fair-opened")
    told += [
        fair.wire.send(EARLIER, registration.FairOpened.new(**{**opened.data, "fair_id": EARLIER, "date": date})),
        fair.wire.send(
            EARLIER,
            matching.MeetingPlaced.new(
                fair_id=EARLIER, meeting_id=meeting_id, request_id=derived_id("r", "2022"), buyer_participation_id=B1,
                buyer_company_id=company("B1"), sme_participation_id=S1, sme_company_id=company("S1"), slot=1, table=1,
                starts_at="2022-11-21T01:00:00.000000Z", ends_at="2022-11-21T01:30:00.000000Z",
                timetable_id=derived_id("t", "2022"),
            ),
        ),
        fair.wire.send(
            meeting_id,
            consultation.OutcomeRecorded.new(
                fair_id=EARLIER, meeting_id=meeting_id, outcome="development-commitment", synthetic=True
            ),
        ),
    ]  # fmt: skip
    for event in told:
        projection.apply(event)
    shelf = Shelf(rows)
    scores = Scores(shelf, shelf.get(fairs, FAIR), shelf.find(requests, fair_id=FAIR))
    met, unmet = (scores.of_request(shelf.get(requests, request("B1", s)), None) for s in ("S1", "S2"))
    assert {term.name: (term.value, term.known) for term in met.terms}["past"] == (1000 if known else 500, known)
    assert {term.name: term.known for term in unmet.terms}["past"] is False
    assert (met.total > unmet.total) is known


def test_starting_the_service_loads_no_analyser():
    """300 MB that an api process does without."""
    code = "import sys, services.matching.definition; sys.exit('kiwipiepy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_neither_answering_nor_planning_needs_the_analyser(market, monkeypatch):
    def refused():
        raise AssertionError("the analyser was loaded")

    monkeypatch.setattr(words, "_analyser", refused)
    words.terms.cache_clear()
    market.post(f"/requests/{request('B1', 'S1')}/answer", {"answer": "accept"})
    timetable_id = market.publish()
    for path in (f"/matches/{request('B1', 'S1')}/why", f"/participants/{S3}/suggestions"):
        assert market.get(path).status_code == 200
    assert market.get(f"/timetables/{timetable_id}/problem").json["fixed"]
    with pytest.raises(AssertionError):
        words.terms("배터리 진단 로봇")
