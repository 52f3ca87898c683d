"""Ways to a deployment's HTTP interfaces: inside the process, or over sockets."""

import http.client
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from flask import Flask
from werkzeug.serving import make_server
from werkzeug.test import Client as TestClient

from services.chassis.access import Actor
from services.chassis.tokens import mint
from services.embedded.gateway import gateway
from services.embedded.stack import Handler

ORGANISER = Actor("suite-organiser", "organiser")
AGENCY = Actor("suite-agency", "agency")
EVALUATOR = Actor("suite-evaluator", "evaluator")
Json = dict[str, Any]


class Transport(Protocol):
    def __call__(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]: ...


class Reach:
    """Issues commands and asks questions. `send` gives the answer as it is, `post` and `get` expect success."""

    def __init__(self, transport: Transport, token_key: bytes) -> None:
        self._transport, self._key = transport, token_key
        self._tokens: dict[Actor, str] = {}

    def send(
        self, method: str, actor: Actor, path: str, body: Json | None = None, *, at: str | None = None,
        key: str | None = None,
    ) -> tuple[int, Json]:  # fmt: skip
        if actor not in self._tokens:
            self._tokens[actor] = mint(actor, self._key)
        headers = {"Authorization": f"Bearer {self._tokens[actor]}"}
        if method != "GET":
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key or secrets.token_hex(16)}
        if at is not None:
            headers["Occurred-At"] = at
        content = None if method == "GET" else json.dumps(body or {}).encode()
        status, answer = self._transport(method, path, headers, content)
        return status, json.loads(answer)

    def post(self, actor: Actor, path: str, body: Json | None = None, *, at: str | None = None) -> Json:
        return self._good("POST", actor, path, body, at)

    def put(self, actor: Actor, path: str, body: Json, *, at: str | None = None) -> Json:
        return self._good("PUT", actor, path, body, at)

    def get(self, actor: Actor, path: str) -> Json:
        return self._good("GET", actor, path, None, None)

    def _good(self, method: str, actor: Actor, path: str, body: Json | None, at: str | None) -> Json:
        status, answer = self.send(method, actor, path, body, at=at)
        assert status < 400, f"{method} {path}: {status} {answer}"
        return answer


def inside(apps: dict[str, Flask], token_key: bytes) -> Reach:
    """Through the test client of the apps behind one front, without a socket."""
    client = TestClient(gateway(apps))

    def transport(method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        response = client.open(path, method=method, headers=headers, data=body)
        return response.status_code, response.get_data()

    return Reach(transport, token_key)


@contextmanager
def over_http(apps: dict[str, Flask], token_key: bytes) -> Iterator[Reach]:
    """Through a threaded server on a loopback port; every thread of the caller has a connection of its own."""
    server = make_server("127.0.0.1", 0, gateway(apps), threaded=True, request_handler=Handler)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    local, opened = threading.local(), list[http.client.HTTPConnection]()

    def transport(method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            opened.append(local.connection)
        local.connection.request(method, path, body=body, headers=headers)
        response = local.connection.getresponse()
        return response.status, response.read()

    try:
        yield Reach(transport, token_key)
    finally:
        for connection in opened:
            connection.close()
        server.shutdown()
        server.server_close()
        serving.join()
