"""A run of the planner as it is recorded: its figures, and problem and plan for whoever checks it again."""

from typing import Final

from services.chassis.service import NotFoundError, Reader, Unit
from services.matching.domain import runs
from services.matching.domain.runs import Run
from services.matching.handlers.assembly import WEIGHTS
from services.matching.handlers.loading import RUN
from services.matching.projections.tables import run_parts
from services.matching.timetable.figures import figures
from services.matching.timetable.plan import Plan
from services.matching.timetable.problem import Problem
from services.matching.timetable.record import Record, from_text, packed, unpacked

NO_SEED: Final = 0
"""Of a planner that draws nothing."""


def run_of(problem: Problem, plan: Plan) -> Run:
    """What is said of the run: the plan's own certificate where it has one, else only what can be counted."""
    reached, proof = figures(problem, plan.placements), plan.certificate
    return Run(
        planner=plan.planner,
        planner_version=plan.planner_version,
        input_digest=problem.digest,
        weights=WEIGHTS,
        seed=NO_SEED if proof is None else proof.seed,
        solvers=() if proof is None else tuple(sorted(proof.versions)),
        status="feasible" if proof is None else proof.status,
        must=reached.must,
        must_bound=None if proof is None else proof.must_bound,
        value=reached.value,
        value_bound=None if proof is None else proof.value_bound,
        breaks=reached.breaks,
        breaks_bound=None if proof is None else proof.breaks_bound,
    )


def keep_run(unit: Unit, fair_id: str, timetable_id: str, run_id: str, mode: str, problem: Problem, plan: Plan) -> None:
    """Keep problem and plan in the run's own stream, with the write that stores the plan."""
    kept = unit.load(RUN, run_id)
    parts = packed(Record(problem, plan.placements, plan.unplaced))
    unit.record(kept, runs.keep(kept.state, fair_id, timetable_id, run_id, mode, parts))


def record_of(reader: Reader, fair_id: str, run_id: str) -> Record:
    """Problem and plan of a run.

    Raises:
        NotFoundError: the fair has no such run, or what it was given was never kept.
    """
    rows = [row for row in reader.find(run_parts, run_id=run_id) if row["fair_id"] == fair_id]
    if not rows or len(rows) != rows[0]["parts"]:
        raise NotFoundError("run")
    return from_text(unpacked(row["content"] for row in rows))
