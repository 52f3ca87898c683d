"""Routes of applications."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route
from services.grants import tables
from services.grants.api import rows, schemas
from services.grants.api.visibility import OFFICE, PARTIES_AND_PANEL
from services.grants.domain import commands

applications: Final = Blueprint("applications", __name__, description="신청서: 초안에서 결정까지")
APPLICATION: Final = "/applications/<uuid:application_id>"

for rule, command, body, summary in (
    ("/applications", commands.DraftApplication, schemas.DraftApplicationBody, "Begin an application"),
    (f"{APPLICATION}/submission", commands.SubmitApplication, schemas.SubmitApplicationBody, "Hand in a draft"),
    (
        f"{APPLICATION}/eligibility-check",
        commands.CheckEligibility,
        schemas.CheckEligibilityBody,
        "지원사업 한도에 따른 자격 심사",
    ),
    (f"{APPLICATION}/evaluations", commands.EvaluateApplication, schemas.EvaluateApplicationBody, "평가 점수"),
    (
        f"{APPLICATION}/selection",
        commands.SelectApplication,
        schemas.SelectApplicationBody,
        "선정과 예산 확보",
    ),
    (f"{APPLICATION}/rejection", commands.RejectApplication, schemas.RejectApplicationBody, "탈락 결정"),
    (f"{APPLICATION}/withdrawal", commands.WithdrawApplication, schemas.NoBody, "신청 철회"),
    (f"{APPLICATION}/agreement", commands.SignAgreement, schemas.SignAgreementBody, "협약 체결"),
):
    command_route(applications, rule, command, body, summary=summary)

list_route(
    applications,
    "/applications",
    tables.applications,
    rows.ApplicationRow,
    visible=PARTIES_AND_PANEL,
    filters=("fair_id", "programme_id", "status", "sme_company_id", "buyer_company_id", "commitment_id"),
    sorts=("drafted_at", "submitted_at", "decided_at", "asked_krw", "granted_krw"),
    summary="신청서 목록",
)
item_route(
    applications,
    APPLICATION,
    tables.applications,
    rows.ApplicationRow,
    visible=PARTIES_AND_PANEL,
    summary="신청서",
)
list_route(
    applications,
    f"{APPLICATION}/evaluations",
    tables.evaluations,
    rows.EvaluationRow,
    visible=OFFICE,
    filters=("fair_id", "evaluator_id"),
    sorts=("score", "evaluated_at"),
    summary="평가 점수 목록 (의견 제외)",
)
