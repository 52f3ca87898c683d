"""The command `topics`: the topics of all services, before any of them starts."""

import os
from typing import Final

import click

from services.chassis import assembly
from services.chassis.configuration import BusSettings
from services.chassis.relay import topic
from services.chassis.worker import PARTITIONS
from services.rehearsal.terminal import clearly
from services.suite import SERVICES

NAMES: Final = tuple(topic(service.name) for service in SERVICES)


@click.command("topics", help="Create the topics that the bus lacks, with unlimited retention; BUS_URL names the bus.")
@clearly
def topics_command() -> None:
    """One line per topic with its partitions."""
    bus = assembly.open_bus(BusSettings.from_environment(os.environ))
    try:
        bus.ensure_topics(NAMES, partitions=PARTITIONS)
        for name in NAMES:
            click.echo(f"{name}: {len(bus.end_offsets(name))} partitions")
    finally:
        bus.close()
