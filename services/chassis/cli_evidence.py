"""The commands that prove or mend what a service holds: replay, verify, compare, republish, restore, ..."""

import json
import sys
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from services.chassis import assembly, erasures, replay, republication, restoration
from services.chassis.application import Application
from services.chassis.chain import verify
from services.chassis.cli_opening import configured, fail, opened
from services.chassis.comparison import Compared, compare_databases
from services.chassis.configuration import Settings
from services.chassis.database import Database
from services.chassis.facts import facts
from services.chassis.fitness import open_as_it_is
from services.chassis.relay import Relay, depth
from services.chassis.service import Service
from services.chassis.worker import make_topics

SHOWN: Final = 20
WITH: Final = click.option(
    "--with", "other", metavar="URL", help="The other database, opened with this one's password."
)
WITH_FILE: Final = click.option(
    "--with-file", type=click.Path(path_type=Path), help="A file that holds the URL of the other database."
)


@click.option("--rebuild", is_flag=True, help="Write the read models anew instead of comparing beside them.")
def replay_(service: Service, rebuild: bool) -> None:
    """Fold all read models again from the stored events and show every difference to the live ones."""
    application, _ = opened(service)
    done = replay.rebuild(application) if rebuild else replay.compare(application)
    speed = done.events / max(done.seconds, 1e-9)
    click.echo(f"{service.name}: {done.events} events, {done.rows} rows, {speed:,.0f} events/s")
    for difference in done.differences:
        click.echo(f"  {difference}")
    click.echo(f"{service.name}: {len(done.differences)} differences")
    if done.differences:
        sys.exit(1)


def verify_(service: Service) -> None:
    """Check the hash chain of every stream and the contract of every event."""
    application, _ = opened(service)
    found = verify(application)
    for fault in found.faults:
        click.echo(f"  {fault}")
    click.echo(f"{service.name}: {found.events} events in {found.streams} streams, {len(found.faults)} faults")
    if found.faults:
        sys.exit(1)


@WITH
@WITH_FILE
@click.option("--growing", is_flag=True, help="This service works on: what it has beyond the other is no difference.")
def compare(service: Service, other: str | None, with_file: Path | None, growing: bool) -> None:
    """Compare this database with another of the service: streams, what was taken in, read models, row by row."""
    settings = configured(service)
    theirs = open_as_it_is(service, _other(settings, other, with_file))
    ours = open_as_it_is(service, settings.database)
    found = compare_databases(ours, theirs, growing=growing)
    _tell(service.name, found)
    for application in (ours, theirs):
        application.database.close()
    if found.faults or found.differences:
        sys.exit(1)


@click.option("--taken-in", is_flag=True, help="Send what others' topics lack of what was taken in from them.")
def republish(service: Service, taken_in: bool) -> None:
    """Send every stored event to the topic again, for a topic that was lost. Consumers drop doubles."""
    application, settings = opened(service)
    bus = assembly.open_bus(settings)
    make_topics(bus, service)
    send = republication.give_back if taken_in else republication.republish
    click.echo(f"{service.name}: {send(application, bus)} events sent")


@click.option("--backup", type=click.Path(path_type=Path), help="The backup that the database was just filled from.")
@click.option("--erased-in", metavar="URL", help="A newer database: whom it knows as erased is erased again.")
def restore(service: Service, backup: Path | None, erased_in: str | None) -> None:
    """Take from the topics what the database lacks, send what they lack, rebuild the read models, check everything.

    Run it with nothing else at work on the database. With --backup it first makes sure that the database holds what the
    backup's manifest says, and that the vault's key is the one that the backup was made with.
    """
    application, settings = opened(service)
    if backup is not None:
        _require_backed_up(application, backup)
    bus = assembly.open_bus(settings)
    relay = Relay(application, bus)
    if not relay.take_lead():
        fail(f"a worker of {service.name} is at work on this database; stop it first")
    make_topics(bus, service)
    restored = restoration.restore(application, bus)
    done = replay.rebuild(application)
    click.echo(f"{service.name}: {restored.own} own and {restored.foreign} foreign events restored, {done.rows} rows")
    if restored.unsent:
        while relay.step().acknowledged:
            pass
        click.echo(f"{service.name}: {restored.unsent} events the topic lacked, {depth(application)[0]} left to send")
    relay.close()
    if restored.parked:
        click.echo(f"{service.name}: {restored.parked} records parked; see `parked list`")
    if erased_in is not None:
        _erase_again(application, _other(settings, erased_in, None), "restore")
    _check(application)


@WITH
@WITH_FILE
@click.option("--by", default="operator", show_default=True, help="Who decides; kept in the vault's log.")
def erase_again(service: Service, other: str | None, with_file: Path | None, by: str) -> None:
    """Erase whom the other, newer database knows as erased. For a database restored from an older backup."""
    application, settings = opened(service)
    _erase_again(application, _other(settings, other, with_file), by)


def _other(settings: Settings, url: str | None, file: Path | None) -> str:
    if (url is None) == (file is None):
        fail("name the other database, either --with URL or --with-file FILE")
    try:
        found = make_url(url or (file or Path()).read_text(encoding="utf-8").strip())
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    except ArgumentError:
        fail("the other database's URL must be postgresql://user@host/name or sqlite:///path")
    if found.password is None and found.username is not None and settings.database_password:
        found = found.set(password=settings.database_password)
    return found.render_as_string(hide_password=False)


def _erase_again(application: Application, url: str, by: str) -> None:
    try:
        count = erasures.erase_again(application, Database(url, connections=1), by=by)
    except SQLAlchemyError as error:
        reason = str(error).splitlines()[0]
        click.echo(f"{application.name}: the newer database cannot be read ({reason}); erase by hand whom it erased")
    else:
        click.echo(f"{application.name}: {count} subjects erased again")


def _check(application: Application) -> None:
    chain, rows = verify(application), replay.compare(application)
    for line in (*chain.faults, *rows.differences):
        click.echo(f"  {line}")
    click.echo(
        f"{application.name}: {chain.events} events in {chain.streams} streams, {len(chain.faults)} faults,"
        f" {len(rows.differences)} differences to a replay"
    )
    if chain.faults or rows.differences:
        sys.exit(1)


def _tell(name: str, found: Compared) -> None:
    lines = [*found.faults, *map(str, found.differences)]
    for line in lines[:SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > SHOWN:
        click.echo(f"  ... and {len(lines) - SHOWN} more")
    click.echo(
        f"{name}: {found.events} events in {found.streams} streams and {found.rows} rows compared,"
        f" {found.newer} newer events here, {len(found.faults)} faults, {len(found.differences)} differences"
    )
    click.echo(f"{name}: no events, only a backup has them (rows here / there):")
    for table, (here, there) in found.kept.items():
        click.echo(f"  {table:<18} {here:>10,} / {there:,}")


def _require_backed_up(application: Application, backup: Path) -> None:
    manifest: dict[str, Any] = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))
    with application.database.snapshot() as connection:
        found = facts(application, connection)
        contradictions = found.contradictions(manifest["services"][application.name])
        if not contradictions and not application.vault.opens(connection):
            contradictions.append(
                f"{application.name}: the vault key is not the one that the backup was made with; put the secrets/"
                " of that time back"
            )
    if contradictions:
        fail(*contradictions)


ALL: Final = (replay_, verify_, compare, republish, restore, erase_again)
