"""The files of a fair's timetable, fetched from a suite that is running: picture, workbook, calendars."""

from pathlib import Path
from typing import Final

import click

from services.chassis.tokens import mint
from services.rehearsal.client import Client, RehearsalError
from services.rehearsal.records import read
from services.rehearsal.scene import ORGANISER
from services.rehearsal.terminal import clearly, directory_option, token_key

IN_FORCE: Final = ("published", "drafted")


@click.command("exports", help="Write the 2023 fair's timetable as files; asks a suite that is running.")
@click.option("--url", default="http://localhost:8000", show_default=True, help="Address of the suite.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("var/exports"), show_default=True,
    help="Folder for the files; made where it is missing.",
)  # fmt: skip
@click.option("--calendars", is_flag=True, help="Also a calendar for each participant.")
@directory_option
@clearly
def exports_command(url: str, out: Path, calendars: bool, directory: Path) -> None:
    """The names of the files, one a line. Tokens are signed as those of `token` are."""
    key = token_key(directory)
    client = Client(url, lambda actor: mint(actor, key))
    try:
        for path, name in _wanted(client, f"/matching/fairs/{read().fair_id}", calendars=calendars):
            out.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(client.file(ORGANISER, path))
            click.echo(out / name)
    finally:
        client.close()


def _wanted(client: Client, fair: str, *, calendars: bool) -> list[tuple[str, str]]:
    """(address, name of the file) of everything.

    Raises:
        RehearsalError: the fair has no timetable yet.
    """
    rows = client.every(ORGANISER, f"{fair}/timetables")
    standing = [row for status in IN_FORCE for row in rows if row["status"] == status]
    if not standing:
        raise RehearsalError("the 2023 fair has no timetable here yet; hold it first: python -m services run")
    timetable = f"{fair}/timetables/{standing[0]['timetable_id']}"
    wanted = [(f"{timetable}.svg", "timetable-2023.svg"), (f"{timetable}.xlsx", "timetable-2023.xlsx")]
    if calendars:
        met = client.every(ORGANISER, f"{fair}/meetings")
        sides = {row[f"{side}_participation_id"] for row in met for side in ("buyer", "sme")}
        wanted += [(f"{fair}/participations/{one}.ics", f"{one}.ics") for one in sorted(sides)]
    return wanted
