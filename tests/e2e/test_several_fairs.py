"""Fairs side by side and over the years: one does not touch the other, and what is past stays readable."""

import pytest

from services.chassis import replay
from tests.e2e.suite_fair import Fair, buyer, company, sme
from tests.e2e.suite_season import hold
from tests.e2e.suite_stage import AGENCY, AUDITOR, ORGANISER, staged


@pytest.fixture
def stage(tmp_path):
    with staged(tmp_path) as stage:
        yield stage


def run_up_to_the_day(*fairs: Fair) -> None:
    """Every step is taken at all fairs before the next one is."""
    for fair in fairs:
        fair.open(slots=2)
    for fair in fairs:
        fair.admit("A", "x", "y")
    for fair in fairs:
        fair.ask("xA", "yA")
    for fair in fairs:
        fair.answer("xA")
    for fair in fairs:
        fair.before(11)
        fair.publish()


def test_two_at_once(stage):
    seoul, busan = Fair(stage, edition="seoul"), Fair(stage, edition="busan")
    run_up_to_the_day(seoul, busan)
    assert {row["fair_id"] for row in stage.items(AUDITOR, "/registration/fairs")} == {seoul.fair_id, busan.fair_id}
    met = {fair.edition: fair.meeting("x", "A") for fair in (seoul, busan)}
    # The same pair, the same slot, at two fairs: two floors know nothing of each other.
    assert met["seoul"]["meeting_id"] != met["busan"]["meeting_id"]
    assert met["seoul"]["slot"] == met["busan"]["slot"]
    stage.do(ORGANISER, f"{busan.registration}/cancel", {"reason": "태풍"})
    stage.settle()
    assert [row["status"] for row in busan.meetings()] == ["cancelled"]
    assert set(busan.talks().values()) == {"cancelled"}
    assert [row["status"] for row in seoul.meetings()] == ["placed"]
    seoul.at("01:05")
    seoul.say(buyer("A"), met["seoul"]["meeting_id"], "held")
    assert seoul.talks() == {met["seoul"]["meeting_id"]: "held"}
    # Under another fair's address nothing of this one is found.
    crossed = f"{busan.consultation}/consultations/{met['seoul']['meeting_id']}"
    assert stage.call(ORGANISER, "GET", crossed).status_code == 404
    assert stage.call(ORGANISER, "POST", f"{crossed}/held").status_code == 404
    asked = f"{busan.matching}/requests/{seoul.request('x', 'A')}/answer"
    assert stage.call(buyer("A"), "POST", asked, {"answer": "decline"}).status_code == 404
    for actor in (sme("x"), buyer("A")):
        assert {row["fair_id"] for row in stage.items(actor, f"{seoul.matching}/requests")} == {seoul.fair_id}


def test_last_year_stays_readable(stage):
    last = hold(stage, 2022)
    before = memories(stage, last)
    this = hold(stage, 2023)
    assert memories(stage, this)["consultations"] == before["consultations"]
    now = memories(stage, last)
    # A year later the buyers of last year were asked what became of it; all else is as it was.
    assert (before.pop("due"), now.pop("due")) == (0, 1)
    assert now == before
    (asked,) = stage.items(buyer("A"), f"{last.consultation}/follow-ups")
    answer = {"contracted": True, "amount_krw": 70_000_000, "comment": "양산 계약"}
    last.say(buyer("A"), asked["meeting_id"], "follow-up/answer", answer)
    figures = stage.get(AUDITOR, f"{last.consultation}/summary")["figures"]
    assert (figures["contracts"], figures["contracted_krw"]) == (1, 70_000_000)
    # A company is lasting, its part in a fair is not.
    assert stage.get(sme("x"), f"/registration/companies/{company('x')}")["name"] == "(가상) x"
    assert last.who("x") != this.who("x")
    for name in stage.stations:
        assert replay.compare(stage.application(name)).differences == ()


def memories(stage, fair: Fair) -> dict:
    figures = stage.get(AUDITOR, f"{fair.consultation}/summary")["figures"]
    agreements = stage.items(AGENCY, f"/grants/agreements?fair_id={fair.fair_id}")
    return {
        "due": figures.pop("follow_ups_due"),
        "figures": figures,
        "consultations": sorted(fair.talks().values()),
        "placed": sorted((row["slot"], row["status"]) for row in fair.meetings()),
        "requests": len(stage.items(AUDITOR, f"{fair.registration}/requests")),
        "granted": [(row["grant_krw"], row["rule_version"]) for row in agreements],
        "paid": [row["amount_krw"] for row in stage.items(AGENCY, f"/grants/payments?fair_id={fair.fair_id}")],
        "events": {name: stage.stations[name].client.get(
            f"/events?fair_id={fair.fair_id}&limit=1", headers=stage.headers(AUDITOR)
        ).status_code for name in stage.stations},
    }  # fmt: skip
