"""The picture of a day: tables from top to bottom, slots from left to right, coloured by kind of buyer."""

from collections.abc import Sequence
from typing import Final

from services.matching.rendering.day import Day, Seat
from services.matching.rendering.drawing import FAINT, WHITE, Drawing
from services.matching.rendering.grounds import Grounds, explain, grounds_of
from services.matching.rendering.lettering import width
from services.matching.rendering.paper import (
    FOOTER,
    HEADER,
    LABELS,
    MARGIN,
    PAPERS,
    TIMES,
    Line,
    Page,
    Paper,
    PaperName,
    pages_of,
)  # fmt: skip
from services.matching.rendering.wording import KIND_MARKS, KIND_NAMES, counted, day_name, marks_of, status_of

KIND_WIDTH: Final = 5.4
SMALLEST: Final = 2.2
"""Millimetres; what is smaller nobody reads on paper."""
TWO_LINES: Final = 8.6
"""From this height of a row on, a cell has room for two lines."""
WORTH_READING: Final = 10.0
"""Less room than this is left empty."""
TABLE_WIDTH: Final = 8.0
MEDIA_TYPE: Final = "image/svg+xml"


class NoSuchPageError(ValueError):
    """The picture has fewer sheets; `pages` of them."""

    def __init__(self, pages: int) -> None:
        super().__init__(f"the picture has {pages} sheets")
        self.pages = pages


def picture(day: Day, paper: PaperName = "a3", page: int | None = None) -> bytes:
    """An SVG document, sized in millimetres. Without `page` all sheets stand below each other in one picture.

    Raises:
        NoSuchPageError: there is no sheet of that number, counted from 1.
    """
    sheet = PAPERS[paper]
    pages = pages_of(day, sheet)
    if page is not None and not 1 <= page <= len(pages):
        raise NoSuchPageError(len(pages))
    shown = pages if page is None else (pages[page - 1],)
    title = f"{day.fair_name} 상담 시간표 {day.date}"
    drawing = Drawing(sheet.width, sheet.height, len(shown), title, f"{status_of(day)}. {counted(day)}.")
    grounds = grounds_of(drawing)
    for place, one in enumerate(shown):
        drawing.sheet(place * sheet.height)
        _draw(drawing, grounds, day, one, sheet, len(pages))
    return drawing.written()


def _draw(drawing: Drawing, grounds: Grounds, day: Day, page: Page, paper: Paper, pages: int) -> None:
    room = paper.width - 2 * MARGIN
    _heading(drawing, day, page, room, pages)
    for place, line in enumerate(page.lines):
        _row(drawing, grounds, day, page, place, line)
    if page.lines and page.periods:
        _frame(drawing, page)
    else:
        drawing.text(
            paper.width / 2,
            paper.height / 2,
            "아직 정해진 시간이나 수요기업이 없습니다.",
            6,
            ink=FAINT,
            anchor="middle",
        )
    synthetic = any(seat.synthetic for seat in day.seats)
    explain(drawing, grounds, MARGIN, paper.height - MARGIN - FOOTER + 3, room, synthetic=synthetic)


def _heading(drawing: Drawing, day: Day, page: Page, room: float, pages: int) -> None:
    top = MARGIN
    right = MARGIN + room
    beside = f"{status_of(day)} · {page.number} / {pages} 쪽"
    drawing.text(right, top + 6, beside, 4, bold=True, anchor="end")
    drawing.text(MARGIN, top + 6, day.fair_name, 6, bold=True, room=room - 4 * width(beside) - 6)
    below = f"상담 시간표 · {day_name(day.date)} · {counted(day)}"
    drawing.text(MARGIN, top + 12, below, 3.8, room=room - 60)
    drawing.text(right, top + 12, f"시각: {day.time_zone}", 3, ink=FAINT, anchor="end")
    base = MARGIN + HEADER + TIMES - 2.2
    for place, period in enumerate(page.periods):
        middle = page.left_of(place) + page.slot_width / 2
        drawing.text(middle, base, period.label, 3.6, bold=True, anchor="middle")
    if page.lines:
        drawing.text(MARGIN + KIND_WIDTH + 1.2, base, "수요기업", 3.2, bold=True)
        drawing.text(MARGIN + LABELS - TABLE_WIDTH / 2, base, "테이블", 2.5, anchor="middle")


def _row(drawing: Drawing, grounds: Grounds, day: Day, page: Page, place: int, line: Line) -> None:
    top, height, booth = page.top_of(place), page.row_height, line.booth
    kind = booth.kind if booth.kind in grounds.light else None
    if line.first:
        tall = height * line.of
        drawing.box(MARGIN, top, LABELS, tall, WHITE, tip=f"{booth.name} ({KIND_NAMES[kind]}), 테이블 {booth.tables}개")
        drawing.box(MARGIN, top, KIND_WIDTH, tall, grounds.dark[kind])
        middle = MARGIN + KIND_WIDTH / 2
        drawing.text(middle, top + tall / 2 + 1.2, KIND_MARKS[kind], 3.3, bold=True, ink=WHITE, anchor="middle")
        room = LABELS - KIND_WIDTH - TABLE_WIDTH - 2
        drawing.text(MARGIN + KIND_WIDTH + 1.2, top + tall / 2 + 1.2, booth.name, 3.3, room=room, least=SMALLEST)
    left = MARGIN + LABELS - TABLE_WIDTH
    drawing.box(left, top, TABLE_WIDTH, height, WHITE)
    drawing.text(left + TABLE_WIDTH / 2, top + height / 2 + 1.1, str(line.table), 3, anchor="middle")
    for number, period in enumerate(page.periods):
        at = page.left_of(number)
        seat = day.held.get((booth.buyer_id, line.table, period.number))
        if seat is None:
            closed = period.number in booth.closed
            drawing.box(at, top, page.slot_width, height, grounds.closed if closed else WHITE)
        else:
            tip = f"{period.label} {booth.name} 테이블 {line.table}: {marks_of(seat)}{seat.sme} / {seat.technology}"
            drawing.box(at, top, page.slot_width, height, grounds.light[kind], tip=tip)
            _sitting(drawing, seat, at, top, page.slot_width, height)


def _sitting(drawing: Drawing, seat: Seat, left: float, top: float, room: float, height: float) -> None:
    """The SME's name, and what it is about where there is room: below, or beside it."""
    size, inner = 3.1, room - 2.4
    two_lines = height >= TWO_LINES
    base = top + (height / 2 - 0.5 if two_lines else height / 2 + 1.1)
    name = drawing.text(left + 1.2, base, f"{marks_of(seat)}{seat.sme}", size, room=inner, least=SMALLEST, bold=True)
    if two_lines:
        drawing.text(left + 1.2, base + 3.6, seat.technology, 2.6, room=inner, ink=FAINT)
        return
    # Beneath each other where names are short enough.
    used = max(name + 1.6, 0.56 * inner)
    if inner - used >= WORTH_READING:
        drawing.text(left + 1.2 + used, base, seat.technology, 2.4, room=inner - used, ink=FAINT)


def _frame(drawing: Drawing, page: Page) -> None:
    """Heavier lines where the eye has to be led: around, between kinds of buyer, at lunch."""
    top, bottom = page.top_of(0), page.top_of(len(page.lines))
    right = page.left_of(len(page.periods))
    for y in (top, bottom, *_turns(page)):
        drawing.line(MARGIN, y, right, y)
    for x in (MARGIN, MARGIN + LABELS, right):
        drawing.line(x, top, x, bottom)
    if page.lunch_before is not None:
        after = page.left_of(page.lunch_before)
        before = after - (page.left_of(page.lunch_before) - page.left_of(page.lunch_before - 1) - page.slot_width)
        drawing.box(before, top - TIMES, after - before, bottom - top + TIMES, WHITE, line=None)
        drawing.line(before, top, before, bottom, thick=0.25)
        drawing.line(after, top, after, bottom, thick=0.25)
        for place, letter in enumerate("점심"):
            drawing.text((before + after) / 2, (top + bottom) / 2 + place * 4, letter, 2.8, ink=FAINT, anchor="middle")


def _turns(page: Page) -> Sequence[float]:
    """Where one kind of buyer ends and the next begins."""
    lines = page.lines
    return [page.top_of(n) for n in range(1, len(lines)) if lines[n].booth.kind != lines[n - 1].booth.kind]
