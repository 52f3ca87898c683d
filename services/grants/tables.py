"""The tables of grants' read models. Sums and counts are not stored: they are taken when read."""

from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, MetaData, String

from services.chassis.read_models import read_model

metadata: Final = MetaData()


def _id(name: str, *, key: bool = False, optional: bool = False) -> Column[Any]:
    return Column(name, String(36), primary_key=key, nullable=optional)


def _code(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, String(64), nullable=optional)


def _krw(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=optional)


def _number(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=optional)


def _time(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, String(27), nullable=optional)


def _flag(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Boolean, nullable=optional)


def _title(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, String(200), nullable=optional)


def _date(name: str) -> Column[Any]:
    return Column(name, String(10), nullable=False)


programmes: Final = read_model(
    metadata,
    "programmes",
    _id("programme_id", key=True),
    _code("kind"),
    _title("name"),
    _number("year"),
    _krw("max_grant_krw"),
    _number("max_months"),
    _number("max_government_share_bp"),
    _number("min_own_cash_bp"),
    _time("opens_at"),
    _time("closes_at"),
    _code("rule_version"),
    _flag("synthetic"),
    _krw("budget_krw"),
    _flag("budget_synthetic"),
    indexes=("kind",),
)

budget_reservations: Final = read_model(
    metadata,
    "budget_reservations",
    _id("application_id", key=True),
    _id("programme_id"),
    _krw("amount_krw"),
    _code("status"),
    indexes=("programme_id",),
)

applications: Final = read_model(
    metadata,
    "applications",
    _id("application_id", key=True),
    _id("programme_id"),
    _id("sme_company_id"),
    _id("buyer_company_id"),
    _id("fair_id", optional=True),
    _id("commitment_id", optional=True),
    _krw("planned_total_krw"),
    _flag("synthetic"),
    _code("status"),
    _time("drafted_at"),
    _title("title", optional=True),
    _krw("total_krw", optional=True),
    _krw("asked_krw", optional=True),
    _krw("own_cash_krw", optional=True),
    _krw("own_in_kind_krw", optional=True),
    _number("months", optional=True),
    _flag("buyer_consent", optional=True),
    _time("submitted_at", optional=True),
    _code("rule_version", optional=True),
    Column("broken_rules", JSON),
    _id("reason_reference", optional=True),
    _krw("granted_krw", optional=True),
    _code("withdrawal_cause", optional=True),
    _time("decided_at", optional=True),
    indexes=("programme_id", "fair_id", "sme_company_id", "buyer_company_id", "commitment_id"),
)
"""`status` ends at selected: what follows is the agreement's, another stream."""

evaluations: Final = read_model(
    metadata,
    "evaluations",
    _id("evaluation_id", key=True),
    _id("application_id"),
    _id("programme_id"),
    _id("fair_id", optional=True),
    _id("evaluator_id"),
    _number("score"),
    _time("evaluated_at"),
    indexes=("application_id", "programme_id", "fair_id"),
)
"""Scores without the comments: those stay in the vault."""

agreements: Final = read_model(
    metadata,
    "agreements",
    _id("agreement_id", key=True),
    _id("application_id"),
    _id("programme_id"),
    _id("sme_company_id"),
    _id("buyer_company_id"),
    _id("fair_id", optional=True),
    _id("commitment_id", optional=True),
    _krw("grant_krw"),
    _krw("total_krw"),
    _date("starts_on"),
    _date("ends_on"),
    _code("rule_version"),
    _flag("synthetic"),
    _time("signed_at"),
    indexes=("application_id", "programme_id", "fair_id", "sme_company_id", "buyer_company_id"),
)

instalments: Final = read_model(
    metadata,
    "instalments",
    _id("agreement_id", key=True),
    Column("number", Integer, primary_key=True),
    _date("due_on"),
    _krw("amount_krw"),
    _id("sme_company_id"),
    _id("buyer_company_id"),
    _id("fair_id", optional=True),
    _id("payment_id", optional=True),
)
"""`payment_id` is set once the instalment is paid."""

payments: Final = read_model(
    metadata,
    "payments",
    _id("payment_id", key=True),
    _id("agreement_id"),
    _id("programme_id"),
    _number("instalment"),
    _krw("amount_krw"),
    _id("sme_company_id", optional=True),
    _id("buyer_company_id", optional=True),
    _id("fair_id", optional=True),
    _flag("synthetic"),
    _time("paid_at"),
    indexes=("agreement_id", "programme_id", "fair_id"),
)

commitments: Final = read_model(
    metadata,
    "commitments",
    _id("commitment_id", key=True),
    _id("fair_id"),
    _id("meeting_id"),
    _id("buyer_company_id"),
    _id("sme_company_id"),
    _code("programme_kind"),
    _krw("planned_total_krw"),
    _flag("synthetic"),
    _code("status"),
    _time("made_at"),
    indexes=("fair_id", "programme_kind", "sme_company_id", "buyer_company_id"),
)
"""Development commitments as consultation tells of them: standing or withdrawn."""

companies: Final = read_model(
    metadata,
    "companies",
    _id("company_id", key=True),
    _title("name"),
    _flag("synthetic"),
)
"""Companies as registration tells of them."""
