"""The command `settled` of a deployment: waits until the bus holds nothing that a service has not taken in."""

import os
import time
from typing import Final

import click

from services.chassis import assembly
from services.chassis.configuration import BusSettings
from services.chassis.consumer import lags
from services.rehearsal.terminal import clearly, fail
from services.suite import SERVICES

PAUSE_SECONDS: Final = 0.2


@click.command("settled")
@click.option("--patience", type=click.FloatRange(0), default=60, show_default=True, help="Seconds to wait at most.")
@clearly
def settled_command(patience: float) -> None:
    """Wait until every service has taken in all that is on the bus; BUS_URL names the bus."""
    bus = assembly.open_bus(BusSettings.from_environment(os.environ))
    deadline = time.monotonic() + patience
    try:
        while late := {service.name: lag for service in SERVICES if (lag := sum(lags(bus, service).values()))}:
            if time.monotonic() > deadline:
                told = ", ".join(f"{name} {lag}" for name, lag in late.items())
                fail(f"after {patience:.0f} s records still wait on the bus: {told}; do the workers run?")
            time.sleep(PAUSE_SECONDS)
    finally:
        bus.close()
    click.echo("nothing waits on the bus")
