"""How a service's commands begin and end: settings read, service opened, what goes wrong said in one line."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import assembly, logs
from services.chassis.application import Application
from services.chassis.bus.abstract import BusError
from services.chassis.configuration import ConfigurationError, Settings
from services.chassis.fitness import UnfitDatabaseError
from services.chassis.inbox import ForkError
from services.chassis.service import Service
from services.chassis.topic_history import BrokenTopicError


def clearly(function: Callable[..., Any]) -> Callable[..., Any]:
    """What goes wrong in operation is said in one line, without a traceback."""

    @wraps(function)
    def run(**arguments: Any) -> Any:
        try:
            return function(**arguments)
        except ConfigurationError as error:
            fail(*error.lines)
        except SQLAlchemyError as error:
            fail(f"the database refused: {str(error).splitlines()[0]}")
        except (BusError, BrokenTopicError, ForkError, UnfitDatabaseError) as error:
            fail(str(error))

    return run


def fail(*lines: str) -> NoReturn:
    """Say what is wrong, one line each, and leave with 1."""
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1)


def configured(service: Service) -> Settings:
    settings = Settings.from_environment(os.environ)
    logs.configure(service.name, settings.log_threshold)
    return settings


def opened(service: Service) -> tuple[Application, Settings]:
    settings = configured(service)
    return assembly.open_application(service, settings), settings
