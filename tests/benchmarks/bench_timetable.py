"""The planner on the public fair-timetable instances, checked by the benchmark's own judge, beside two peers.

    make bench-timetable                          the instances of ../shared/benchmarks/fair-timetables
    make bench-timetable ARGS="--x50 --peer 10"   also the largest (generated here), plain CP-SAT with 10 seconds each

Peers in the same run: the greedy planner, and CP-SAT on the plain model (one choice for each request and slot) with a
time limit. Gaps are to the bound that our planner proves.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from services.matching.timetable.arrays import Arrays, arrays
from services.matching.timetable.figures import figures_of_slots
from services.matching.timetable.greedy import GreedyPlanner
from services.matching.timetable.problem import Problem, from_json

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT.parent / "shared" / "benchmarks" / "fair-timetables"
SECONDS = {"fair": 5, "fair-x10": 30, "fair-x50": 60}
"""The limit that the goals for breaks set for each size."""
WIDTHS = (24, 9, 9, 9, 9, 7, 7, 6, 7, 9, 8, 8)
HEAD = (
    "instance",
    "must",
    "value",
    "public",
    "bound",
    "gap %",
    "breaks",
    "bound",
    "public",
    "seconds",
    "greedy%",
    "CP-SAT%",
)


def main() -> None:
    options = _options()
    if not (options.folder / "check.py").is_file():
        sys.exit(f"{options.folder}: no benchmark there; name its folder with ARGS='--folder FOLDER'")
    public = {row["instance"]: row for row in csv.DictReader((options.folder / "public.csv").open(encoding="utf-8"))}
    _row(HEAD)
    with tempfile.TemporaryDirectory() as scratch:
        for path in _instances(options, Path(scratch)):
            if options.only in path.stem:
                _row(_measured(path, public.get(path.stem, {}), options, Path(scratch)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the planner on the public fair-timetable instances.")
    parser.add_argument("--folder", type=Path, default=PUBLIC, help="where the benchmark is (default: %(default)s)")
    parser.add_argument("--x50", action="store_true", help="also the largest instances, generated here")
    parser.add_argument("--only", default="", metavar="PART", help="only instances with PART in their names")
    parser.add_argument("--peer", type=float, default=60.0, help="seconds for plain CP-SAT, 0: none (%(default)s)")
    return parser.parse_args()


def _instances(options: argparse.Namespace, scratch: Path) -> list[Path]:
    found = sorted((options.folder / "instances").glob("*.json"), key=lambda path: (path.stat().st_size, path.name))
    if options.x50:
        command = [sys.executable, str(options.folder / "generate.py"), "public", str(scratch / "x50"), "fair-x50"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found += sorted((scratch / "x50").glob("*.json"))
    return found


def _measured(path: Path, public: dict[str, str], options: argparse.Namespace, scratch: Path) -> tuple[Any, ...]:
    out, limit = scratch / "solution.json", SECONDS[path.stem.rsplit("-t", 1)[0]]
    command = ["-m", "services.matching", "solve", str(path), "--out", str(out), "--seconds", str(limit)]
    solved = subprocess.run([sys.executable, *command], check=True, capture_output=True, text=True, cwd=ROOT)
    line = json.loads(solved.stdout)
    judge = [sys.executable, str(options.folder / "check.py"), str(path), str(out)]
    judged = json.loads(subprocess.run(judge, check=True, capture_output=True, text=True).stdout)
    for figure in ("must", "value", "breaks"):
        if line[figure] != judged[figure]:
            sys.exit(f"{path.stem}: we say {figure} {line[figure]}, the judge {judged[figure]}")
    problem = from_json(json.loads(path.read_text(encoding="utf-8")))
    greedy = {request: seat.slot for request, seat in GreedyPlanner().plan(problem).placements.items()}
    proof = line["seconds"].get("first", 0) + line["seconds"].get("selection", 0) + line["seconds"]["read"]
    return (
        path.stem, f"{line['must']}/{public.get('must', '?')}", line["value"], public.get("value", "?"), line["bound"],
        f"{100 * line['gap']:.3f}", line["breaks"], line["breaks_bound"], public.get("breaks", "?"), f"{proof:.2f}",
        _gap(line["bound"], figures_of_slots(problem, greedy).value),
        _gap(line["bound"], _plain(problem, options.peer)),
    )  # fmt: skip


def _gap(bound: int, value: int | None) -> str:
    return "-" if value is None else f"{100 * (bound - value) / bound:.2f}"


def _plain(problem: Problem, seconds: float) -> int | None:
    """The value that CP-SAT reaches on the plain model; None without a solution or without time."""
    if seconds <= 0:
        return None
    from ortools.sat.python import cp_model

    cells: Arrays = arrays(problem)
    model = cp_model.CpModel()
    chosen = {
        (p, t): model.new_bool_var("")
        for p in range(len(cells.requests))
        for t in range(cells.slots)
        if cells.open[p, t]
    }
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for (p, t), here in chosen.items():
        buyer, sme = int(cells.buyer[p]), int(cells.sme[p])
        for key, most in (
            (("table", buyer, t), cells.tables[buyer, t]), (("sme", sme, t), 1), (("pair", p), 1),
            (("room", sme), cells.sme_room[sme]), (("hall", t), cells.hall[t]),
        ):  # fmt: skip
            groups.setdefault((*key, int(most)), []).append(here)
    for key, several in groups.items():
        model.add(sum(several) <= key[-1])
    covered = []
    for key, several in groups.items():
        if key[0] == "room" and cells.uncovered[key[1]]:
            covered.append(model.new_bool_var(""))
            model.add(covered[-1] <= sum(several))
    worth = [int(cells.score[p]) + 3000 * bool(cells.must[p]) for p, _ in chosen]
    model.maximize(sum(w * here for w, here in zip(worth, chosen.values(), strict=True)) + cells.bonus * sum(covered))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    placed = {p for (p, _), here in chosen.items() if solver.boolean_value(here)}
    smes = {int(cells.sme[p]) for p in placed if cells.uncovered[cells.sme[p]]}
    return cells.fixed_value + sum(int(cells.score[p]) for p in placed) + cells.bonus * len(smes)


def _row(cells: tuple[Any, ...]) -> None:
    print(" ".join(str(cell).rjust(width) for cell, width in zip(cells, WIDTHS, strict=True)), flush=True)


if __name__ == "__main__":
    main()
