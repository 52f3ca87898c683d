"""What a plan proves about itself."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["optimal", "feasible", "infeasible"]


@dataclass(frozen=True)
class Certificate:
    """Objective and bounds, fixed meetings included, and what made them.

    `status` is `optimal` when must and value are proved to be the best there are. `value_bound` holds for timetables
    with `must_bound` musts, `breaks_bound` for those with the best must and value (0 where nothing better was
    proved).
    """

    status: Status
    must: int
    must_bound: int
    value: int
    value_bound: int
    breaks: int
    breaks_bound: int
    only_late: int
    seed: int
    versions: tuple[tuple[str, str], ...]

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of the bound."""
        return (self.value_bound - self.value) / self.value_bound if self.value_bound > 0 else 0.0
