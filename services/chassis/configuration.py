"""What a process can be told from outside: environment variables only, checked once, at the start."""

import base64
import binascii
import dataclasses
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Any, Final

KEY_BYTES: Final = 32
MAX_PORT: Final = 65_535
LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_DATABASE: Final = re.compile(r"(sqlite:///|postgresql(\+psycopg)?://).+")
_BUS: Final = re.compile(r"local:.+|kafka://[^,\s/]+:\d+(,[^,\s/]+:\d+)*")


class ConfigurationError(Exception):
    """Settings are missing or wrong; one line for each, never with the value (it may be a secret)."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def _text(pattern: re.Pattern[str], expected: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"must be {expected}")
        return value

    return parse


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"\d{1,12}", value) or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least:,} to {most:,}")
        return int(value)

    return parse


def _key(value: str) -> bytes:
    try:
        key = base64.b64decode(value.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"must be {KEY_BYTES} random bytes in base64 (openssl rand -base64 {KEY_BYTES})")
    return key


def _level(value: str) -> str:
    if value.upper() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return value.upper()


def _setting(name: str, kind: str, description: str, parse: Callable[[str], Any], default: Any = MISSING) -> Any:
    secret = kind == "secret"
    metadata = {"name": name, "kind": kind, "description": description, "parse": parse}
    if default is MISSING:
        return dataclasses.field(repr=not secret, metadata=metadata)
    return dataclasses.field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of a process. Each field knows its variable, kind, meaning and check."""

    database_url: str = _setting(
        "SERVICE_DATABASE_URL",
        "URL",
        "Database of this service: `postgresql://user:password@host/name` or `sqlite:///path`.",
        _text(_DATABASE, "postgresql://user:password@host/name or sqlite:///path"),
    )
    bus_url: str = _setting(
        "BUS_URL",
        "URL",
        "The bus between services: `kafka://host:port,host:port` or `local:path` (one machine, embedded).",
        _text(_BUS, "kafka://host:port,host:port or local:path"),
    )
    token_key: bytes = _setting(
        "TOKEN_KEY",
        "secret",
        "Signs and checks tokens (HS256): 32 random bytes in base64, the same for all services.",
        _key,
    )
    vault_key: bytes = _setting(
        "VAULT_KEY",
        "secret",
        "Wraps the subjects' keys in this service's vault: 32 random bytes in base64. Without it the vault is lost.",
        _key,
    )
    fingerprint_key: bytes = _setting(
        "FINGERPRINT_KEY",
        "secret",
        "Keys the fingerprints of requests that idempotency records keep: 32 random bytes in base64.",
        _key,
    )
    token_issuer: str = _setting(
        "TOKEN_ISSUER",
        "text",
        "Who issues tokens (`iss`); others are refused.",
        _text(re.compile(r"\S{1,200}"), "1 to 200 characters without spaces"),
        "sangsaeng",
    )
    token_audience: str = _setting(
        "TOKEN_AUDIENCE",
        "text",
        "For whom tokens are (`aud`); others are refused.",
        _text(re.compile(r"\S{1,200}"), "1 to 200 characters without spaces"),
        "sangsaeng",
    )
    bind: str = _setting(
        "BIND",
        "address",
        "Address to listen on; `0.0.0.0` in a container.",
        _text(re.compile(r"[0-9A-Za-z.:\-]{1,255}"), "an address or host name"),
        "127.0.0.1",
    )
    port: int = _setting("PORT", "number", "Port to listen on.", _whole(1, MAX_PORT), 8000)
    log_level: str = _setting("LOG_LEVEL", "text", "DEBUG, INFO, WARNING or ERROR.", _level, "INFO")
    max_body_bytes: int = _setting(
        "MAX_BODY_BYTES",
        "number",
        "Largest request body; a larger one is answered with 413.",
        _whole(1_024, 1_000_000_000),
        2_000_000,
    )
    max_import_bytes: int = _setting(
        "MAX_IMPORT_BYTES",
        "number",
        "Largest request body of a bulk import, the form around the file included; also the largest file to import.",
        _whole(1_024, 1_000_000_000),
        20_000_000,
    )
    trusted_proxies: int = _setting(
        "TRUSTED_PROXIES",
        "number",
        "Proxies in front whose `X-Forwarded-For`, `-Proto` and `-Prefix` are believed; 0 when there is none.",
        _whole(0, 5),
        0,
    )
    database_connections: int = _setting(
        "DATABASE_CONNECTIONS",
        "number",
        "Connections kept open to the database; under load up to as many again.",
        _whole(1, 500),
        16,
    )
    relay_batch: int = _setting(
        "RELAY_BATCH", "number", "Events the relay sends to the bus in one step.", _whole(1, 10_000), 500
    )
    consumer_batch: int = _setting(
        "CONSUMER_BATCH", "number", "Records the consumer takes from the bus in one step.", _whole(1, 10_000), 500
    )
    timer_batch: int = _setting(
        "TIMER_BATCH", "number", "Due timers turned into commands in one step.", _whole(1, 10_000), 100
    )
    parked_limit: int = _setting(
        "PARKED_LIMIT",
        "number",
        "With more parked records than this the consumer halts: something is wrong with the source.",
        _whole(0, 1_000_000),
        100,
    )
    idle_milliseconds: int = _setting(
        "IDLE_MILLISECONDS",
        "number",
        "How long relay and timers rest when there was nothing to do, and consumers wait for a record.",
        _whole(1, 60_000),
        20,
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Settings from variables. A secret may be given as `<NAME>_FILE`, the path of a file that holds it.

        Raises:
            ConfigurationError: with one line for each missing or wrong setting.
        """
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for item in dataclasses.fields(cls):
            name = item.metadata["name"]
            try:
                given = _given(environment, name)
                if given is not None:
                    values[item.name] = item.metadata["parse"](given)
            except ValueError as error:
                wrong.append(f"{name}: {error}")
                continue
            if given is None and item.default is MISSING:
                wrong.append(f"{name}: is required: {item.metadata['description']}")
        if wrong:
            raise ConfigurationError(wrong)
        return cls(**values)

    @property
    def log_threshold(self) -> int:
        return logging.getLevelNamesMapping()[self.log_level]


def _given(environment: Mapping[str, str], name: str) -> str | None:
    """The text of a setting; an empty variable counts as none."""
    direct, file = environment.get(name) or None, environment.get(f"{name}_FILE") or None
    if direct is not None and file is not None:
        raise ValueError(f"give either {name} or {name}_FILE, not both")
    if file is None:
        return direct
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"the file that {name}_FILE names cannot be read as UTF-8 text") from None


def rendered() -> str:
    """The page `docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Every process reads its settings from the environment, checks them at the start and says in one line each",
        "what is wrong. Each may also be given as `<NAME>_FILE`, the path of a file that holds the value.",
        "Generated by `python -m services.chassis.configuration > docs/settings.md`; a test keeps it current.",
        "",
        "| Variable | Kind | Default | Meaning |",
        "| --- | --- | --- | --- |",
    ]
    for item in dataclasses.fields(Settings):
        default = "required" if item.default is MISSING else f"`{item.default}`"
        lines.append(
            f"| `{item.metadata['name']}` | {item.metadata['kind']} | {default} | {item.metadata['description']} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(rendered(), end="")  # noqa: T201 - this is the generator's output
