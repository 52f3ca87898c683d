"""`python -m services.matching b2b FILE.dzn`: the fewest breaks of one published instance, with a proof."""

import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from services.matching.b2b.checker import breaks
from services.matching.b2b.dzn import DznError
from services.matching.b2b.instance import Instance
from services.matching.b2b.reading import instance_from
from services.matching.b2b_race.race import Outcome, Race

MALFORMED = 2
"""What the command leaves with when the file cannot be used."""


@click.command("b2b")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--fairness",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="By how many breaks two participants may differ.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.0, min_open=True),
    default=60.0,
    show_default=True,
    help="Stop after that long, with the best so far and its bound.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the timetable there, as JSON.")
def b2b(file: Path, fairness: int, seconds: float, out: Path | None) -> None:
    """Schedule the meetings of FILE (MiniZinc data) with the fewest breaks. Ctrl-C ends it with the best so far."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, _interrupt)
    data, instance = _read(file)
    outcome = Race(data, instance, fairness).run(seconds - (time.monotonic() - began))
    said = {
        "file": file.name,
        "fairness": fairness,
        "status": outcome.status,
        "breaks": outcome.breaks,
        "bound": outcome.bound,
        "seconds": round(time.monotonic() - began, 2),
    }
    if out is not None:
        _write(out, {**said, **_schedule(instance, outcome)})
    click.echo(json.dumps(said))


def _read(file: Path) -> tuple[str, Instance]:
    try:
        data = file.read_text(encoding="utf-8")
        return data, instance_from(data)
    except OSError as error:
        _refuse(f"{file}: cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        _refuse(f"{file}: not a text in UTF-8, so not MiniZinc data")
    except DznError as error:
        _refuse(f"{file}: {error}")


def _write(out: Path, content: dict[str, object]) -> None:
    try:
        out.write_text(json.dumps(content) + "\n", encoding="utf-8")
    except OSError as error:
        _refuse(f"{out}: cannot be written: {error.strerror}")


def _schedule(instance: Instance, outcome: Outcome) -> dict[str, object]:
    """Meetings and participants in the order of the file, slots counted from 1; nothing when there is no timetable."""
    if outcome.timetable is None:
        return {"slots": None, "breaks_of": None}
    return {"slots": list(outcome.timetable), "breaks_of": breaks(instance, outcome.timetable)}


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _refuse(line: str) -> NoReturn:
    click.echo(line, err=True)
    sys.exit(MALFORMED)
