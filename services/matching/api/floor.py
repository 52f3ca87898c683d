"""On the day: meetings, on-site requests, the waiting line."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.access import Role
from services.chassis.web.routes import Visible, command_route, item_route, list_route, query_route
from services.matching.api import queries, schemas
from services.matching.api.before import ALL, BOTH_SIDES, FAIR
from services.matching.domain import commands
from services.matching.projections.tables import meetings, on_site_requests

MEETING: Final = f"{FAIR}/meetings/<uuid:meeting_id>"
ON_SITE: Final = f"{FAIR}/on-site-requests"
ONE_ON_SITE: Final = f"{ON_SITE}/<uuid:request_id>"
BOUND: Final[dict[Role, Visible]] = {
    **ALL,
    "buyer": Visible.own("shown_to_buyer"),
    "sme": Visible.own("shown_to_sme"),
}

floor: Final = Blueprint("floor", __name__, description="매칭상담 배정: 시간과 테이블, 현장연계, 대기")

list_route(
    floor,
    f"{FAIR}/meetings",
    meetings,
    schemas.MeetingRow,
    visible=BOUND,
    filters=(
        "status", "channel", "slot", "buyer_participation_id", "sme_participation_id", "request_id", "timetable_id",
        "cause",
    ),
    sorts=("starts_at", "slot"),
    summary="매칭상담 목록",
)  # fmt: skip
item_route(floor, MEETING, meetings, schemas.MeetingRow, visible=BOUND, summary="매칭상담 조회")
command_route(floor, f"{MEETING}/move", commands.MoveMeeting, schemas.MoveBody, status=200, summary="매칭상담 이동")
command_route(floor, f"{MEETING}/lock", commands.LockMeeting, schemas.Empty, status=200, summary="매칭상담 자리 고정")
command_route(
    floor, f"{MEETING}/unlock", commands.UnlockMeeting, schemas.Empty, status=200, summary="매칭상담 자리 고정 해제"
)
command_route(floor, f"{MEETING}/cancel", commands.CancelMeeting, schemas.Empty, status=200, summary="매칭상담 취소")
command_route(floor, ON_SITE, commands.RequestOnSiteMeeting, schemas.OnSiteBody, summary="현장 상담 신청")
command_route(
    floor,
    f"{ONE_ON_SITE}/withdraw",
    commands.WithdrawOnSiteRequest,
    schemas.Empty,
    status=200,
    summary="현장 상담 신청 철회",
)
list_route(
    floor,
    ON_SITE,
    on_site_requests,
    schemas.OnSiteRow,
    visible=BOTH_SIDES,
    filters=("status", "buyer_participation_id", "sme_participation_id"),
    sorts=("requested_at",),
    summary="현장 상담 신청 목록",
)
item_route(floor, ONE_ON_SITE, on_site_requests, schemas.OnSiteRow, visible=BOTH_SIDES, summary="현장 상담 신청 조회")
query_route(
    floor,
    f"{FAIR}/waiting-list",
    queries.waiting_list,
    queries.WaitingList,
    visible_to=("organiser", "auditor", "buyer", "sme"),
    summary="대기 목록",
)
