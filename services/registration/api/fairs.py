"""Routes of companies and of a fair itself."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route, query_route
from services.registration.api import bodies, rows
from services.registration.api.summary import Summary, summary
from services.registration.api.visibility import OWN_COMPANY, PUBLIC
from services.registration.domain import commands
from services.registration.projections import tables

FAIR: Final = "/fairs/<uuid:fair_id>"

companies: Final = Blueprint("companies", __name__, description="기업: 여러 박람회에 걸쳐 남는 기록")
fairs: Final = Blueprint("fairs", __name__, description="박람회: 개설, 일정, 마감, 변경, 취소")
stage: Final = Blueprint("stage", __name__, description="우수사례, 포상, 출처별 주장 수치")

command_route(companies, "/companies", commands.RegisterCompany, bodies.CompanyBody, summary="기업 등록")
command_route(
    companies,
    "/companies/<uuid:company_id>/correct",
    commands.CorrectCompany,
    bodies.CompanyCorrectionBody,
    status=200,
    summary="기업 정보 정정",
)
list_route(
    companies,
    "/companies",
    tables.companies,
    rows.CompanyRow,
    visible=OWN_COMPANY,
    filters=("name", "business_number", "source", "synthetic"),
    sorts=("name",),
    summary="기업 목록",
)
item_route(
    companies, "/companies/<uuid:company_id>", tables.companies, rows.CompanyRow, visible=OWN_COMPANY, summary="기업"
)

command_route(fairs, "/fairs", commands.OpenFair, bodies.FairBody, summary="박람회 개설")
list_route(
    fairs,
    "/fairs",
    tables.fairs,
    rows.FairRow,
    visible=PUBLIC,
    filters=("status", "edition", "date"),
    sorts=("date", "edition", "name"),
    summary="박람회 목록",
)
item_route(fairs, FAIR, tables.fairs, rows.FairRow, visible=PUBLIC, summary="박람회")
list_route(
    fairs,
    f"{FAIR}/slots",
    tables.fair_slots,
    rows.SlotRow,
    visible=PUBLIC,
    filters=("slot",),
    sorts=("slot",),
    summary="상담 시간대",
)
query_route(
    fairs,
    f"{FAIR}/summary",
    summary,
    Summary,
    visible_to=("organiser", "auditor", "agency"),
    summary="등록 현황과 출처별 주장 수치",
)
command_route(
    fairs, f"{FAIR}/schedule", commands.ScheduleFair, bodies.ScheduleBody, status=200, summary="상담 시간대 확정"
)
command_route(
    fairs,
    f"{FAIR}/close-registration",
    commands.CloseRegistration,
    bodies.Nothing,
    status=200,
    summary="사전 접수 마감",
)
command_route(
    fairs, f"{FAIR}/reschedule", commands.RescheduleFair, bodies.RescheduleBody, status=200, summary="일정 변경"
)
command_route(fairs, f"{FAIR}/cancel", commands.CancelFair, bodies.Reasoned, status=200, summary="박람회 취소")
command_route(
    fairs, f"{FAIR}/correct", commands.CorrectFair, bodies.FairCorrectionBody, status=200, summary="박람회 정보 정정"
)

command_route(stage, f"{FAIR}/showcases", commands.ScheduleShowcase, bodies.ShowcaseBody, summary="우수사례 발표 등록")
list_route(
    stage,
    f"{FAIR}/showcases",
    tables.showcases,
    rows.ShowcaseRow,
    visible=PUBLIC,
    filters=("sme_company_id", "source"),
    sorts=(),
    summary="우수사례 목록",
)
command_route(stage, f"{FAIR}/awards", commands.GrantAward, bodies.AwardBody, summary="유공자 포상 기록")
list_route(
    stage,
    f"{FAIR}/awards",
    tables.awards,
    rows.AwardRow,
    visible=PUBLIC,
    filters=("category", "company_id", "source"),
    sorts=("category",),
    summary="포상 목록",
)
command_route(stage, f"{FAIR}/claims", commands.RecordSourceClaim, bodies.ClaimBody, summary="출처의 주장 수치 기록")
list_route(
    stage,
    f"{FAIR}/claims",
    tables.source_claims,
    rows.ClaimRow,
    visible=PUBLIC,
    filters=("subject", "source"),
    sorts=("subject", "value"),
    summary="출처별 주장 수치",
)
