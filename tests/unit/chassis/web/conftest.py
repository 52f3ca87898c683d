"""The sample service's app on a real SQLite file, and a caller that speaks to it."""

import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.chassis.web import create_app
from tests.unit.chassis.web import web_sample as sample


class Caller:
    """Sends requests as somebody, with a fresh idempotency key on every POST unless told otherwise."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, headers: dict[str, str] | None = None, **more: Any):
        return self.client.get(path, headers=sample.ORGANISER if headers is None else headers, **more)

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None, **more: Any):
        sent = {
            "Idempotency-Key": str(uuid.uuid4()),
            **(sample.ORGANISER if headers is None else {}),
            **(headers or {}),
        }
        if body is not None:
            more["json"] = body
        return self.client.post(path, headers=sent, **more)

    def briefing(self, seats: int = 10, fair: str = sample.FAIR, host: str = "KT") -> str:
        body = {
            "title": "미래기술설명회", "kind": "technology", "starts_at": "2023-11-21T14:00:00+09:00",
            "seats": seats, "hosts": [host],
        }  # fmt: skip
        answer = self.post(f"/fairs/{fair}/briefings", body)
        assert answer.status_code == 201, answer.json
        return answer.json["briefing_id"]


@pytest.fixture
def application(tmp_path):
    opened = sample.opened(tmp_path)
    yield opened
    opened.database.close()


@pytest.fixture
def caller(application) -> Caller:
    return Caller(create_app(application, sample.settings()).test_client())
