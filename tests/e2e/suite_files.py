"""The files of a stage at rest, as processes of their own find and leave them."""

import base64
import sqlite3
from pathlib import Path

from tests.e2e.suite_stage import KEY


def environment(directory: Path, name: str) -> dict[str, str]:
    key = base64.b64encode(KEY).decode()
    return {
        "SERVICE_DATABASE_URL": f"sqlite:///{directory / name}.db", "BUS_URL": f"local:{directory / 'bus.db'}",
        "TOKEN_KEY": key, "VAULT_KEY": key, "FINGERPRINT_KEY": key, "LOG_LEVEL": "WARNING",
    }  # fmt: skip


def query(directory: Path, name: str, statement: str) -> list[tuple]:
    connection = sqlite3.connect(directory / f"{name}.db")
    with connection:
        found = connection.execute(statement).fetchall()
    connection.close()
    return found
