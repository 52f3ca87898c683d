"""Which database the import writes to: that of the environment's settings, or that of an embedded suite."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.chassis import assembly
from services.chassis.application import Application
from services.chassis.configuration import ConfigurationError, Settings
from services.embedded.keys import ensure_keys
from services.registration.definition import SERVICE


@dataclass(frozen=True)
class Opened:
    """Registration on its database, with the settings that led there."""

    application: Application
    settings: Settings


def open_registration(directory: Path | None, environment: Mapping[str, str] = os.environ) -> Opened:
    """`directory` None: as the environment says, or, where it says nothing, the suite under `var`.

    Raises:
        ConfigurationError: settings are wrong, or there is no suite in the directory.
        KeyFileError: the suite's keys cannot be read.
    """
    if directory is None and (environment.get("SERVICE_DATABASE_URL") or environment.get("SERVICE_DATABASE_URL_FILE")):
        settings = Settings.from_environment(environment)
    else:
        settings = _embedded(directory or Path("var"))
    return Opened(assembly.open_application(SERVICE, settings), settings)


def _embedded(directory: Path) -> Settings:
    database = directory / f"{SERVICE.name}.db"
    if not database.is_file():
        raise ConfigurationError(
            [f"there is no {database.name} in this directory: start the suite there once, or set SERVICE_DATABASE_URL"]
        )
    keys = ensure_keys(directory / "keys.json")
    return Settings(
        database_url=f"sqlite:///{database}",
        bus_url=f"local:{directory / 'bus.db'}",
        token_key=keys.token_key,
        vault_key=keys.vault_key,
        fingerprint_key=keys.fingerprint_key,
    )
