"""The command line of matching: what every service has, and what planners and auditors need besides."""

import click

from services.chassis import cli
from services.matching.b2b_race.command import b2b
from services.matching.definition import SERVICE
from services.matching.rechecking import recheck_command
from services.matching.solving import solve


def group() -> click.Group:
    """All commands."""
    commands = cli.group(SERVICE)
    commands.add_command(recheck_command)
    commands.add_command(solve)
    commands.add_command(b2b)
    return commands
