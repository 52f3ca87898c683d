"""The command line of the suite: `python -m services run|demo|serve|token|import|replay|audit-replay|backup|...`."""

import click

from services.evidence.audit_command import audit_command
from services.evidence.backup_commands import backup_group
from services.evidence.commands import export_command, replay_command
from services.evidence.settling import settled_command
from services.importing.command import import_command
from services.kafka_users import kafka_users_command
from services.rehearsal.command import demo_command, run_command, serve_command, token_command
from services.rehearsal.exporting import exports_command
from services.topics import topics_command


def group() -> click.Group:
    """All commands of the suite."""
    suite = click.Group("services", help="The fair platform in one process: run it, serve it, look into it.")
    for command in (
        run_command,
        demo_command,
        serve_command,
        token_command,
        exports_command,
        import_command,
        replay_command,
        export_command,
        audit_command,
        backup_group,
        settled_command,
        topics_command,
        kafka_users_command,
    ):
        suite.add_command(command)
    return suite


if __name__ == "__main__":
    group()(prog_name="python -m services")
