"""Runs of the planner: what each reached, its record for auditors, two of them side by side."""

from dataclasses import asdict
from typing import Any

from marshmallow import Schema, fields

from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.chassis.service import NotFoundError
from services.chassis.web.schemas import RowSchema
from services.matching.handlers.runs import record_of
from services.matching.projections.tables import runs
from services.matching.timetable.comparison import Planned, compared
from services.matching.timetable.record import to_text


class SolverRow(RowSchema):
    name = fields.String()
    version = fields.String()


class RunRow(RowSchema):
    run_id = fields.String()
    fair_id = fields.String()
    timetable_id = fields.String()
    revision = fields.Integer()
    mode = fields.String(metadata={"description": "draft or revise"})
    planner = fields.String()
    planner_version = fields.Integer()
    input_digest = fields.String(metadata={"description": "SHA-256 of the canonical problem"})
    weights = fields.String(metadata={"description": "version of the scores' weights"})
    seed = fields.Integer()
    solvers = fields.List(fields.Nested(SolverRow))
    status = fields.String(metadata={"description": "optimal (must and value reach their bounds) or feasible"})
    must = fields.Integer()
    must_bound = fields.Integer()
    value = fields.Integer()
    value_bound = fields.Integer(metadata={"description": "no plan that places as many musts has a higher value"})
    breaks = fields.Integer()
    breaks_bound = fields.Integer()
    ran_at = fields.String()


class RunRecord(Schema):
    """What `recheck` takes: the run, its problem as a `fair-timetable/1` instance, its plan (request: slot, table)."""

    run = fields.Nested(RunRow)
    instance = fields.Dict()
    tables = fields.Dict(keys=fields.String(), values=fields.Integer())
    placements = fields.Dict(keys=fields.String(), values=fields.List(fields.Integer()))
    unplaced = fields.Dict(keys=fields.String(), values=fields.String())


class Reached(Schema):
    """The figures of a plan."""

    placed = fields.Integer()
    must = fields.Integer()
    value = fields.Integer()
    covered = fields.Integer(metadata={"description": "SMEs with at least one meeting"})
    breaks = fields.Integer()


class MovedRequest(Schema):
    request = fields.String()
    before = fields.Integer()
    after = fields.Integer()


class ShiftOfMeetings(Schema):
    participant = fields.String()
    side = fields.String()
    before = fields.Integer()
    after = fields.Integer()


class Compared(Schema):
    """From the earlier plan to the later one."""

    before = fields.Nested(Reached)
    after = fields.Nested(Reached)
    gained = fields.List(fields.String(), metadata={"description": "requests that only the later plan places"})
    lost = fields.List(fields.String(), metadata={"description": "requests that only the earlier plan places"})
    moved = fields.List(fields.Nested(MovedRequest), metadata={"description": "in another slot"})
    shifts = fields.List(fields.Nested(ShiftOfMeetings), metadata={"description": "who has more or fewer meetings"})


def run_record(queries: Queries, _: Actor | None, *, fair_id: str | None, run_id: str) -> dict[str, Any]:
    """The record of a run. Holds no personal data.

    Raises:
        NotFoundError: there is no such run (in this fair).
    """
    run = queries.get(runs, run_id)
    if run is None or fair_id not in {None, run["fair_id"]}:
        raise NotFoundError("run")
    return {"run": run, **to_text(record_of(queries, run["fair_id"], run_id))}


def run_comparison(queries: Queries, _: Actor, *, fair_id: str, run_id: str, later_id: str) -> dict[str, Any]:
    """Two runs of the fair side by side.

    Raises:
        NotFoundError: the fair lacks one of them.
    """
    earlier, later = (record_of(queries, fair_id, one) for one in (run_id, later_id))
    return asdict(compared(Planned(earlier.problem, earlier.placements), Planned(later.problem, later.placements)))
