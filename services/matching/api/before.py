"""Before the day: requests, answers, exclusions and the timetable."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.access import Role
from services.chassis.web.routes import Visible, command_route, item_route, list_route, query_route
from services.matching.api import queries, schemas
from services.matching.api.summary import Summary, matching_summary
from services.matching.domain import commands
from services.matching.projections.tables import answers, exclusions, requests, timetables, unplaced

FAIR: Final = "/fairs/<uuid:fair_id>"
REQUEST: Final = f"{FAIR}/requests/<uuid:request_id>"
TIMETABLE: Final = f"{FAIR}/timetables/<uuid:timetable_id>"

ALL: Final[dict[Role, Visible]] = {"organiser": Visible.ALL, "auditor": Visible.ALL}
BOTH_SIDES: Final[dict[Role, Visible]] = {
    **ALL,
    "buyer": Visible.own("buyer_participation_id"),
    "sme": Visible.own("sme_participation_id"),
}

answering: Final = Blueprint("answers", __name__, description="상담 신청에 대한 수요기업의 답변과 제외")
planning: Final = Blueprint("timetables", __name__, description="시간표: 작성, 확정, 보완")

command_route(answering, f"{REQUEST}/answer", commands.AnswerRequest, schemas.AnswerBody, summary="상담 신청에 답변")
command_route(
    answering, f"{FAIR}/exclusions", commands.ExcludePair, schemas.ExclusionBody, summary="상대 제외 (만나지 않음)"
)
list_route(
    answering,
    f"{FAIR}/requests",
    requests,
    schemas.RequestRow,
    visible=BOTH_SIDES,
    filters=("status", "buyer_participation_id", "sme_participation_id", "synthetic"),
    sorts=("requested_at",),
    summary="상담 신청 목록",
)
query_route(
    answering,
    f"{REQUEST}/status",
    queries.request_status,
    queries.RequestStatus,
    visible_to=("organiser", "auditor", "buyer", "sme"),
    summary="상담 신청의 처리 결과",
)
list_route(
    answering,
    f"{FAIR}/answers",
    answers,
    schemas.AnswerRow,
    visible=BOTH_SIDES,
    filters=("status", "answer", "buyer_participation_id", "sme_participation_id"),
    sorts=("answered_at",),
    summary="답변 목록",
)
list_route(
    answering,
    f"{FAIR}/exclusions",
    exclusions,
    schemas.ExclusionRow,
    visible=ALL,
    filters=("by", "buyer_participation_id", "sme_participation_id"),
    sorts=("excluded_at",),
    summary="제외된 상대 목록",
)

command_route(
    planning,
    f"{FAIR}/timetables",
    commands.RequestTimetable,
    schemas.TimetableBody,
    status=202,
    summary="시간표 초안 작성 요청",
)
command_route(
    planning,
    f"{TIMETABLE}/revise",
    commands.ReviseTimetable,
    schemas.Empty,
    status=202,
    summary="확정된 시간표의 빈자리 보완 요청",
)
command_route(
    planning, f"{TIMETABLE}/publish", commands.PublishTimetable, schemas.Empty, status=200, summary="시간표 확정"
)
list_route(
    planning,
    f"{FAIR}/timetables",
    timetables,
    schemas.TimetableRow,
    visible=ALL,
    filters=("status",),
    sorts=(),
    summary="시간표 목록",
)
item_route(planning, TIMETABLE, timetables, schemas.TimetableRow, visible=ALL, summary="시간표 상태 조회")
query_route(
    planning,
    f"{TIMETABLE}/problem",
    queries.planning_problem,
    queries.Instance,
    visible_to=("organiser", "auditor"),
    summary="시간표 문제 (fair-timetable/1)",
)
list_route(
    planning,
    f"{FAIR}/unplaced",
    unplaced,
    schemas.UnplacedRow,
    visible=ALL,
    filters=("timetable_id", "reason", "request_id"),
    sorts=("reason",),
    summary="배정되지 않은 신청과 그 이유",
)
query_route(
    planning,
    f"{FAIR}/summary",
    matching_summary,
    Summary,
    visible_to=("organiser", "auditor"),
    summary="박람회 매칭 요약",
)
