"""`python -m services.matching solve`: the best timetable of an instance, with its proof, within so many seconds."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from services.matching.timetable.annealing import warm
from services.matching.timetable.contradiction import contradiction
from services.matching.timetable.optimal import plan_of
from services.matching.timetable.plan import Plan
from services.matching.timetable.problem import Problem
from services.matching.timetable.search import FEW, Found, Work, first, search
from services.matching.timetable.wellformed import MalformedError, parsed

_WORK: Final = Work(moves=8_000, few_moves=150, proof=1e9, workers=2)
_RESERVE: Final = 5e-5
"""Seconds for each request to write the plan down, which the limit has to leave."""


@click.command("solve")
@click.argument("instance", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the timetable (JSON).")
@click.option("--seconds", type=click.FloatRange(min=0.0), default=60.0, show_default=True, help="At most so long.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of everything random.")
def solve(instance: Path, out: Path | None, seconds: float, seed: int) -> None:
    """Find the best timetable of a fair-timetable/1 INSTANCE and prove it.

    Prints one line of JSON. Ctrl-C and the limit end it with the best plan so far and its bound.
    Exit status: 0, 1 when nothing is possible (the line says why), 2 when the input is malformed.
    """
    began = time.monotonic()
    problem = _read(instance)
    if out is not None and not out.absolute().parent.is_dir():
        _malformed(f"{out}: there is no such folder")
    why = contradiction(problem)
    if why is not None:
        click.echo(json.dumps({"instance": problem.name, "status": "infeasible", "why": why}, ensure_ascii=False))
        _leave(1)
    clock = _Clock(began, seconds - _RESERVE * len(problem.requests))
    clock.passed("read")
    found = _watched(problem, seed, clock)
    clock.passed(found.phase)
    plan = plan_of(problem, found, seed)
    if out is not None:
        try:
            out.write_text(json.dumps(_solution(problem, plan)) + "\n", encoding="utf-8")
        except OSError as error:
            _malformed(f"{out}: {error.strerror}")
    clock.passed("plan")
    click.echo(json.dumps(_line(problem, plan, clock), ensure_ascii=False))
    _leave(0)


class _Clock:
    """The time that is left, and how much of it each phase took."""

    def __init__(self, began: float, seconds: float) -> None:
        self._ends: Final = began + seconds
        self._since = began
        self.spent: Final[dict[str, float]] = {}

    def remaining(self) -> float:
        return self._ends - time.monotonic()

    def passed(self, phase: str) -> None:
        """What passed since the last call belonged to `phase`."""
        now = time.monotonic()
        self.spent[phase] = self.spent.get(phase, 0.0) + now - self._since
        self._since = now


def _watched(problem: Problem, seed: int, clock: _Clock) -> Found:
    """Search in another thread, so that the limit and Ctrl-C never wait for a solver; the best known at the end."""
    known: list[Found] = []
    failed: list[Exception] = []
    done = threading.Event()

    def told(found: Found) -> None:
        clock.passed(found.phase)
        known[:] = [found]

    def run() -> None:
        try:
            told(search(problem, _WORK, seed, told, clock.remaining))
        except Exception as error:  # noqa: BLE001  it is raised again where the plan is awaited
            failed.append(error)
        done.set()

    # Ctrl-C and a polite kill end the search, and only that: the plan is still written.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    threading.Thread(target=run, daemon=True, name="search").start()
    if len(problem.requests) > FEW:
        threading.Thread(target=warm, daemon=True, name="warm").start()
    while not done.is_set() and clock.remaining() > 0:
        done.wait(min(clock.remaining(), 1.0))
    if failed:
        raise failed[0]
    return known[0] if known else first(problem)


def _read(path: Path) -> Problem:
    try:
        return parsed(json.loads(path.read_bytes()))
    except OSError as error:
        _malformed(f"{path}: {error.strerror}")
    except RecursionError:
        _malformed(f"{path}: nested too deeply")
    except (MalformedError, ValueError) as error:
        _malformed(f"{path}: {error}")


def _malformed(what: str) -> NoReturn:
    click.echo(" ".join(what.split()), err=True)
    _leave(2)


def _leave(status: int) -> NoReturn:
    """Without waiting for a solver that is still at work in its thread."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _solution(problem: Problem, plan: Plan) -> dict[str, Any]:
    assert plan.certificate is not None  # noqa: S101  this planner always certifies
    return {
        "instance": problem.name,
        "schedule": [
            {"request": request, "slot": plan.placements[request].slot} for request in sorted(plan.placements)
        ],
        "bounds": {"must": plan.certificate.must_bound, "value": plan.certificate.value_bound},
    }


def _line(problem: Problem, plan: Plan, clock: _Clock) -> dict[str, Any]:
    proof = plan.certificate
    assert proof is not None  # noqa: S101  this planner always certifies
    return {
        "instance": problem.name,
        "status": proof.status,
        "must": proof.must,
        "must_bound": proof.must_bound,
        "value": proof.value,
        "bound": proof.value_bound,
        "gap": round(proof.gap, 7),
        "breaks": proof.breaks,
        "breaks_bound": proof.breaks_bound,
        "only_late": proof.only_late,
        "meetings": len(plan.placements),
        "seed": proof.seed,
        "seconds": {phase: round(spent, 3) for phase, spent in clock.spent.items()},
        "versions": dict(proof.versions),
    }
