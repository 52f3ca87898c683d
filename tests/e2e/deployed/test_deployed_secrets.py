"""A deployment starts with secrets that somebody drew, or not at all."""

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.stack.composed import ROOT, Composed

pytestmark = pytest.mark.docker


@pytest.fixture
def apart(deployed: Composed, tmp_path: Path) -> Composed:
    """The same files and image under another name, with secrets that a test may spoil. Nothing of it runs."""
    return Composed.prepared(tmp_path, "apart", environment={"SANGSAENG_TAG": deployed.environment["SANGSAENG_TAG"]})


def migrated(composed: Composed) -> str:
    """What is said when registration is brought up to date, without what it depends on."""
    try:
        return composed.compose("run", "--rm", "--no-deps", "-T", "registration-migrate")
    except AssertionError as error:
        return str(error)
    finally:
        composed.compose("down", "--volumes", check=False)


@pytest.mark.parametrize("name", ["token_key", "registration_vault_key", "registration_database_password"])
def test_without_a_secret_nothing_starts(apart, name):
    (apart.directory / "secrets" / name).unlink()
    assert name in migrated(apart)


@pytest.mark.parametrize(
    ("name", "typed", "line"),
    [
        ("token_key", base64.b64encode(bytes(32)).decode(), "TOKEN_KEY: must be 32 random bytes in base64"),
        ("registration_vault_key", "changeme", "VAULT_KEY: must be 32 random bytes in base64"),
        ("registration_database_password", "postgres", "DATABASE_PASSWORD: must have at least 16 random characters"),
        ("fingerprint_key", "", "FINGERPRINT_KEY: "),
    ],
)
def test_a_secret_that_somebody_typed_is_refused(apart, name, typed, line):
    (apart.directory / "secrets" / name).write_text(typed)
    assert line in migrated(apart)


def test_secrets_are_drawn_once_and_for_their_owner_only(tmp_path):
    environment = {**os.environ, "SECRETS_DIR": str(tmp_path / "held"), "ENV_FILE": str(tmp_path / "env")}
    (tmp_path / "env").write_text("GATEWAY_PORT=8123\nSANGSAENG_USER=1\n")

    def draw() -> dict[str, bytes]:
        subprocess.run([ROOT / "deploy" / "secrets.sh"], env=environment, check=True, capture_output=True)
        return {path.name: path.read_bytes() for path in (tmp_path / "held").iterdir() if path.is_file()}

    first = draw()
    assert len(set(first.values())) == len(first) >= 11
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "held").iterdir() if path.is_file()} == {0o600}
    shutil.copy(tmp_path / "held" / "token_key", tmp_path / "kept")
    (tmp_path / "held" / "grants_vault_key").unlink()
    second = draw()
    assert {name for name in first if first[name] != second[name]} == {"grants_vault_key"}
    lines = (tmp_path / "env").read_text().splitlines()
    assert "GATEWAY_PORT=8123" in lines
    assert len([line for line in lines if line.startswith("SANGSAENG_USER=")]) == 1
