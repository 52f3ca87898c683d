"""Sends commands to a gateway as a patient client does: the same key with every attempt, until there is an answer."""

import http.client
import random
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from services.chassis.access import Actor
from services.chassis.tokens import mint
from tests.load.record import Command, Record, now

ATTEMPT_SECONDS: Final = 5.0
"""An attempt that is not answered by then is made again, on another connection."""
PATIENCE_SECONDS: Final = 60.0
"""After that a command is given up."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
CONFLICT: Final = "/problems/conflict"
Json = dict[str, Any]


class RefusedError(Exception):
    """The answer is no; `problem` is the problem's type without its base, a rule's name for instance."""

    def __init__(self, status: int, problem: str, said: str) -> None:
        super().__init__(f"{status} {problem}: {said}")
        self.status, self.problem = status, problem


class GivenUpError(Exception):
    """No answer came in all that time."""


class StoppedError(Exception):
    """The run is over."""


class Caller:
    """One client with one connection that stays open. Not for several threads; the record may be shared.

    Attempts are repeated after lost connections, timeouts, the statuses of AGAIN and lost races, with a jittered pause
    that doubles from FIRST_PAUSE to LONGEST_PAUSE. `stop` ends the pauses: what is then unanswered is recorded so.
    """

    def __init__(
        self, url: str, token_key: bytes, record: Record, *, seed: str = "", patience: float = PATIENCE_SECONDS,
        stop: threading.Event | None = None,
    ) -> None:  # fmt: skip
        self._url = urlsplit(url)
        self._token_key, self._record, self._patience = token_key, record, patience
        self._stop = stop or threading.Event()
        self._random = random.Random(seed)
        self._connection: http.client.HTTPConnection | None = None
        self._tokens: dict[Actor, str] = {}

    def command(
        self, actor: Actor, path: str, body: Mapping[str, Any] | None = None, *, at: str | None = None,
        method: str = "POST",
    ) -> Json:  # fmt: skip
        """Issue one command and return its answer.

        Raises:
            RefusedError: the answer is no.
            GivenUpError: there is none; it may have been stored or not.
        """
        key = str(uuid.uuid4())
        headers = {
            "Authorization": self._token(actor), "Content-Type": "application/json", "Idempotency-Key": key,
            "X-Correlation-Id": key,
        }  # fmt: skip
        if at is not None:
            headers["Occurred-At"] = at
        command = Command(key, path.split("/", 2)[1], method, path, now())
        self._record.sent(command)
        status, answer, attempts = self._patiently(method, path, orjson.dumps(body or {}), headers)
        ended = replace(command, answered_at=now(), attempts=attempts, status=status)
        if status == 0:
            self._record.ended(ended)
            raise GivenUpError(f"{method} {path} after {attempts} attempts")
        if status >= http.HTTPStatus.BAD_REQUEST:
            problem = str(answer.get("type", "")).removeprefix("/problems/")
            self._record.ended(replace(ended, outcome="refused", problem=problem))
            raise RefusedError(status, problem, str(answer.get("detail", "")))
        self._record.ended(
            replace(
                ended, outcome="acknowledged", version=answer.get("version", 0), events=tuple(answer.get("events", ()))
            )
        )
        return answer

    def get(self, actor: Actor, path: str) -> Json:
        """Ask a question; as patient as a command.

        Raises:
            RefusedError: the answer is no.
            GivenUpError: there is none.
        """
        status, answer, attempts = self._patiently("GET", path, None, {"Authorization": self._token(actor)})
        if status == 0:
            raise GivenUpError(f"GET {path} after {attempts} attempts")
        if status >= http.HTTPStatus.BAD_REQUEST:
            raise RefusedError(status, str(answer.get("type", "")), str(answer.get("detail", "")))
        return answer

    def _patiently(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Json, int]:
        """(status, answer, attempts); status 0 when nobody answered."""
        deadline = time.monotonic() + self._patience
        pause, attempts = FIRST_PAUSE, 0
        while True:
            attempts += 1
            status, answer = self._once(method, path, content, headers)
            lost_race = status == http.HTTPStatus.CONFLICT and answer.get("type") == CONFLICT
            if status and status not in AGAIN and not lost_race:
                return status, answer, attempts
            if time.monotonic() + pause > deadline or self._stop.wait(self._random.uniform(0, pause)):
                return 0, {}, attempts
            pause = min(2 * pause, LONGEST_PAUSE)

    def _once(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> tuple[int, Json]:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(self._url.hostname or "localhost", self._url.port, timeout=ATTEMPT_SECONDS)
        try:
            self._connection.request(method, path, content, dict(headers))
            response = self._connection.getresponse()
            said = response.read()
        except (http.client.HTTPException, OSError):
            self.close()
            return 0, {}
        answer: Any = None
        with suppress(orjson.JSONDecodeError):
            answer = orjson.loads(said)
        return response.status, answer if isinstance(answer, dict) else {}

    def _token(self, actor: Actor) -> str:
        if actor not in self._tokens:
            self._tokens[actor] = f"Bearer {mint(actor, self._token_key)}"
        return self._tokens[actor]

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
