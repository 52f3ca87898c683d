"""Routes of briefings, their seats, and challenges."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route, query_route
from services.registration.api import bodies, rows
from services.registration.api.fairs import FAIR
from services.registration.api.summary import SeatsLeft, seats_left
from services.registration.api.visibility import OWN_PARTICIPATION, PUBLIC
from services.registration.domain import commands
from services.registration.projections import tables

BRIEFING: Final = f"{FAIR}/briefings/<uuid:briefing_id>"
CHALLENGE: Final = f"{FAIR}/challenges/<uuid:challenge_id>"

briefings: Final = Blueprint("briefings", __name__, description="미래기술설명회와 구매방침설명회")
challenges: Final = Blueprint("challenges", __name__, description="혁신형 도전과제")

command_route(
    briefings, f"{FAIR}/briefings", commands.ScheduleBriefing, bodies.BriefingBody, summary="설명회 일정 등록"
)
list_route(
    briefings,
    f"{FAIR}/briefings",
    tables.briefings,
    rows.BriefingRow,
    visible=PUBLIC,
    filters=("kind", "source"),
    sorts=("starts_at", "kind"),
    summary="설명회 목록",
)
item_route(briefings, BRIEFING, tables.briefings, rows.BriefingRow, visible=PUBLIC, summary="설명회")
query_route(
    briefings,
    f"{BRIEFING}/seats-left",
    seats_left,
    SeatsLeft,
    visible_to=("organiser", "auditor", "agency", "evaluator", "buyer", "sme"),
    summary="설명회 남은 좌석",
)
command_route(briefings, f"{BRIEFING}/seats", commands.BookSeat, bodies.SeatBody, summary="설명회 좌석 예약")
command_route(
    briefings,
    f"{BRIEFING}/seats/<uuid:seat_id>/release",
    commands.ReleaseSeat,
    bodies.Nothing,
    status=200,
    summary="설명회 좌석 반납",
)
list_route(
    briefings,
    f"{FAIR}/seats",
    tables.seats,
    rows.SeatRow,
    visible=OWN_PARTICIPATION,
    filters=("briefing_id", "participation_id", "status"),
    sorts=("status",),
    summary="설명회 좌석 예약 목록",
)

command_route(
    challenges, f"{FAIR}/challenges", commands.ProposeChallenge, bodies.ChallengeBody, summary="도전과제 제안"
)
command_route(
    challenges,
    f"{CHALLENGE}/select",
    commands.SelectSmeForChallenge,
    bodies.SelectionBody,
    status=200,
    summary="도전과제 수행 중소기업 선정",
)
list_route(
    challenges,
    f"{FAIR}/challenges",
    tables.challenges,
    rows.ChallengeRow,
    visible=PUBLIC,
    filters=("status", "company_id", "sme_company_id", "source"),
    sorts=("title", "status"),
    summary="도전과제 목록",
)
item_route(challenges, CHALLENGE, tables.challenges, rows.ChallengeRow, visible=PUBLIC, summary="도전과제")
