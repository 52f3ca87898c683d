"""One formula that is asked again and again; what the solver learnt from one question serves the next."""

from collections.abc import Mapping
from typing import Final

from pysat.solvers import Cadical195

from services.matching.b2b.checker import breaks
from services.matching.b2b.encoding import Encoding
from services.matching.b2b.findings import Bound, Finding, Found, Impossible, Nothing

_FIRST_COUNT: Final = 30
"""Breaks that are counted at first; optima are mostly below it, and a counter grows with the square."""


class Oracle:
    """Answers whether there is a timetable with at most so many breaks."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding: Final = encoding
        self._solver: Final = Cadical195()
        self._given = 0
        self._sums: list[int] = []
        self._give()

    def ask(
        self,
        most: int | None,
        conflicts: int,
        kept: Mapping[int, int] | None = None,
        fewer: Mapping[int, int] | None = None,
    ) -> Finding | Nothing | None:
        """Is there a timetable with at most `most` breaks in all?

        Args:
            most: None when any number will do.
            conflicts: how long to look.
            kept: meetings that stay in these slots.
            fewer: participants that have fewer breaks than these.

        Returns:
            The timetable; or what was proven: `Nothing` when it has to do with `kept` or `fewer`; or None when that
            many conflicts did not tell.
        """
        limit = [] if most is None or most >= len(self._encoding.breaks) else [-self._more_than(most)]
        held = [self._encoding.held[number][slot] for number, slot in (kept or {}).items()]
        held += [-self._encoding.days[number].breaks[count - 1] for number, count in (fewer or {}).items()]
        self._solver.conf_budget(conflicts)
        answer = self._solver.solve_limited(assumptions=limit + held)
        if answer is None:
            return None
        if answer:
            timetable = self._encoding.timetable(self._solver.get_model())
            return Found(tuple(timetable), sum(breaks(self._encoding.instance, timetable)))
        reasons = set(self._solver.get_core() or ())
        if not reasons:
            return Impossible()
        if most is None or not reasons <= set(limit):
            return Nothing()
        self._solver.add_clause([-limit[0]])
        return Bound(most + 1)

    def _more_than(self, most: int) -> int:
        if most >= len(self._sums):
            counted = self._encoding.breaks
            self._sums = self._encoding.cnf.total(counted, min(len(counted), max(2 * most, _FIRST_COUNT)))
            self._give()
        return self._sums[most]

    def _give(self) -> None:
        clauses = self._encoding.cnf.clauses
        for clause in clauses[self._given :]:
            self._solver.add_clause(clause)
        self._given = len(clauses)
