"""What a search can find out, and what is known from all that was found."""

from dataclasses import dataclass


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


@dataclass(frozen=True)
class Nothing:
    """Nothing better as long as the meetings that were kept stay where they are."""


Finding = Bound | Found | Impossible
"""What is worth telling: true of the whole instance."""
