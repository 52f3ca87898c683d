"""Settings: read from the environment, checked at once, documented one by one."""

import base64
import dataclasses
import tomllib
from pathlib import Path

import pytest

from services.chassis import VERSION, configuration, metrics
from services.chassis.configuration import BusSettings, ConfigurationError, Settings
from services.chassis.database import Database

DOCS = Path(__file__).parents[3] / "docs"
SECRET = base64.b64encode(bytes(range(32))).decode()
GIVEN = {
    "SERVICE_DATABASE_URL": "postgresql://registration:pass@db/registration",
    "BUS_URL": "kafka://kafka-1:9092,kafka-2:9092",
    "TOKEN_KEY": SECRET,
    "VAULT_KEY": SECRET,
    "FINGERPRINT_KEY": SECRET,
}


def wrong(environment: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment(environment)
    return refused.value.lines


def test_what_is_required_is_enough():
    settings = Settings.from_environment(GIVEN)
    assert settings.token_key == bytes(range(32))
    assert (settings.bind, settings.port, settings.max_body_bytes) == ("127.0.0.1", 8000, 2_000_000)


def test_everything_that_is_missing_is_said_at_once():
    names = [line.partition(":")[0] for line in wrong({})]
    assert sorted(names) == sorted(GIVEN)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVICE_DATABASE_URL", "mysql://host/db"), ("SERVICE_DATABASE_URL", "postgresql://"),
        ("BUS_URL", "kafka://host"), ("BUS_URL", "redis://host:1"), ("BUS_URL", "local:"),
        ("TOKEN_KEY", "short"), ("VAULT_KEY", base64.b64encode(bytes(16)).decode()), ("FINGERPRINT_KEY", "홍길동"),
        ("PORT", "0"), ("PORT", "65536"), ("PORT", "eighty"), ("PORT", "-1"), ("PORT", "8000 "),
        ("LOG_LEVEL", "LOUD"), ("MAX_BODY_BYTES", "10"), ("RELAY_BATCH", "0"), ("TOKEN_ISSUER", "two words"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_one_line_that_names_it_without_its_value(name, value):
    lines = wrong({**GIVEN, name: value})
    assert len(lines) == 1
    assert lines[0].startswith(f"{name}: must be ")
    assert lines == wrong({**GIVEN, name: "\n\n"})


def test_secrets_come_from_files(tmp_path):
    file = tmp_path / "key"
    file.write_text(SECRET + "\n")
    given = {name: value for name, value in GIVEN.items() if name != "VAULT_KEY"}
    assert Settings.from_environment({**given, "VAULT_KEY_FILE": str(file)}).vault_key == bytes(range(32))
    assert wrong({**GIVEN, "VAULT_KEY_FILE": str(file)}) == (
        "VAULT_KEY: give either VAULT_KEY or VAULT_KEY_FILE, not both",
    )
    missing = wrong({**given, "VAULT_KEY_FILE": str(tmp_path / "nothing")})
    assert missing == ("VAULT_KEY: the file that VAULT_KEY_FILE names cannot be read as UTF-8 text",)


def test_an_empty_variable_is_none():
    assert Settings.from_environment({**GIVEN, "PORT": ""}).port == 8000


def test_urlsafe_base64_is_base64_too():
    key = bytes(range(224, 256))
    given = {**GIVEN, "TOKEN_KEY": base64.urlsafe_b64encode(key).decode()}
    assert Settings.from_environment(given).token_key == key


@pytest.mark.parametrize("sample", [bytes(32), b"changeme" * 4, bytes([1, 2] * 16)])
def test_a_key_that_somebody_typed_is_refused(sample):
    lines = wrong({**GIVEN, "TOKEN_KEY": base64.b64encode(sample).decode()})
    assert lines == ("TOKEN_KEY: must be 32 random bytes in base64 (openssl rand -base64 32)",)


def test_a_database_password_joins_the_url():
    given = {**GIVEN, "SERVICE_DATABASE_URL": "postgresql://matching@db/matching?sslmode=verify-full"}
    settings = Settings.from_environment({**given, "DATABASE_PASSWORD": "p@ss/word-0123456789"})
    assert settings.database == "postgresql://matching:p%40ss%2Fword-0123456789@db/matching?sslmode=verify-full"
    assert "0123456789" not in repr(settings)
    assert Settings.from_environment(given).database == given["SERVICE_DATABASE_URL"]


@pytest.mark.parametrize("password", ["short", "postgres", "aaaaaaaaaaaaaaaaaaaaaaaa", "changemechangemechangeme"])
def test_a_password_that_somebody_typed_is_refused(password):
    given = {**GIVEN, "SERVICE_DATABASE_URL": "postgresql://matching@db/matching"}
    (line,) = wrong({**given, "DATABASE_PASSWORD": password})
    assert line == "DATABASE_PASSWORD: must have at least 16 random characters (openssl rand -hex 24)"


@pytest.mark.parametrize(
    "url", ["postgresql://matching:there@db/matching", "postgresql://db/matching", "sqlite:///x.db"]
)
def test_a_database_password_has_one_place(url):
    (line,) = wrong({**GIVEN, "SERVICE_DATABASE_URL": url, "DATABASE_PASSWORD": "0123456789abcdef"})
    assert line.startswith("DATABASE_PASSWORD: SERVICE_DATABASE_URL must name a user")


def test_the_bus_alone_needs_nothing_else():
    assert BusSettings.from_environment({"BUS_URL": GIVEN["BUS_URL"]}).bus_url == GIVEN["BUS_URL"]


def test_secrets_are_not_printed():
    assert repr(bytes(range(32))) not in repr(Settings.from_environment(GIVEN))


def test_every_setting_has_a_name_a_kind_and_a_meaning():
    for item in dataclasses.fields(Settings):
        assert item.metadata["name"].isupper()
        assert item.metadata["kind"]
        assert item.metadata["description"].endswith(".")


@pytest.mark.parametrize(("page", "source"), [("settings.md", configuration), ("metrics.md", metrics)])
def test_the_page_is_current(page, source):
    current = (DOCS / page).read_text(encoding="utf-8")
    assert current == source.rendered(), f"run: python -m {source.__name__} > docs/{page}"


def test_the_version_is_the_projects():
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION


def test_what_kafka_asks_for_is_checked_together_and_with_the_bus():
    given = {"BUS_URL": GIVEN["BUS_URL"], "KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "KAFKA_SASL_USERNAME": "matching"}
    with pytest.raises(ConfigurationError) as refused:
        BusSettings.from_environment(given)
    assert refused.value.lines == ("KAFKA_SASL_PASSWORD: is required with KAFKA_SECURITY_PROTOCOL=SASL_SSL",)
    complete = {**given, "KAFKA_SASL_PASSWORD": "0123456789abcdef"}
    assert BusSettings.from_environment(complete).kafka_options()["sasl_plain_username"] == "matching"
    everything = {**GIVEN, **given, "DATABASE_PASSWORD": "0123456789abcdef"}
    assert [line.partition(":")[0] for line in wrong(everything)] == ["KAFKA_SASL_PASSWORD", "DATABASE_PASSWORD"]


def test_tls_parameters_in_the_url_reach_the_driver():
    url = "postgresql://matching@db/matching?sslmode=verify-full&sslrootcert=/run/secrets/ca.pem"
    settings = Settings.from_environment(
        {**GIVEN, "SERVICE_DATABASE_URL": url, "DATABASE_PASSWORD": "0123456789abcdef"}
    )
    database = Database(settings.database)
    _, arguments = database.engine.dialect.create_connect_args(database.engine.url)
    expected = {
        "host": "db", "dbname": "matching", "user": "matching", "password": "0123456789abcdef",
        "sslmode": "verify-full", "sslrootcert": "/run/secrets/ca.pem",
    }  # fmt: skip
    assert {name: arguments[name] for name in expected} == expected
