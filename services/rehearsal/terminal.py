"""What the commands of the suite share: options, keys, and how they say what went wrong."""

import base64
import binascii
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final, NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from services.chassis.bus.abstract import BusError
from services.chassis.configuration import ConfigurationError
from services.chassis.tokens import TokenError
from services.embedded.keys import KeyFileError, ensure_keys
from services.embedded.stack import DirectoryInUseError, PortTakenError
from services.rehearsal.client import RehearsalError

DEFAULT_DIRECTORY: Final = Path("var")
EXPECTED: Final = (RehearsalError, PortTakenError, DirectoryInUseError, KeyFileError, ConfigurationError, TokenError)

directory_option = click.option(
    "--directory", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_DIRECTORY, show_default=True,
    help="Where databases and keys are kept.",
)  # fmt: skip
port_option = click.option(
    "--port", type=click.IntRange(0, 65_535), default=8000, envvar="PORT", show_default=True, show_envvar=True,
    help="Port to listen on; 0 takes a free one.",
)  # fmt: skip
language_option = click.option(
    "--lang", type=click.Choice(["ko", "en"]), help="Language of the output  [default: as LANG says]"
)


def clearly(function: Callable[..., Any]) -> Callable[..., Any]:
    """What goes wrong is said in one line, without a traceback, and the exit code is 1."""

    @wraps(function)
    def run(**arguments: Any) -> Any:
        try:
            return function(**arguments)
        except EXPECTED as error:
            fail(getattr(error, "reason", str(error)))
        except SQLAlchemyError as error:
            fail(f"what is stored cannot be used: {str(error).splitlines()[0]}")
        except BusError as error:
            fail(f"the bus cannot be used: {str(error).splitlines()[0]}")
        except OSError as error:
            fail(f"{error.strerror or type(error).__name__}: {error.filename or ''}".rstrip(": "))
        except KeyboardInterrupt:
            sys.exit(130)

    return run


def token_key(directory: Path) -> bytes:
    """The key that signs tokens: TOKEN_KEY, the file that TOKEN_KEY_FILE names, or that of an embedded suite."""
    given, file = os.environ.get("TOKEN_KEY"), os.environ.get("TOKEN_KEY_FILE")
    if file:
        given = Path(file).read_text(encoding="utf-8").strip()
    if given:
        try:
            return base64.b64decode(given.replace("-", "+").replace("_", "/"), validate=True)
        except (binascii.Error, ValueError):
            fail("TOKEN_KEY is not base64")
    keys = directory / "keys.json"
    if not keys.exists():
        fail(f"{keys} does not exist; start the suite once, name its --directory, or set TOKEN_KEY_FILE")
    return ensure_keys(keys).token_key


def fail(line: str) -> NoReturn:
    """Say what is wrong in one line and leave with 1."""
    click.echo(" ".join(line.split()), err=True)
    sys.exit(1)
