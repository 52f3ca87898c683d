"""Sheets of paper, and how the tables and slots of a day are parted among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

from services.matching.rendering.day import Booth, Day, Period

_Item = TypeVar("_Item")
PaperName = Literal["a3", "a4"]


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet in landscape, in millimetres."""

    width: float
    height: float


PAPERS: Final[dict[PaperName, Paper]] = {
    "a3": Paper(420, 297),
    "a4": Paper(297, 210),
}
MARGIN: Final = 10.0
HEADER: Final = 16.0
FOOTER: Final = 12.0
TIMES: Final = 7.5
LABELS: Final = 54.0
LUNCH: Final = 4.0
LOWEST: Final = 5.4
HIGHEST: Final = 11.0
"""Rows, between these."""
NARROWEST: Final = 24.0
WIDEST: Final = 90.0
"""Slots, between these."""


@dataclass(frozen=True, slots=True)
class Line:
    """One table of a booth. `of`: how many lines the booth has from here on, on this sheet."""

    booth: Booth
    table: int
    first: bool
    of: int


@dataclass(frozen=True, slots=True)
class Page:
    """What one sheet shows; `number` counts from 1. Heights and widths in millimetres."""

    number: int
    lines: tuple[Line, ...]
    periods: tuple[Period, ...]
    row_height: float
    slot_width: float
    lunch_before: int | None

    def left_of(self, place: int) -> float:
        """Where the slot that stands `place`-th on this sheet begins; one beyond the last is the right edge."""
        gap = LUNCH if self.lunch_before is not None and place >= self.lunch_before else 0.0
        return MARGIN + LABELS + place * self.slot_width + gap

    def top_of(self, place: int) -> float:
        """Where the `place`-th line begins; one beyond the last is the lower edge."""
        return MARGIN + HEADER + TIMES + place * self.row_height


def pages_of(day: Day, paper: Paper) -> tuple[Page, ...]:
    """The sheets of a day, at least one: slots from left to right first, then tables from top to bottom.

    They are filled evenly, so that one table more does not leave a sheet with one table.
    """
    room = paper.height - 2 * MARGIN - HEADER - FOOTER - TIMES
    across = paper.width - 2 * MARGIN - LABELS - LUNCH
    tables = [(booth, table) for booth in day.sorted_booths for table in range(1, booth.tables + 1)]
    found: list[Page] = []
    row_blocks = _evenly(tables, int(room // LOWEST))
    longest = max((len(block) for block in row_blocks), default=1)
    height = min(HIGHEST, room / longest)
    for rows in row_blocks or [()]:
        period_blocks = _evenly(day.periods, int(across // NARROWEST))
        widest = max((len(block) for block in period_blocks), default=1)
        for periods in period_blocks or [()]:
            found.append(
                Page(
                    len(found) + 1,
                    _lines(rows),
                    tuple(periods),
                    height,
                    min(WIDEST, across / widest),
                    _lunch_before(day, periods),
                )
            )
    return tuple(found)


def _evenly(items: Sequence[_Item], most: int) -> list[Sequence[_Item]]:
    blocks = -(-len(items) // most)
    return [items[len(items) * n // blocks : len(items) * (n + 1) // blocks] for n in range(blocks)]


def _lines(rows: Sequence[tuple[Booth, int]]) -> tuple[Line, ...]:
    lines: list[Line] = []
    for place, (booth, table) in enumerate(rows):
        first = place == 0 or rows[place - 1][0] is not booth
        lines.append(Line(booth, table, first, sum(other is booth for other, _ in rows[place : place + booth.tables])))
    return tuple(lines)


def _lunch_before(day: Day, periods: Sequence[Period]) -> int | None:
    """The place on the sheet of the first slot after lunch, where lunch lies inside."""
    if day.lunch_after is None:
        return None
    before = sum(period.number <= day.lunch_after for period in periods)
    return before if 0 < before < len(periods) else None
