"""Proper requests at the wrong time over HTTP: sent twice, on a past version, in the wrong state; and one in NFD."""

import json

import pytest

from services.chassis.tables import events, rejected_commands, vault_entries
from tests.e2e.suite_fair import TERMS, buyer, company, sme
from tests.e2e.suite_orders import orders
from tests.e2e.suite_problems import ACTORS, assert_problem, of_commands
from tests.e2e.suite_season import after_the_fair
from tests.e2e.suite_stage import AGENCY, ORGANISER

NFD = "\u1112\u1161\u11ab\u1100\u1173\u11af"
"""한글, decomposed."""


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    with after_the_fair(tmp_path_factory.mktemp("fair")) as (stage, fair):
        yield stage, fair


@pytest.fixture
def untouched(held):
    """After the test everything is as it was: no event and no text was stored."""
    stage, _ = held
    before = [stage.counts(table) for table in (events, vault_entries)]
    yield held
    stage.settle()
    assert [stage.counts(table) for table in (events, vault_entries)] == before


def test_versions_that_are_past(held):
    stage, fair = held
    before = stage.counts()
    orders_of = of_commands(fair, "AddRepresentative", "WriteNote")
    for order in orders_of:
        for version in ('"0"', '"1"', '"4711"'):
            answer = stage.call(
                ACTORS[order.service], "POST", order.path("A"), order.body("A"), headers={"If-Match": version}
            )
            assert_problem(answer, 412, "precondition-failed")
    assert stage.counts() == before
    path = f"{fair.registration}/participations/{fair.who('A')}"
    seen = stage.call(ORGANISER, "GET", path).headers["ETag"]
    body = {"title": "열교환기", "topics": []}
    done = stage.call(buyer("A"), "POST", f"{path}/demands", body, headers={"If-Match": seen})
    assert done.status_code == 201
    assert int(done.headers["ETag"].strip('"')) == int(seen.strip('"')) + 1
    assert stage.call(buyer("A"), "POST", f"{path}/demands", body, headers={"If-Match": seen}).status_code == 412


def test_without_an_idempotency_key_nothing_happens(untouched):
    stage, fair = untouched
    for order in orders(fair):
        if order.method == "POST":
            client = stage.stations[order.service].client
            path = order.path("A").split("/", 2)[2]
            headers = stage.headers(ORGANISER)
            assert_problem(
                client.post(f"/{path}", json=order.body("A"), headers=headers), 400, "idempotency-key-missing"
            )


@pytest.mark.parametrize(
    ("command", "other"),
    [
        ("AddRepresentative", {"name": "박다름"}),
        ("RequestOnSiteMeeting", {"technology": "펌프"}),
        ("WriteNote", {"text": "다른 글"}),
        ("OpenProgramme", {"name": "다른 공고"}),
    ],
)
def test_submitted_twice_is_done_once(held, command, other):
    stage, fair = held
    (order,) = of_commands(fair, command)
    actor = sme("x") if command == "RequestOnSiteMeeting" else ACTORS[order.service]
    path, body, key = order.path("A"), order.body("A"), fair.id("key", command)
    first = stage.call(actor, "POST", path, body, key=key)
    attempts = stage.count(order.service, rejected_commands)
    stored = stage.counts()
    again = stage.call(actor, "POST", path, body, key=key)
    said = [{name: value for name, value in answer.json.items() if name != "instance"} for answer in (first, again)]
    assert (again.status_code, said[1]) == (first.status_code, said[0])
    # On site the pair has met already: a refusal is repeated as it was, and is one attempt.
    assert first.status_code == (409 if command == "RequestOnSiteMeeting" else 201)
    assert again.headers.get("Idempotent-Replayed") == ("true" if first.status_code == 201 else None)
    assert_problem(stage.call(actor, "POST", path, {**body, **other}, key=key), 422, "idempotency-key-reused")
    assert (stage.counts(), stage.count(order.service, rejected_commands)) == (stored, attempts)
    assert stage.call(actor, "POST", path, body, key=f"{key}-2").status_code == first.status_code


def test_decomposed_hangul_is_one_with_composed(held):
    stage, fair = held
    done = stage.do(ORGANISER, "/registration/companies", {"name": NFD})
    assert stage.get(ORGANISER, f"/registration/companies/{done['company_id']}")["name"] == "한글"
    call = {
        "kind": "co-investment", "name": NFD, "year": 2023, "opens_at": "2023-11-01T00:00:00Z",
        "closes_at": "2024-01-31T00:00:00Z",
    }  # fmt: skip
    opened = stage.do(AGENCY, "/grants/programmes", call)
    assert stage.get(AGENCY, f"/grants/programmes/{opened['programme_id']}")["name"] == "한글"
    asked = {
        "buyer_participation_id": fair.who("B"), "sme_participation_id": fair.who("x"), "technology": NFD,
    }  # fmt: skip
    answer = stage.call(sme("x"), "POST", f"{fair.matching}/on-site-requests", asked)
    assert answer.status_code == 409
    assert "\u1112" not in json.dumps(stage.rows("matching", events), default=str)


def test_commands_in_the_wrong_state_name_their_rule(untouched):
    stage, fair = untouched
    talk = f"{fair.consultation}/consultations/{fair.meeting('x', 'A')['meeting_id']}"
    ((agreement),) = stage.items(AGENCY, "/grants/agreements")
    application = f"/grants/applications/{agreement['application_id']}"
    late = {
        "sme_participation_id": fair.who("y"), "buyer_participation_id": fair.who("B"), "technology": "밸브",
        "topics": [],
    }  # fmt: skip
    cases = [
        (sme("y"), f"{fair.registration}/requests", late),
        (ORGANISER, f"{fair.registration}/smes", {"company_id": company("nobody")}),
        (ORGANISER, f"{fair.registration}/buyers/{fair.who('A')}/reject", {}),
        (ORGANISER, f"{fair.matching}/meetings/{fair.meeting('x', 'A')['meeting_id']}/cancel", {}),
        (ORGANISER, f"{fair.matching}/timetables", {}),
        (sme("y"), f"{fair.matching}/on-site-requests", {
            "buyer_participation_id": fair.who("B"), "sme_participation_id": fair.who("y"), "technology": "밸브",
        }),
        (buyer("A"), f"{talk}/no-show", {"absent": "sme"}),
        (buyer("A"), f"{talk}/follow-up/answer", {"contracted": False}),
        (sme("x"), f"{application}/submission", TERMS),
        (AGENCY, f"{application}/selection", {"grant_krw": 1}),
        (AGENCY, f"{application}/rejection", {}),
        (AGENCY, f"/grants/agreements/{agreement['agreement_id']}/payments", {"instalment": 2, "amount_krw": 1}),
    ]  # fmt: skip
    for actor, path, body in cases:
        answer = stage.call(actor, "POST", path, body)
        assert answer.status_code in {404, 409}, (path, answer.json)
        assert answer.content_type == "application/problem+json"
        assert answer.json["detail"]
        assert answer.json["remedy"]
