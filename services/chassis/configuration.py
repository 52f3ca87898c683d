"""What a process can be told from outside: environment variables only, checked once, at the start."""

import dataclasses
import logging
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy.engine import make_url

from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.setting_kinds import key, level, password, setting, text, whole

MAX_PORT: Final = 65_535
_DATABASE: Final = re.compile(r"(sqlite:///|postgresql(\+psycopg)?://).+")
_BUS: Final = re.compile(r"local:.+|kafka://[^,\s/]+:\d+(,[^,\s/]+:\d+)*")


class ConfigurationError(Exception):
    """Settings are missing or wrong; one line for each, never with the value (it may be a secret)."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True, kw_only=True)
class BusSettings(KafkaSettings):
    """What reaching the bus takes. Each field knows its variable, kind, meaning and check."""

    bus_url: str = setting(
        "BUS_URL",
        "URL",
        "The bus between services: `kafka://host:port,host:port` or `local:path` (one machine, embedded).",
        text(_BUS, "kafka://host:port,host:port or local:path"),
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
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
        if not wrong:
            settings = cls(**values)
            wrong = settings.problems()
        if wrong:
            raise ConfigurationError(wrong)
        return settings


@dataclass(frozen=True, kw_only=True)
class Settings(BusSettings):
    """All settings of a service's process."""

    database_url: str = setting(
        "SERVICE_DATABASE_URL",
        "URL",
        "Database of this service: `postgresql://user:password@host/name` or `sqlite:///path`.",
        text(_DATABASE, "postgresql://user:password@host/name or sqlite:///path"),
    )
    database_password: str = setting(
        "DATABASE_PASSWORD",
        "secret",
        "Password for a `SERVICE_DATABASE_URL` that names a user without one.",
        password,
        "",
    )
    token_key: bytes = setting(
        "TOKEN_KEY",
        "secret",
        "Signs and checks tokens (HS256): 32 random bytes in base64, the same for all services.",
        key,
    )
    vault_key: bytes = setting(
        "VAULT_KEY",
        "secret",
        "Wraps the subjects' keys in this service's vault: 32 random bytes in base64. Without it the vault is lost.",
        key,
    )
    fingerprint_key: bytes = setting(
        "FINGERPRINT_KEY",
        "secret",
        "Keys the fingerprints of requests that idempotency records keep: 32 random bytes in base64.",
        key,
    )
    token_issuer: str = setting(
        "TOKEN_ISSUER",
        "text",
        "Who issues tokens (`iss`); others are refused.",
        text(re.compile(r"\S{1,200}"), "1 to 200 characters without spaces"),
        "sangsaeng",
    )
    token_audience: str = setting(
        "TOKEN_AUDIENCE",
        "text",
        "For whom tokens are (`aud`); others are refused.",
        text(re.compile(r"\S{1,200}"), "1 to 200 characters without spaces"),
        "sangsaeng",
    )
    bind: str = setting(
        "BIND",
        "address",
        "Address to listen on; `0.0.0.0` in a container.",
        text(re.compile(r"[0-9A-Za-z.:\-]{1,255}"), "an address or host name"),
        "127.0.0.1",
    )
    port: int = setting("PORT", "number", "Port to listen on.", whole(1, MAX_PORT), 8000)
    log_level: str = setting("LOG_LEVEL", "text", "DEBUG, INFO, WARNING or ERROR.", level, "INFO")
    max_body_bytes: int = setting(
        "MAX_BODY_BYTES",
        "number",
        "Largest request body; a larger one is answered with 413.",
        whole(1_024, 1_000_000_000),
        2_000_000,
    )
    max_import_bytes: int = setting(
        "MAX_IMPORT_BYTES",
        "number",
        "Largest request body of a bulk import, the form around the file included; also the largest file to import.",
        whole(1_024, 1_000_000_000),
        20_000_000,
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES",
        "number",
        "Proxies in front whose `X-Forwarded-For`, `-Proto` and `-Prefix` are believed; 0 when there is none.",
        whole(0, 5),
        0,
    )
    database_connections: int = setting(
        "DATABASE_CONNECTIONS",
        "number",
        "Connections kept open to the database; under load up to as many again.",
        whole(1, 500),
        16,
    )
    relay_batch: int = setting(
        "RELAY_BATCH", "number", "Events the relay sends to the bus in one step.", whole(1, 10_000), 500
    )
    consumer_batch: int = setting(
        "CONSUMER_BATCH", "number", "Records the consumer takes from the bus in one step.", whole(1, 10_000), 500
    )
    timer_batch: int = setting(
        "TIMER_BATCH", "number", "Due timers turned into commands in one step.", whole(1, 10_000), 100
    )
    parked_limit: int = setting(
        "PARKED_LIMIT",
        "number",
        "With more parked records than this the consumer halts: something is wrong with the source.",
        whole(0, 1_000_000),
        100,
    )
    idle_milliseconds: int = setting(
        "IDLE_MILLISECONDS",
        "number",
        "How long the relay rests when there was nothing to do; the longer there is nothing, the longer, up to 200.",
        whole(1, 60_000),
        20,
    )

    def problems(self) -> list[str]:
        wrong = super().problems()
        if self.database_password:
            url = make_url(self.database_url)
            if url.username is None or url.password is not None:
                wrong.append("DATABASE_PASSWORD: SERVICE_DATABASE_URL must name a user, and no password of its own")
        return wrong

    @property
    def database(self) -> str:
        """The database's URL, with its password."""
        if not self.database_password:
            return self.database_url
        return make_url(self.database_url).set(password=self.database_password).render_as_string(hide_password=False)

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
    # What must be given comes first.
    for item in sorted(dataclasses.fields(Settings), key=lambda item: item.default is not MISSING):
        default = "required" if item.default is MISSING else f"`{item.default}`" if item.default != "" else "none"
        lines.append(
            f"| `{item.metadata['name']}` | {item.metadata['kind']} | {default} | {item.metadata['description']} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(rendered(), end="")  # noqa: T201 - this is the generator's output
