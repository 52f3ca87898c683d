"""Looking for planted bugs: after how many seeds a promise is seen broken, or a seed has two histories."""

from dataclasses import dataclass

from rich.table import Table

from tests.simulation.mutations import BUGS, Bug
from tests.simulation.run import Simulator

RUN_TWICE = 3
"""So many of the first seeds are run a second time: what depends on the machine shows as a difference."""


@dataclass(frozen=True)
class Found:
    """After how many seeds a bug was found, and by what; `seeds` is None when it was not."""

    bug: Bug
    seeds: int | None
    by: str


def seek(simulator: Simulator, bug: Bug, most: int, first: int = 1) -> Found:
    """Run seeds with the bug planted until it is found, `most` of them."""
    simulator.prepare()
    with bug.planted():
        for number in range(1, most + 1):
            outcome = simulator.run(first + number - 1)
            if outcome.violation is not None:
                return Found(bug, number, str(outcome.violation))
            if number <= RUN_TWICE and simulator.run(outcome.seed).history.digest() != outcome.history.digest():
                return Found(bug, number, "determinism: one seed has two histories")
    return Found(bug, None, "")


def table_of(found: list[Found]) -> Table:
    table = Table("planted bug", "seeds", "found by", title="Planted bugs")
    for one in found:
        table.add_row(one.bug.meaning, "not found" if one.seeds is None else str(one.seeds), one.by.split(":")[0])
    return table


def bugs(names: str) -> list[Bug]:
    """All, or those named, separated by commas."""
    wanted = [name for name in names.split(",") if name]
    return [bug for bug in BUGS if not wanted or bug.name in wanted]
