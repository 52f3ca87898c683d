"""Erasing again what was erased after a backup was taken: a restored vault must not bring anybody back."""

from sqlalchemy import select

from services.chassis import tables
from services.chassis.application import Application
from services.chassis.clock import instant
from services.chassis.database import Database
from services.chassis.vault import Vault


def erase_again(application: Application, newer: Database, *, by: str) -> int:
    """Erase every subject that the newer database knows as erased and this one does not; how many there were."""
    keys = tables.vault_keys.c
    statement = select(keys.subject_id).where(keys.erased_at.is_not(None))
    with newer.reading() as connection:
        erased = set(connection.execute(statement).scalars())
    with application.database.writing("erase-again") as connection:
        missing = sorted(erased - set(connection.execute(statement).scalars()))
        at = instant(application.clock.now())
        for subject_id in missing:
            Vault.erase(connection, subject_id, at=at, actor=by, role="operator", address="-")
    return len(missing)
