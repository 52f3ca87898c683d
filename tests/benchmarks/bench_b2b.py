"""The published business-to-business instances: every one solved to proof, checked, beside the published optimum.

Run: python -m tests.benchmarks.bench_b2b [--only original] [--data FOLDER]

The optima are read for comparison only. Seconds are those of the whole command, the start of Python included; the
published ones are of the paper's best method on one core of a Xeon E3-1220v2. CPU seconds stand beside them because a
machine that does something else as well stretches the others.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from services.matching.b2b import checker
from services.matching.b2b.reading import instance_from

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "benchmarks" / "b2b-meetings"
HEADS = ("file", "status", "breaks", "bound", "optimum", "agrees", "seconds", "CPU s", "published s")
WIDTHS = (34, 10, 6, 6, 8, 7, 8, 7, 12)


@dataclass(frozen=True)
class Row:
    """One instance: what the command said, what is published."""

    file: str
    answer: Mapping[str, Any]
    optimum: str
    agrees: bool
    seconds: float
    cpu_seconds: float
    published_seconds: float

    def cells(self) -> tuple[str, ...]:
        said = (
            self.answer["status"],
            *("-" if self.answer[key] is None else str(self.answer[key]) for key in ("breaks", "bound")),
        )
        measured = (f"{self.seconds:.1f}", f"{self.cpu_seconds:.1f}", f"{self.published_seconds:.1f}")
        return (self.file, *said, self.optimum, "yes" if self.agrees else "NO", *measured)


def agrees(answer: Mapping[str, Any], optimum: str) -> bool:
    """Whether the answer is a proof of what is published; an answer without a proof is none."""
    if optimum == "unsat":
        return answer["status"] == "infeasible"
    return answer["status"] == "optimal" and answer["breaks"] == answer["bound"] == int(optimum)


def problems(data: str, fairness: int, answer: Mapping[str, Any]) -> list[str]:
    """What is wrong with the timetable that the command wrote, by the independent checker."""
    if answer["slots"] is None:
        return [] if answer["breaks"] is None else ["breaks, but no timetable"]
    instance = instance_from(data)
    broken = list(checker.violations(instance, answer["slots"], fairness))
    counted = sum(checker.breaks(instance, answer["slots"]))
    return broken if counted == answer["breaks"] else [*broken, f"{answer['breaks']} breaks said, {counted} counted"]


def solve(path: Path, fairness: int, seconds: float) -> tuple[Mapping[str, Any], float, float]:
    """The command's answer with its timetable, wall and CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        command = [sys.executable, "-m", "services.matching", "b2b", str(path)]
        options = ["--fairness", str(fairness), "--seconds", str(seconds), "--out", str(out)]
        before, began = _children(), perf_counter()
        subprocess.run([*command, *options], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return json.loads(out.read_text()), perf_counter() - began, _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(folder: Path, only: str, seconds: float) -> Iterator[Row]:
    with (folder / "optima.csv").open(encoding="utf-8") as file:
        published = [row for row in csv.DictReader(file) if only in row["file"]]
    for row in published:
        fairness, path = int(row["fairness_d"]), folder / row["file"]
        answer, wall, cpu = solve(path, fairness, seconds)
        wrong = problems(path.read_text(encoding="utf-8"), fairness, answer)
        for line in wrong:
            print(f"{row['file']}: {line}")
        right = not wrong and agrees(answer, row["optimum_breaks"])
        yield Row(row["file"], answer, row["optimum_breaks"], right, wall, cpu, float(row["published_best_seconds"]))


def totals(rows: Sequence[Row]) -> Iterator[str]:
    for name, chosen in (("originals", [row for row in rows if ".original." in row.file]), ("all", rows)):
        if chosen:
            yield (
                f"{name}: {sum(row.agrees for row in chosen)} of {len(chosen)} proven and agreeing, "
                f"{sum(row.seconds for row in chosen):.1f} s (CPU {sum(row.cpu_seconds for row in chosen):.1f} s), "
                f"slowest {max(row.seconds for row in chosen):.1f} s, "
                f"published {sum(row.published_seconds for row in chosen):.1f} s"
            )


def _line(cells: Sequence[str]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with the instances and optima.csv")
    parser.add_argument("--only", default="", help="only files whose name contains this, for example original")
    parser.add_argument("--seconds", type=float, default=300.0, help="limit for each instance")
    chosen = parser.parse_args(arguments)
    if not (chosen.data / "optima.csv").is_file():
        print(f"no instances in {chosen.data}: name the folder that holds optima.csv with --data", file=sys.stderr)
        return 2
    print(_line(HEADS))
    rows = []
    for row in measured(chosen.data, chosen.only, chosen.seconds):
        print(_line(row.cells()), flush=True)
        rows.append(row)
    print(*totals(rows), sep="\n")
    return 0 if rows and all(row.agrees for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
