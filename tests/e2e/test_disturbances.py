"""What does not go as planned, from end to end: each disturbance with its effect in every service."""

import pytest

from services.chassis import replay
from tests.e2e.suite_fair import TERMS, buyer, sme
from tests.e2e.suite_season import before_the_doors_open
from tests.e2e.suite_stage import AGENCY, ORGANISER


@pytest.fixture
def full(tmp_path):
    with before_the_doors_open(tmp_path) as (stage, fair):
        yield stage, fair


def pairs(fair, **equals) -> dict[str, tuple[int, str]]:
    """Slot and status by pair (`xA`), for the meetings whose columns have these values."""
    names = {fair.who(name): name for name in "ABwxyz"}
    return {
        names[row["sme_participation_id"]] + names[row["buyer_participation_id"]]: (row["slot"], row["status"])
        for row in fair.meetings(**equals)
    }


def talk_status(fair) -> dict[str, str]:
    """Status of the consultation by pair."""
    names = {fair.who(name): name for name in "ABwxyz"}
    rows = fair.stage.items(ORGANISER, f"{fair.consultation}/consultations")
    return {names[row["sme_participation_id"]] + names[row["buyer_participation_id"]]: row["status"] for row in rows}


def refused(stage, actor, path, body, rule: str) -> None:
    answer = stage.call(actor, "POST", path, body)
    assert (answer.status_code, answer.json["type"]) == (409, f"/problems/{rule}")


def on_site(fair, sme_name: str, buyer_name: str) -> dict:
    sides = {"sme_participation_id": fair.who(sme_name), "buyer_participation_id": fair.who(buyer_name)}
    return {**sides, "technology": "밸브"}


def test_the_timetable_is_full(full):
    _, fair = full
    placed = pairs(fair, status="placed")
    assert set(placed) == {"xA", "yA", "zB"}
    assert talk_status(fair) == dict.fromkeys(placed, "awaited")
    assert fair.ask_on_site("w", "A")["status"] == "waiting"


def test_a_withdrawn_sme(full):
    stage, fair = full
    was = pairs(fair)["xA"][0]
    asked = fair.ask_on_site("w", "A")
    assert (asked["status"], asked["position"]) == ("waiting", 1)
    stage.do(sme("x"), f"{fair.registration}/smes/{fair.who('x')}/withdraw", {"reason": "사정"})
    stage.settle()
    states = {row["request_id"]: row["status"] for row in stage.items(ORGANISER, f"{fair.registration}/requests")}
    assert states[fair.request("x", "A")] == "withdrawn"
    assert states[fair.request("y", "A")] == "active"
    fallen = fair.meetings(sme_participation_id=fair.who("x"))
    assert {(row["status"], row["cause"]) for row in fallen} == {("cancelled", "sme-withdrew")}
    # The seat that became free goes to whoever waited for that buyer; nobody else moves.
    placed = pairs(fair, status="placed")
    assert set(placed) == {"wA", "yA", "zB"}
    assert placed["wA"] == (was, "placed")
    assert talk_status(fair) == {
        "xA": "cancelled", "wA": "awaited", "yA": "awaited", "zB": "awaited",
    }  # fmt: skip
    refused(stage, sme("x"), f"{fair.matching}/on-site-requests", on_site(fair, "x", "A"), "participant.not-admitted")


def test_a_commitment_outlasts_the_withdrawal_of_its_sme(full):
    stage, fair = full
    made = fair.commit_to_develop("x", "A")
    stage.do(sme("x"), f"{fair.registration}/smes/{fair.who('x')}/withdraw")
    stage.settle()
    assert fair.talk(made["meeting_id"])["status"] == "held"
    application = fair.application_of(made["commitment_id"])
    assert application["status"] == "drafted"
    stage.do(sme("x"), f"/grants/applications/{application['application_id']}/submission", TERMS)


def test_a_withdrawn_buyer(full):
    stage, fair = full
    fair.ask_on_site("w", "A")
    stage.do(buyer("A"), f"{fair.registration}/buyers/{fair.who('A')}/withdraw")
    stage.settle()
    (row,) = stage.items(ORGANISER, f"{fair.matching}/on-site-requests")
    assert row["status"] == "withdrawn"
    fallen = fair.meetings(buyer_participation_id=fair.who("A"))
    assert {(row["status"], row["cause"]) for row in fallen} == {("cancelled", "buyer-withdrew")}
    assert set(pairs(fair, status="placed")) == {"zB"}
    assert talk_status(fair) == {"xA": "cancelled", "yA": "cancelled", "zB": "awaited"}
    summary = stage.get(ORGANISER, f"{fair.registration}/summary")
    assert {group["status"]: group["count"] for group in summary["requests"]} == {"active": 1, "fallen": 2}
    refused(stage, sme("w"), f"{fair.matching}/on-site-requests", on_site(fair, "w", "A"), "participant.not-admitted")
    refused(stage, sme("w"), f"{fair.registration}/requests", {
        **on_site(fair, "w", "A"), "topics": [],
    }, "fair.registration-closed")  # fmt: skip


def test_a_cancelled_meeting(full):
    stage, fair = full
    fair.ask_on_site("w", "A")
    met = fair.meeting("y", "A")
    stage.do(ORGANISER, f"{fair.matching}/meetings/{met['meeting_id']}/cancel")
    stage.settle()
    after = fair.meeting("y", "A")
    assert (after["status"], after["cause"]) == ("cancelled", "organiser")
    assert pairs(fair)["wA"] == (met["slot"], "placed")
    assert {name: status for name, status in talk_status(fair).items() if name in {"yA", "wA"}} == {
        "yA": "cancelled", "wA": "awaited",
    }  # fmt: skip
    path = f"{fair.consultation}/consultations/{met['meeting_id']}/held"
    refused(stage, ORGANISER, path, {}, "consultation.cancelled")


def test_a_no_show_moves_the_waiting_list(full):
    stage, fair = full
    first, second = sorted(("xA", "yA"), key=lambda pair: pairs(fair)[pair])
    fair.ask_on_site("w", "A")
    met = fair.meeting(first[0], "A")
    fair.at("01:10")
    fair.say(buyer("A"), met["meeting_id"], "no-show", {"absent": "sme", "synthetic": True})
    stage.settle()
    released = fair.meeting(first[0], "A")
    assert (released["status"], released["absent"]) == ("released", "sme")
    # Whoever waits takes the very slot, which has twenty minutes left.
    assert pairs(fair)["wA"] == (1, "placed")
    taken = fair.talk(met["meeting_id"])
    assert (taken["status"], taken["replaced_by_meeting_id"]) == ("replaced", fair.meeting("w", "A")["meeting_id"])
    assert talk_status(fair)["wA"] == talk_status(fair)[second] == "awaited"
    fair.say(buyer("A"), fair.meeting("w", "A")["meeting_id"], "held")
    stage.settle()
    assert talk_status(fair)["wA"] == "held"


def test_a_cancelled_fair(full):
    stage, fair = full
    fair.ask_on_site("w", "A")
    early = min(("xA", "yA"), key=lambda pair: pairs(fair)[pair])
    made = fair.commit_to_develop(early[0], "A")
    stage.do(ORGANISER, f"{fair.registration}/cancel", {"reason": "태풍"})
    stage.settle()
    for name in ("registration", "matching"):
        place = fair.registration if name == "registration" else fair.matching
        assert stage.get(ORGANISER, f"{place}/summary")
    assert stage.get(ORGANISER, fair.registration)["status"] == "cancelled"
    assert [row["status"] for row in stage.items(ORGANISER, f"{fair.matching}/on-site-requests")] == ["withdrawn"]
    assert pairs(fair, status="placed") == {}
    states = talk_status(fair)
    assert states.pop(early) == "held"
    assert set(states.values()) == {"cancelled"}
    # What was said at the table stays, and so does what followed from it.
    assert fair.application_of(made["commitment_id"])["status"] == "drafted"
    refused(stage, sme("w"), f"{fair.matching}/on-site-requests", on_site(fair, "w", "B"), "floor.closed")
    refused(stage, ORGANISER, f"{fair.matching}/timetables", {}, "fair.cancelled")
    hours = f"{fair.registration}/participations/{fair.who('w')}/availability"
    refused(stage, sme("w"), hours, {"slots": [1]}, "fair.cancelled")


def test_a_rescheduled_fair(full):
    stage, fair = full
    old = {row["meeting_id"] for row in fair.meetings()}
    fair.before(11)
    later = f"{fair.year}-12-05"
    body = {"date": later, "slots": fair.slots(later), "answers_due_at": f"{fair.year}-11-30T00:00:00Z"}
    stage.do(ORGANISER, f"{fair.registration}/reschedule", {**body, "reason": "대관 문제"})
    stage.settle()
    assert {(row["status"], row["cause"]) for row in fair.meetings()} == {("cancelled", "fair-rescheduled")}
    assert set(talk_status(fair).values()) == {"cancelled"}
    assert [row["status"] for row in stage.items(ORGANISER, f"{fair.matching}/timetables")] == ["withdrawn"]
    # Answers were about the partner, not about the day: the new timetable rests on them.
    timetable_id = fair.plan()
    stage.do(ORGANISER, f"{fair.matching}/timetables/{timetable_id}/publish")
    stage.settle()
    placed = fair.meetings(status="placed")
    assert {row["starts_at"][:10] for row in placed} == {later}
    assert len(placed) == 3
    assert not old & {row["meeting_id"] for row in placed}
    awaited = [
        row for row in stage.items(ORGANISER, f"{fair.consultation}/consultations") if row["status"] == "awaited"
    ]
    assert {row["meeting_id"] for row in awaited} == {row["meeting_id"] for row in placed}
    assert stage.get(ORGANISER, f"{fair.consultation}/summary")["fair_date"] == later


def test_a_commitment_taken_back_ends_its_application(full):
    stage, fair = full
    made = fair.commit_to_develop("x", "A")
    assert fair.application_of(made["commitment_id"])["status"] == "drafted"
    fair.say(sme("x"), made["meeting_id"], f"commitments/{made['commitment_id']}/withdraw", {"reason": "사정 변경"})
    stage.settle()
    ended = fair.application_of(made["commitment_id"])
    assert (ended["status"], ended["withdrawal_cause"]) == ("withdrawn", "commitment-withdrawn")
    (known,) = stage.items(AGENCY, "/grants/commitments")
    assert known["status"] == "withdrawn"
    answer = stage.call(sme("x"), "POST", f"/grants/applications/{ended['application_id']}/submission", TERMS)
    assert answer.status_code == 409


def test_what_is_settled_stays_settled(full):
    """Nothing that came of a disturbance makes the services go on by themselves, and the past replays alike."""
    stage, fair = full
    fair.ask_on_site("w", "A")
    stage.do(ORGANISER, f"{fair.registration}/cancel")
    stage.settle()
    stored = stage.counts()
    stage.settle()
    assert stage.counts() == stored
    for name in stage.stations:
        assert replay.compare(stage.application(name)).differences == ()
