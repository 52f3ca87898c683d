"""The commands of the suite as a whole: run the rehearsal, serve, mint a token."""

import base64
import binascii
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, Final, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import logs
from services.chassis.access import ROLES, Actor, Role
from services.chassis.bus.abstract import BusError
from services.chassis.configuration import ConfigurationError
from services.chassis.tokens import LIFETIME, TokenError, mint
from services.embedded.keys import KeyFileError, ensure_keys
from services.embedded.stack import DirectoryInUseError, PortTakenError, Stack
from services.rehearsal import claims, figures
from services.rehearsal.client import RehearsalError
from services.rehearsal.printing import Report, console_for_people
from services.rehearsal.records import read
from services.rehearsal.running import rehearse, scene_of
from services.rehearsal.texts import Language, language_of
from services.suite import SERVICES

DEFAULT_DIRECTORY: Final = Path("var")
LOOK_SECONDS: Final = 0.5
EXPECTED: Final = (RehearsalError, PortTakenError, DirectoryInUseError, KeyFileError, ConfigurationError, TokenError)

directory_option = click.option(
    "--directory", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_DIRECTORY, show_default=True,
    help="Where databases and keys are kept.",
)  # fmt: skip
port_option = click.option(
    "--port", type=click.IntRange(0, 65_535), default=8000, envvar="PORT", show_default=True, show_envvar=True,
    help="Port to listen on; 0 takes a free one.",
)  # fmt: skip


def clearly(function: Callable[..., Any]) -> Callable[..., Any]:
    """What goes wrong is said in one line, without a traceback, and the exit code is 1."""

    @wraps(function)
    def run(**arguments: Any) -> Any:
        try:
            return function(**arguments)
        except EXPECTED as error:
            _fail(getattr(error, "reason", str(error)))
        except (SQLAlchemyError, BusError) as error:
            _fail(f"what is stored cannot be used: {str(error).splitlines()[0]}")
        except OSError as error:
            _fail(f"{error.strerror or type(error).__name__}: {error.filename or ''}".rstrip(": "))
        except KeyboardInterrupt:
            sys.exit(130)

    return run


@click.command("run", help="Hold the 2023 fair through all services, print what came of it, and serve it.")
@click.option("--once", is_flag=True, help="End when all is printed.")
@directory_option
@port_option
@click.option("--lang", type=click.Choice(["ko", "en"]), help="Language of the output  [default: as LANG says]")
@clearly
def run_command(once: bool, directory: Path, port: int, lang: Language | None) -> None:
    """Exit code 0 when everything was printed (and, without --once, served until Ctrl-C)."""
    logs.configure("suite", logging.ERROR)
    report = Report(console_for_people(), lang or language_of(os.environ))
    stack = Stack(directory, port=port)
    _ended_by_signals()
    try:
        stack.start()
        records = read()
        scene = scene_of(stack, records)
        report.line("intro")
        if not rehearse(scene, report.step):
            report.line("known")
        for section in figures.sections(scene):
            report.section(section)
        report.claims(claims.compared(scene))
        report.assumptions(records)
        report.how_to_look(stack.url, "" if directory == DEFAULT_DIRECTORY else f" --directory {directory}")
        scene.client.close()
        _require_running(stack)
        if not once:
            _serve(stack, report)
    finally:
        stack.stop()


@click.command("serve", help="Serve all services on what is on record, without the rehearsal.")
@directory_option
@port_option
@click.option("--lang", type=click.Choice(["ko", "en"]), help="Language of the output  [default: as LANG says]")
@clearly
def serve_command(directory: Path, port: int, lang: Language | None) -> None:
    """Until Ctrl-C."""
    logs.configure("suite", logging.WARNING)
    stack = Stack(directory, port=port)
    _ended_by_signals()
    try:
        stack.start()
        _serve(stack, Report(console_for_people(), lang or language_of(os.environ)))
    finally:
        stack.stop()


@click.command("token", help="Mint a token, signed with TOKEN_KEY or the key of an embedded suite.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the caller may do.")
@click.option("--company", help="The company it speaks for (buyer and sme need one).")
@click.option("--fair", help="Bind it to one fair.")
@click.option("--sub", help="Opaque id of the caller  [default: the role]")
@click.option("--hours", type=click.IntRange(1, 24 * 366), help=f"Lifetime  [default: {LIFETIME.seconds // 3600}]")
@directory_option
@clearly
def token_command(
    role: Role, company: str | None, fair: str | None, sub: str | None, hours: int | None, directory: Path
) -> None:
    """The token alone on standard output."""
    lifetime = LIFETIME if hours is None else timedelta(hours=hours)
    click.echo(mint(Actor(sub or role, role, company, fair), _token_key(directory), lifetime))


def _token_key(directory: Path) -> bytes:
    given = os.environ.get("TOKEN_KEY")
    if given:
        try:
            return base64.b64decode(given.replace("-", "+").replace("_", "/"), validate=True)
        except (binascii.Error, ValueError):
            _fail("TOKEN_KEY is not base64")
    keys = directory / "keys.json"
    if not keys.exists():
        _fail(f"{keys} does not exist; start the suite once, name its --directory, or set TOKEN_KEY")
    return ensure_keys(keys).token_key


def _serve(stack: Stack, report: Report) -> None:
    report.line("serving")
    for service in SERVICES:
        report.text(f"  {stack.url}/{service.name}/docs")
    ended = threading.Event()
    try:
        while not ended.wait(LOOK_SECONDS):
            _require_running(stack)
    except KeyboardInterrupt:
        report.line("stopped")


def _require_running(stack: Stack) -> None:
    halted = stack.halted()
    if halted:
        raise RehearsalError("; ".join(halted))


def _ended_by_signals() -> None:
    """SIGTERM ends as Ctrl-C does: loops finish their step, files are closed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _fail(line: str) -> NoReturn:
    click.echo(" ".join(line.split()), err=True)
    sys.exit(1)
