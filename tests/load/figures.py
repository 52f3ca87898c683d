"""Figures of a record: rates, waits, and how long nobody was answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.load.record import Command


@dataclass(frozen=True)
class Figures:
    """Of commands that ended in some span of time. Waits are seconds until the acknowledgement, retries included."""

    acknowledged: int
    refused: int
    unanswered: int
    retried: int
    rate: float
    p50: float
    p99: float


def figures(commands: Iterable[Command], since: float, until: float) -> Figures:
    """Of the commands that ended from `since` to `until`."""
    ended = [command for command in commands if since <= command.answered_at < until]
    good = [command for command in ended if command.outcome == "acknowledged"]
    waits = sorted(command.waited for command in good)
    return Figures(
        len(good),
        sum(command.outcome == "refused" for command in ended),
        sum(command.outcome == "unanswered" for command in ended),
        sum(command.attempts > 1 for command in ended),
        len(good) / max(until - since, 1e-9),
        percentile(waits, 0.5),
        percentile(waits, 0.99),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Of values in order; 0 when there are none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def first_success(commands: Iterable[Command], service: str, after: float) -> float | None:
    """Seconds from `after` until a command that was first sent later was acknowledged."""
    answered = [
        command.answered_at
        for command in commands
        if command.service == service and command.sent_at >= after and command.outcome == "acknowledged"
    ]
    return min(answered) - after if answered else None


def longest_silence(commands: Iterable[Command], service: str, since: float, until: float) -> float:
    """The longest time within the span in which no command of the service was acknowledged."""
    answered = sorted(
        command.answered_at
        for command in commands
        if command.service == service and command.outcome == "acknowledged" and since <= command.answered_at < until
    )
    return max(later - earlier for earlier, later in pairwise([since, *answered, until]))
