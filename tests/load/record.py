"""The clients' own record of what they sent and what they were answered: JSON Lines, one file a run.

A command has a line when it is first sent and another one when its fate is known. A command without the second line, or
with the outcome `unanswered`, may have been stored or not: nobody told the client.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import orjson

Outcome = Literal["acknowledged", "refused", "unanswered"]


@dataclass(frozen=True)
class Command:
    """One command and what became of it. Times are seconds since 1970; `key` is its Idempotency-Key, and also the
    correlation id of every event that comes of it. `waited` are the seconds until the answer, retries included.
    """

    key: str
    service: str
    method: str
    path: str
    sent_at: float
    outcome: Outcome = "unanswered"
    answered_at: float = 0.0
    attempts: int = 0
    status: int = 0
    problem: str = ""
    version: int = 0
    events: tuple[str, ...] = field(default=())
    replayed: bool = False

    @property
    def waited(self) -> float:
        return self.answered_at - self.sent_at


class Record:
    """Appends to the file; every line is with the operating system before the call returns. Thread-safe."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path: Final = path
        self._file: Final = path.open("ab")
        self._lock: Final = threading.Lock()
        self._known: Final[list[Command]] = []
        self._latest: Final[dict[str, float]] = {}

    def sent(self, command: Command) -> None:
        """To be called before the first attempt."""
        line = {name: getattr(command, name) for name in ("key", "service", "method", "path", "sent_at")}
        self._write(line)

    def ended(self, command: Command) -> None:
        """Its fate is known; or it is given up."""
        self._write(asdict(command))
        with self._lock:
            self._known.append(command)
            if command.outcome == "acknowledged":
                self._latest[command.service] = max(self.latest(command.service), command.sent_at)

    def latest(self, service: str) -> float:
        """When the youngest acknowledged command of the service was sent; 0 when there is none."""
        return self._latest.get(service, 0.0)

    def commands(self) -> list[Command]:
        """Those of this run whose fate is known, in the order in which it became so."""
        with self._lock:
            return list(self._known)

    def _write(self, line: dict[str, Any]) -> None:
        written = orjson.dumps(line) + b"\n"
        with self._lock:
            self._file.write(written)
            self._file.flush()

    def close(self) -> None:
        self._file.close()


def read(path: Path) -> dict[str, Command]:
    """Every command of a record by its key. A torn last line (the writer was killed) is left out."""
    found: dict[str, Command] = {}
    for line in _lines(path):
        found[line["key"]] = Command(**{**line, "events": tuple(line.get("events", ()))})
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    content = path.read_bytes()
    whole, _, _torn = content.rpartition(b"\n")
    for line in whole.splitlines():
        yield orjson.loads(line)


def now() -> float:
    """The time that records are in."""
    return time.time()
