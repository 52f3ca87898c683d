"""`python -m services.matching recheck RUN_ID | --file RECORD.json`: an auditor's second look at a planning run."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from services.chassis.cli_opening import clearly, fail, opened
from services.chassis.service import NotFoundError
from services.matching.api.runs import run_record
from services.matching.definition import SERVICE
from services.matching.handlers.planning import PLANNER
from services.matching.timetable.recheck import recheck
from services.matching.timetable.record import from_text


@click.command("recheck", help="Check a planning run again, from the database or from its record as the API gives it.")
@click.argument("run_id", required=False)
@click.option(
    "--file", "path", type=click.Path(path_type=Path, dir_okay=False), help="A record: GET .../runs/ID/record."
)
@clearly
def recheck_command(run_id: str | None, path: Path | None) -> None:
    """Prints one line of JSON; exit code 1 where a claim does not hold."""
    if (run_id is None) == (path is None):
        fail("give the id of a run, or --file with its record")
    value = _of_file(path) if path is not None else _of_database(str(run_id))
    try:
        found = recheck(value["run"], from_text(value), PLANNER)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        fail(f"this is no record of a run: {type(error).__name__}: {error}")
    click.echo(json.dumps({**asdict(found), "holds": not found.faults}, ensure_ascii=False))
    if found.faults:
        raise SystemExit(1)


def _of_file(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}")
    except ValueError:
        fail(f"{path} is not JSON; save the answer of GET .../runs/ID/record as it is")
    if not isinstance(value, dict):
        fail(f"{path} holds no record of a run")
    return value


def _of_database(run_id: str) -> Mapping[str, Any]:
    application, _ = opened(SERVICE)
    try:
        with application.reading() as queries:
            return run_record(queries, None, fair_id=None, run_id=run_id)
    except NotFoundError:
        fail(f"no run {run_id} is on record; GET .../runs lists them")
    finally:
        application.database.close()
