"""Bad input of every kind is answered clearly, as a problem, and never echoed."""

import json
from pathlib import Path

import pytest

from services.chassis.web import create_app
from tests.unit.chassis.web.web_sample import FAIR, ORGANISER, settings

BRIEFINGS = f"/fairs/{FAIR}/briefings"
BODY = {"title": "설명회", "kind": "technology", "starts_at": "2023-11-21T14:00:00+09:00", "seats": 2}
SECRET = "홍길동"
JSON = {"content_type": "application/json"}


def send(caller, content: bytes, content_type: str = "application/json"):
    return caller.post(BRIEFINGS, data=content, content_type=content_type)


def assert_problem(answer, status: int, name: str):
    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{name}")
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert answer.json["detail"]
    assert answer.json["remedy"]
    assert answer.json["instance"] == f"urn:uuid:{answer.headers['X-Correlation-Id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert SECRET not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b'{"seats": NaN}',
        b'{"seats": Infinity}',
        b'{"title": "\\ud800"}',
        b'{"a": 1,}',
        b"{'a': 1}",
        b'{"seats": ' + b"9" * 5000 + b"}",
        '{"a": "홍길동", "a": 2}'.encode(),
        "\ufeff{}".encode(),
    ],
)
def test_what_is_not_json(caller, content):
    assert_problem(send(caller, content), 400, "malformed-json")


def test_broken_utf8_is_said_to_be_that(caller):
    answer = send(caller, b'{"title": "\xc8\xab\xb1\xe6"}')
    assert_problem(answer, 400, "malformed-json")
    assert "UTF-8" in answer.json["detail"]
    assert "offset 13" in answer.json["detail"]


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"a":' * 40 + b"1" + b"}" * 40, b"[" * 33 + b"]" * 33])
def test_deep_json(caller, content):
    answer = send(caller, content)
    assert_problem(answer, 400, "malformed-json")
    assert "32" in answer.json["detail"]


def test_brackets_in_strings_are_not_depth(caller):
    assert_problem(send(caller, json.dumps({"title": "[" * 100 + '\\"{'}).encode()), 422, "invalid-body")


def test_a_body_over_the_limit(caller):
    assert_problem(send(caller, b'"' + b"x" * 10_000_000 + b'"'), 413, "too-large")


def test_another_media_type(caller):
    assert_problem(send(caller, b"seats=2", "application/x-www-form-urlencoded"), 415, "unsupported-media-type")
    assert_problem(send(caller, json.dumps(BODY).encode(), ""), 415, "unsupported-media-type")


def test_every_bad_field_is_named_by_its_pointer_without_its_value(caller):
    body = {
        "title": SECRET + " 010-1234-5678", "kind": SECRET, "starts_at": "2023-11-21T14:00:00", "seats": "2",
        "hosts": ["KT", 7], "a/b~c": SECRET, "public": 1,
    }  # fmt: skip
    answer = caller.post(BRIEFINGS, body)
    assert_problem(answer, 422, "invalid-body")
    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert pointers == {"/title", "/kind", "/starts_at", "/seats", "/hosts/1", "/a~1b~0c", "/public"}
    assert "010-1234" not in answer.get_data(as_text=True)


def test_missing_fields(caller):
    answer = caller.post(BRIEFINGS, {})
    assert_problem(answer, 422, "invalid-body")
    assert {error["pointer"] for error in answer.json["errors"]} == {"/title", "/kind", "/starts_at", "/seats"}
    assert_problem(caller.post(BRIEFINGS), 422, "invalid-body")


@pytest.mark.parametrize("body", [[], "text", 7, None, [BODY]])
def test_a_body_that_is_no_object_points_at_the_whole(caller, body):
    answer = caller.post(BRIEFINGS, data=json.dumps(body), **JSON)
    assert_problem(answer, 422, "invalid-body")
    assert [error["pointer"] for error in answer.json["errors"]] == [""]


@pytest.mark.parametrize("value", [2.0, 2.5, "2", True, None, -1, 0, 10_001, 2**60, 1e300, [2], {"a": 2}])
def test_numbers_are_taken_at_their_word(caller, value):
    answer = caller.post(BRIEFINGS, {**BODY, "seats": value})
    assert_problem(answer, 422, "invalid-body")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/seats"]


def test_decomposed_hangul_is_composed(caller):
    decomposed = "\u1100\u1161"
    assert caller.post(BRIEFINGS, {**BODY, "hosts": [decomposed]}).status_code == 201
    assert caller.get(BRIEFINGS).json["items"][0]["host"] == "가"


@pytest.mark.parametrize("path", ["/fairs/not-an-id/briefings", "/nowhere", f"{BRIEFINGS}/", f"/{BRIEFINGS}", "/%00"])
def test_unknown_addresses(caller, path):
    assert_problem(caller.get(path), 404, "not-found")


def test_ids_in_upper_case_mean_the_same(caller):
    fair = "0000000A-0000-7000-8000-000000000001"
    briefing_id = caller.briefing(fair=fair)
    assert caller.get(f"/fairs/{fair.lower()}/briefings/{briefing_id}").status_code == 200


def test_a_method_that_is_not_allowed_names_those_that_are(caller):
    answer = caller.client.delete(BRIEFINGS, headers=ORGANISER)
    assert_problem(answer, 405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("limit=١", "limit"),
        ("sort=fair_id", "sort"), ("sort=--seats", "sort"), ("seats=x", "seats"), ("seats=" + "9" * 30, "seats"),
        ("large=1", "large"), ("after=nonsense", "after"), ("after=W10", "after"), ("after=" + "A" * 5000, "after"),
        ("host=a&host=b", "host"), ("colour=red", "colour"),
    ],
)  # fmt: skip
def test_bad_query_parameters_are_named(caller, query, parameter):
    answer = caller.get(f"{BRIEFINGS}?{query}")
    assert_problem(answer, 422, "invalid-query")
    assert [error["parameter"] for error in answer.json["errors"]] == [parameter]


@pytest.mark.parametrize("query", ["host=%C8%C8", "host=%00"])
def test_query_strings_that_no_database_takes(caller, query):
    assert_problem(caller.get(f"{BRIEFINGS}?{query}"), 400, "malformed-query")


def test_an_unexpected_fault_shows_and_logs_nothing_of_the_inside(caller, capsys, caplog):
    answer = caller.post(f"/fairs/{FAIR}/explode")
    assert_problem(answer, 500, "internal")
    shown = answer.get_data(as_text=True)
    assert "RuntimeError" not in shown
    assert "010-1234" not in shown


@pytest.mark.parametrize("ask", [lambda caller: caller.get(BRIEFINGS), lambda caller: caller.post(BRIEFINGS, BODY)])
def test_a_database_that_does_not_answer_is_worth_another_try(application, caller, ask):
    database = Path(str(application.database.url.database))
    application.database.close()
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    database.mkdir()
    answer = ask(caller)
    assert_problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "1"


def test_a_smaller_limit_can_be_set(application):
    client = create_app(application, settings(max_body_bytes=1024)).test_client()
    answer = client.post(
        BRIEFINGS, data=b" " * 2000, content_type="application/json", headers={**ORGANISER, "Idempotency-Key": "k"}
    )
    assert answer.status_code == 413
