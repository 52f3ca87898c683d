"""Routes of programmes, and of the commitments that wait for one."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route, query_route
from services.grants import tables
from services.grants.api import rows, schemas
from services.grants.api.summary import SummarySchema, programme_summary
from services.grants.api.visibility import EVERYBODY, OFFICE, PARTIES
from services.grants.domain import commands

programmes: Final = Blueprint("programmes", __name__, description="Calls of grant programmes and their budgets")
PROGRAMME: Final = "/programmes/<uuid:programme_id>"

command_route(
    programmes, "/programmes", commands.OpenProgramme, schemas.OpenProgrammeBody, summary="Open the call of a programme"
)
command_route(
    programmes,
    f"{PROGRAMME}/budget",
    commands.SetBudget,
    schemas.SetBudgetBody,
    method="PUT",
    status=200,
    summary="Set how much the programme may commit",
)
command_route(
    programmes,
    f"{PROGRAMME}/drafts",
    commands.DraftFromCommitments,
    schemas.NoBody,
    summary="Draft an application for every commitment that waits for one",
)
list_route(
    programmes,
    "/programmes",
    tables.programmes,
    rows.ProgrammeRow,
    visible=EVERYBODY,
    filters=("kind", "year", "rule_version"),
    sorts=("opens_at", "closes_at", "year", "name"),
    summary="Calls of programmes",
)
item_route(programmes, PROGRAMME, tables.programmes, rows.ProgrammeRow, visible=EVERYBODY, summary="One programme")
query_route(
    programmes,
    f"{PROGRAMME}/summary",
    programme_summary,
    SummarySchema,
    visible_to=("organiser", "agency", "auditor"),
    summary="A programme in figures",
)
list_route(
    programmes,
    f"{PROGRAMME}/reservations",
    tables.budget_reservations,
    rows.ReservationRow,
    visible=OFFICE,
    filters=("status",),
    sorts=("amount_krw",),
    summary="What of the budget is, or was, reserved",
)

commitments: Final = Blueprint("commitments", __name__, description="Development commitments made at the table")

list_route(
    commitments,
    "/commitments",
    tables.commitments,
    rows.CommitmentRow,
    visible=PARTIES,
    filters=("fair_id", "programme_kind", "status", "sme_company_id", "buyer_company_id"),
    sorts=("made_at", "planned_total_krw"),
    summary="Development commitments as consultation tells of them",
)
