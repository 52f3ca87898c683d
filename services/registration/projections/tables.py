"""The read-model tables of registration. Each row is written by one stream."""

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, String

from services.chassis.read_models import read_model

metadata: Final = MetaData()

fairs: Final = read_model(
    metadata,
    "fairs",
    Column("fair_id", String, primary_key=True),
    Column("name", String),
    Column("edition", Integer),
    Column("date", String),
    Column("venue", String),
    Column("time_zone", String),
    Column("request_quota", Integer),
    Column("status", String),
    Column("lunch_after", Integer),
    Column("hall_tables", Integer),
    Column("answers_due_at", String),
    Column("schedule_synthetic", Boolean),
    Column("synthetic", Boolean),
    Column("source", String),
)
fair_slots: Final = read_model(
    metadata,
    "fair_slots",
    Column("fair_id", String, primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("starts_at", String),
    Column("ends_at", String),
)
companies: Final = read_model(
    metadata,
    "companies",
    Column("company_id", String, primary_key=True),
    Column("name", String),
    Column("business_number", String),
    Column("synthetic", Boolean),
    Column("source", String),
    indexes=("business_number",),
)
participations: Final = read_model(
    metadata,
    "participations",
    Column("participation_id", String, primary_key=True),
    Column("fair_id", String),
    Column("company_id", String),
    Column("side", String),
    Column("status", String),
    Column("kind", String),
    Column("tables", Integer),
    Column("region", String),
    Column("max_meetings", Integer),
    Column("availability", JSON),
    Column("presence", String),
    Column("checked_in_at", String),
    Column("checked_out_at", String),
    Column("applied_at", String),
    Column("synthetic", Boolean),
    Column("source", String),
    indexes=("fair_id", "company_id"),
)
representatives: Final = read_model(
    metadata,
    "representatives",
    Column("participation_id", String, primary_key=True),
    Column("contact_id", String, primary_key=True),
    Column("fair_id", String),
    Column("role", String),
    Column("contact_reference", String),
    Column("status", String),
    indexes=("fair_id",),
)
demands: Final = read_model(
    metadata,
    "demands",
    Column("participation_id", String, primary_key=True),
    Column("demand_id", String, primary_key=True),
    Column("fair_id", String),
    Column("title", String),
    Column("topics", JSON),
    Column("synthetic", Boolean),
    indexes=("fair_id",),
)
consultation_requests: Final = read_model(
    metadata,
    "consultation_requests",
    Column("fair_id", String, primary_key=True),
    Column("request_id", String, primary_key=True),
    Column("sme_participation_id", String),
    Column("sme_company_id", String),
    Column("buyer_participation_id", String),
    Column("buyer_company_id", String),
    Column("technology", String),
    Column("topics", JSON),
    Column("status", String),
    Column("requested_at", String),
    Column("synthetic", Boolean),
    indexes=("sme_participation_id", "buyer_participation_id"),
)
briefings: Final = read_model(
    metadata,
    "briefings",
    Column("fair_id", String, primary_key=True),
    Column("briefing_id", String, primary_key=True),
    Column("kind", String),
    Column("hosts", JSON),
    Column("starts_at", String),
    Column("ends_at", String),
    Column("seats", Integer),
    Column("source", String),
)
seats: Final = read_model(
    metadata,
    "seats",
    Column("briefing_id", String, primary_key=True),
    Column("seat_id", String, primary_key=True),
    Column("fair_id", String),
    Column("participation_id", String),
    Column("status", String),
    indexes=("fair_id", "participation_id"),
)
challenges: Final = read_model(
    metadata,
    "challenges",
    Column("fair_id", String, primary_key=True),
    Column("challenge_id", String, primary_key=True),
    Column("proposer", String),
    Column("company_id", String),
    Column("title", String),
    Column("sme_company_id", String),
    Column("status", String),
    Column("synthetic", Boolean),
    Column("source", String),
)
awards: Final = read_model(
    metadata,
    "awards",
    Column("fair_id", String, primary_key=True),
    Column("award_id", String, primary_key=True),
    Column("category", String),
    Column("company_id", String),
    Column("recipient_reference", String),
    Column("source", String),
)
showcases: Final = read_model(
    metadata,
    "showcases",
    Column("fair_id", String, primary_key=True),
    Column("showcase_id", String, primary_key=True),
    Column("sme_company_id", String),
    Column("buyer_company_ids", JSON),
    Column("source", String),
)
source_claims: Final = read_model(
    metadata,
    "source_claims",
    Column("fair_id", String, primary_key=True),
    Column("claim_id", String, primary_key=True),
    Column("subject", String),
    Column("value", Integer),
    Column("source", String),
)
