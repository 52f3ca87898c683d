"""The commands `replay` and `audit-export` of the suite, on an embedded directory."""

import sys
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from services.chassis import replay
from services.embedded.stack import Stack
from services.evidence.exporting import ExportTargetError, export
from services.evidence.replaying import from_bus

SHOWN: Final = 20
DIRECTORY: Final = click.option(
    "--directory", default="var", show_default=True, type=click.Path(path_type=Path), help="Where the data is kept."
)


@click.command("replay")
@DIRECTORY
def replay_command(directory: Path) -> None:
    """Rebuild every read model of every service beside the live ones, then from the bus alone; show differences."""
    stack = _opened(directory)
    console = Console(highlight=False)
    table = Table(title="Replay", show_lines=False)
    for heading in ("service", "from", "events", "rows", "events/s", "differences"):
        table.add_column(heading, justify="left" if heading in {"service", "from"} else "right")
    found: list[str] = []
    for name, application in stack.applications.items():
        beside = replay.compare(application)
        faults = [str(difference) for difference in beside.differences]
        table.add_row(*_row(name, "its own store", beside.events, beside.rows, beside.seconds, len(faults)))
        found += [f"{name}: {fault}" for fault in faults]
        bus = from_bus(application, stack.bus)
        faults = [*bus.missing, *(str(difference) for difference in bus.differences)]
        table.add_row(*_row(name, "the bus alone", bus.own + bus.foreign, bus.rows, bus.seconds, len(faults)))
        found += [f"{name} from the bus: {fault}" for fault in faults]
        if bus.unsent:
            found.append(f"{name}: {bus.unsent} events wait for the bus; run it again when they have been sent")
    console.print(table)
    for line in found[:SHOWN]:
        console.print(line)
    if len(found) > SHOWN:
        console.print(f"... and {len(found) - SHOWN} more")
    console.print(f"{len(found)} differences; no reaction fired")
    stack.stop()
    if found:
        sys.exit(1)


@click.command("audit-export")
@DIRECTORY
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new or empty directory.")
def export_command(directory: Path, out: Path) -> None:
    """Write all events as JSON Lines with a manifest; check them anywhere with contracts/verify.py."""
    stack = _opened(directory)
    try:
        written = export(stack.applications.values(), out)
    except ExportTargetError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    finally:
        stack.stop()
    for name, entry in written["services"].items():
        click.echo(f"{name}: {entry['events']} events in {entry['streams']} streams -> {out / entry['file']}")
    click.echo(f"root {written['root']}")
    click.echo(f"check it with: python contracts/verify.py {out}")


def _opened(directory: Path) -> Stack:
    if not (directory / "keys.json").exists():
        click.echo(f"{directory} holds no data; start the suite first with `make run`", err=True)
        sys.exit(1)
    stack = Stack(directory)
    stack.open()
    return stack


def _row(service: str, source: str, events: int, rows: int, seconds: float, faults: int) -> tuple[str, ...]:
    return service, source, f"{events:,}", f"{rows:,}", f"{events / max(seconds, 1e-9):,.0f}", str(faults)
