"""Writing all events of all services as JSON Lines with a manifest, for `contracts/verify.py`."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from contracts.manifest import FILE_NAME, ServiceExport, manifest
from services.chassis.application import Application
from services.chassis.clock import instant


class ExportTargetError(Exception):
    """The directory for the export cannot be used."""


def export(applications: Iterable[Application], directory: Path) -> Mapping[str, Any]:
    """Write every stored event, one file a service, and the manifest last. Each service is read in one snapshot.

    An existing export is not touched: the directory must be new or empty.

    Raises:
        ExportTargetError: it is not.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        occupied = any(directory.iterdir())
    except OSError as error:
        raise ExportTargetError(f"{directory}: {error.strerror}; name another directory with OUT=...") from error
    if occupied:
        raise ExportTargetError(f"{directory} is not empty; name a new directory with OUT=...")
    exports = []
    now = ""
    for application in applications:
        now = instant(application.clock.now())
        exported = ServiceExport(application.name)
        exports.append(exported)
        with (directory / exported.file).open("wb") as file, application.database.snapshot() as connection:
            for _, envelope in application.store.all(connection):
                file.write(exported.line(envelope))
            file.flush()
            os.fsync(file.fileno())
    written = manifest(exports, created_at=now)
    (directory / FILE_NAME).write_bytes(orjson.dumps(written, option=orjson.OPT_INDENT_2) + b"\n")
    return written
