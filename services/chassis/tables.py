"""The lasting tables of every service. These, and only these, have migrations; read models are rebuilt instead."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite hands out ever-growing row ids for INTEGER PRIMARY KEY AUTOINCREMENT only, so the type differs by dialect.
POSITION: Final = BigInteger().with_variant(Integer, "sqlite")

events: Final = Table(
    "events",
    metadata,
    Column("position", POSITION, primary_key=True, autoincrement=True),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("stream_id", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(120), nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("occurred_at", String(27), nullable=False),
    Column("recorded_at", String(27), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("fair_id", String(36)),
    UniqueConstraint("stream_id", "version"),
    Index("ix_events_type_position", "type", "position"),
    Index("ix_events_fair_id_position", "fair_id", "position"),
    sqlite_autoincrement=True,
)
"""The truth. `data` and `metadata` are canonical JSON text, `fair_id` a copy out of `data` for filters."""

outbox: Final = Table("outbox", metadata, Column("position", POSITION, primary_key=True, autoincrement=False))
"""Events that the bus has not acknowledged yet."""

inbox: Final = Table(
    "inbox",
    metadata,
    Column("sequence", POSITION, primary_key=True, autoincrement=True),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("source", String(40), nullable=False),
    Column("stream_id", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(120), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("envelope", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("received_at", String(27), nullable=False),
    UniqueConstraint("source", "stream_id", "version"),
    sqlite_autoincrement=True,
)
"""Events of other services, whole. status: handled, unhandled (no projector or reaction), waiting (an earlier version
is missing), discarded (an operator said so)."""

parked: Final = Table(
    "parked",
    metadata,
    Column("parked_id", String(36), primary_key=True),
    Column("topic", String(120), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("record_offset", BigInteger, nullable=False),
    Column("stream_id", String(200)),
    Column("version", Integer),
    Column("event_id", String(36)),
    Column("value", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("parked_at", String(27), nullable=False),
    Column("resolution", String(16)),
    Column("resolved_at", String(27)),
    Column("resolved_by", String(120)),
    UniqueConstraint("topic", "partition", "record_offset"),
    Index("ix_parked_stream_id", "stream_id"),
)
"""Records that could not be taken in, with the reason; resolution: retried or discarded, null while parked."""

rejected_commands: Final = Table(
    "rejected_commands",
    metadata,
    Column("sequence", POSITION, primary_key=True, autoincrement=True),
    Column("rejected_id", String(36), nullable=False, unique=True),
    Column("at", String(27), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    Column("company", String(36)),
    Column("on_behalf_of", String(120)),
    Column("command", String(120), nullable=False),
    Column("fields", Text, nullable=False),
    Column("fair_id", String(36)),
    Column("rule", String(120), nullable=False),
    Column("detail", Text, nullable=False),
    Column("correlation_id", String(120), nullable=False),
    sqlite_autoincrement=True,
)
"""Attempts that the rules or the access table refused. `fields` leaves out whatever a person typed."""

idempotency: Final = Table(
    "idempotency",
    metadata,
    Column("actor", String(120), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", String(27), nullable=False),
)
"""What was answered to a key: ids, versions and rules only, never a text that a person typed."""

timers: Final = Table(
    "timers",
    metadata,
    Column("stream_id", String(200), primary_key=True),
    Column("name", String(120), primary_key=True),
    Column("due_at", String(27), primary_key=True),
    Column("command", String(120), nullable=False),
    Column("data", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fired_at", String(27)),
    Index("ix_timers_status_due_at", "status", "due_at"),
)
"""Commands due later. status: pending, fired, rejected (its command was refused), failed (it raised too often)."""

vault_keys: Final = Table(
    "vault_keys",
    metadata,
    Column("subject_id", String(120), primary_key=True),
    Column("wrapped_key", LargeBinary),
    Column("created_at", String(27), nullable=False),
    Column("erased_at", String(27)),
)
"""One data key per subject, wrapped by the service's key. Erasing a subject empties `wrapped_key` for ever."""

vault_entries: Final = Table(
    "vault_entries",
    metadata,
    Column("reference", String(36), primary_key=True),
    Column("subject_id", String(120), nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("owner", String(36)),
    Column("created_at", String(27), nullable=False),
    Index("ix_vault_entries_subject_id", "subject_id"),
)
"""Personal data and free text. `owner` is the participation or company that wrote it and may read it."""

vault_log: Final = Table(
    "vault_log",
    metadata,
    Column("sequence", POSITION, primary_key=True, autoincrement=True),
    Column("at", String(27), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    Column("action", String(16), nullable=False),
    Column("subject_id", String(120), nullable=False),
    Column("reference", String(36)),
    Column("address", String(64), nullable=False),
    Column("purpose", String(200), nullable=False),
    sqlite_autoincrement=True,
)
"""Who read, wrote or erased whose data, when, from where, why (개인정보의 안전성 확보조치 기준 제8조)."""

read_model_state: Final = Table(
    "read_model_state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("rebuilt_at", String(27), nullable=False),
)
"""The shape of the read models as they were last built; another shape means: rebuild."""
