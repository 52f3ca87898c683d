"""The lasting tables: events, outbox, inbox, parked, refused commands, idempotency, timers, vault, read-model state.

The statements are spelled out, not taken from `tables.py`: a migration stays as it was when the tables move on. A test
compares the outcome of all migrations with `tables.py`.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

POSITION = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def text(name: str, length: int | None = None, *, null: bool = False, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=null, **options)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def position(name: str) -> sa.Column[Any]:
    return sa.Column(name, POSITION, primary_key=True, autoincrement=True)


def upgrade() -> None:
    op.create_table(
        "events",
        position("position"),
        text("event_id", 36), text("stream_id", 200), number("version"), text("type", 120), number("schema_version"),
        text("data"), text("metadata"), text("occurred_at", 27), text("recorded_at", 27),
        text("previous_hash", 64), text("hash", 64), text("fair_id", 36, null=True),
        sa.PrimaryKeyConstraint("position", name="pk_events"),
        sa.UniqueConstraint("event_id", name="uq_events_event_id"),
        sa.UniqueConstraint("stream_id", "version", name="uq_events_stream_id_version"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_events_type_position", "events", ["type", "position"])
    op.create_index("ix_events_fair_id_position", "events", ["fair_id", "position"])
    op.create_table(
        "outbox",
        sa.Column("position", POSITION, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_outbox"),
    )
    op.create_table(
        "inbox",
        position("sequence"),
        text("event_id", 36), text("source", 40), text("stream_id", 200), number("version"), text("type", 120),
        text("hash", 64), text("envelope"), text("status", 16), text("received_at", 27),
        sa.PrimaryKeyConstraint("sequence", name="pk_inbox"),
        sa.UniqueConstraint("event_id", name="uq_inbox_event_id"),
        sa.UniqueConstraint("source", "stream_id", "version", name="uq_inbox_source_stream_id_version"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "parked",
        text("parked_id", 36), text("topic", 120), number("partition"),
        sa.Column("record_offset", sa.BigInteger(), nullable=False),
        text("stream_id", 200, null=True), sa.Column("version", sa.Integer(), nullable=True),
        text("event_id", 36, null=True), sa.Column("value", sa.LargeBinary(), nullable=False), text("reason"),
        text("parked_at", 27), text("resolution", 16, null=True), text("resolved_at", 27, null=True),
        text("resolved_by", 120, null=True),
        sa.PrimaryKeyConstraint("parked_id", name="pk_parked"),
        sa.UniqueConstraint("topic", "partition", "record_offset", name="uq_parked_topic_partition_record_offset"),
    )  # fmt: skip
    op.create_index("ix_parked_stream_id", "parked", ["stream_id"])
    op.create_table(
        "rejected_commands",
        position("sequence"),
        text("rejected_id", 36), text("at", 27), text("actor", 120), text("role", 20), text("company", 36, null=True),
        text("on_behalf_of", 120, null=True), text("command", 120), text("fields"), text("fair_id", 36, null=True),
        text("rule", 120), text("detail"), text("correlation_id", 120),
        sa.PrimaryKeyConstraint("sequence", name="pk_rejected_commands"),
        sa.UniqueConstraint("rejected_id", name="uq_rejected_commands_rejected_id"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "idempotency",
        text("actor", 120), text("key", 200), text("fingerprint", 64), text("answer"), text("created_at", 27),
        sa.PrimaryKeyConstraint("actor", "key", name="pk_idempotency"),
    )  # fmt: skip
    op.create_table(
        "timers",
        text("stream_id", 200), text("name", 120), text("due_at", 27), text("command", 120), text("data"),
        text("status", 16), number("attempts"), text("fired_at", 27, null=True),
        sa.PrimaryKeyConstraint("stream_id", "name", "due_at", name="pk_timers"),
    )  # fmt: skip
    op.create_index("ix_timers_status_due_at", "timers", ["status", "due_at"])
    op.create_table(
        "vault_keys",
        text("subject_id", 120), sa.Column("wrapped_key", sa.LargeBinary(), nullable=True), text("created_at", 27),
        text("erased_at", 27, null=True),
        sa.PrimaryKeyConstraint("subject_id", name="pk_vault_keys"),
    )  # fmt: skip
    op.create_table(
        "vault_entries",
        text("reference", 36), text("subject_id", 120), sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        text("owner", 36, null=True), text("created_at", 27),
        sa.PrimaryKeyConstraint("reference", name="pk_vault_entries"),
    )  # fmt: skip
    op.create_index("ix_vault_entries_subject_id", "vault_entries", ["subject_id"])
    op.create_table(
        "vault_log",
        position("sequence"),
        text("at", 27), text("actor", 120), text("role", 20), text("action", 16), text("subject_id", 120),
        text("reference", 36, null=True), text("address", 64), text("purpose", 200),
        sa.PrimaryKeyConstraint("sequence", name="pk_vault_log"),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_table(
        "read_model_state",
        text("name", 40), text("fingerprint", 64), text("rebuilt_at", 27),
        sa.PrimaryKeyConstraint("name", name="pk_read_model_state"),
    )  # fmt: skip
