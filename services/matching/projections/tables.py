"""The tables of matching: its own, and what it keeps of registration."""

from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, MetaData, String, Text

from services.chassis.read_models import read_model

metadata: Final = MetaData()


def _id(name: str, *, key: bool = False, optional: bool = False) -> Column[Any]:
    return Column(name, String(36), primary_key=key, nullable=optional)


def _code(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, String(64), nullable=optional)


def _instant(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, String(27), nullable=optional)


def _json(name: str) -> Column[Any]:
    return Column(name, JSON(none_as_null=True))


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, nullable=False)


def _count(name: str) -> Column[Any]:
    return Column(name, Integer)


fairs = read_model(
    metadata, "fairs",
    _id("fair_id", key=True), Column("name", String(200), nullable=False), Column("date", String(10), nullable=False),
    Column("time_zone", String(64), nullable=False), _code("status"), _json("slots"), _count("lunch_after"),
    _count("hall_tables"), _instant("answers_due_at", optional=True), _flag("synthetic"),
)  # fmt: skip
"""`slots` is null until the fair is scheduled."""

companies = read_model(
    metadata, "companies",
    _id("company_id", key=True), Column("name", String(200), nullable=False), _flag("synthetic"),
)  # fmt: skip

participants = read_model(
    metadata, "participants",
    _id("participation_id", key=True), _id("fair_id"), _id("company_id"), _code("side"), _code("status"),
    _code("kind", optional=True), _count("tables"), _count("max_meetings"), _json("availability"),
    _code("region", optional=True), _flag("synthetic"),
    indexes=("fair_id",),
)  # fmt: skip
"""`availability` null: all slots."""

demands = read_model(
    metadata, "demands",
    _id("demand_id", key=True), _id("fair_id"), _id("participation_id"), Column("title", String(200), nullable=False),
    _json("topics"), _json("terms"), _flag("synthetic"),
    indexes=("fair_id",),
)  # fmt: skip
"""`terms`: the words of the title, as scores compare them."""

requests = read_model(
    metadata, "requests",
    _id("request_id", key=True), _id("fair_id"), _id("sme_participation_id"), _id("sme_company_id"),
    _id("buyer_participation_id"), _id("buyer_company_id"), Column("technology", String(200), nullable=False),
    _json("topics"), _json("terms"), _code("status"), _instant("requested_at"), _flag("synthetic"),
    indexes=("fair_id", "buyer_participation_id", "sme_participation_id"),
)  # fmt: skip
"""`terms`: the words of the technology, as scores compare them."""

outcomes = read_model(
    metadata, "outcomes",
    _id("meeting_id", key=True), _id("fair_id"), _code("outcome"), _flag("synthetic"),
    indexes=("fair_id",),
)  # fmt: skip
"""What talks came to. Whose talk it was stands with the meeting."""

answers = read_model(
    metadata, "answers",
    _id("request_id", key=True), _id("fair_id"), _id("buyer_participation_id"),
    _id("sme_participation_id", optional=True), _code("answer", optional=True), _code("status"),
    _instant("expires_at", optional=True), _instant("answered_at", optional=True), Column("synthetic", Boolean),
    indexes=("fair_id", "buyer_participation_id", "sme_participation_id"),
)  # fmt: skip
"""`status`: answered or expired; a request without a row is unanswered. `answer` is null when none was given."""

exclusions = read_model(
    metadata, "exclusions",
    _id("buyer_participation_id", key=True), _id("sme_participation_id", key=True), _id("fair_id"), _code("by"),
    _instant("excluded_at"),
    indexes=("fair_id",),
)  # fmt: skip

timetables = read_model(
    metadata, "timetables",
    _id("timetable_id", key=True), _id("fair_id"), _code("status"), _flag("planning"), _code("planner", optional=True),
    _count("planner_version"), Column("input_digest", String(64)), _count("requests"), _count("placed"),
    _count("unplaced"), _count("revision"), _id("run_id", optional=True), _instant("requested_at", optional=True),
    _instant("drafted_at", optional=True), _instant("published_at", optional=True),
    indexes=("fair_id",),
)  # fmt: skip
"""`status`: requested, drafted, published, superseded or withdrawn; `planning`: a plan for it is being made.
Counts are those of the draft."""

runs = read_model(
    metadata, "runs",
    _id("run_id", key=True), _id("fair_id"), _id("timetable_id"), _count("revision"), _code("mode"), _code("planner"),
    _count("planner_version"), Column("input_digest", String(64)), _code("weights", optional=True),
    Column("seed", BigInteger), _json("solvers"), _code("status", optional=True), _count("must"), _count("must_bound"),
    Column("value", BigInteger), Column("value_bound", BigInteger), _count("breaks"), _count("breaks_bound"),
    _instant("ran_at"),
    indexes=("fair_id", "timetable_id"),
)  # fmt: skip
"""What made each revision of each timetable. Figures are of the whole plan."""

run_parts = read_model(
    metadata, "run_parts",
    _id("run_id", key=True), Column("part", Integer, primary_key=True), _id("fair_id"), _id("timetable_id"),
    _code("mode"), _count("parts"), Column("content", Text, nullable=False),
    indexes=("fair_id",),
)  # fmt: skip
"""Problem and plan of each run, packed."""

meetings = read_model(
    metadata, "meetings",
    _id("meeting_id", key=True), _id("fair_id"), _id("request_id"), _id("timetable_id", optional=True),
    _code("channel"), _code("status"), _code("cause", optional=True), _code("absent", optional=True),
    _count("slot"), _count("table_number"), _instant("starts_at"), _instant("ends_at"),
    _id("buyer_participation_id"), _id("buyer_company_id"), _id("sme_participation_id"), _id("sme_company_id"),
    _id("shown_to_buyer", optional=True), _id("shown_to_sme", optional=True), _flag("locked"),
    indexes=("fair_id", "timetable_id", "request_id", "shown_to_buyer", "shown_to_sme"),
)  # fmt: skip
"""`shown_to_...` name the participants once the meeting binds them; a draft is shown to neither."""

unplaced = read_model(
    metadata, "unplaced",
    _id("timetable_id", key=True), _id("request_id", key=True), _id("fair_id"), _code("reason"),
    _count("worth"), _count("short_by"), _json("changes"),
    indexes=("fair_id", "request_id"),
)  # fmt: skip

on_site_requests = read_model(
    metadata, "on_site_requests",
    _id("request_id", key=True), _id("fair_id"), _id("buyer_participation_id"), _id("buyer_company_id"),
    _id("sme_participation_id"), _id("sme_company_id"), Column("technology", String(200), nullable=False),
    _json("topics"), _code("status"), _id("meeting_id", optional=True), _instant("requested_at"),
    _count("place_in_line"), _flag("synthetic"),
    indexes=("fair_id", "buyer_participation_id", "sme_participation_id"),
)  # fmt: skip
"""`status`: waiting, placed, withdrawn or fallen. `place_in_line` grows; the position is counted when it is read."""

departures = read_model(
    metadata, "departures",
    _id("participation_id", key=True), _id("fair_id"), _code("side"), _count("from_slot"), _code("cause"),
    indexes=("fair_id",),
)  # fmt: skip
