"""Registration over HTTP: from opening to summary, who sees what, what bodies may not say."""

import unicodedata

import pytest
from registration_given import BUYER, BUYER_COMPANY, FAIR, SME, SME_COMPANY, some_id
from registration_office import AGENCY, AUDITOR, BUYER_ACTOR, KEY, OPERATOR, SME_ACTOR, STRANGER, Caller, Office

from services.chassis.configuration import Settings
from services.chassis.web.app import create_app

BASE = f"/fairs/{FAIR}"
ASK = {
    "sme_participation_id": SME,
    "buyer_participation_id": BUYER,
    "technology": "수소 압력센서",
    "topics": ["sensor"],
}


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    office.set_up()
    yield office
    office.close()


@pytest.fixture
def caller(office):
    settings = Settings(
        database_url="sqlite:///unused", bus_url="local:unused", token_key=KEY, vault_key=KEY, fingerprint_key=KEY
    )
    return Caller(create_app(office.application, settings).test_client())


def test_a_fair_from_opening_to_cancellation(caller):
    fair_id = some_id("second fair")
    slot = {"slot": 1, "starts_at": "2024-11-21T13:00:00+09:00", "ends_at": "2024-11-21T13:30:00+09:00"}
    caller.post(
        "/fairs",
        {
            "fair_id": fair_id,
            "name": "2024 박람회",
            "edition": 3,
            "date": "2024-11-21",
            "venue": "COEX",
            "request_quota": 9,
        },
    )
    base = f"/fairs/{fair_id}"
    caller.post(f"{base}/schedule", {"slots": [slot], "answers_due_at": "2024-11-20T18:00:00+09:00"})
    assert caller.items(f"{base}/slots")[0]["starts_at"] == "2024-11-21T04:00:00.000000Z"
    caller.post(f"{base}/correct", {"name": "2024 박람회", "venue": "킨텍스", "reason": "장소 오기"})
    company = caller.post("/companies", {"name": "가상 넷", "business_number": "123-45-67890"})["company_id"]
    assert caller.get(f"/companies/{company}").json["business_number"] == "1234567890"
    buyer = caller.post(f"{base}/buyers", {"company_id": company, "kind": "mid-sized", "tables": 1})
    path = f"{base}/buyers/{buyer['participation_id']}"
    assert caller.post(f"{path}/approve", {"tables": 2})["status"] == "approved"
    assert caller.post(f"{path}/withdraw", {"reason": "사정"})["status"] == "withdrawn"
    sme = caller.post(f"{base}/smes", {"company_id": company})
    assert caller.post(f"{base}/smes/{sme['participation_id']}/reject")["status"] == "rejected"
    slot = {"slot": 1, "starts_at": "2024-11-22T13:00:00+09:00", "ends_at": "2024-11-22T13:30:00+09:00"}
    caller.post(
        f"{base}/reschedule", {"date": "2024-11-22", "slots": [slot], "answers_due_at": "2024-11-21T18:00:00+09:00"}
    )
    caller.post(f"{base}/close-registration")
    caller.post(f"{base}/cancel", {"reason": "감염병"})
    fair = caller.get(base).json
    assert (fair["status"], fair["venue"], fair["date"]) == ("cancelled", "킨텍스", "2024-11-22")
    assert {row["status"] for row in caller.items("/fairs")} == {"open", "cancelled"}


def test_the_programme_of_a_fair(caller):
    briefing = caller.post(
        f"{BASE}/briefings",
        {
            "kind": "purchasing",
            "hosts": ["풀무원"],
            "starts_at": "2023-11-21T15:00:00+09:00",
            "ends_at": "2023-11-21T16:00:00+09:00",
            "seats": 1,
        },
    )["briefing_id"]
    path = f"{BASE}/briefings/{briefing}"
    seat = caller.post(f"{path}/seats", {"participation_id": SME}, SME_ACTOR)["seat_id"]
    full = caller.send(f"{path}/seats", {"participation_id": BUYER}, BUYER_ACTOR)
    assert (full.status_code, full.json["type"].rpartition("/")[2]) == (409, "briefing.full")
    assert caller.get(f"{path}/seats-left", SME_ACTOR).json["free"] == 0
    assert [row["seat_id"] for row in caller.items(f"{BASE}/seats", SME_ACTOR)] == [seat]
    assert caller.items(f"{BASE}/seats", BUYER_ACTOR) == []
    caller.post(f"{path}/seats/{seat}/release", actor=SME_ACTOR)
    assert caller.get(f"{path}/seats-left").json["free"] == 1
    assert caller.get(path, AGENCY).json["hosts"] == ["풀무원"]
    challenge = caller.post(
        f"{BASE}/challenges", {"proposer": "케이티", "title": "6G", "company_id": BUYER_COMPANY}, BUYER_ACTOR
    )["challenge_id"]
    caller.post(f"{BASE}/challenges/{challenge}/select", {"sme_company_id": SME_COMPANY})
    assert caller.get(f"{BASE}/challenges/{challenge}").json["status"] == "selected"
    caller.post(f"{BASE}/showcases", {"sme_company_id": SME_COMPANY, "buyer_company_ids": [BUYER_COMPANY]})
    caller.post(f"{BASE}/awards", {"category": "contribution", "company_id": SME_COMPANY, "recipient": "홍길동"})
    assert len(caller.items(f"{BASE}/showcases")) == len(caller.items(f"{BASE}/awards", SME_ACTOR)) == 1


def test_what_a_participant_says_of_itself(caller):
    path = f"{BASE}/participations/{BUYER}"
    contact = caller.post(
        f"{path}/representatives",
        {"role": "lead", "name": "홍길동", "phone": "010-0000-0001", "email": "gil@example.com"},
        BUYER_ACTOR,
    )["contact_id"]
    (row,) = caller.items(f"{BASE}/representatives", BUYER_ACTOR)
    assert "홍길동" not in str(row)
    caller.post(f"{path}/representatives/{contact}/remove", actor=BUYER_ACTOR)
    assert caller.items(f"{BASE}/representatives?status=removed")[0]["contact_id"] == contact
    assert caller.items(f"{BASE}/representatives", SME_ACTOR) == []
    caller.post(f"{path}/availability", {"slots": [1, 2]}, BUYER_ACTOR)
    caller.post(f"{path}/demands", {"title": "수소 저장", "topics": ["hydrogen"]}, BUYER_ACTOR)
    assert [row["title"] for row in caller.items(f"{path}/demands", BUYER_ACTOR)] == ["수소 저장"]
    caller.post(f"{path}/check-in", actor=BUYER_ACTOR)
    caller.post(f"{path}/check-out", actor=BUYER_ACTOR)
    caller.post(f"{path}/correct", {"tables": 3, "reason": "오기"})
    row = caller.get(path, BUYER_ACTOR).json
    assert (row["tables"], row["presence"], row["availability"]) == (3, "left", [1, 2])


def test_a_request_is_seen_by_its_two_sides_only(caller):
    asked = caller.post(f"{BASE}/requests", ASK, SME_ACTOR)["request_id"]
    path = f"{BASE}/requests/{asked}"
    for actor in (SME_ACTOR, BUYER_ACTOR, AUDITOR):
        assert [row["request_id"] for row in caller.items(f"{BASE}/requests", actor)] == [asked]
        assert caller.get(path, actor).status_code == 200
    assert caller.items(f"{BASE}/requests", STRANGER) == []
    assert caller.get(path, STRANGER).status_code == 404
    assert caller.get(f"{BASE}/requests", OPERATOR).status_code == 403
    assert caller.send(f"{path}/withdraw", actor=STRANGER).status_code == 403
    assert caller.post(f"{path}/withdraw", {"reason": "중복"}, SME_ACTOR)["status"] == "withdrawn"


def test_participants_see_only_who_is_approved(caller):
    company = caller.post("/companies", {"name": "가상 다섯"})["company_id"]
    applied = caller.post(f"{BASE}/buyers", {"company_id": company, "kind": "large", "tables": 1})["participation_id"]
    caller.post(f"{BASE}/participations/{applied}/demands", {"title": "미승인 수요", "topics": []})
    assert {row["participation_id"] for row in caller.items(f"{BASE}/participants", SME_ACTOR)} == {BUYER, SME}
    assert {row["name"] for row in caller.items(f"{BASE}/companies", SME_ACTOR)} == {"케이티", "㈜바이컴"}
    assert caller.items(f"{BASE}/demands", SME_ACTOR) == []
    assert {row["participation_id"] for row in caller.items(f"{BASE}/participations", SME_ACTOR)} == {SME}
    assert caller.get(f"{BASE}/participations/{applied}", SME_ACTOR).status_code == 404
    assert [row["company_id"] for row in caller.items("/companies", SME_ACTOR)] == [SME_COMPANY]
    assert len(caller.items(f"{BASE}/participations?side=buyer")) == 2
    caller.post(f"{BASE}/buyers/{applied}/approve")
    assert len(caller.items(f"{BASE}/demands", SME_ACTOR)) == 1


def test_the_summary_sets_claims_beside_the_record(caller):
    caller.post(f"{BASE}/requests", {**ASK, "synthetic": True}, SME_ACTOR)
    for subject, value in (("buyers", 40), ("buyers-large", 1), ("requests", 924), ("matched", 219)):
        caller.post(f"{BASE}/claims", {"subject": subject, "value": value, "source": "press-release-2023"})
    found = caller.get(f"{BASE}/summary", AUDITOR).json
    assert found["buyers"] == [{"status": "approved", "kind": "large", "count": 1, "synthetic": 0}]
    assert [(group["status"], group["count"], group["synthetic"]) for group in found["requests"]] == [("active", 1, 1)]
    compared = {claim["subject"]: (claim["recorded"], claim["difference"]) for claim in found["claims"]}
    assert compared == {"buyers": (1, -39), "buyers-large": (1, 0), "requests": (1, -923), "matched": (None, None)}
    caller.post(f"{BASE}/buyers/{BUYER}/withdraw", actor=BUYER_ACTOR)
    found = caller.get(f"{BASE}/summary").json
    assert [group["status"] for group in found["requests"]] == ["fallen"]
    assert caller.get(f"{BASE}/summary", SME_ACTOR).status_code == 403
    assert caller.get(f"/fairs/{some_id('nowhere')}/summary").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {**ASK, "topics": "sensor"},
        {**ASK, "technology": ""},
        {**ASK, "technology": "전화 010-1234-5678"},
        {**ASK, "unknown": 1},
        {**ASK, "buyer_participation_id": "1"},
        {**ASK, "synthetic": "yes"},
    ],
)
def test_bodies_are_taken_at_their_word(caller, body):
    answer = caller.send(f"{BASE}/requests", body, SME_ACTOR)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_times_need_an_offset_and_hangul_is_composed(caller):
    slot = {"slot": 1, "starts_at": "2023-11-21T13:00:00", "ends_at": "2023-11-21T13:30:00+09:00"}
    answer = caller.send(f"{BASE}/schedule", {"slots": [slot], "answers_due_at": "2023-11-20T18:00:00+09:00"})
    assert answer.status_code == 422
    decomposed = unicodedata.normalize("NFD", "수소 압력센서")
    asked = caller.post(f"{BASE}/requests", {**ASK, "technology": decomposed}, SME_ACTOR)["request_id"]
    assert caller.get(f"{BASE}/requests/{asked}").json["technology"] == "수소 압력센서"


def test_the_document_lists_every_command(caller):
    operations = [
        operation
        for path in caller.get("/openapi.json").json["paths"].values()
        for method, operation in path.items()
        if method == "post"
    ]
    assert len(operations) >= 33
