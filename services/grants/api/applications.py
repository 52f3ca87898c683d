"""Routes of applications."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route
from services.grants import tables
from services.grants.api import rows, schemas
from services.grants.api.visibility import OFFICE, PARTIES_AND_PANEL
from services.grants.domain import commands

applications: Final = Blueprint("applications", __name__, description="Applications from draft to decision")
APPLICATION: Final = "/applications/<uuid:application_id>"

for rule, command, body, summary in (
    ("/applications", commands.DraftApplication, schemas.DraftApplicationBody, "Begin an application"),
    (f"{APPLICATION}/submission", commands.SubmitApplication, schemas.SubmitApplicationBody, "Hand in a draft"),
    (
        f"{APPLICATION}/eligibility-check",
        commands.CheckEligibility,
        schemas.CheckEligibilityBody,
        "Hold an application against the programme's limits",
    ),
    (f"{APPLICATION}/evaluations", commands.EvaluateApplication, schemas.EvaluateApplicationBody, "Score it"),
    (
        f"{APPLICATION}/selection",
        commands.SelectApplication,
        schemas.SelectApplicationBody,
        "Select it and reserve the budget",
    ),
    (f"{APPLICATION}/rejection", commands.RejectApplication, schemas.RejectApplicationBody, "Decide against it"),
    (f"{APPLICATION}/withdrawal", commands.WithdrawApplication, schemas.NoBody, "Withdraw it"),
    (f"{APPLICATION}/agreement", commands.SignAgreement, schemas.SignAgreementBody, "Sign the agreement on it"),
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
    summary="Applications",
)
item_route(
    applications,
    APPLICATION,
    tables.applications,
    rows.ApplicationRow,
    visible=PARTIES_AND_PANEL,
    summary="One application",
)
list_route(
    applications,
    f"{APPLICATION}/evaluations",
    tables.evaluations,
    rows.EvaluationRow,
    visible=OFFICE,
    filters=("fair_id", "evaluator_id"),
    sorts=("score", "evaluated_at"),
    summary="Scores of an application, without comments",
)
