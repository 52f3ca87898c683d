"""The HTTP interface of consultation, through Flask's test client and the real chassis."""

import itertools

import pytest
from consultation_desk import Desk
from consultation_given import (
    AT_BUYER,
    AT_OTHER_BUYER,
    AT_SME,
    AUDITOR,
    BUYER,
    BUYER_SIDE,
    FAIR,
    FAIR_OPENED,
    KEYS,
    LATER_MEETING,
    MEETING,
    ORGANISER,
    OTHER_SME,
    PUBLISHED,
    STARTS,
    company,
    drafted,
    floor_events,
    meeting,
    stream,
)

from contracts.identity import derived_id
from services.chassis.access import SYSTEM, Actor
from services.chassis.configuration import Settings
from services.chassis.tokens import mint
from services.chassis.web.app import create_app
from services.consultation.api import BLUEPRINTS
from services.consultation.api.summary import hundredths
from services.consultation.domain.commands import AskFollowUp

KEY = b"t" * 32
TALKS = f"/fairs/{FAIR}/consultations"
TALK = f"{TALKS}/{MEETING}"
NUMBERS = itertools.count()


class Browser:
    """A client that signs in for each request."""

    def __init__(self, client):
        self.client = client

    def get(self, path, actor):
        return self.client.get(path, headers={"Authorization": f"Bearer {mint(actor, KEY)}"})

    def post(self, path, actor, body, **headers):
        sent = {"Authorization": f"Bearer {mint(actor, KEY)}", "Idempotency-Key": f"key-{next(NUMBERS)}", **headers}
        return self.client.post(path, json=body, headers=sent)


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path, blueprints=BLUEPRINTS)
    made.take_in(*floor_events(*drafted(meeting(), meeting(LATER_MEETING, OTHER_SME)), PUBLISHED))
    made.take_in(*stream("registration", f"fair-{FAIR}", [FAIR_OPENED]))
    made.take_in(*stream("registration", f"company-{BUYER}", [company(BUYER, "수요기업")]))
    yield made
    made.close()


@pytest.fixture
def browser(desk):
    settings = Settings(
        database_url="sqlite:///unused", bus_url="local:unused", token_key=KEY, vault_key=KEY, fingerprint_key=KEY
    )
    return Browser(create_app(desk.application, settings).test_client())


def test_the_day_over_http(browser, desk):
    assert browser.post(f"{TALK}/held", AT_SME, {}).status_code == 201
    assert browser.post(f"{TALK}/ratings", AT_SME, {"score": 5}).status_code == 201
    assert browser.post(f"{TALK}/ratings", AT_BUYER, {"score": 4, "synthetic": True}).status_code == 201
    assert browser.post(f"{TALK}/notes", AT_BUYER, {"text": "다시 만나기로 함"}).status_code == 201
    assert browser.post(f"{TALK}/outcome", AT_BUYER, {"outcome": "development-commitment"}).status_code == 201
    promise = {"programme_kind": "co-investment", "planned_total_krw": 300}
    made = browser.post(f"{TALK}/commitments", AT_BUYER, promise)
    assert made.status_code == 201
    desk.do(AskFollowUp(**KEYS, due_at=STARTS), SYSTEM)
    answer = {"contracted": True, "amount_krw": 70, "comment": "계약 체결"}
    assert browser.post(f"{TALK}/follow-up/answer", AT_BUYER, answer).status_code == 201
    assert browser.post(f"{TALKS}/{LATER_MEETING}/no-show", AT_BUYER, {"absent": "sme"}).status_code == 201

    told = browser.get(f"/fairs/{FAIR}/summary", ORGANISER).json
    assert told["fair_name"] == "상생 기술협력 박람회"
    assert told["figures"] == {
        "by_status": {"held": 1, "no-show": 1},
        "by_outcome": {"development-commitment": 1},
        "ratings": 2,
        "mean_rating_hundredths": 450,
        "commitments": 1,
        "commitments_withdrawn": 0,
        "planned_total_krw": 300,
        "follow_ups_due": 0,
        "follow_ups_answered": 1,
        "contracts": 1,
        "contracted_krw": 70,
        "synthetic": 0,
    }
    assert told["buyers"] == [
        {"buyer_participation_id": BUYER_SIDE, "company_name": "수요기업", "consultations": 2, "held": 1, "no_shows": 1}
    ]
    withdrawal = f"{TALK}/commitments/{made.json['commitment_id']}/withdraw"
    assert browser.post(withdrawal, AT_SME, {"reason": "사정 변경"}).status_code == 201
    assert browser.get(f"/fairs/{FAIR}/summary", AUDITOR).json["figures"]["planned_total_krw"] == 0


def test_each_side_sees_its_own(browser):
    assert browser.get(TALKS, ORGANISER).json["total"] == 2
    assert browser.get(TALKS, AT_BUYER).json["total"] == 2
    assert [row["meeting_id"] for row in browser.get(TALKS, AT_SME).json["items"]] == [MEETING]
    assert browser.get(TALKS, AT_OTHER_BUYER).json["total"] == 0
    assert browser.get(TALK, AT_OTHER_BUYER).status_code == 404
    assert browser.get(f"/fairs/{FAIR}/summary", AT_SME).json["figures"]["by_status"] == {"awaited": 1}
    assert browser.get(f"/fairs/{FAIR}/summary", Actor("machine-1", "operator")).status_code == 403


def test_notes_are_listed_for_their_author_only(browser):
    browser.post(f"{TALK}/notes", AT_SME, {"text": "비밀"})
    notes = f"/fairs/{FAIR}/notes"
    assert browser.get(notes, AT_BUYER).json["total"] == 0
    (row,) = browser.get(notes, AT_SME).json["items"]
    assert row["by"] == "sme"
    assert "비밀" not in str(row)
    assert browser.get(f"/vault/{row['reference']}?purpose=own", AT_SME).json["content"] == "비밀"


def test_what_came_of_it_is_listed_and_shown(browser, desk):
    browser.post(f"{TALK}/held", AT_SME, {})
    promise = {"programme_kind": "purchase-conditional", "planned_total_krw": 1, "synthetic": True}
    commitment_id = browser.post(f"{TALK}/commitments", AT_BUYER, promise).json["commitment_id"]
    desk.do(AskFollowUp(**KEYS, due_at=STARTS), SYSTEM)
    for path, actor in (
        (f"/fairs/{FAIR}/commitments", Actor("agency-1", "agency")),
        (f"/fairs/{FAIR}/follow-ups", AT_SME),
    ):
        assert browser.get(path, actor).json["total"] == 1
        assert browser.get(path, AT_OTHER_BUYER).json["total"] == 0
    shown = browser.get(f"/fairs/{FAIR}/commitments/{commitment_id}", AT_SME).json
    assert (shown["planned_total_krw"], shown["synthetic"], shown["status"]) == (1, True, "active")
    survey = derived_id("follow-up", MEETING)
    assert browser.get(f"/fairs/{FAIR}/follow-ups/{survey}", AT_BUYER).json["status"] == "due"
    assert browser.get(f"{TALKS}?status=held&sort=-starts_at", ORGANISER).json["total"] == 1


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("ratings", {"score": 6}, "score"),
        ("ratings", {"score": "5"}, "score"),
        ("ratings", {"score": 3, "by": "host"}, "by"),
        ("no-show", {"absent": "everybody"}, "absent"),
        ("outcome", {"outcome": "great"}, "outcome"),
        ("notes", {"text": "  "}, "text"),
        ("notes", {}, "text"),
        ("commitments", {"programme_kind": "co-investment", "planned_total_krw": -1}, "planned_total_krw"),
        ("commitments", {"programme_kind": "gift", "planned_total_krw": 1}, "programme_kind"),
        ("follow-up/answer", {"contracted": "yes"}, "contracted"),
        ("held", {"when": "now"}, "when"),
    ],
)
def test_bad_bodies_are_answered_with_the_field(browser, path, body, pointer):
    answered = browser.post(f"{TALK}/{path}", ORGANISER, body)
    assert answered.status_code == 422
    assert [error["pointer"] for error in answered.json["errors"]] == [f"/{pointer}"]


def test_a_refusal_names_its_rule_and_a_remedy(browser):
    refused = browser.post(f"{TALK}/ratings", AT_SME, {"score": 3})
    assert refused.status_code == 409
    assert refused.json["type"].endswith("consultation.not-held")
    assert refused.json["remedy"]


def test_a_stale_if_match_is_refused(browser):
    browser.post(f"{TALK}/held", AT_SME, {})
    stale = browser.post(f"{TALK}/outcome", AT_BUYER, {"outcome": "no-interest"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("total", "count", "mean"), [(0, 0, None), (9, 2, 450), (10, 3, 333), (5, 3, 167), (1, 1, 100)]
)
def test_means_are_whole_hundredths(total, count, mean):
    assert hundredths(total, count) == mean
