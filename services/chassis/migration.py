"""Bringing a database's lasting tables to the newest version."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from services.chassis.database import Database


def migrate(database: Database) -> None:
    """Apply every migration that the database lacks, in one transaction. Safe at every start, by several at once."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.writing("migrate") as connection:
        if database.dialect == "postgresql":
            # Replicas that start together queue here; the first one migrates.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7262001)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
