"""Making a failure small: faults and requests are left out as long as the same promise stays broken."""

from collections.abc import Callable, Sequence

from tests.simulation.run import Outcome, Simulator

MOST_RUNS = 120
"""A shrunk history is for reading: after so many attempts the best one found is good enough."""


class Shrinker:
    """Shrinks one failing run. Every candidate is a whole run of the same seed."""

    def __init__(self, simulator: Simulator, failed: Outcome, steps: int, runs: int = MOST_RUNS) -> None:
        self._simulator, self._steps, self._left = simulator, steps, runs
        self.best = failed

    def shrink(self) -> Outcome:
        """The smallest failing run that was found."""
        self._leave_out(lambda: sorted(set(self.best.fired), reverse=True))
        self._leave_out(lambda: list(reversed(self.best.requests)))
        self._leave_out(lambda: sorted(set(self.best.fired), reverse=True))
        return self.best

    def _leave_out(self, candidates: Callable[[], Sequence[str]]) -> None:
        """Halves first, then smaller and smaller parts, as delta debugging does."""
        size = max(1, len(candidates()) // 2)
        while size and self._left > 0:
            found = candidates()
            parts = [found[start : start + size] for start in range(0, len(found), size)]
            tried = [self._try(part) for part in parts]
            if not any(tried):
                size //= 2

    def _try(self, part: Sequence[str]) -> bool:
        names = frozenset(part) - self.best.without
        if self._left <= 0 or not names:
            return False
        self._left -= 1
        tried = self._simulator.run(self.best.seed, steps=self._steps, without=self.best.without | names)
        same = tried.violation is not None and tried.violation.rule == self.best.violation.rule
        smaller = same and _size(tried) < _size(self.best)
        if smaller:
            self.best = tried
        return smaller


def _size(outcome: Outcome) -> int:
    """How much there is to read: what went wrong and what was asked."""
    return len(outcome.fired) + len(outcome.requests)
