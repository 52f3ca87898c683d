"""What a service says about itself: OpenAPI, its page, problem pages, health, metrics, headers, log lines."""

import io
import json
import logging
import re

import pytest
import structlog

from services.chassis import logs
from services.chassis.web import create_app
from services.chassis.web.problems import PROBLEMS
from tests.unit.chassis.web.web_sample import FAIR, ORGANISER, SME, settings

BRIEFINGS = f"/fairs/{FAIR}/briefings"


@pytest.fixture
def log():
    """What is written to the log, with the root logger put back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("registration", logging.DEBUG, stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_operation_is_documented_with_its_problem_answer(caller):
    document = caller.client.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    operations = [op for path in document["paths"].values() for name, op in path.items() if name != "parameters"]
    assert len(operations) >= 15
    for operation in operations:
        assert operation["summary"]
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
    identifiers = [operation["operationId"] for operation in operations]
    assert len(set(identifiers)) == len(identifiers)
    assert "application/problem+json" in document["components"]["responses"]["Problem"]["content"]


def test_a_command_is_documented_with_its_headers_and_body(caller):
    document = caller.client.get("/openapi.json").json
    operation = document["paths"]["/fairs/{fair_id}/briefings"]["post"]
    named = {parameter["name"]: parameter for parameter in operation["parameters"]}
    assert named["Idempotency-Key"]["required"]
    assert {"If-Match", "Occurred-At"} <= set(named)
    schema = document["components"]["schemas"]["ScheduleBody"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["title"]["maxLength"] == 200
    assert schema["properties"]["starts_at"]["format"] == "date-time"
    assert schema["properties"]["briefing_id"]["pattern"].startswith("^(?:[0-9a-f]{8}-")


def test_no_pattern_uses_what_json_schema_does_not_know(caller):
    text = json.dumps(caller.client.get("/openapi.json").json)
    assert '"pattern"' in text
    assert "\\\\Z" not in text


def test_documents_work_where_a_gateway_mounts_them(caller):
    answer = caller.client.get("/openapi.json", base_url="http://localhost/registration")
    assert answer.json["servers"] == [{"url": "/registration"}]
    page = caller.client.get("/docs").get_data(as_text=True)
    assert 'fetch("openapi.json")' in page


def test_the_page_needs_no_outside_host_and_runs_only_its_own_script(caller):
    answer = caller.client.get("/docs")
    page = answer.get_data(as_text=True)
    assert not re.search(r"https?://", page)
    policy = answer.headers["Content-Security-Policy"]
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]{44}'", policy)
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", [*PROBLEMS, "briefing.full"])
def test_every_problem_has_its_page(caller, name):
    assert caller.client.get(f"/problems/{name}").status_code == 200


@pytest.mark.parametrize("name", ["nothing", "<script>.x", "a..b", "A.b"])
def test_no_page_for_what_is_no_problem(caller, name):
    assert caller.client.get(f"/problems/{name}").status_code == 404


def test_alive_and_ready(caller, application):
    assert caller.client.get("/healthz").json == {"status": "ok"}
    assert caller.client.get("/readyz").json == {"status": "ready", "parts": {"database": "ok"}}
    application.readiness_checks["bus"] = lambda: "cannot be reached"
    answer = caller.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "parts": {"database": "ok", "bus": "cannot be reached"}}


def test_metrics_count_by_template_and_show_no_ids(caller):
    briefing_id = caller.briefing(seats=1)
    for _ in range(2):
        caller.post(f"{BRIEFINGS}/{briefing_id}/seats", {"participation_id": briefing_id})
    caller.get(f"/nowhere/{briefing_id}")
    text = caller.client.get("/metrics").get_data(as_text=True)
    assert 'commands_total{command="Book",result="done",service="registration"} 1.0' in text
    assert 'commands_total{command="Book",result="rejected",service="registration"} 1.0' in text
    assert 'sangsaeng_events_appended_total{service="registration"} 2.0' in text
    assert 'route="/fairs/<uuid:fair_id>/briefings"' in text
    assert 'route="unmatched"' in text
    assert briefing_id not in text


def test_answers_carry_careful_headers(caller):
    answer = caller.get(BRIEFINGS)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer  ", "Basic abc", "Bearer not.a.token", "Bearer " + "x" * 5000, "bearer a b"]
)
def test_without_a_genuine_token_nothing_is_answered(caller, header):
    answer = caller.get(BRIEFINGS, {} if header is None else {"Authorization": header})
    assert (answer.status_code, answer.json["type"]) == (401, "/problems/unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_log_lines_name_the_request_and_nothing_that_was_sent(caller, log):
    note = "담당자 홍길동"
    briefing_id = caller.briefing()
    body = {"participation_id": briefing_id, "note": note}
    answer = caller.post(f"{BRIEFINGS}/{briefing_id}/seats?x=홍길동", body, SME)
    line = next(one for one in lines(log) if one["correlation_id"] == answer.headers["X-Correlation-Id"])
    assert line["event"] == "request"
    assert line["service"] == "registration"
    assert line["route"] == "/fairs/<uuid:fair_id>/briefings/<uuid:briefing_id>/seats"
    assert (line["method"], line["status"]) == ("POST", 403)
    assert line["milliseconds"] > 0
    for secret in ("홍길동", briefing_id, SME["Authorization"].split()[1]):
        assert secret not in log.getvalue()


def test_an_unexpected_error_is_logged_by_type_and_place_only(caller, log):
    answer = caller.post(f"/fairs/{FAIR}/explode", {}, ORGANISER)
    line = next(one for one in lines(log) if one["event"] == "request failed")
    assert line["correlation_id"] == answer.headers["X-Correlation-Id"]
    assert line["exception"] == "RuntimeError"
    assert any(place.endswith(" explode") for place in line["at"])
    assert "010-1234" not in log.getvalue()


def test_libraries_log_without_the_values_they_were_given(log):
    logging.getLogger("library").warning("cannot write %s", "홍길동")
    try:
        int("010-1234-5678")
    except ValueError:
        logging.getLogger("library").exception("failed for %s", "홍길동")
        structlog.stdlib.get_logger("ours").exception("failed")
    assert "홍길동" not in log.getvalue()
    assert "010-1234" not in log.getvalue()
    assert [line.get("exception") for line in lines(log)] == [None, "ValueError", "ValueError"]
    assert all(line["service"] == "registration" for line in lines(log))


def test_a_proxy_is_believed_only_when_told_so(application):
    forwarded = {"X-Forwarded-Prefix": "/registration"}
    for trusted, url in ((0, "/"), (1, "/registration")):
        client = create_app(application, settings(trusted_proxies=trusted)).test_client()
        assert client.get("/openapi.json", headers=forwarded).json["servers"] == [{"url": url}]
