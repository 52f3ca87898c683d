"""What becomes of a command: its answer, or why there is none. And the key that makes sending it again harmless."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.rejection import Rejection


class ConflictError(Exception):
    """The stream kept moving while the command was decided; try again."""


class PreconditionFailedError(Exception):
    """If-Match names another version than the stream has."""

    def __init__(self, current: int) -> None:
        super().__init__(f"the present version is {current}")
        self.current = current


class IdempotencyMismatchError(Exception):
    """The idempotency key was used for another request."""


class ReplayedRejection(Rejection):
    """The refusal that was given to the idempotency key before; it is on record already."""


@dataclass(frozen=True)
class Idempotency:
    """The client's key, and a keyed digest of the request it stands for."""

    key: str
    fingerprint: str


@dataclass(frozen=True)
class Executed:
    """What a command did. `body` is the handler's answer; `version` that of the command's own stream."""

    body: Mapping[str, Any]
    stream_id: str
    version: int
    event_ids: tuple[str, ...]
    replayed: bool = False
