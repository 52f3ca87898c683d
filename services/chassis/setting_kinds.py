"""The kinds of settings: how the text of an environment variable is read, checked, and asked for when it is wrong."""

import base64
import binascii
import dataclasses
import re
from collections.abc import Callable
from dataclasses import MISSING
from typing import Any, Final

KEY_BYTES: Final = 32
LEAST_DISTINCT_BYTES: Final = 12
"""Fewer different bytes among 32 do not come out of a random generator: somebody typed the key or left a sample."""
LEAST_PASSWORD: Final = 16
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")


def text(pattern: re.Pattern[str], expected: str) -> Callable[[str], str]:
    """Text that matches a pattern as a whole; `expected` completes "must be ..."."""

    def parse(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"must be {expected}")
        return value

    return parse


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"\d{1,12}", value) or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least:,} to {most:,}")
        return int(value)

    return parse


def key(value: str) -> bytes:
    """32 random bytes in base64. A key that is no random one is refused: it would be the same in many places."""
    try:
        decoded = base64.b64decode(value.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != KEY_BYTES or len(set(decoded)) < LEAST_DISTINCT_BYTES:
        raise ValueError(f"must be {KEY_BYTES} random bytes in base64 (openssl rand -base64 {KEY_BYTES})")
    return decoded


def password(value: str) -> str:
    """A password that nobody has typed from memory."""
    if len(value) < LEAST_PASSWORD or len(set(value)) < LEAST_PASSWORD // 2:
        raise ValueError(f"must have at least {LEAST_PASSWORD} random characters (openssl rand -hex 24)")
    return value


def level(value: str) -> str:
    """A level of logging."""
    if value.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return value.upper()


def setting(name: str, kind: str, description: str, parse: Callable[[str], Any], default: Any = MISSING) -> Any:
    """A field of a dataclass of settings; without a default it is required. Kind "secret" keeps it out of `repr`."""
    secret = kind == "secret"
    metadata = {"name": name, "kind": kind, "description": description, "parse": parse}
    if default is MISSING:
        return dataclasses.field(repr=not secret, metadata=metadata)
    return dataclasses.field(default=default, repr=not secret, metadata=metadata)
