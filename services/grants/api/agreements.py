"""Routes of agreements and payments."""

from typing import Final

from flask_smorest import Blueprint

from services.chassis.web.routes import command_route, item_route, list_route
from services.grants import tables
from services.grants.api import rows, schemas
from services.grants.api.visibility import PARTIES
from services.grants.domain import commands

agreements: Final = Blueprint("agreements", __name__, description="Agreements, their plans and payments")
AGREEMENT: Final = "/agreements/<uuid:agreement_id>"

list_route(
    agreements,
    "/agreements",
    tables.agreements,
    rows.AgreementRow,
    visible=PARTIES,
    filters=("fair_id", "programme_id", "application_id", "sme_company_id", "buyer_company_id", "commitment_id"),
    sorts=("signed_at", "starts_on", "ends_on", "grant_krw"),
    summary="Agreements",
)
item_route(agreements, AGREEMENT, tables.agreements, rows.AgreementRow, visible=PARTIES, summary="One agreement")
list_route(
    agreements,
    f"{AGREEMENT}/instalments",
    tables.instalments,
    rows.InstalmentRow,
    visible=PARTIES,
    filters=("fair_id",),
    sorts=("number", "due_on"),
    summary="The plan of payments",
)
command_route(
    agreements,
    f"{AGREEMENT}/payments",
    commands.MakePayment,
    schemas.MakePaymentBody,
    summary="Pay a planned instalment",
)

for rule, summary in (
    (f"{AGREEMENT}/payments", "Payments of an agreement"),
    ("/payments", "Payments of all agreements"),
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
