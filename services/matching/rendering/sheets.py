"""The sheets of a workbook: the hall as a whole, then one for each buyer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from services.matching.rendering.day import Booth, Day, Seat
from services.matching.rendering.lettering import writable
from services.matching.rendering.wording import KIND_NAMES, counted, day_name, marks_of, status_of

HALL: Final = "전체"
LONGEST_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """`widths` in characters, one for each column. `name` is one that a spreadsheet takes."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]


def sheets_of(day: Day) -> tuple[Sheet, ...]:
    """At least the sheet of the hall. Texts are as people wrote them: whoever writes the file disarms formulas."""
    names = _Names(HALL)
    return (_hall(day), *(_buyer(day, booth, names.of(booth.name)) for booth in day.sorted_booths))


def _hall(day: Day) -> Sheet:
    headers = ("구분", "수요기업", "테이블", *(period.label for period in day.periods))
    rows = tuple(
        (
            KIND_NAMES.get(booth.kind, KIND_NAMES[None]),
            booth.name,
            table,
            *(_cell(day, booth, table, period.number) for period in day.periods),
        )
        for booth in day.sorted_booths
        for table in range(1, booth.tables + 1)
    )
    said = f"{day.fair_name} · {day_name(day.date)} · {status_of(day)} · {counted(day)} · {day.time_zone}"
    return Sheet(HALL, headers, (*rows, (said,)), (10, 26, 8, *(26 for _ in day.periods)))


def _cell(day: Day, booth: Booth, table: int, slot: int) -> str | None:
    seat = day.held.get((booth.buyer_id, table, slot))
    if seat is not None:
        return f"{marks_of(seat)}{seat.sme}"
    return "참가 불가" if slot in booth.closed else None


def _buyer(day: Day, booth: Booth, name: str) -> Sheet:
    """Every slot of every table in the order of the day, free ones too: it is filled in by hand at the booth."""
    headers = ("시간", "테이블", "중소기업", "협력기술", "구분", "비고")
    rows = tuple(
        (period.label, table, *_said(day.held.get((booth.buyer_id, table, period.number)), booth, period.number))
        for period in day.periods
        for table in range(1, booth.tables + 1)
    )
    return Sheet(name, headers, rows, (14, 8, 28, 48, 10, 24))


def _said(seat: Seat | None, booth: Booth, slot: int) -> tuple[Cell, Cell, Cell, Cell]:
    if seat is None:
        return None, None, None, "참가 불가" if slot in booth.closed else None
    return seat.sme, seat.technology, "현장" if seat.on_site else "사전", "불참으로 끝남" if seat.released else None


class _Names:
    """Names for sheets: no forbidden character, at most 31, no two alike whatever the case."""

    def __init__(self, *taken: str) -> None:
        # Excel keeps this one for itself.
        self._taken = {"history", *(name.casefold() for name in taken)}

    def of(self, wanted: str) -> str:
        plain = _FORBIDDEN.sub(" ", writable(wanted))[:LONGEST_NAME].strip(" '") or "수요기업"
        return next(name for name in self._candidates(plain) if self._take(name))

    def _candidates(self, plain: str) -> Iterator[str]:
        yield plain
        number = 2
        while True:
            mark = f" ({number})"
            yield plain[: LONGEST_NAME - len(mark)] + mark
            number += 1

    def _take(self, name: str) -> bool:
        if name.casefold() in self._taken:
            return False
        self._taken.add(name.casefold())
        return True
