"""Two ways to the fewest breaks: from below, proving one number after another impossible, and from above.

Both ask one incremental solver whether there is a timetable with at most so many breaks. Proofs that there is none turn
out to be short, timetables at the optimum hard to hit: so from above most meetings stay where they are while a few look
for something better, and every now and then all of them are asked. What either search finds serves the other.
"""

from collections.abc import Callable, Iterator
from typing import Final

from services.matching.b2b.encoding import Encoding
from services.matching.b2b.findings import Finding, Found, Impossible, Known, Nothing
from services.matching.b2b.neighbourhood import Neighbourhood
from services.matching.b2b.oracle import Oracle

_CHUNK: Final = 20_000
"""Conflicts between two looks at what the other one found: seconds at most."""
_NEAR: Final = 300
"""Conflicts for a question about a few meetings; those that have an answer have it sooner."""
_PATIENCE: Final = 40
"""Questions about a few meetings, all in vain, before one about all of them, at the proven bound."""
_FIRST_BUDGET: Final = 5_000
"""Conflicts for the first question about all meetings; each time twice as many."""
_LEAP: Final = 8
"""Breaks to save at once in the beginning, where there are many."""


Search = Callable[[Encoding, Callable[[], Known]], Iterator[Finding]]


def from_below(encoding: Encoding, known: Callable[[], Known]) -> Iterator[Finding]:
    """Prove 0 breaks impossible, then 1, and so on; the first timetable is the best one."""
    oracle = Oracle(encoding)
    while not known().settled:
        finding = oracle.ask(known().lower, _CHUNK)
        if finding is not None:
            yield finding
        if isinstance(finding, (Found, Impossible)):
            return


def from_above(encoding: Encoding, known: Callable[[], Known]) -> Iterator[Finding]:
    """Any timetable, then better ones beside the best one known, and now and then anywhere."""
    oracle = Oracle(encoding)
    while (best := oracle.ask(None, _CHUNK)) is None:
        known()
    yield best
    neighbourhood = Neighbourhood(encoding.instance)
    patience, budget, leap = _PATIENCE, _FIRST_BUDGET, _LEAP
    finding: Finding | Nothing | None
    while isinstance(best, Found) and not known().settled:
        if patience:
            moving = neighbourhood.moving(best.timetable)
            kept = {number: slot for number, slot in enumerate(best.timetable) if number not in moving}
            finding = oracle.ask_near(max(known().lower, best.breaks - leap), _NEAR, kept)
            if isinstance(finding, Nothing):
                neighbourhood.too_small()
            elif finding is None:
                neighbourhood.too_large()
        else:
            finding = oracle.ask(known().lower, budget)
            budget *= 2
        if isinstance(finding, Found):
            best, patience = finding, _PATIENCE
        else:
            patience, leap = patience - 1 if patience else _PATIENCE, max(1, leap // 2)
        if finding is not None and not isinstance(finding, Nothing):
            yield finding


SEARCHES: Final[dict[str, Search]] = {"from-below": from_below, "from-above": from_above}
