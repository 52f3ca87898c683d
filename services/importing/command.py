"""The command itself."""

import logging
import sys
from pathlib import Path
from typing import cast

import click
from marshmallow import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import logs
from services.chassis.access import Actor
from services.chassis.cli_opening import fail
from services.chassis.clock import SystemClock, instant
from services.chassis.configuration import ConfigurationError
from services.chassis.outcomes import ConflictError
from services.chassis.service import NotFoundError
from services.chassis.web.schemas import to_instant
from services.embedded.keys import KeyFileError
from services.importing.opening import Opened, open_registration
from services.importing.terminal import bar, in_korean, say
from services.registration.imports import KINDS, Imported, Kind, Upload, described, import_file


def _occurred_at(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        stated = to_instant(value)
    except ValidationError as error:
        raise click.BadParameter(str(error.messages[0])) from None
    if stated > instant(SystemClock().now()):
        raise click.BadParameter("lies in the future")
    return stated


@click.command("import", epilog="\n\n".join(["Columns (* required):", *map(described, KINDS)]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the rows are.")
@click.option("--fair", "fair_id", type=click.UUID, required=True, help="Id of the fair that they belong to.")
@click.option("--accept-valid", is_flag=True, help="Take the good rows even if there are bad ones.")
@click.option("--approve", is_flag=True, help="Approve participants whose row does not say whether to.")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory of an embedded suite. Default: the database of SERVICE_DATABASE_URL if that is set, else var.",
)
@click.option("--occurred-at", callback=_occurred_at, help="When it happened, with offset, if not now.")
@click.option("--by", default="importer", show_default=True, help="Opaque id of who imports; kept with the events.")
def import_command(
    file: Path, kind: str, fair_id: object, accept_valid: bool, approve: bool, directory: Path | None,
    occurred_at: str | None, by: str,
) -> None:  # fmt: skip
    """Take buyers, SMEs or requests from a CSV or XLSX file into a fair: all rows or none.

    Ends with 0 when every row was taken, with 1 when there were problems. The same file twice changes nothing.
    """
    upload = Upload(
        cast("Kind", kind), str(fair_id), file.name, file.read_bytes(), accept_valid=accept_valid, approve=approve
    )
    try:
        opened = open_registration(directory)
        done = _run(opened, upload, by, occurred_at)
    except ConfigurationError as error:
        fail(*error.lines)
    except (NotFoundError, KeyFileError) as error:
        fail(str(error))
    except ConflictError:
        fail("others kept changing the same things; nothing was stored, try again")
    except SQLAlchemyError as error:
        fail(f"the database refused: {str(error).splitlines()[0]}")
    say(done.report, korean=in_korean())
    if not done.stored or done.report["refused"]:
        sys.exit(1)


def _run(opened: Opened, upload: Upload, by: str, occurred_at: str | None) -> Imported:
    logs.configure(opened.application.name, logging.WARNING)
    try:
        with bar("등록" if in_korean() else "import") as progress:
            return import_file(
                opened.application,
                upload,
                Actor(by, "organiser"),
                most_bytes=opened.settings.max_import_bytes,
                occurred_at=occurred_at,
                progress=progress,
            )
    finally:
        opened.application.database.close()
