"""Runs of the planner: what is said of one, and its problem and plan kept in a stream of its own."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from contracts.event import Fact, NewEvent
from contracts.identity import derived_id
from contracts.matching import PlanningRunKept

FIRST_REVISION: Final = 1


@dataclass(frozen=True)
class Run:
    """How a plan came about. Figures are of the whole plan; a bound that is None was not claimed."""

    planner: str
    planner_version: int
    input_digest: str
    weights: str
    seed: int
    solvers: tuple[tuple[str, str], ...]
    status: str
    must: int
    must_bound: int | None
    value: int
    value_bound: int | None
    breaks: int
    breaks_bound: int | None

    def data(self, run_id: str) -> dict[str, Any]:
        """As events say it."""
        solvers = [{"name": name, "version": version} for name, version in self.solvers]
        return {**asdict(self), "solvers": solvers, "run_id": run_id}


@dataclass(frozen=True, slots=True)
class KeptRun:
    """How many parts of a run are kept."""

    parts: int = 0


def evolve(state: KeptRun, fact: Fact) -> KeptRun:
    if PlanningRunKept.is_type(fact):
        return KeptRun(state.parts + 1)
    return state


def run_id_of(timetable_id: str, revision: int) -> str:
    """The id of the run that made this revision of the timetable."""
    return derived_id("run", timetable_id, str(revision))


def keep(
    state: KeptRun, fair_id: str, timetable_id: str, run_id: str, mode: str, parts: Sequence[str]
) -> list[NewEvent]:
    """Keep problem and plan of a run, once."""
    if state.parts:
        return []
    return [
        PlanningRunKept.new(
            fair_id=fair_id,
            timetable_id=timetable_id,
            run_id=run_id,
            mode=mode,
            part=number,
            parts=len(parts),
            content=content,
        )
        for number, content in enumerate(parts, start=1)
    ]
