"""The command line of one service: `python -m services.<name> api|worker|migrate|replay|verify|parked|...`."""

import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import click

from services.chassis import assembly, cli_evidence
from services.chassis.application import Application
from services.chassis.cli_opening import clearly, configured, fail, opened
from services.chassis.configuration import Settings
from services.chassis.gauges import observed
from services.chassis.metrics import Metrics
from services.chassis.parking import Parking
from services.chassis.probes import Probes
from services.chassis.resolution import ParkedRecords
from services.chassis.service import Service


def main(service: Service) -> None:
    """Run the command line of `service` and leave."""
    group(service)(prog_name=f"python -m services.{service.name}")


def group(service: Service) -> click.Group:
    """The commands of one service."""
    commands: dict[str, click.Command] = {}

    def command(function: Callable[..., Any]) -> None:
        name = function.__name__.removesuffix("_").replace("_", "-")
        commands[name] = click.command(name, help=function.__doc__)(clearly(partial(function, service)))
        commands[name].params += getattr(function, "__click_params__", [])

    for function in (api, worker, migrate, parked, *cli_evidence.ALL):
        command(function)
    return click.Group(service.name, commands=commands, help=f"{service.title}: run it, replay it, check it.")


def api(service: Service) -> None:
    """Serve HTTP with gunicorn, until told to stop."""
    from services.chassis.serving import serve

    serve(service, configured(service))


def worker(service: Service) -> None:
    """Run relay, consumer and timers, until told to stop. Serves /healthz, /readyz and /metrics."""
    settings = configured(service)
    bus = assembly.open_bus(settings)
    application = assembly.open_application(service, settings, bus)
    metrics = observed(application, bus)
    running = assembly.open_worker(application, bus, settings, metrics)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.request_stop())
    with _probes(application, settings, metrics):
        running.start()
        running.wait()
        running.stop()
    bus.close()


def _probes(application: Application, settings: Settings, metrics: Metrics) -> Probes:
    try:
        return Probes(application, settings, metrics)
    except (OSError, SystemExit):
        fail(f"port {settings.port} is in use on {settings.bind}; choose another with PORT=...")


def migrate(service: Service) -> None:
    """Bring the database to the newest tables and the read models to their newest shape."""
    application, _ = opened(service)
    click.echo(f"{service.name}: tables and read models are current")
    application.database.close()


@click.argument("action", type=click.Choice(["list", "retry", "discard"]))
@click.option("--stream", help="Only this stream (retry).")
@click.option("--id", "parked_id", help="The parked record (discard).")
@click.option("--by", default="operator", show_default=True, help="Who decides; kept with the record.")
def parked(service: Service, action: str, stream: str | None, parked_id: str | None, by: str) -> None:
    """List, retry or discard records that could not be taken in."""
    application, settings = opened(service)
    parking = Parking(application.database, application.clock, application.ids, limit=settings.parked_limit)
    records = ParkedRecords(application, parking)
    if action == "list":
        for record in parking.listed():
            place = f"{record.topic}/{record.partition}@{record.offset}"
            click.echo(f"{record.parked_id}  {place}  {record.stream_id} v{record.version}  {record.reason}")
        click.echo(f"{service.name}: {parking.count()} parked")
    elif action == "retry":
        taken = records.retry(stream, by)
        click.echo(f"{service.name}: {taken.handled + taken.unhandled} taken in, {taken.parked} parked again")
    elif parked_id is None:
        fail("discard needs --id; `parked list` shows the ids")
    elif not records.discard(parked_id, by):
        fail("no such record is parked; `parked list` shows the ids")
    else:
        click.echo(f"{service.name}: discarded")
