"""Two ways to the fewest breaks: from below, proving one number after another impossible, and from above.

Both ask one incremental solver whether there is a timetable with at most so many breaks. Proofs that there is none turn
out to be short until the optimum is reached, timetables at the optimum hard to hit: so the two go on in different ways
at the same question, and what either finds serves the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pysat.solvers import Cadical195

from services.matching.b2b.checker import breaks
from services.matching.b2b.encoding import Encoding

_CHUNK: Final = 20_000
"""Conflicts between two looks at what the other one found: seconds at most."""
_FIRST_BUDGET: Final = 2_000


@dataclass(frozen=True)
class Bound:
    """No timetable has fewer breaks."""

    breaks: int


@dataclass(frozen=True)
class Found:
    """A timetable: for each meeting its slot."""

    timetable: tuple[int, ...]
    breaks: int


@dataclass(frozen=True)
class Impossible:
    """There is no timetable at all."""


@dataclass(frozen=True)
class Known:
    """What is known by now: no timetable has fewer than `lower` breaks, one has `upper` (None: none found yet)."""

    lower: int = 0
    upper: int | None = None

    def with_(self, finding: "Finding") -> "Known":
        if isinstance(finding, Bound):
            return Known(max(self.lower, finding.breaks), self.upper)
        if isinstance(finding, Found):
            return Known(self.lower, min(finding.breaks, finding.breaks if self.upper is None else self.upper))
        return self

    @property
    def settled(self) -> bool:
        return self.upper is not None and self.lower >= self.upper


Finding = Bound | Found | Impossible
Search = Callable[[Encoding, Callable[[], Known]], Iterator[Finding]]


class _Oracle:
    """One formula, asked again and again; what was learnt stays."""

    def __init__(self, encoding: Encoding, options: dict[str, int]) -> None:
        self._encoding: Final = encoding
        self._solver: Final = Cadical195()
        self._solver.configure(options)
        self._given = 0
        self._sums: list[int] = []
        self._give()

    def ask(self, most: int | None, conflicts: int) -> Finding | None:
        """Is there a timetable with at most `most` breaks? None when that many conflicts did not tell."""
        assumptions = [] if most is None or most >= len(self._encoding.breaks) else [-self._more_than(most)]
        self._solver.conf_budget(conflicts)
        answer = self._solver.solve_limited(assumptions=assumptions)
        if answer is None:
            return None
        if answer:
            timetable = self._encoding.timetable(self._solver.get_model())
            return Found(tuple(timetable), sum(breaks(self._encoding.instance, timetable)))
        if not assumptions or most is None or not self._solver.get_core():
            return Impossible()
        self._solver.add_clause([-assumptions[0]])
        return Bound(most + 1)

    def _more_than(self, most: int) -> int:
        if most >= len(self._sums):
            counted = self._encoding.breaks
            self._sums = self._encoding.cnf.total(counted, min(len(counted), max(2 * most, 30)))
            self._give()
        return self._sums[most]

    def _give(self) -> None:
        clauses = self._encoding.cnf.clauses
        for clause in clauses[self._given :]:
            self._solver.add_clause(clause)
        self._given = len(clauses)


def from_below(encoding: Encoding, known: Callable[[], Known]) -> Iterator[Finding]:
    """Prove 0 breaks impossible, then 1, and so on; the first timetable is the best one."""
    oracle = _Oracle(encoding, {})
    while not known().settled:
        finding = oracle.ask(known().lower, _CHUNK)
        if finding is not None:
            yield finding
        if isinstance(finding, (Found, Impossible)):
            return


def from_above(encoding: Encoding, known: Callable[[], Known]) -> Iterator[Finding]:
    """Any timetable, then better ones: half the way down to what is proven, less far where that takes too long."""
    # Phases that are kept for long suit the search for a timetable, as restarts in quick order suit that for a proof.
    oracle = _Oracle(encoding, {"stabilizeonly": 1})
    while (first := oracle.ask(None, _CHUNK)) is None:
        known()
    yield first
    budget, aim = _FIRST_BUDGET, 0
    while not known().settled:
        lower, upper = known().lower, known().upper
        if upper is None:
            return
        aim = min(max(aim, lower), upper - 1)
        finding = oracle.ask(aim, budget)
        if finding is not None:
            yield finding
            aim = (known().lower + (known().upper or 0)) // 2
        elif aim < upper - 1:
            aim = (aim + upper) // 2
        else:
            budget, aim = 2 * budget, 0


SEARCHES: Final[dict[str, Search]] = {"from-below": from_below, "from-above": from_above}
