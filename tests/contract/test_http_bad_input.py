"""Bad input over HTTP, against every service: clearly answered, nothing stored."""

import pytest

from services.chassis.tables import events, vault_entries
from tests.e2e.suite_fair import TERMS, buyer, sme
from tests.e2e.suite_orders import orders
from tests.e2e.suite_problems import ACTORS, ONE_EACH, assert_problem, of_commands
from tests.e2e.suite_season import after_the_fair
from tests.e2e.suite_stage import AGENCY, EVALUATOR, ORGANISER


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


@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        (b'{"a": "\xc7\xd1\xb1\xdb"}', 400, "malformed-json"),
        (b'{"text": "\xff\xfe"}', 400, "malformed-json"),
        (b"{", 400, "malformed-json"),
        (b'{"a": 1, "a": 2}', 400, "malformed-json"),
        (b'{"a": ' * 5_000 + b"1" + b"}" * 5_000, 400, "malformed-json"),
        (b"[" * 200_000, 400, "malformed-json"),
        (b'"' + b"x" * 10_000_000 + b'"', 413, "too-large"),
        (b"[]", 422, "invalid-body"),
        (b"null", 422, "invalid-body"),
        (b"{}", 422, "invalid-body"),
        (b'{"unknown": true}', 422, "invalid-body"),
    ],
    ids=["cp949", "bytes", "open", "doubled", "deep", "deeper", "10-mb", "list", "null", "empty", "unknown"],
)
def test_bodies_that_are_none(untouched, content, status, kind):
    stage, fair = untouched
    for order in of_commands(fair, *ONE_EACH):
        answer = stage.call(ACTORS[order.service], order.method, order.path("A"), content=content)
        assert_problem(answer, status, kind)
        assert "x" * 50 not in answer.get_data(as_text=True)


def test_a_body_of_another_kind(untouched):
    stage, fair = untouched
    for order in of_commands(fair, *ONE_EACH):
        answer = stage.call(
            ACTORS[order.service], "POST", order.path("A"), order.body("A"), headers={"Content-Type": "text/plain"}
        )
        assert_problem(answer, 415, "unsupported-media-type")


def test_every_field_of_every_command_is_typed_and_none_is_added(untouched):
    """Each field in turn is given what it cannot be; each body in turn has one field too many."""
    stage, fair = untouched
    seen = 0
    for order in orders(fair):
        actor = AGENCY if order.service == "grants" else ORGANISER
        actor = EVALUATOR if order.command == "EvaluateApplication" else actor
        body = order.body("A")
        for name in body:
            answer = stage.call(actor, order.method, order.path("A"), {**body, name: {"so": "not"}})
            assert_problem(answer, 422, "invalid-body")
            assert {error["pointer"].split("/")[1] for error in answer.json["errors"]} == {name}, order.command
            seen += 1
        extra = stage.call(actor, order.method, order.path("A"), {**body, "surprise": 1})
        assert_problem(extra, 422, "invalid-body")
        assert [error["pointer"] for error in extra.json["errors"]] == ["/surprise"]
    assert seen > 80


def test_wrong_ids(untouched):
    stage, fair = untouched
    for order in orders(fair):
        path = order.path("A")
        actor = AGENCY if order.service == "grants" else ORGANISER
        for known in [part for part in path.split("/") if len(part) == 36]:
            for strange in ("1", "not-an-id", known + "0", "..%2f..%2fetc", "%00"):
                assert_problem(
                    stage.call(actor, order.method, path.replace(known, strange), order.body("A")), 404, "not-found"
                )


def test_unknown_things(untouched):
    stage, fair = untouched
    nobody = fair.id("nobody")
    for order in orders(fair):
        path = order.path("A")
        things = [part for part in path.split("/") if len(part) == 36]
        if not things:
            continue
        actor = AGENCY if order.service == "grants" else ORGANISER
        actor = EVALUATOR if order.command == "EvaluateApplication" else actor
        answer = stage.call(actor, order.method, path.replace(things[-1], nobody), order.body("A"))
        assert answer.status_code in {404, 409}, (order.command, answer.json)
        assert answer.content_type == "application/problem+json"
        assert answer.json["remedy"]


@pytest.mark.parametrize(
    "version", ["7", '"seven"', 'W/"3"', '"3", "4"', '""', '"-1"', '"99999999999999999999"', "\u00e4"]
)
def test_versions_that_are_none(untouched, version):
    stage, fair = untouched
    for order in of_commands(fair, *ONE_EACH):
        answer = stage.call(
            ACTORS[order.service], order.method, order.path("A"), order.body("A"), headers={"If-Match": version}
        )
        assert_problem(answer, 400, "malformed-header")


def test_times(untouched):
    stage, fair = untouched
    place = fair.registration
    slots = fair.slots("2023-12-05")
    good = {"date": "2023-12-05", "slots": slots, "answers_due_at": "2023-11-30T00:00:00Z"}
    for wrong in ("2023-11-30T00:00:00", "2023-11-30", "30.11.2023", "2023-02-30T00:00:00Z", 1_700_000_000, ""):
        answer = stage.call(ORGANISER, "POST", f"{place}/reschedule", {**good, "answers_due_at": wrong})
        assert_problem(answer, 422, "invalid-body")
        assert answer.json["errors"][0]["pointer"] == "/answers_due_at"
        starts = {**good, "slots": [{**slots[0], "starts_at": wrong}]}
        assert_problem(stage.call(ORGANISER, "POST", f"{place}/reschedule", starts), 422, "invalid-body")
        answer = {"answer": "accept", "expires_at": wrong}
        asked = f"{fair.matching}/requests/{fair.request('x', 'B')}/answer"
        assert_problem(stage.call(buyer("B"), "POST", asked, answer), 422, "invalid-body")
        call = {"kind": "co-investment", "name": "공고", "year": 2023, "opens_at": wrong, "closes_at": wrong}
        assert_problem(stage.call(AGENCY, "POST", "/grants/programmes", call), 422, "invalid-body")
    for wrong in ("2023-11-30T00:00:00", "yesterday"):
        for path in (f"{place}/claims", f"{fair.matching}/timetables", "/grants/programmes"):
            actor = AGENCY if path.startswith("/grants") else ORGANISER
            assert_problem(stage.call(actor, "POST", path, {}, at=wrong), 400, "malformed-header")
    future = stage.call(ORGANISER, "POST", f"{place}/cancel", {}, at="2031-01-01T00:00:00Z")
    assert_problem(future, 422, "time-in-the-future")


@pytest.mark.parametrize("money", [-1, 1.5, "1000", True, None, 2**53, 1e9])
def test_money_that_is_none(untouched, money):
    stage, fair = untouched
    ((agreement),) = stage.items(AGENCY, "/grants/agreements")
    programme = f"/grants/programmes/{agreement['programme_id']}"
    application = f"/grants/applications/{agreement['application_id']}"
    talk = f"{fair.consultation}/consultations/{fair.meeting('x', 'A')['meeting_id']}"
    cases = [
        (AGENCY, "PUT", f"{programme}/budget", {"budget_krw": money}),
        (sme("x"), "POST", f"{application}/submission", {**TERMS, "grant_krw": money}),
        (sme("x"), "POST", f"{application}/submission", {**TERMS, "own_cash_krw": money}),
        (AGENCY, "POST", f"{application}/selection", {"grant_krw": money}),
        (
            AGENCY, "POST", f"/grants/agreements/{agreement['agreement_id']}/payments",
            {"instalment": 1, "amount_krw": money},
        ),
        (
            buyer("A"), "POST", f"{talk}/commitments",
            {"programme_kind": "co-investment", "planned_total_krw": money},
        ),
        (buyer("A"), "POST", f"{talk}/follow-up/answer", {"contracted": True, "amount_krw": money}),
    ]  # fmt: skip
    for actor, method, path, body in cases:
        assert_problem(stage.call(actor, method, path, body), 422, "invalid-body")


def test_slots_out_of_range(untouched):
    stage, fair = untouched
    available = f"{fair.registration}/participations/{fair.who('A')}/availability"
    move = f"{fair.matching}/meetings/{fair.meeting('y', 'A')['meeting_id']}/move"
    for slot in (0, -1, 100, 1.0, "1"):
        assert_problem(stage.call(buyer("A"), "POST", available, {"slots": [slot]}), 422, "invalid-body")
        assert_problem(stage.call(ORGANISER, "POST", move, {"slot": slot}), 422, "invalid-body")
    for actor, path, body in ((buyer("A"), available, {"slots": [1, 9]}), (ORGANISER, move, {"slot": 9})):
        answer = stage.call(actor, "POST", path, body)
        assert answer.status_code == 409, answer.json
        assert answer.json["type"].startswith("/problems/")
        assert answer.json["remedy"]


def test_queries(untouched):
    stage, fair = untouched
    lists = (
        f"{fair.registration}/requests", f"{fair.matching}/meetings", f"{fair.consultation}/consultations",
        "/grants/applications",
    )  # fmt: skip
    for path in lists:
        for wrong in ("limit=0", "limit=-1", "limit=x", "limit=100000000", "sort=password", "after=zzz", "colour=red"):
            assert_problem(stage.call(ORGANISER, "GET", f"{path}?{wrong}"), 422, "invalid-query")
        assert_problem(stage.call(ORGANISER, "GET", f"{path}?status=%ff"), 400, "malformed-query")
