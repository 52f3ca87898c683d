"""The run itself: one fault after another under load, each followed until everybody is served again."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from psycopg import OperationalError

from services.chassis.clock import instant
from services.suite import SERVICES
from tests.faults.kinds import Kind
from tests.faults.plan import drawn, further
from tests.faults.stack import Stack
from tests.load.generator import Load
from tests.load.record import now

RECOVERY_SECONDS: Final = 240.0
"""Whoever is not served again by then does not come back by itself."""
PAUSE_SECONDS: Final = (2.0, 6.0)
LOOK_SECONDS: Final = 0.2


@dataclass
class Tried:
    """One fault. Times are seconds since 1970; `lifted` is `began` where the stack has to help itself.

    `arrivals` are the seconds from `lifted` until a service had taken in an event of another that was recorded later.
    """

    kind: Kind
    target: str
    began: float
    lifted: float
    over: float = 0.0
    arrivals: dict[tuple[str, str], float] = field(default_factory=dict)
    unreached: list[str] = field(default_factory=list)


def run(
    stack: Stack, load: Load, *, seed: int, seconds: float, only: str, said: Callable[[str], None]
) -> list[Tried]:  # fmt: skip
    """Try all that the seed draws, and then kill on until the time is over; unless only some kinds are asked for."""
    chance = random.Random(f"{seed}:targets")
    started = time.monotonic()
    tried: list[Tried] = []
    plan = drawn(seed, seconds, only)
    more = further(chance)
    while plan or (not only and time.monotonic() - started < seconds):
        kind = plan.pop(0) if plan else next(more)
        time.sleep(chance.uniform(*PAUSE_SECONDS))
        one = _struck(stack, kind, chance)
        tried.append(one)
        _followed(stack, load, one)
        said(f"{time.monotonic() - started:5.0f} s  {_told(one)}")
        if one.unreached:
            break
    return tried


def _told(one: Tried) -> str:
    if one.unreached:
        return f"{one.kind.name}: {one.target}; not served or reached again: {', '.join(one.unreached)}"
    (service, source), seconds = max(one.arrivals.items(), key=lambda arrival: arrival[1])
    return (
        f"{one.kind.name}: {one.target}; all served and reached {one.over - one.lifted:.1f} s later, "
        f"{service} by {source} last ({seconds:.1f} s)"
    )


def _struck(stack: Stack, kind: Kind, chance: random.Random) -> Tried:
    began = now()
    struck = kind.strike(stack, chance)
    if kind.kill:
        # What took time was choosing; the blow is the last thing done.
        began = now()
        return Tried(kind, struck.target, began, began)
    try:
        time.sleep(kind.lasts)
    finally:
        struck.lift()
    return Tried(kind, struck.target, began, now())


def _followed(stack: Stack, load: Load, one: Tried) -> None:
    """Until every service answers commands that were sent later, and all have events that were recorded later."""
    since = instant(datetime.fromtimestamp(one.lifted, UTC))
    unserved = {service.name for service in SERVICES}
    unreached = {(service.name, source) for service in SERVICES for source in service.subscriptions}
    deadline = time.monotonic() + RECOVERY_SECONDS
    while (unserved or unreached) and time.monotonic() < deadline:
        unserved -= {name for name in unserved if load.record.latest(name) >= one.lifted}
        # The database may be what was struck: then it is asked again.
        with suppress(OperationalError):
            for pair in sorted(unreached):
                if stack.newest(*pair) >= since:
                    one.arrivals[pair] = now() - one.lifted
                    unreached.discard(pair)
        time.sleep(LOOK_SECONDS)
    one.over = now()
    one.unreached = sorted(unserved) + [f"{source} -> {service}" for service, source in sorted(unreached)]
