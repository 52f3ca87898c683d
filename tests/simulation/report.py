"""What a person sees: a failing seed with its history and the line that replays it, and what many seeds covered."""

from collections import Counter
from collections.abc import Iterator

from rich.table import Table

from tests.simulation.faults import POSSIBLE
from tests.simulation.run import STEPS, Outcome

DULL = ("read ", "poll ")
CRASHES = ("crash before", "crash after")


def replay_line(outcome: Outcome, steps: int) -> str:
    """The one line that runs exactly this again."""
    words = [f"--seed {outcome.seed}", "--history"]
    if steps != STEPS:
        words.append(f"--steps {steps}")
    if outcome.without:
        words.append(f"--without {','.join(sorted(outcome.without))}")
    return f'make simulate ARGS="{" ".join(words)}"'


def told(outcome: Outcome, *, everything: bool = False) -> Iterator[str]:
    """The history; without `everything` reads and polls that went well are left out."""
    for line in outcome.history.lines():
        what = line[55:]
        if everything or "!!" in what or not what.startswith(DULL):
            yield line


def coverage_table(coverage: Counter[tuple[str, str, str]]) -> Table:
    """Every effect point with how often it was reached, and what was done to it there."""
    kinds = ("reached", *CRASHES, "failed", "lost answer", "twice", "partly", "late")
    table = Table("effect", "where", *kinds, title="Faults by effect point")
    for effect, where in points(coverage):
        possible = POSSIBLE.get(effect, ())
        counts = [
            f"{coverage[effect, where, kind]:,}" if kind == "reached" or kind in possible else "-" for kind in kinds
        ]
        table.add_row(effect, where, *counts)
    return table


def points(coverage: Counter[tuple[str, str, str]]) -> list[tuple[str, str]]:
    return sorted({(effect, where) for effect, where, _ in coverage})


def seldom_crashed(coverage: Counter[tuple[str, str, str]], least: int) -> list[str]:
    """Points that were crashed at less often than `least` times."""
    return [
        f"{effect} {where}"
        for effect, where in points(coverage)
        if effect in POSSIBLE and sum(coverage[effect, where, kind] for kind in CRASHES) < least
    ]
