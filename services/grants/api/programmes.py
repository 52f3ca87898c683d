"""Routes of programmes, and of the commitments that wait for one."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route, query_route
from services.grants import tables
from services.grants.api import rows, schemas
from services.grants.api.summary import SummarySchema, programme_summary
from services.grants.api.visibility import EVERYBODY, OFFICE, PARTIES
from services.grants.domain import commands

programmes: Final = Blueprint("programmes", __name__, description="지원사업 공고와 예산")
PROGRAMME: Final = "/programmes/<uuid:programme_id>"

command_route(programmes, "/programmes", commands.OpenProgramme, schemas.OpenProgrammeBody, summary="지원사업 공고")
command_route(
    programmes,
    f"{PROGRAMME}/budget",
    commands.SetBudget,
    schemas.SetBudgetBody,
    method="PUT",
    status=200,
    summary="예산 설정",
)
command_route(
    programmes,
    f"{PROGRAMME}/drafts",
    commands.DraftFromCommitments,
    schemas.NoBody,
    summary="대기 중인 기술개발 약속마다 신청서 초안 작성",
)
list_route(
    programmes,
    "/programmes",
    tables.programmes,
    rows.ProgrammeRow,
    visible=EVERYBODY,
    filters=("kind", "year", "rule_version"),
    sorts=("opens_at", "closes_at", "year", "name"),
    summary="지원사업 공고 목록",
)
item_route(programmes, PROGRAMME, tables.programmes, rows.ProgrammeRow, visible=EVERYBODY, summary="지원사업 공고")
query_route(
    programmes,
    f"{PROGRAMME}/summary",
    programme_summary,
    SummarySchema,
    visible_to=("organiser", "agency", "auditor"),
    summary="지원사업 현황",
)
list_route(
    programmes,
    f"{PROGRAMME}/reservations",
    tables.budget_reservations,
    rows.ReservationRow,
    visible=OFFICE,
    filters=("status",),
    sorts=("amount_krw",),
    summary="예산 확보 내역",
)

commitments: Final = Blueprint("commitments", __name__, description="상담에서 맺은 기술개발 약속")

list_route(
    commitments,
    "/commitments",
    tables.commitments,
    rows.CommitmentRow,
    visible=PARTIES,
    filters=("fair_id", "programme_kind", "status", "sme_company_id", "buyer_company_id"),
    sorts=("made_at", "planned_total_krw"),
    summary="상담에서 전해진 기술개발 약속",
)
