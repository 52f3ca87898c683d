"""The command `audit-replay` of a deployment: every service replayed from the topics beside the live databases."""

import os
import sys
from typing import Final

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from services.chassis import assembly
from services.chassis.configuration import BusSettings
from services.evidence.auditing import Audited, audit
from services.rehearsal.terminal import clearly, fail
from services.suite import SERVICES

SHOWN: Final = 20


@click.command("audit-replay")
@click.option("--server", required=True, metavar="URL", help="The database server and the auditor's role, no database.")
@click.option("--apart", required=True, metavar="PREFIX", help="Databases PREFIX_<service>: the auditor's own, empty.")
@clearly
def audit_command(server: str, apart: str) -> None:
    """Replay every service from the topics into databases apart and compare with the live ones, which work on.

    BUS_URL names the bus, AUDITOR_PASSWORD is the role's password.
    """
    try:
        url = make_url(server).set(password=os.environ.get("AUDITOR_PASSWORD"))
    except ArgumentError:
        fail("--server must be postgresql://role@host")
    bus = assembly.open_bus(BusSettings.from_environment(os.environ))
    found: dict[str, Audited] = {}
    try:
        for service in SERVICES:
            live, own = (_database(url, name) for name in (service.name, f"{apart}_{service.name}"))
            found[service.name] = audit(service, bus, live_url=live, apart_url=own)
    finally:
        bus.close()
    _show(found)
    if any(one.faults or one.differences for one in found.values()):
        sys.exit(1)


def _database(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)


def _show(found: dict[str, Audited]) -> None:
    console = Console(highlight=False, width=max(120, Console().width))
    table = Table(title="Replay from the topics, beside the live databases")
    for heading in (
        "service",
        "events",
        "streams",
        "rows",
        "events/s",
        "newer",
        "faults",
        "differences",
    ):
        table.add_column(heading, justify="left" if heading == "service" else "right")
    for name, one in found.items():
        table.add_row(
            name, f"{one.events:,}", f"{one.compared.streams:,}", f"{one.rows:,}",
            f"{one.events / max(one.seconds, 1e-9):,.0f}", f"{one.compared.newer:,}",
            f"{len(one.faults):,}", f"{len(one.differences):,}",
        )  # fmt: skip
    console.print(table)
    kept = Table(title="No events: only a backup has these (rows of the live databases)")
    names = list(next(iter(found.values())).compared.kept)
    for heading in ("service", *names):
        kept.add_column(heading, justify="left" if heading == "service" else "right")
    for name, one in found.items():
        kept.add_row(name, *(f"{one.compared.kept[table_name][0]:,}" for table_name in names))
    console.print(kept)
    lines = [f"{name}: {line}" for name, one in found.items() for line in (*one.faults, *one.differences)]
    for line in lines[:SHOWN]:
        console.print(line, soft_wrap=True)
    if len(lines) > SHOWN:
        console.print(f"... and {len(lines) - SHOWN} more")
    console.print(f"{len(lines)} differences; no reaction fired, no consumer was disturbed")
