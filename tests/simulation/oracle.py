"""The oracle: remembers what clients were told. Whatever was acknowledged has to be true in the end, once."""

from dataclasses import dataclass

from services.chassis.outcomes import Executed
from tests.simulation.requests import Request
from tests.simulation.world import Violation


@dataclass
class Asked:
    """One request of a client with what it was answered. Retries have the same key and correlation id.

    `counted` is what an import was told: how many events it stored.
    """

    name: str
    request: Request
    key: str
    correlation_id: str
    expected_version: int | None = None
    accepted: Executed | None = None
    refused: str | None = None
    erased: bool = False
    attempts: int = 0
    given_up: bool = False
    counted: int | None = None
    heard: bool = False


class Oracle:
    """All requests of a run. Contradicting answers to one request are a violation at once."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []

    def asks(self, asked: Asked) -> None:
        self.asked.append(asked)

    def accepted(self, asked: Asked, done: Executed) -> None:
        before = asked.accepted
        if before is not None and not same(before, done):
            raise Violation("one-answer", f"{asked.name} was told {before} and then {done}")
        if asked.refused is not None and not asked.refused.startswith("http "):
            raise Violation("one-answer", f"{asked.name} was refused ({asked.refused}) and then accepted")
        asked.accepted = done

    def refused(self, asked: Asked, rule: str) -> None:
        """A refusal by a rule is kept under the key and final; others (`http ...`) may change with the world."""
        if asked.accepted is not None:
            raise Violation("one-answer", f"{asked.name} was accepted and then refused: {rule}")
        if asked.refused is not None and not asked.refused.startswith("http ") and asked.refused != rule:
            raise Violation("one-answer", f"{asked.name} was refused by {asked.refused} and then by {rule}")
        asked.refused = rule


def same(one: Executed, other: Executed) -> bool:
    return (one.body, one.stream_id, one.version, one.event_ids) == (
        other.body, other.stream_id, other.version, other.event_ids,
    )  # fmt: skip
