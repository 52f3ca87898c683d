"""Runs migrations on the connection that the caller gives; alembic finds this file by name."""

from alembic import context

from services.chassis.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
