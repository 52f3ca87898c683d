"""Settings: read from the environment, checked at once, documented one by one."""

import base64
import dataclasses
import tomllib
from pathlib import Path

import pytest

from services.chassis import VERSION, configuration, metrics
from services.chassis.configuration import ConfigurationError, Settings

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
    assert names == list(GIVEN)


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
    key = bytes([251, 255] * 16)
    given = {**GIVEN, "TOKEN_KEY": base64.urlsafe_b64encode(key).decode()}
    assert Settings.from_environment(given).token_key == key


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
