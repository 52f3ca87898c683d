"""Migrations of the lasting tables (alembic). Read models have none: they are rebuilt."""
