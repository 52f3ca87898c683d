"""What is proven of a plan, and by what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Certificate:
    """What a plan reached and its proven bounds. `optimal`: must and value reach their bounds."""

    status: Literal["optimal", "feasible"]
    must: int
    value: int
    must_bound: int
    value_bound: int
    breaks: int
    breaks_bound: int | None
    seed: int
    solvers: Mapping[str, str]
