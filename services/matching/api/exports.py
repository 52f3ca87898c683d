"""The timetable to look at, to print and to take along: picture, workbook and calendars."""

from typing import Final

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from services.chassis.access import Actor
from services.chassis.queries import Queries
from services.chassis.tabular import Page, write_book
from services.chassis.web.paging import bad_parameter
from services.chassis.web.routes import File, file_route
from services.matching.api.before import FAIR, TIMETABLE
from services.matching.api.day import agenda_of, day_of
from services.matching.rendering import agenda, picture
from services.matching.rendering.day import Day
from services.matching.rendering.paper import PAPERS, PaperName
from services.matching.rendering.sheets import HALL, sheets_of

MOST_PAGES: Final = 9999
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
exports: Final = Blueprint("exports", __name__, description="시간표 내보내기: 그림, 엑셀, 달력")


class PictureQuery(Schema):
    class Meta:
        unknown = RAISE

    paper = fields.String(
        load_default="a3",
        validate=validate.OneOf(sorted(PAPERS)),
        metadata={"description": "Sheets in landscape of this size"},
    )
    page = fields.Integer(
        load_default=None,
        strict=True,
        validate=validate.Range(1, MOST_PAGES),
        metadata={"description": "Only this sheet; without it all of them, one below the other"},
    )


def timetable_picture(
    queries: Queries, _: Actor, *, fair_id: str, timetable_id: str, paper: PaperName, page: int | None
) -> File:
    """The day as an SVG picture.

    Raises:
        NotFoundError: the fair has no such timetable.
        ProblemError: the picture has no such page.
    """
    day = day_of(queries, fair_id, timetable_id)
    try:
        content = picture.picture(day, paper, page)
    except picture.NoSuchPageError as error:
        raise bad_parameter("page", f"must be 1 to {error.pages}: so many sheets has this picture") from None
    sheet = "" if page is None else f" {page}쪽"
    return File(content, f"{_title(day)}{sheet}.svg")


def timetable_workbook(queries: Queries, _: Actor, *, fair_id: str, timetable_id: str) -> File:
    """The day as a workbook: one sheet for the hall, one for each buyer.

    Raises:
        NotFoundError: the fair has no such timetable.
    """
    day = day_of(queries, fair_id, timetable_id)
    pages = [
        Page(sheet.name, sheet.headers, sheet.rows, sheet.widths, held=3 if sheet.name == HALL else 2)
        for sheet in sheets_of(day)
    ]
    return File(write_book(pages), f"{_title(day)}.xlsx")


def participant_calendar(queries: Queries, actor: Actor, *, fair_id: str, participation_id: str) -> File:
    """A participant's meetings as iCalendar.

    Raises:
        NotFoundError: there is no such participant, or it is not the actor's.
    """
    found = agenda_of(queries, actor, fair_id, participation_id)
    return File(agenda.calendar(found), f"{found.fair_name} 상담 일정 {found.owner}.ics")


def _title(day: Day) -> str:
    return f"{day.fair_name} 시간표 {day.date}"


file_route(
    exports,
    f"{TIMETABLE}.svg",
    timetable_picture,
    picture.MEDIA_TYPE,
    visible_to=("organiser", "auditor"),
    summary="시간표 그림 (SVG, 인쇄용)",
    description="Tables by slots, coloured by kind of buyer; sheets in landscape, sized in millimetres.",
    query_schema_class=PictureQuery,
    shown="inline",
)
file_route(
    exports,
    f"{TIMETABLE}.xlsx",
    timetable_workbook,
    XLSX,
    visible_to=("organiser", "auditor"),
    summary="시간표 엑셀 (전체와 수요기업별 시트)",
    description="One sheet for the hall, one for each buyer. No cell is a formula.",
)
file_route(
    exports,
    f"{FAIR}/participations/<uuid:participation_id>.ics",
    participant_calendar,
    agenda.MEDIA_TYPE,
    visible_to=("organiser", "auditor", "buyer", "sme"),
    summary="참가자의 상담 일정 (iCalendar)",
    description="Meetings that bind the participant; cancelled ones stay, with STATUS:CANCELLED. UIDs are stable.",
)
