"""Whether something grows: its slope by least squares, over the second half of what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.plot import Line


@dataclass(frozen=True)
class Trend:
    """Of one line: its mean in the second half, and what it gains there in an hour. `flat` as `trends` was told."""

    name: str
    mean: float
    an_hour: float
    flat: bool


def slope(line: Line) -> float:
    """Gain a minute, by least squares; 0 of fewer than two points."""
    count = len(line)
    if count < 2:
        return 0.0
    middle = sum(minute for minute, _ in line) / count
    mean = sum(value for _, value in line) / count
    spread = sum((minute - middle) ** 2 for minute, _ in line)
    together = sum((minute - middle) * (value - mean) for minute, value in line)
    return together / spread if spread else 0.0


def trends(lines: Mapping[str, Line], *, share: float, least: float) -> Sequence[Trend]:
    """Flat is what gains, in an hour, at most this share of its mean, or less than `least`."""
    found = []
    for name, line in lines.items():
        half = line[len(line) // 2 :]
        if half:
            mean = sum(value for _, value in half) / len(half)
            an_hour = 60 * slope(half)
            found.append(Trend(name, mean, an_hour, an_hour <= max(share * mean, least)))
    return found
