"""Linear and integer programs over 0..1 columns for HiGHS: rows made from keys, those that cannot bind left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from services.matching.timetable.arrays import Ints
from services.matching.timetable.prices import Floats

NO_ROW: Final = -1
_ROWS_OF_A_FAMILY: Final = 1 << 40
_WARM: Final = 4
"""The primal simplex: the old basis stays primal feasible when columns come in."""


@dataclass(frozen=True, eq=False)
class Limits:
    """One family of rows: of the columns with the same key at most `most[key]` are taken. Key -1: in no row."""

    keys: Ints
    most: Ints


@dataclass(frozen=True, eq=False)
class Credits:
    """A further column for each of `owners`: at most 1, at most the sum of the columns whose key it is, worth
    `worth`.
    """

    keys: Ints
    owners: Ints
    worth: int


@dataclass(frozen=True, eq=False)
class Program:
    """Worth and name of each column; names are whole numbers from 0, the same thing always under the same name."""

    worth: Ints
    names: Ints
    limits: tuple[Limits, ...]
    credits: Credits


@dataclass(frozen=True)
class Effort:
    """How long a program may run. Iterations and nodes are the same everywhere; seconds (infinite: no limit) are
    not.
    """

    seconds: float = float("inf")
    iterations: int = 2_000_000
    nodes: int = 5_000


@dataclass(frozen=True, eq=False)
class Basis:
    """A basis by names, so that it carries over to a program with more columns and rows."""

    columns: Ints
    column_status: Sequence[Any]
    rows: Ints
    row_status: Sequence[Any]


@dataclass(frozen=True, eq=False)
class Solved:
    """`values` per column, without the credits'; `prices` of each family by key, the credits' last; what was proved."""

    optimal: bool
    values: Floats
    prices: tuple[Floats, ...]
    objective: float
    most: float
    basis: Basis | None


class NothingSolvedError(RuntimeError):
    """The limit came before there was anything to use."""


def maximise(program: Program, effort: Effort, *, start: Basis | None = None, whole: bool = False) -> Solved:
    """The best 0..1 values of the columns under all limits (`whole`: 0 or 1).

    Raises:
        NothingSolvedError: the effort was too small.
    """
    rows = _Rows(program)
    solver = highspy.Highs()
    for option, value in (
        ("output_flag", False), ("threads", 1), ("random_seed", 1), ("parallel", "off"), ("solver", "simplex"),
        ("simplex_iteration_limit", effort.iterations), ("mip_max_nodes", effort.nodes), ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.99), ("time_limit", min(effort.seconds, 1e9)),
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    model = rows.model()
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * int(model.num_col_)
    solver.passModel(model)
    if start is not None:
        solver.setOptionValue("simplex_strategy", _WARM)
        solver.setBasis(rows.carried(start))
    solver.run()
    return _solved(solver, rows, whole=whole)


class _Rows:
    """The rows that can bind, named, and the matrix."""

    def __init__(self, program: Program) -> None:
        self.program = program
        columns = len(program.worth)
        places: list[Ints] = []
        most: list[Ints] = []
        self.names: list[Ints] = []
        self.families: list[tuple[Ints, int]] = []
        rows = 0
        for family, limits in enumerate(program.limits):
            present = np.bincount(limits.keys[limits.keys >= 0], minlength=len(limits.most))
            binding = np.flatnonzero(present > limits.most)
            place = np.full(len(limits.most) + 1, NO_ROW, np.int64)
            place[binding] = rows + np.arange(len(binding))
            places.append(place[limits.keys])  # key -1 finds the last place, which is none
            most.append(limits.most[binding])
            self.names.append(binding + family * _ROWS_OF_A_FAMILY)
            self.families.append((binding, rows))
            rows += len(binding)
        owners = program.credits.owners
        place = np.full(int(max(owners.max(initial=-1), program.credits.keys.max(initial=-1))) + 2, NO_ROW, np.int64)
        place[owners] = rows + np.arange(len(owners))
        places.append(place[program.credits.keys])
        self.families.append((owners, rows))
        self.names.append(owners + len(program.limits) * _ROWS_OF_A_FAMILY)
        self.row_names = np.concatenate(self.names)
        self.most = np.concatenate([*most, np.zeros(len(owners), np.int64)]).astype(np.float64)
        self.column_names = np.concatenate([program.names, -1 - owners])
        self._places = np.stack(places, axis=1) if columns else np.zeros((0, len(places)), np.int64)
        self._first_credit = rows

    def model(self) -> Any:
        owners, worth = len(self.program.credits.owners), self.program.worth
        mask = self._places >= 0
        signs = np.ones(self._places.shape)
        signs[:, -1] = -1.0
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(worth) + owners, len(self.row_names)
        model.col_cost_ = -np.concatenate([worth, np.full(owners, self.program.credits.worth)]).astype(np.float64)
        model.col_lower_, model.col_upper_ = np.zeros(model.num_col_), np.ones(model.num_col_)
        model.row_lower_, model.row_upper_ = np.full(model.num_row_, -highspy.kHighsInf), self.most
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lengths = np.concatenate([mask.sum(axis=1), np.ones(owners, np.int64)])
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        credit_rows = self._first_credit + np.arange(owners)
        model.a_matrix_.index_ = np.concatenate([self._places[mask], credit_rows]).astype(np.int32)
        model.a_matrix_.value_ = np.concatenate([signs[mask], np.ones(owners)])
        return model

    def carried(self, start: Basis) -> Any:
        """New columns stay at 0, new rows are basic: as many basic ones as rows, as before."""
        status = highspy.HighsBasisStatus
        columns = dict(zip(start.columns.tolist(), start.column_status, strict=True))
        rows = dict(zip(start.rows.tolist(), start.row_status, strict=True))
        basis = highspy.HighsBasis()
        basis.col_status = [columns.get(name, status.kLower) for name in self.column_names.tolist()]
        basis.row_status = [rows.get(name, status.kBasic) for name in self.row_names.tolist()]
        basis.valid = True
        return basis


def _solved(solver: Any, rows: _Rows, *, whole: bool) -> Solved:
    status, information, solution = solver.getModelStatus(), solver.getInfo(), solver.getSolution()
    columns = len(rows.program.worth)
    usable = solution.value_valid if whole else solution.dual_valid
    if not usable:
        raise NothingSolvedError(solver.modelStatusToString(status))
    prices: list[Floats] = []
    if not whole:
        duals = -np.asarray(solution.row_dual, np.float64)
        sizes = [len(limits.most) for limits in rows.program.limits]
        sizes.append(int(rows.program.credits.keys.max(initial=-1)) + 1)
        for (keys, first), size in zip(rows.families, sizes, strict=True):
            of_family = np.zeros(max(size, int(keys.max(initial=-1)) + 1))
            of_family[keys] = duals[first : first + len(keys)]
            prices.append(of_family)
    basis = None
    if not whole and solver.getBasis().valid:
        found = solver.getBasis()
        basis = Basis(rows.column_names, list(found.col_status), rows.row_names, list(found.row_status))
    most = -information.mip_dual_bound if whole else -information.objective_function_value
    return Solved(
        optimal=status == highspy.HighsModelStatus.kOptimal,
        values=np.asarray(solution.col_value, np.float64)[:columns],
        prices=tuple(prices),
        objective=-information.objective_function_value,
        most=most,
        basis=basis,
    )
