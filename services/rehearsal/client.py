"""A small HTTP client: connections stay open, the same request always carries the same Idempotency-Key."""

import http.client
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from contracts.identity import derived_id
from services.chassis.access import Actor

TIMEOUT_SECONDS: Final = 60
CONFLICT: Final = "/problems/conflict"
ATTEMPTS: Final = 5
PAGE: Final = 1000
Json = dict[str, Any]


class RehearsalError(Exception):
    """The rehearsal cannot go on. The text is one line that says why."""


class HttpProblemError(RehearsalError):
    """A service refused a request; `kind` is the problem's type."""

    def __init__(self, method: str, path: str, status: int, problem: Mapping[str, Any]) -> None:
        self.status, self.kind = status, str(problem.get("type", ""))
        parts = [str(problem.get(name, "")) for name in ("title", "detail", "remedy")]
        fields = [
            f"{e.get('pointer', e.get('parameter', ''))}: {e.get('detail', '')}" for e in problem.get("errors", [])
        ]
        said = " ".join(part for part in (*parts, *fields) if part) or "no reason given"
        super().__init__(f"{method} {path} was answered with {status} {self.kind}: {said}")


class Client:
    """Speaks to all services behind one address. Thread-safe: each thread has a connection of its own."""

    def __init__(self, url: str, mint: Callable[[Actor], str]) -> None:
        self.url: Final = url
        self._mint: Final = mint
        self._tokens: Final[dict[Actor, str]] = {}
        self._local: Final = threading.local()
        self._lock: Final = threading.Lock()
        self._opened: Final[list[http.client.HTTPConnection]] = []

    def post(self, actor: Actor, path: str, body: Json | None = None, *, at: str | None = None) -> Json:
        """Issue a command, for the business time `at` where given. Repeated, it is answered as it was before.

        Raises:
            HttpProblemError: the answer is no.
        """
        return self._command("POST", actor, path, body or {}, at)

    def put(self, actor: Actor, path: str, body: Json, *, at: str | None = None) -> Json:
        """As `post`; putting the same again changes nothing."""
        return self._command("PUT", actor, path, body, at)

    def get(self, actor: Actor, path: str, **query: Any) -> Json:
        """The JSON of an address.

        Raises:
            HttpProblemError: the answer is no.
        """
        return self._answered("GET", with_query(path, query), None, self._headers(actor))

    def file(self, actor: Actor, path: str) -> bytes:
        """What an address answers, whatever its kind.

        Raises:
            HttpProblemError: the answer is no.
        """
        status, answer = self._repeated("GET", path, None, self._headers(actor))
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise HttpProblemError("GET", path, status, _json(answer, f"GET {path} was answered with {status}"))
        return answer

    def total(self, actor: Actor, path: str, **query: Any) -> int:
        """How many rows a list has."""
        return int(self.get(actor, path, **query, limit=1)["total"])

    def every(self, actor: Actor, path: str, **query: Any) -> list[Json]:
        """All rows of a list, page by page."""
        rows: list[Json] = []
        after: dict[str, Any] = {}
        while True:
            page = self.get(actor, path, **query, **after, limit=PAGE)
            rows += page["items"]
            if page["next"] is None:
                return rows
            after = {"after": page["next"]}

    def close(self) -> None:
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()

    def _command(self, method: str, actor: Actor, path: str, body: Json, at: str | None) -> Json:
        content = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
        key = derived_id("rehearsal", actor.sub, method, path, content.decode())
        headers = {**self._headers(actor), "Content-Type": "application/json", "Idempotency-Key": key}
        if at is not None:
            headers["Occurred-At"] = at
        for _ in range(ATTEMPTS - 1):
            try:
                return self._answered(method, path, content, headers)
            except HttpProblemError as problem:
                # The stream kept moving under many hands; nothing was stored.
                if problem.kind != CONFLICT:
                    raise
        return self._answered(method, path, content, headers)

    def _headers(self, actor: Actor) -> dict[str, str]:
        token = self._tokens.get(actor)
        if token is None:
            token = self._tokens[actor] = self._mint(actor)
        return {"Authorization": f"Bearer {token}"}

    def _answered(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Json:
        status, answer = self._repeated(method, path, content, headers)
        found = _json(answer, f"{method} {path} was answered with {status}")
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise HttpProblemError(method, path, status, found)
        return found

    def _repeated(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        try:
            return self._exchanged(method, path, content, headers)
        except (http.client.HTTPException, OSError):
            # A connection that the server closed while it idled. Repeating is safe: commands carry their key.
            self._forget()
            try:
                return self._exchanged(method, path, content, headers)
            except (http.client.HTTPException, OSError) as error:
                self._forget()
                raise RehearsalError(f"{method} {path} was not answered ({type(error).__name__})") from error

    def _exchanged(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = opened(self.url)
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        connection.request(method, path, body=content, headers=dict(headers))
        response = connection.getresponse()
        return response.status, response.read()

    def _forget(self) -> None:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None


def _json(answer: bytes, said: str) -> Json:
    try:
        return dict(json.loads(answer))
    except ValueError:
        raise RehearsalError(f"{said} and no JSON") from None


def with_query(path: str, query: Mapping[str, Any]) -> str:
    """The path with its query string; arguments that are None are left out."""
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def opened(url: str) -> http.client.HTTPConnection:
    """A connection to the host of `url`, with TLS if it says https; SSL_CERT_FILE may name an authority to trust."""
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    return kind(address.hostname or "localhost", address.port, timeout=TIMEOUT_SECONDS)
