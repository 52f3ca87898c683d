"""The commands of the suite as a whole: run the rehearsal, serve, mint a token."""

import logging
import os
import signal
import threading
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from services.chassis import logs
from services.chassis.access import ROLES, Actor, Role
from services.chassis.tokens import LIFETIME, mint
from services.embedded.stack import Stack
from services.rehearsal import claims, figures, outlook
from services.rehearsal.client import RehearsalError
from services.rehearsal.distant import Distant
from services.rehearsal.printing import Report, console_for_people
from services.rehearsal.records import read
from services.rehearsal.running import distant_scene_of, rehearse, scene_of
from services.rehearsal.scene import Scene
from services.rehearsal.terminal import (
    DEFAULT_DIRECTORY,
    clearly,
    directory_option,
    language_option,
    port_option,
    token_key,
)
from services.rehearsal.texts import Language, language_of
from services.suite import SERVICES

LOOK_SECONDS: Final = 0.5


@click.command("run", help="Hold the 2023 fair through all services, print what came of it, and serve it.")
@click.option("--once", is_flag=True, help="End when all is printed.")
@directory_option
@port_option
@language_option
@clearly
def run_command(once: bool, directory: Path, port: int, lang: Language | None) -> None:
    """Exit code 0 when everything was printed (and, without --once, served until Ctrl-C)."""
    logs.configure("suite", logging.ERROR)
    report = Report(console_for_people(), lang or language_of(os.environ))
    stack = Stack(directory, port=port)
    _ended_by_signals()
    try:
        stack.start()
        scene = scene_of(stack, read())
        hold(scene, report)
        report.how_to_look(stack.url, "" if directory == DEFAULT_DIRECTORY else f" --directory {directory}")
        _require_running(stack)
        if not once:
            _serve(stack, report)
    finally:
        stack.stop()


@click.command("demo", help="Hold the 2023 fair on a deployed suite, through its gateway, and print what came of it.")
@click.option("--url", default="http://localhost:8000", show_default=True, help="Address of the gateway.")
@directory_option
@language_option
@clearly
def demo_command(url: str, directory: Path, lang: Language | None) -> None:
    """Exit code 0 when everything was printed. Tokens are signed with TOKEN_KEY or TOKEN_KEY_FILE."""
    report = Report(console_for_people(), lang or language_of(os.environ))
    distant = Distant(url, token_key(directory))
    hold(distant_scene_of(distant, read()), report)
    report.how_to_look(distant.url, "")


def hold(scene: Scene, report: Report) -> None:
    """Rehearse what is missing and print everything."""
    report.line("intro")
    if not rehearse(scene, report.step):
        report.line("known")
    for section in figures.sections(scene):
        report.section(section)
    report.claims(claims.compared(scene))
    report.assumptions(scene.records)
    ahead = outlook.outlook(scene)
    if ahead is not None:
        report.outlook(ahead)
    scene.client.close()


@click.command("serve", help="Serve all services on what is on record, without the rehearsal.")
@directory_option
@port_option
@language_option
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
    click.echo(mint(Actor(sub or role, role, company, fair), token_key(directory), lifetime))


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
