"""The commands `backup seal` and `backup check`: what deploy/backup.sh and deploy/restore.sh leave to Python."""

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from services.evidence.backups import BackupError, check, seal

DIRECTORY: Final = click.argument("directory", type=click.Path(path_type=Path, readable=False))


def _clearly(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def run(**arguments: Any) -> Any:
        try:
            return function(**arguments)
        except BackupError as error:
            for line in error.lines:
                click.echo(line, err=True)
            sys.exit(1)

    return run


@click.group("backup", help="Seal a directory of dumps with a manifest, or check a backup before it is restored.")
def backup_group() -> None:
    """The group itself does nothing."""


@backup_group.command("seal")
@DIRECTORY
@_clearly
def seal_command(directory: Path) -> None:
    """Write the manifest of a directory of dumps: what they hold, their digests, one root over all streams."""
    _show(seal(directory))


@backup_group.command("check")
@DIRECTORY
@_clearly
def check_command(directory: Path) -> None:
    """Check every file of a backup against its manifest, and whether this release can restore it."""
    _show(check(directory))


def _show(manifest: Mapping[str, Any]) -> None:
    table = Table(title=f"Backup of {manifest['created_at']}")
    for heading in ("service", "events", "streams", "taken in", "vault entries", "MB", "sha256"):
        table.add_column(heading, justify="left" if heading in {"service", "sha256"} else "right")
    for name, entry in manifest["services"].items():
        table.add_row(
            name, f"{entry['events']:,}", f"{entry['streams']:,}", f"{entry['inbox']:,}",
            f"{entry['kept']['vault_entries']:,}", f"{entry['bytes'] / 1e6:,.2f}", entry["sha256"][:16],
        )  # fmt: skip
    console = Console(highlight=False, width=max(120, Console().width))
    console.print(table)
    console.print(f"root {manifest['root']}", soft_wrap=True)
