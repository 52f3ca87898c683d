"""Bulk import over HTTP: forms, limits, keys, and the two shapes of the report."""

import io
from dataclasses import replace
from itertools import count

import openpyxl
import pytest
from registration_given import FAIR, OPEN, SCHEDULE
from registration_office import AUDITOR, BUYER_ACTOR, KEY, ORGANISER, SME_ACTOR, Office

from services.chassis.configuration import Settings
from services.chassis.tokens import mint
from services.chassis.web.app import create_app
from services.registration.api.imports import imports

PATH = f"/fairs/{FAIR}/imports"
SMES = "name,region\n㈜바이컴,\n하나,seoul\n"
BAD = "name,region\n하나,서울\n,seoul\n"
SETTINGS = Settings(
    database_url="sqlite:///unused",
    bus_url="local:unused",
    token_key=KEY,
    vault_key=KEY,
    fingerprint_key=KEY,
    max_body_bytes=2_000,
    max_import_bytes=50_000,
)


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path)
    office.do(OPEN)
    office.do(SCHEDULE)
    yield office
    office.close()


@pytest.fixture
def client(office):
    application = office.application
    with_imports = tuple(dict.fromkeys((*application.service.blueprints, imports)))
    application.service = replace(application.service, blueprints=with_imports)
    return create_app(application, SETTINGS).test_client()


@pytest.fixture
def send(client):
    keys = count()

    def post(content=SMES, *, actor=ORGANISER, key=None, path=PATH, name="upload.csv", headers=None, **form):
        content = content.encode() if isinstance(content, str) else content
        data = {"kind": "smes", "file": (io.BytesIO(content), name), **form}
        given = {"Authorization": f"Bearer {mint(actor, KEY)}", "Idempotency-Key": key or f"key-{next(keys)}"}
        return client.post(
            path,
            data={field: value for field, value in data.items() if value is not None},
            content_type="multipart/form-data",
            headers={**given, **(headers or {})},
        )

    return post


def test_a_form_with_a_file_is_taken_and_reported(office, send):
    answer = send(approve="true")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    expected = {"kind": "smes", "rows": 2, "accepted": 2, "refused": 0, "events": 6, "stored": True}
    assert answer.json == {**expected, "problems": [], "unlisted": 0, "unused": []}
    assert {row["status"] for row in office.rows("participations")} == {"approved"}
    assert send(approve="true").json["events"] == 0


def test_a_workbook_is_taken_whatever_it_is_called(office, send):
    book = openpyxl.Workbook()
    for row in (["기업명"], ["하나"], ["둘"]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    assert send(content.getvalue(), name="목록.dat").json["accepted"] == 2


def test_a_refused_file_is_a_problem_with_the_whole_report(office, send):
    answer = send(BAD)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    body = answer.json
    assert (body["type"], body["status"], body["rows"], body["refused"]) == ("/problems/invalid-body", 422, 2, 2)
    assert body["detail"].startswith("Nothing was taken: 2 of 2 rows")
    places = [(problem["row"], problem["column"], problem["rule"]) for problem in body["problems"]]
    assert places == [(2, "B", "not-code"), (3, "A", "value-missing")]
    assert office.rows("companies") == []
    assert "서울" not in answer.text


def test_accept_valid_takes_the_good_rows(office, send):
    answer = send(SMES + ",seoul\n", accept_valid="true")
    assert answer.status_code == 200
    assert (answer.json["accepted"], answer.json["refused"], answer.json["stored"]) == (2, 1, True)


@pytest.mark.parametrize("content", [SMES, BAD])
def test_the_same_key_gives_the_same_answer_whatever_the_boundary(office, send, content):
    first = send(content, key="once")
    again = send(content, key="once")
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status_code, again.json["problems"]) == (first.status_code, first.json["problems"])
    other = send(content + "셋,\n", key="once")
    assert (other.status_code, other.json["type"]) == (422, "/problems/idempotency-key-reused")
    assert send(content, key="once", approve="true").json["type"] == "/problems/idempotency-key-reused"


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"kind": None}, "/kind"),
        ({"kind": "people"}, "/kind"),
        ({"file": None}, "/file"),
        ({"file": "name\n하나"}, "/file"),
        ({"accept_valid": "maybe"}, "/accept_valid"),
        ({"approve": ["true", "true"]}, "/approve"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_forms_are_taken_at_their_word(send, form, pointer):
    answer = send(**form)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_imports_may_be_larger_than_other_bodies_but_not_boundless(send, client):
    long = SMES + "".join(f"기업 {number},\n" for number in range(300))
    assert len(long.encode()) > SETTINGS.max_body_bytes
    assert send(long).status_code == 200
    answer = send(long + "\n" * SETTINGS.max_import_bytes)
    assert (answer.status_code, answer.json["type"]) == (413, "/problems/too-large")
    token = {"Authorization": f"Bearer {mint(ORGANISER, KEY)}", "Idempotency-Key": "large"}
    large = client.post("/companies", data=b" " * 3_000, headers=token, content_type="application/json")
    assert large.status_code == 413


def test_only_forms_are_taken(client):
    headers = {"Authorization": f"Bearer {mint(ORGANISER, KEY)}", "Idempotency-Key": "json"}
    answer = client.post(PATH, json={"kind": "smes"}, headers=headers)
    assert (answer.status_code, answer.json["type"]) == (415, "/problems/unsupported-media-type")
    assert "multipart/form-data" in answer.json["remedy"]


def test_who_may_and_where(client, send):
    for actor in (AUDITOR, BUYER_ACTOR, SME_ACTOR, replace(ORGANISER, fair="0190a5c0-1111-7abc-8def-0123456789ab")):
        assert send(actor=actor).status_code == 403
    assert send(path="/fairs/0190a5c0-1111-7abc-8def-0123456789ab/imports").status_code == 404
    assert client.post(PATH, data={}, content_type="multipart/form-data").status_code == 401
    token = {"Authorization": f"Bearer {mint(ORGANISER, KEY)}"}
    missing = client.post(PATH, data={"kind": "smes"}, content_type="multipart/form-data", headers=token)
    assert missing.json["type"] == "/problems/idempotency-key-missing"


def test_an_import_may_be_of_the_past(office, send):
    assert send(headers={"Occurred-At": "2023-10-10T09:00:00+09:00"}).status_code == 200
    assert {row["applied_at"] for row in office.rows("participations")} == {"2023-10-10T00:00:00.000000Z"}


def test_the_form_is_documented(client):
    operation = client.get("/openapi.json").json["paths"]["/fairs/{fair_id}/imports"]["post"]
    form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form["required"] == ["file", "kind"]
    assert "사업자등록번호 (business_number)" in operation["description"]
    assert set(operation["responses"]) >= {"200", "422", "default"}
