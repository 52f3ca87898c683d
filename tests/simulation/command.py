"""The command line: many seeds with a progress bar, or one again with its history."""

import gc
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.simulation.grounds import FileGround
from tests.simulation.planted import bugs as planted_bugs
from tests.simulation.planted import seek, table_of
from tests.simulation.report import coverage_table, replay_line, seldom_crashed, told
from tests.simulation.run import STEPS, Outcome, Simulator
from tests.simulation.server import ServerGround
from tests.simulation.shrinking import MOST_RUNS, Shrinker

MEMORY = Path("/dev/shm")  # noqa: S108 - the fast place for files that nobody needs afterwards
COLLECT_EVERY = 50
TELL_EVERY = 100
"""How often the tally is told where there is no terminal to draw a bar on."""
WIDTH = 150
"""Of what is printed where nobody says how wide it may be."""


@contextmanager
def simulator(postgresql: str | None = None) -> Iterator[Simulator]:
    """A simulator with a directory of its own, in memory where the system offers that."""
    directory = Path(tempfile.mkdtemp(prefix="simulation-", dir=MEMORY if MEMORY.is_dir() else None))
    ground = FileGround(directory) if postgresql is None else ServerGround(directory, postgresql)
    try:
        yield Simulator(ground)
    finally:
        ground.close()
        shutil.rmtree(directory, ignore_errors=True)


class Tally:
    """What many runs came to."""

    def __init__(self) -> None:
        self.seeds = self.steps = self.failed = 0
        self.coverage: Counter[tuple[str, str, str]] = Counter()
        self.answered: Counter[str] = Counter()
        self._started = time.process_time()

    def add(self, outcome: Outcome) -> None:
        self.seeds += 1
        self.steps += outcome.steps
        self.failed += outcome.violation is not None
        self.coverage += outcome.coverage
        self.answered += outcome.answered

    def __str__(self) -> str:
        seconds = time.process_time() - self._started
        return (
            f"{self.seeds:,} seeds, {self.failed} failed, {self.steps:,} steps in {seconds:,.0f} s of one core "
            f"({self.steps / max(seconds, 0.001):,.0f} steps/s), {sum(self.answered.values()):,} requests"
        )


@click.command(context_settings={"max_content_width": 120})
@click.option("--seeds", default=100, show_default=True, help="How many seeds to run.")
@click.option("--first", default=1, show_default=True, help="The first of them.")
@click.option("--seed", default=None, help="Run this one only.")
@click.option("--steps", default=STEPS, show_default=True, help="Steps with faults in each run.")
@click.option("--without", default="", help="Faults and requests to leave out, separated by commas.")
@click.option("--history", is_flag=True, help="Print the whole history of the run.")
@click.option("--coverage", is_flag=True, help="Print which effect points were reached and disturbed, how often.")
@click.option("--least", default=0, help="Fail unless every effect point was crashed at so many times.")
@click.option(
    "--planted", is_flag=True, help="Plant known bugs and look for each, in at most so many seeds as --seeds says."
)
@click.option("--bugs", default="", help="With --planted: these only, separated by commas.")
@click.option("--postgresql", default=None, help="Run on this server (URL of a role that may create databases).")
def main(
    seeds: int, first: int, seed: str | None, steps: int, without: str, history: bool, coverage: bool, least: int,
    planted: bool, bugs: str, postgresql: str | None,
) -> None:  # fmt: skip
    """Run the whole suite under a seeded scheduler that crashes, loses, doubles and reorders; check its promises."""
    console = Console(soft_wrap=True, highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    left_out = tuple(name for name in without.split(",") if name)
    with simulator(postgresql) as made:
        if planted:
            sys.exit(_seek(made, console, bugs, seeds, first))
        if seed is not None:
            sys.exit(_one(made, console, int(seed) if seed.isdigit() else seed, steps, left_out, history))
        sys.exit(_many(made, console, range(first, first + seeds), steps, coverage, least))


def _seek(made: Simulator, console: Console, names: str, seeds: int, first: int) -> int:
    found = []
    with _seldom_collecting():
        for bug in planted_bugs(names):
            found.append(seek(made, bug, seeds, first))
            gc.collect()
            console.print(f"{bug.name}: {found[-1].seeds or 'not found'} {found[-1].by}", markup=False)
    console.print(table_of(found))
    return int(any(one.seeds is None for one in found))


def _one(
    made: Simulator, console: Console, seed: int | str, steps: int, without: tuple[str, ...], history: bool
) -> int:
    outcome = made.run(seed, steps=steps, without=without)
    for line in told(outcome, everything=history):
        console.print(line, markup=False)
    verdict = "every promise was kept" if outcome.violation is None else str(outcome.violation)
    console.print(f"seed {seed}, act {outcome.act}, {outcome.steps} steps: {verdict}", markup=False)
    console.print(f"history {outcome.history.digest()}")
    return int(outcome.violation is not None)


def _many(made: Simulator, console: Console, seeds: range, steps: int, coverage: bool, least: int) -> int:
    tally = Tally()
    columns = (TextColumn("seeds"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress, _seldom_collecting():
        bar = progress.add_task("seeds", total=len(seeds))
        for seed in seeds:
            outcome = made.run(seed, steps=steps)
            tally.add(outcome)
            progress.advance(bar)
            if tally.seeds % COLLECT_EVERY == 0:
                gc.collect()
            if outcome.violation is not None:
                explain(made, console, outcome, steps)
            if not console.is_terminal and tally.seeds % TELL_EVERY == 0:
                console.print(str(tally))
    console.print(str(tally))
    if coverage:
        console.print(coverage_table(tally.coverage))
    seldom = seldom_crashed(tally.coverage, least)
    if seldom:
        console.print(f"crashed at less than {least} times: {', '.join(seldom)}")
    return int(bool(tally.failed or seldom))


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """What a run leaves behind is collected between runs; looking for it while they run takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def explain(made: Simulator, console: Console, failed: Outcome, steps: int, runs: int = MOST_RUNS) -> Outcome:
    """Which promise, how to run it again, and the shortest way there that was found."""
    console.print(f"seed {failed.seed} ({failed.act}): {failed.violation}", markup=False)
    console.print(f"  again:  {replay_line(failed, steps)}", markup=False)
    small = Shrinker(made, failed, steps, runs).shrink()
    console.print(f"  shrunk: {replay_line(small, steps)}", markup=False)
    for line in told(small):
        console.print(f"  {line}", markup=False)
    return small
