"""What a figure is limited by, named from the evidence taken while it was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.database_waits import Waits
from tests.benchmarks.rounds import table
from tests.benchmarks.spending import CLIENTS, Spent

FULL: Final = 0.9
"""Of all cores, or of the one core that a Python process can use: from here on it counts as used up."""
LOCKED: Final = ("Lock:",)
FLUSHING: Final = ("IO:Wal", "LWLock:WALWrite")
MUCH: Final = 0.4
ROLES: Final = (("apis", "-api"), ("workers", "-worker"))


@dataclass(frozen=True)
class Level:
    """One measurement: replicas of every api and worker, commands acknowledged, seconds, waits of commands and of
    events on their way to the other service, and all evidence; `resting` was taken before anything was asked.
    """

    replicas: int
    rate: float
    p50: float
    p99: float
    lags: Sequence[float]
    retried: int
    drained: float
    spent: Spent
    resting: Spent
    waits: Waits
    produce: Sequence[float]


def limited_by(spent: Spent, waits: Waits) -> str:
    """One sentence. CPU first: where that is used up, everybody waits for everybody, and locks and flushes last longer
    than they would.
    """
    busy = spent.cores - spent.idle if spent.idle is not None else sum(spent.used.values())
    if busy >= FULL * spent.cores:
        return (
            f"the CPU of this machine: {busy:.2f} of {spent.cores} cores are busy ({shares(spent)}); "
            "more replicas share the same cores"
        )
    full = [name for name, share in spent.busiest.items() if share >= FULL and not name.startswith("kafka")]
    if CLIENTS in full:
        return "the clients: one Python process of them uses a whole core; the deployment can do more than this"
    if full:
        return f"one process of {', '.join(full)}: it uses a whole core while others are free; more replicas help"
    for prefixes, name, remedy in (
        (LOCKED, "locks in PostgreSQL", "commands on the same streams wait for each other"),
        (FLUSHING, "the disk", "commits wait until the write-ahead log is flushed"),
    ):
        share = waits.share(*prefixes)
        if share >= MUCH:
            return f"{name}: {share:.0%} of what sessions in a transaction do is waiting there; {remedy}"
    return "nothing that is used up: the clients wait for answers, one each; more of them would get more done"


def shares(spent: Spent) -> str:
    """Cores by role, the largest first."""
    parts = {name: spent.role(suffix) for name, suffix in ROLES}
    parts |= {name: share for name, share in spent.used.items() if not name.endswith(tuple(end for _, end in ROLES))}
    if spent.elsewhere is not None:
        parts["other programs"] = spent.elsewhere
    ordered = sorted(parts.items(), key=lambda part: -part[1])
    return ", ".join(f"{name} {share:.2f}" for name, share in ordered)


def evidence(levels: Sequence[Level]) -> str:
    """Tables of CPU and of waits, a column for each level."""
    names = sorted({name for level in levels for name in level.spent.used}, key=_order)
    heads = ("cores used by", *(f"{level.replicas}x" for level in levels))
    rows: list[Sequence[str]] = []
    for name in names:
        found = [level.spent.used.get(name, 0.0) for level in levels]
        if max(found) >= 0.01:
            rows.append((name, *(f"{share:.2f}" for share in found)))
    rows.append(("everything else here", *(_known(level.spent.elsewhere) for level in levels)))
    rows.append(("idle", *(_known(level.spent.idle) for level in levels)))
    ours = [sum(level.spent.used.values()) for level in levels]
    per_command = [1000 * found / level.rate if level.rate else 0.0 for found, level in zip(ours, levels, strict=True)]
    rest = [sum(level.resting.used.values()) for level in levels]
    rows.append(("all of ours, before anything was asked", *(f"{found:.2f}" for found in rest)))
    rows.append(("CPU ms a command, all in all", *(f"{found:.1f}" for found in per_command)))
    events = dict.fromkeys(name for level in levels for name, _ in level.waits.most(6))
    waiting: list[Sequence[str]] = [
        (name, *(f"{level.waits.sessions.get(name, 0.0):.2f}" for level in levels)) for name in events
    ]
    waiting.append(
        (
            "transactions/s, reads and probes included",
            *(f"{level.waits.transactions_per_second:.0f}" for level in levels),
        )
    )
    waiting.append(("flushes of the log (fsync)/s", *(f"{level.waits.flushes_per_second:.0f}" for level in levels)))
    waiting.append(("connections, at most", *(str(level.waits.most_connections) for level in levels)))
    waiting.append(("ms a flush", *(f"{level.waits.flush_milliseconds:.2f}" for level in levels)))
    return f"{table(heads, rows)}\n\n{table(('PostgreSQL: sessions in a transaction', *heads[1:]), waiting)}"


def _order(name: str) -> tuple[int, str]:
    return (2 if name == CLIENTS else 0 if name.endswith(("-api", "-worker")) else 1), name


def _known(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"
