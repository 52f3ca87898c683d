"""Which faults, in which order: drawn from a seed, so that a run can be had again."""

import random
from collections.abc import Iterator
from dataclasses import replace

from tests.faults import kinds
from tests.faults.kinds import Kind

SHORT_SECONDS = 300.0
"""A run of less is for continuous integration: each kind once, without those that take long."""
KILLS = {
    kinds.KILL_API: 5, kinds.KILL_WORKER: 4, kinds.KILL_LEADER: 4, kinds.KILL_POSTGRES: 3, kinds.KILL_KAFKA: 3,
    kinds.KILL_GATEWAY: 3,
}  # fmt: skip
LASTING = (
    kinds.CUT_KAFKA, kinds.CUT_POSTGRES, kinds.DISK_FULL, kinds.ZOMBIE, kinds.SLOW_KAFKA, kinds.SILENT_KAFKA,
)  # fmt: skip
BRIEF_SECONDS = 5.0


def drawn(seed: int, seconds: float, only: str = "") -> list[Kind]:
    """All that has to be tried in a run of that length; or just the kinds whose names begin with `only`, once each."""
    if only:
        chosen = [kind for kind in (*KILLS, *LASTING) if kind.name.startswith(only)]
    elif seconds < SHORT_SECONDS:
        brief = (kinds.CUT_KAFKA, kinds.CUT_POSTGRES, kinds.DISK_FULL)
        chosen = [*KILLS, *(replace(kind, lasts=BRIEF_SECONDS) for kind in brief)]
    else:
        chosen = [kind for kind, count in KILLS.items() for _ in range(count)] + list(LASTING)
    random.Random(seed).shuffle(chosen)
    return chosen


def further(chance: random.Random) -> Iterator[Kind]:
    """What follows when all was tried and time is left: kills, without end."""
    while True:
        yield chance.choice(tuple(KILLS))
