"""Routes of agreements and payments."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route
from services.grants import tables
from services.grants.api import rows, schemas
from services.grants.api.visibility import PARTIES
from services.grants.domain import commands

agreements: Final = Blueprint("agreements", __name__, description="협약과 지급 계획, 지급")
AGREEMENT: Final = "/agreements/<uuid:agreement_id>"

list_route(
    agreements,
    "/agreements",
    tables.agreements,
    rows.AgreementRow,
    visible=PARTIES,
    filters=("fair_id", "programme_id", "application_id", "sme_company_id", "buyer_company_id", "commitment_id"),
    sorts=("signed_at", "starts_on", "ends_on", "grant_krw"),
    summary="협약 목록",
)
item_route(agreements, AGREEMENT, tables.agreements, rows.AgreementRow, visible=PARTIES, summary="협약")
list_route(
    agreements,
    f"{AGREEMENT}/instalments",
    tables.instalments,
    rows.InstalmentRow,
    visible=PARTIES,
    filters=("fair_id",),
    sorts=("number", "due_on"),
    summary="지급 계획",
)
command_route(
    agreements,
    f"{AGREEMENT}/payments",
    commands.MakePayment,
    schemas.MakePaymentBody,
    summary="계획된 회차 지급",
)

for rule, summary in (
    (f"{AGREEMENT}/payments", "협약의 지급 내역"),
    ("/payments", "모든 협약의 지급 내역"),
):
    list_route(
        agreements,
        rule,
        tables.payments,
        rows.PaymentRow,
        visible=PARTIES,
        filters=("fair_id", "programme_id"),
        sorts=("paid_at", "amount_krw"),
        summary=summary,
    )
