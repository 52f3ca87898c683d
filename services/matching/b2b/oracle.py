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

    def ask(self, most: int | None, conflicts: int) -> Finding | None:
        """Is there a timetable with at most `most` breaks (None: any number)?

        Returns:
            The timetable, or what was proven, or None when that many conflicts did not tell.
        """
        answer = self.ask_near(most, conflicts, {})
        return None if isinstance(answer, Nothing) else answer

    def ask_near(self, most: int | None, conflicts: int, kept: Mapping[int, int]) -> Finding | Nothing | None:
        """The same, with the `kept` meetings in these slots.

        `Nothing` is a proof that holds as long as these meetings stay only.
        """
        limit = [] if most is None or most >= len(self._encoding.breaks) else [-self._more_than(most)]
        held = [self._encoding.held[number][slot] for number, slot in kept.items()]
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
