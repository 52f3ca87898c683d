"""Grants over HTTP: the way from call to payment, who sees what, and what bodies may not say."""

import unicodedata
from collections.abc import Iterator
from itertools import count

import pytest
from grants_office import AGENCY, Office, Wire
from grants_scenarios import BUYER, DURING, OPENS, SME, TERMS, some_id

from contracts import consultation, registration
from contracts.identity import derived_id
from services.chassis.access import Actor
from services.chassis.configuration import Settings
from services.chassis.tokens import mint
from services.chassis.web.app import create_app
from services.grants.definition import SERVICE

KEY = b"t" * 32
FAIRS = some_id("fair 2023"), some_id("fair 2024")
ORGANISER, AUDITOR, OPERATOR = (Actor(f"{role}-1", role) for role in ("organiser", "auditor", "operator"))
PANEL = Actor("panel-1", "evaluator")
APPLICANT, CUSTOMER = Actor("sme-1", "sme", company=SME), Actor("buyer-1", "buyer", company=BUYER)
STRANGER = Actor("sme-2", "sme", company=some_id("another sme"))


class Caller:
    def __init__(self, client):
        self._client, self._keys = client, count()

    def send(self, path, body=None, actor=AGENCY, method="POST", **headers):
        headers = {
            "Authorization": f"Bearer {mint(actor, KEY)}",
            "Idempotency-Key": f"key-{next(self._keys)}",
            **({"Occurred-At": "2023-11-21T14:00:00+09:00"} if actor is AGENCY else {}),
            **headers,
        }
        return self._client.open(path, method=method, json=body or {}, headers=headers)

    def post(self, path, body=None, actor=AGENCY):
        answer = self.send(path, body, actor)
        assert answer.status_code == 201, answer.json
        return answer.json

    def get(self, path, actor=AGENCY):
        return self._client.get(path, headers={"Authorization": f"Bearer {mint(actor, KEY)}"})

    def ids(self, path, actor, key):
        return [row[key] for row in self.get(path, actor).json["items"]]


@pytest.fixture
def office(tmp_path) -> Iterator[Office]:
    office = Office(tmp_path, SERVICE)
    wire = Wire()
    for company_id in (SME, BUYER):
        event = registration.CompanyRegistered.new(
            company_id=company_id, name="가상", business_number=None, synthetic=True, source="tests"
        )
        office.take_in(wire.send(f"company-{company_id}", event, OPENS))
    for fair_id in FAIRS:
        event = consultation.DevelopmentCommitmentMade.new(
            fair_id=fair_id, meeting_id=fair_id, commitment_id=fair_id, buyer_company_id=BUYER, sme_company_id=SME,
            programme_kind="co-investment", planned_total_krw=1_000_000, synthetic=True,
        )  # fmt: skip
        office.take_in(wire.send(f"consultation-{fair_id}", event, DURING))
    yield office
    office.close()


@pytest.fixture
def caller(office):
    settings = Settings(
        database_url="sqlite:///unused", bus_url="local:unused", token_key=KEY, vault_key=KEY, fingerprint_key=KEY
    )
    return Caller(create_app(office.application, settings).test_client())


CALL = {
    "kind": "co-investment",
    "name": "공동투자형 기술개발 2023",
    "year": 2023,
    "opens_at": "2023-11-01T09:00:00+09:00",
    "closes_at": "2023-12-31T18:00:00+09:00",
}


@pytest.fixture
def programme_id(caller):
    programme_id = caller.post("/programmes", CALL)["programme_id"]
    caller.send(f"/programmes/{programme_id}/budget", {"budget_krw": 1_000_000}, method="PUT")
    return programme_id


@pytest.fixture
def agreement_id(caller, programme_id):
    """An agreement on the commitment of the first fair, with a first payment made."""
    drafted = caller.post(f"/programmes/{programme_id}/drafts")["application_ids"]
    application_id = derived_id("application", FAIRS[0])
    assert sorted(drafted) == sorted(derived_id("application", fair_id) for fair_id in FAIRS)
    at = f"/applications/{application_id}"
    caller.post(f"{at}/submission", TERMS)
    assert caller.post(f"{at}/eligibility-check")["eligible"] is True
    caller.post(f"{at}/evaluations", {"score": 90, "comment": "기술성이 우수함"}, PANEL)
    caller.post(f"{at}/selection", {"grant_krw": 700_000})
    plan = [
        {"number": 1, "due_on": "2024-01-10", "amount_krw": 400_000},
        {"number": 2, "due_on": "2025-01-10", "amount_krw": 300_000},
    ]
    signing = {"starts_on": "2024-01-01", "ends_on": "2025-12-31", "instalments": plan}
    agreement_id = caller.post(f"{at}/agreement", signing)["agreement_id"]
    caller.post(f"/agreements/{agreement_id}/payments", {"instalment": 1, "amount_krw": 400_000})
    return agreement_id


def test_a_programme_in_figures(caller, programme_id, agreement_id):
    assert caller.get(f"/programmes/{programme_id}/summary").json == {
        "programme_id": programme_id,
        "kind": "co-investment",
        "name": "공동투자형 기술개발 2023",
        "budget_krw": 1_000_000,
        "reserved_krw": 700_000,
        "free_krw": 300_000,
        "applications": {
            "drafted": 1, "submitted": 0, "eligible": 0, "ineligible": 0, "selected": 1, "rejected": 0, "withdrawn": 0,
        },
        "agreements": 1,
        "granted_krw": 700_000,
        "payments": 1,
        "paid_krw": 400_000,
        "synthetic": False,
        "budget_synthetic": False,
    }  # fmt: skip


def test_an_empty_programme_has_its_figures_too(caller, programme_id):
    summary = caller.get(f"/programmes/{programme_id}/summary", AUDITOR).json
    assert (summary["reserved_krw"], summary["paid_krw"], summary["agreements"]) == (0, 0, 0)


@pytest.mark.parametrize(("actor", "status"), [(APPLICANT, 403), (PANEL, 403), (OPERATOR, 403), (ORGANISER, 200)])
def test_figures_are_for_the_office(caller, programme_id, actor, status):
    assert caller.get(f"/programmes/{programme_id}/summary", actor).status_code == status


def test_a_programme_that_does_not_exist_has_no_figures(caller):
    assert caller.get(f"/programmes/{some_id('nowhere')}/summary").status_code == 404


@pytest.mark.parametrize("path", ["/applications", "/agreements", "/payments", "/commitments"])
def test_the_two_companies_and_the_office_see_their_rows(caller, agreement_id, path):
    for actor in (AGENCY, ORGANISER, AUDITOR, APPLICANT, CUSTOMER):
        assert caller.get(path, actor).json["total"] > 0
    assert caller.get(path, STRANGER).json["total"] == 0
    assert caller.get(path, OPERATOR).status_code == 403


def test_rows_of_one_fair_are_asked_for(caller, agreement_id):
    assert caller.ids(f"/applications?fair_id={FAIRS[1]}", AGENCY, "status") == ["drafted"]
    for path, key in (("/agreements", "agreement_id"), ("/payments", "payment_id")):
        assert len(caller.ids(f"{path}?fair_id={FAIRS[0]}", AGENCY, key)) == 1
        assert caller.ids(f"{path}?fair_id={FAIRS[1]}", AGENCY, key) == []


def test_the_plan_shows_what_is_paid(caller, agreement_id):
    rows = caller.get(f"/agreements/{agreement_id}/instalments", APPLICANT).json["items"]
    assert [(row["number"], row["payment_id"] is not None) for row in rows] == [(1, True), (2, False)]


def test_scores_are_for_the_office(caller, agreement_id):
    path = f"/applications/{derived_id('application', FAIRS[0])}/evaluations"
    assert caller.ids(path, AUDITOR, "score") == [90]
    assert caller.get(path, APPLICANT).status_code == 403


def test_calls_are_seen_by_all_who_take_part(caller, programme_id):
    for actor in (APPLICANT, CUSTOMER, PANEL):
        assert caller.ids("/programmes?kind=co-investment", actor, "programme_id") == [programme_id]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/programmes", {**CALL, "opens_at": "2023-11-01T09:00:00"}),
        ("/programmes", {**CALL, "max_grant_krw": -1}),
        ("/programmes", {**CALL, "kind": "lottery"}),
        (f"/applications/{some_id('a')}/withdrawal", {"cause": "commitment-withdrawn"}),
        (f"/applications/{some_id('a')}/submission", {**TERMS, "total_krw": "1000000"}),
        (f"/applications/{some_id('a')}/submission", {**TERMS, "title": "문의 010-1234-5678"}),
        (f"/applications/{some_id('a')}/eligibility-check", {"further_rules": ["over-duration"]}),
        (
            f"/applications/{some_id('a')}/agreement",
            {"starts_on": "2024-01-01", "ends_on": "2024-02-01", "instalments": []},
        ),
    ],
)
def test_bodies_are_read_strictly(caller, path, body):
    assert caller.send(path, body).status_code == 422


def test_a_refusal_names_its_rule(caller, programme_id):
    answer = caller.send(f"/programmes/{programme_id}/drafts", **{"Occurred-At": "2024-02-01T00:00:00+09:00"})
    assert answer.status_code == 409
    assert answer.json["type"].endswith("programme.call-closed")
    assert answer.json["remedy"]


def test_decomposed_hangul_in_a_title_is_composed(caller, programme_id):
    decomposed = unicodedata.normalize("NFD", CALL["name"])
    other = caller.post("/programmes", {**CALL, "name": decomposed})["programme_id"]
    assert caller.get(f"/programmes/{other}").json["name"] == CALL["name"]
