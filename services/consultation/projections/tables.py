"""The tables of consultation: its own, and what it keeps of matching and registration."""

from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, String

from services.chassis.read_models import read_model

metadata: Final = MetaData()


def _id(name: str, *, key: bool = False, optional: bool = False) -> Column[Any]:
    return Column(name, String(36), primary_key=key, nullable=optional)


def _seat() -> tuple[Column[Any], ...]:
    """Who meets whom, where and when. `table` is a SQL word, hence `table_number`."""
    return (
        _id("fair_id"),
        _id("request_id"),
        _id("buyer_participation_id"),
        _id("buyer_company_id"),
        _id("sme_participation_id"),
        _id("sme_company_id"),
        Column("slot", Integer, nullable=False),
        Column("table_number", Integer, nullable=False),
        Column("starts_at", String(27), nullable=False),
        Column("ends_at", String(27), nullable=False),
        Column("channel", String(64), nullable=False),
        Column("status", String(64), nullable=False),
        Column("cause", String(64)),
    )


consultations = read_model(
    metadata,
    "consultations",
    _id("meeting_id", key=True),
    *_seat(),
    Column("absent", String(64)),
    Column("recorded_at", String(27)),
    _id("replaced_by_meeting_id", optional=True),
    Column("synthetic", Boolean),
    Column("outcome", String(64)),
    Column("outcome_synthetic", Boolean),
    Column("buyer_rating", Integer),
    Column("buyer_rating_synthetic", Boolean),
    Column("sme_rating", Integer),
    Column("sme_rating_synthetic", Boolean),
    indexes=("fair_id", "buyer_participation_id", "sme_participation_id", "status"),
)
"""`recorded_at` and `synthetic` are those of held or no-show."""

notes = read_model(
    metadata,
    "notes",
    _id("note_id", key=True),
    _id("fair_id"),
    _id("meeting_id"),
    Column("by", String(64), nullable=False),
    _id("participation_id", optional=True),
    _id("reference"),
    Column("written_at", String(27), nullable=False),
    indexes=("fair_id", "meeting_id"),
)

commitments = read_model(
    metadata,
    "commitments",
    _id("commitment_id", key=True),
    _id("fair_id"),
    _id("meeting_id"),
    _id("buyer_participation_id", optional=True),
    _id("buyer_company_id"),
    _id("sme_participation_id", optional=True),
    _id("sme_company_id"),
    Column("programme_kind", String(64), nullable=False),
    Column("planned_total_krw", BigInteger, nullable=False),
    Column("status", String(64), nullable=False),
    Column("made_at", String(27), nullable=False),
    Column("withdrawn_by", String(64)),
    _id("reason_reference", optional=True),
    Column("synthetic", Boolean, nullable=False),
    indexes=("fair_id", "meeting_id"),
)

follow_ups = read_model(
    metadata,
    "follow_ups",
    _id("follow_up_id", key=True),
    _id("fair_id"),
    _id("meeting_id"),
    _id("buyer_participation_id", optional=True),
    _id("sme_participation_id", optional=True),
    Column("due_at", String(27), nullable=False),
    Column("status", String(64), nullable=False),
    Column("contracted", Boolean),
    Column("amount_krw", BigInteger),
    _id("comment_reference", optional=True),
    Column("answered_at", String(27)),
    Column("synthetic", Boolean),
    indexes=("fair_id", "meeting_id"),
)

placements = read_model(
    metadata,
    "placements",
    _id("meeting_id", key=True),
    _id("timetable_id", optional=True),
    *_seat(),
    indexes=("fair_id", "timetable_id"),
)
"""Meetings as the floor has them (placed, released, cancelled), drafts included: what binds is opened here."""

timetables = read_model(
    metadata,
    "timetables",
    _id("timetable_id", key=True),
    _id("fair_id"),
    Column("status", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    indexes=("fair_id",),
)

companies = read_model(
    metadata,
    "companies",
    _id("company_id", key=True),
    Column("name", String(200), nullable=False),
    Column("synthetic", Boolean, nullable=False),
)

fairs = read_model(
    metadata,
    "fairs",
    _id("fair_id", key=True),
    Column("name", String(200), nullable=False),
    Column("date", String(10), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("status", String(64), nullable=False),
    Column("synthetic", Boolean, nullable=False),
)
