"""A backup as a database server makes it: all lasting tables as they stand, in a database of its own."""

from sqlalchemy import func, insert, select, text

from services.chassis import replay, tables
from services.chassis.application import Application
from tests.unit.chassis.core.stage import Stage


def backed_up(stage: Stage, application: Application, name: str) -> Application:
    """The service on a copy of its database as of now."""
    copy = stage.application(application.service, name)
    lasting = [table for table in tables.metadata.sorted_tables if table is not tables.read_model_state]
    with application.database.snapshot() as here, copy.database.writing("copy") as there:
        for table in lasting:
            rows = [dict(row) for row in here.execute(select(table)).mappings()]
            if rows:
                there.execute(insert(table), rows)
        if copy.database.dialect == "postgresql":
            for table, column in (
                (tables.events, "position"), (tables.inbox, "sequence"), (tables.rejected_commands, "sequence"),
                (tables.vault_log, "sequence"),
            ):  # fmt: skip
                last = there.execute(select(func.max(table.c[column]))).scalar()
                if last is not None:
                    sequence = text("SELECT setval(pg_get_serial_sequence(:name, :column), :last)")
                    there.execute(sequence, {"name": table.name, "column": column, "last": last})
    replay.rebuild(copy)
    return copy
