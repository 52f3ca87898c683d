"""Whether a database or a backup fits this release, found out without changing anything."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select

from contracts.catalogue import CATALOGUE
from services.chassis import tables
from services.chassis.application import Application, Keys
from services.chassis.database import Database
from services.chassis.service import Service

SCRIPTS: Final = Path(__file__).parent / "migrations"
NO_KEYS: Final = Keys(vault=bytes(32), fingerprint=bytes(32))
"""For whoever reads events and read models only; nothing in a vault can be opened with them."""


class UnfitDatabaseError(Exception):
    """The database belongs to another release."""


def revision(connection: Connection) -> str | None:
    """The newest migration that was applied."""
    return MigrationContext.configure(connection).get_current_revision()


def known_revisions() -> tuple[str, ...]:
    """Every migration of this release, the newest first."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return tuple(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def unknown_types(types: Iterable[str]) -> list[str]:
    """Those event types, written `type.v1`, that this release cannot read."""
    return sorted(name for name in types if not _known(name))


def _known(name: str) -> bool:
    event_type, _, version = name.rpartition(".v")
    return version.isdigit() and CATALOGUE.knows(event_type, int(version))


def open_as_it_is(service: Service, url: str, keys: Keys = NO_KEYS) -> Application:
    """The service on a database that is neither migrated nor rebuilt: a role that may only read is enough.

    Raises:
        UnfitDatabaseError: its tables or read models are not those of this release.
    """
    database = Database(url, connections=2)
    application = Application(service, database, keys)
    state = tables.read_model_state.c
    with database.reading() as connection:
        found, newest = revision(connection), known_revisions()[0]
        if found != newest:
            database.close()
            raise UnfitDatabaseError(
                f"{database.url.database}: its tables have version {found or 'none'}, this release needs {newest};"
                f" bring it there first: python -m services.{service.name} migrate"
            )
        built = connection.execute(select(state.fingerprint).where(state.name == service.name)).scalar()
    if built != service.read_models.fingerprint():
        database.close()
        raise UnfitDatabaseError(
            f"{database.url.database}: its read models are not those of this release;"
            f" rebuild them first: python -m services.{service.name} migrate"
        )
    return application


def fits(entry: Mapping[str, object]) -> list[str]:
    """What keeps a backup's entry (`Facts`) from being restored by this release."""
    found = []
    if entry["revision"] not in known_revisions():
        found.append(f"its tables are of version {entry['revision']}, which this release does not know")
    unknown = unknown_types(entry["types"])  # type: ignore[arg-type] # a list of text, checked when it was read
    if unknown:
        found.append(f"it holds events that this release cannot read: {', '.join(unknown)}")
    return found
