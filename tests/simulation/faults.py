"""What goes wrong, and when: drawn for each effect by itself, so that leaving one fault out moves no other."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy.exc import OperationalError

from services.chassis.bus.abstract import BusError
from tests.simulation.choices import Choices

CRASH_BEFORE, CRASH_AFTER, FAILED, LOST, TWICE, PARTLY, LATE = (
    "crash before", "crash after", "failed", "lost answer", "twice", "partly", "late",
)  # fmt: skip
POSSIBLE = {
    "read": (CRASH_BEFORE, CRASH_AFTER, FAILED),
    "write": (CRASH_BEFORE, CRASH_AFTER, FAILED),
    "commit": (CRASH_BEFORE, CRASH_AFTER, FAILED, LOST),
    "send": (CRASH_BEFORE, CRASH_AFTER, FAILED, LOST, TWICE, PARTLY),
    "acknowledge": (CRASH_BEFORE, CRASH_AFTER, FAILED, LOST),
    "poll": (CRASH_BEFORE, CRASH_AFTER, FAILED, LATE),
    "offset-commit": (CRASH_BEFORE, CRASH_AFTER, FAILED, LOST),
}
"""`failed`: it did not happen and says so. `lost answer`: it happened and says that it did not."""
SELDOM = {
    "timer": 16, "refusal": 8, "bulk": 30, "bulk.refused": 40, "vault.erase": 40, "vault.read": 40, "park": 20,
    "timer.failed": 20, "parked.discard": 40, "parked.retry": 40, "store.moved": 6, "read-models": 3, "relay.forget": 2,
    "relay.acknowledge": 2, "bus.local": 1.5, "intake": 3, "store.append": 2, "timers.due": 0.7, "command": 2,
}  # fmt: skip
"""How much likelier than usual a fault is where effects are few, so that every point is crashed at often enough."""


@dataclass(frozen=True)
class Nature:
    """Something that happens to the world at a step: a clock jump, a rebalance, a stall, a record of a stranger."""

    step: int
    kind: str
    amount: int

    @property
    def name(self) -> str:
        return f"nature@{self.step}"


class Faults:
    """The faults of one seed. `without` names those that are left out: what shrinking takes away."""

    def __init__(self, choices: Choices, steps: int, without: Collection[str] = ()) -> None:
        chance = choices.stream("faults")
        self._seed = str(choices.seed)
        self._without = frozenset(without)
        self.rate = chance.choice((0.0, 0.004, 0.01, 0.01, 0.02, 0.04))
        # Swarm testing: a seed has some kinds of faults only, so that rare combinations come up undisturbed.
        kinds = (CRASH_BEFORE, CRASH_AFTER, FAILED, LOST, TWICE, PARTLY, LATE)
        self.kinds = tuple(kind for kind in kinds if chance.random() < 0.6)
        self.nature = [found for found in self._nature(chance, steps) if found.name not in self._without]
        self.quiet = False

    @staticmethod
    def _nature(chance, steps: int) -> list[Nature]:
        kinds = chance.sample(
            ("jump", "back", "rebalance", "stall", "stall", "restart", "poison"), chance.randint(0, 6)
        )
        times = chance.randint(0, 14) if kinds else 0
        drawn = sorted(chance.sample(range(1, steps), times))
        return [Nature(step, chance.choice(kinds), chance.randint(1, 1_000)) for step in drawn]

    def draw(self, task: str, number: int, effect: str, where: str) -> tuple[str, str] | None:
        """The fault of a task's n-th effect with its name, or None."""
        if self.quiet or not self.rate:
            return None
        drawn = blake2b(f"{self._seed}/{task}/{number}".encode(), digest_size=8).digest()
        if int.from_bytes(drawn[:4]) / 2**32 >= self.rate * SELDOM.get(where, 1):
            return None
        possible = [kind for kind in POSSIBLE[effect] if kind in self.kinds]
        name = f"{task}#{number}"
        if not possible or name in self._without:
            return None
        return possible[int.from_bytes(drawn[4:]) % len(possible)], name


def error_of(effect: str, fault: str) -> Exception:
    """What the chassis sees when an effect fails."""
    if effect in {"send", "poll", "offset-commit"}:
        return BusError("simulated: the bus does not answer")
    if fault == FAILED and effect in {"write", "commit", "acknowledge"}:
        return OperationalError("(simulated)", None, sqlite3.OperationalError("disk I/O error"))
    gone = sqlite3.OperationalError("the connection was lost")
    return OperationalError("(simulated)", None, gone, connection_invalidated=True)
