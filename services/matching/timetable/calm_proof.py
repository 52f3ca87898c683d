"""The fewest breaks of all timetables with the best must and value, by CP-SAT on the optimal face.

A proof of the best value is also a list of what no best timetable contains: whatever falls short of the bound by more
than the bound is from the best value. What is left of a fair of one day is small enough for a proof that its breaks
are fewest.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from services.matching.timetable.arrays import Arrays, Flags, Ints
from services.matching.timetable.day import halves
from services.matching.timetable.prices import SCALE, scaled_bound, surplus
from services.matching.timetable.selection import Selection


@dataclass(frozen=True, eq=False)
class Fewest:
    """A timetable (None: nothing found), its breaks, and a bound that holds for all with the best must and value."""

    candidate: Ints | None
    slot: Ints | None
    breaks: int
    bound: int


Stop = Callable[[], bool]


def face(problem: Arrays, selection: Selection) -> Flags:
    """(P, T) What a timetable with the best must and value may contain, by the prices that prove them best."""
    if selection.prices is None:
        return problem.open
    weight = selection.must_weight
    reached = (selection.value + weight * selection.must) * SCALE
    slack = scaled_bound(problem, selection.prices, weight) - reached
    return problem.open & (surplus(problem, selection.prices, weight) >= -slack)


def fewest_breaks(
    problem: Arrays, selection: Selection, slot: Ints, *, work: float, seconds: float, workers: int, seed: int
) -> Fewest:
    """Minimise breaks on the optimal face, from `slot` (of the selection's candidates) on.

    With one worker and `seconds` infinite, the deterministic `work` is the only limit: the answer is the same
    everywhere.
    """
    from ortools.sat.python import cp_model  # half a second, spent only where breaks are to be proved

    model = _Model(problem, selection, cp_model.CpModel())
    model.hint(selection.candidate, slot)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed % (1 << 31)
    solver.parameters.max_deterministic_time = work
    if seconds < float("inf"):
        solver.parameters.max_time_in_seconds = max(seconds, 0.0)
    status = solver.solve(model.model)
    bound = max(0, int(np.ceil(solver.best_objective_bound - 1e-6)))
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Fewest(None, None, -1, bound if status == cp_model.UNKNOWN else 0)
    taken = [cell for cell, chosen in model.cells.items() if solver.boolean_value(chosen)]
    found = np.array(taken, np.int64).reshape(-1, 2)
    return Fewest(found[:, 0], found[:, 1], round(solver.objective_value), bound)


class _Model:
    """Choices per (candidate, slot); limits, must and value as in the selection; breaks from who is busy when."""

    def __init__(self, problem: Arrays, selection: Selection, model: Any) -> None:
        self.model: Final = model
        self._problem: Final = problem
        at = np.argwhere(face(problem, selection))
        self.cells: Final = {(int(p), int(t)): model.new_bool_var("") for p, t in at}
        self._groups: dict[tuple[str, int, int], list[Any]] = {}
        self._limits()
        self._objective(selection)

    def hint(self, candidate: Ints, slot: Ints) -> None:
        placed = set(zip(candidate.tolist(), slot.tolist(), strict=True))
        for cell, chosen in self.cells.items():
            self.model.add_hint(chosen, cell in placed)

    def _limits(self) -> None:
        problem = self._problem
        groups: defaultdict[tuple[str, int, int], list[Any]] = defaultdict(list)
        for (p, t), chosen in self.cells.items():
            buyer, sme = int(problem.buyer[p]), int(problem.sme[p])
            for key in (("table", buyer, t), ("sme", sme, t), ("room", sme, 0), ("pair", p, 0), ("hall", t, 0)):
                groups[key].append(chosen)
        for (kind, who, t), chosen in groups.items():
            if kind in {"sme", "pair"}:
                self.model.add_at_most_one(chosen)
                continue
            most = {"table": problem.tables[:, t], "room": problem.sme_room, "hall": problem.hall}[kind][who]
            if len(chosen) > most:
                self.model.add(sum(chosen) <= int(most))
        self._groups = dict(groups)

    def _objective(self, selection: Selection) -> None:
        problem, model = self._problem, self.model
        covered = []
        for (kind, who, _), chosen in self._groups.items():
            if kind == "room" and problem.uncovered[who]:
                covered.append(model.new_bool_var(""))
                model.add(covered[-1] <= sum(chosen))
        score = sum(int(problem.score[p]) * chosen for (p, _), chosen in self.cells.items())
        model.add(score + problem.bonus * sum(covered) >= selection.value)
        model.add(sum(chosen for (p, _), chosen in self.cells.items() if problem.must[p]) >= selection.must)
        model.minimize(sum(self._breaks("table", problem.fixed_buyer)) + sum(self._breaks("sme", problem.fixed_sme)))

    def _breaks(self, kind: str, fixed: Ints) -> list[Any]:
        """A variable for each half-day of each participant that can have a break in it."""
        fixed_at = set(zip(fixed.tolist(), self._problem.fixed_slot.tolist(), strict=True))
        before = halves(self._problem)[0]
        found = []
        for who in sorted({key[1] for key in self._groups if key[0] == kind} | {who for who, _ in fixed_at}):
            for half in (range(before), range(before, self._problem.slots)):
                starts, idle = [], 0
                for t in half:
                    now = self._busy(kind, who, t, (who, t) in fixed_at)
                    start = self.model.new_bool_var("")
                    self.model.add(start >= now - idle)
                    starts.append(start)
                    idle = now
                if len(starts) > 2:  # noqa: PLR2004  a break needs three slots
                    found.append(self.model.new_int_var(0, len(starts), ""))
                    self.model.add(found[-1] >= sum(starts) - 1)
        return found

    def _busy(self, kind: str, who: int, t: int, fixed: bool) -> Any:
        chosen = self._groups.get((kind, who, t), [])
        if fixed or not chosen:
            return int(fixed)
        if kind == "sme" or self._problem.tables[who, t] == 1:
            return sum(chosen)
        busy = self.model.new_bool_var("")
        self.model.add_max_equality(busy, chosen)
        return busy
