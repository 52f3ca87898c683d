"""The command line of one service: `python -m services.<name> api|worker|migrate|replay|verify|parked|...`."""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import assembly, logs, replay, restoration
from services.chassis.application import Application
from services.chassis.bus.abstract import BusError
from services.chassis.chain import verify
from services.chassis.configuration import ConfigurationError, Settings
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
        commands[name] = click.command(name, help=function.__doc__)(_clearly(partial(function, service)))
        commands[name].params += getattr(function, "__click_params__", [])

    for function in (api, worker, migrate, replay_, verify_, parked, republish, restore):
        command(function)
    return click.Group(service.name, commands=commands, help=f"{service.title}: run it, replay it, check it.")


def _clearly(function: Callable[..., Any]) -> Callable[..., Any]:
    """What goes wrong in operation is said in one line, without a traceback."""

    @wraps(function)
    def run(**arguments: Any) -> Any:
        try:
            return function(**arguments)
        except ConfigurationError as error:
            fail(*error.lines)
        except SQLAlchemyError as error:
            fail(f"the database refused: {str(error).splitlines()[0]}")
        except (BusError, restoration.BrokenTopicError) as error:
            fail(str(error))

    return run


def fail(*lines: str) -> NoReturn:
    """Say what is wrong, one line each, and leave with 1."""
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)


def _configured(service: Service) -> Settings:
    settings = Settings.from_environment(os.environ)
    logs.configure(service.name, settings.log_threshold)
    return settings


def _opened(service: Service) -> tuple[Application, Settings]:
    settings = _configured(service)
    return assembly.open_application(service, settings), settings


def api(service: Service) -> None:
    """Serve HTTP with gunicorn, until told to stop."""
    from services.chassis.serving import serve

    serve(service, _configured(service))


def worker(service: Service) -> None:
    """Run relay, consumer and timers, until told to stop. Serves /healthz, /readyz and /metrics."""
    settings = _configured(service)
    bus = assembly.open_bus(settings)
    application, metrics = assembly.open_application(service, settings, bus), Metrics(service.name)
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
    application, _ = _opened(service)
    click.echo(f"{service.name}: tables and read models are current")
    application.database.close()


@click.option("--rebuild", is_flag=True, help="Write the read models anew instead of comparing beside them.")
def replay_(service: Service, rebuild: bool) -> None:
    """Fold all read models again from the stored events and show every difference to the live ones."""
    application, _ = _opened(service)
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
    application, _ = _opened(service)
    found = verify(application)
    for fault in found.faults:
        click.echo(f"  {fault}")
    click.echo(f"{service.name}: {found.events} events in {found.streams} streams, {len(found.faults)} faults")
    if found.faults:
        sys.exit(1)


@click.argument("action", type=click.Choice(["list", "retry", "discard"]))
@click.option("--stream", help="Only this stream (retry).")
@click.option("--id", "parked_id", help="The parked record (discard).")
@click.option("--by", default="operator", show_default=True, help="Who decides; kept with the record.")
def parked(service: Service, action: str, stream: str | None, parked_id: str | None, by: str) -> None:
    """List, retry or discard records that could not be taken in."""
    application, settings = _opened(service)
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


def republish(service: Service) -> None:
    """Send every stored event to the topic again, for a topic that was lost. Consumers drop doubles."""
    application, settings = _opened(service)
    bus = assembly.open_bus(settings)
    click.echo(f"{service.name}: {restoration.republish(application, bus)} events sent")


def restore(service: Service) -> None:
    """Take events that the database lacks from the topics, then rebuild the read models. Run it with nothing else."""
    application, settings = _opened(service)
    restored = restoration.restore(application, assembly.open_bus(settings))
    done = replay.rebuild(application)
    click.echo(f"{service.name}: {restored.own} own and {restored.foreign} foreign events restored, {done.rows} rows")
