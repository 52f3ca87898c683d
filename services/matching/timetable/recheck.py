"""A recorded run checked again: by running it again where it ended by proof, else by looking at all it claims."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.matching.timetable.checker import violations
from services.matching.timetable.figures import figures
from services.matching.timetable.plan import Plan, Planner
from services.matching.timetable.record import Record

SHOWN: Final = 5


@dataclass(frozen=True)
class Rechecked:
    """`faults`: what is claimed and not so, in words. `again`: what running it once more came to, if it was."""

    run_id: str
    status: str
    faults: tuple[str, ...]
    again: Mapping[str, Any] = field(default_factory=dict)


def recheck(run: Mapping[str, Any], record: Record, planner: Planner) -> Rechecked:
    """Check what `run` says of the recorded problem and plan. A run by another planner is not run again."""
    faults = list(_claims(run, record))
    if run["status"] != "optimal":
        return Rechecked(run["run_id"], run["status"], tuple(faults))
    plan = planner.plan(record.problem)
    if (plan.planner, plan.planner_version) != (run["planner"], run["planner_version"]):
        return Rechecked(run["run_id"], run["status"], tuple(faults), {"planner": plan.planner, "compared": False})
    reached = figures(record.problem, plan.placements)
    slots = {request_id: seat.slot for request_id, seat in plan.placements.items()}
    same = slots == {request_id: seat.slot for request_id, seat in record.placements.items()}
    if reached.must != run["must"] or reached.value != run["value"]:
        faults.append(
            f"run again it reaches must {reached.must} and value {reached.value}, not {run['must']} and {run['value']}"
        )
    again = {"planner": plan.planner, "compared": True, "same_plan": same, "value": reached.value}
    return Rechecked(run["run_id"], run["status"], tuple(faults), again)


def _claims(run: Mapping[str, Any], record: Record) -> Iterator[str]:
    problem = record.problem
    if problem.digest != run["input_digest"]:
        yield f"the problem has digest {problem.digest}, the run says {run['input_digest']}"
    plan = Plan(record.placements, record.unplaced, run["planner"], run["planner_version"])
    broken = list(violations(problem, plan))
    yield from broken[:SHOWN]
    if broken:
        return
    reached = figures(problem, record.placements)
    for name in ("must", "value", "breaks"):
        found = getattr(reached, name)
        if found != run[name]:
            yield f"{name} is {found}, the run says {run[name]}"
    for name in ("must", "value"):
        bound = run[f"{name}_bound"]
        if bound is not None and bound < getattr(reached, name):
            yield f"the bound {bound} of {name} is below what is reached, {getattr(reached, name)}"
        if run["status"] == "optimal" and bound != getattr(reached, name):
            yield f"{name} is not at its bound {bound}, although the run claims an optimum"
    bound = run["breaks_bound"]
    if bound is not None and bound > reached.breaks:
        yield f"the bound {bound} of breaks is above what is reached, {reached.breaks}"
