"""The command line where it needs no network."""

import base64
import secrets
from pathlib import Path

from click.testing import CliRunner

from services.__main__ import group
from services.chassis.tokens import verify
from services.embedded.keys import ensure_keys

COMPANY = "0190a5c0-1111-7abc-8def-0123456789ab"


def invoke(*arguments: str, **environment: str):
    return CliRunner().invoke(group(), arguments, env={"TOKEN_KEY": None, **environment})


def test_a_token_is_signed_with_the_key_of_the_suite(tmp_path: Path):
    keys = ensure_keys(tmp_path / "keys.json")

    result = invoke("token", "--role", "buyer", "--company", COMPANY, "--directory", str(tmp_path))

    actor = verify(result.stdout.strip(), keys.token_key)
    assert (actor.role, actor.company, actor.fair) == ("buyer", COMPANY, None)


def test_a_token_can_be_signed_with_a_key_of_the_environment(tmp_path: Path):
    key = secrets.token_bytes(32)

    result = invoke(
        "token", "--role", "auditor", "--directory", str(tmp_path), TOKEN_KEY=base64.b64encode(key).decode()
    )

    assert verify(result.stdout.strip(), key).role == "auditor"


def test_without_any_key_no_token_is_minted_and_none_is_made(tmp_path: Path):
    result = invoke("token", "--role", "auditor", "--directory", str(tmp_path))

    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_buyer_without_a_company_is_refused_in_one_line(tmp_path: Path):
    ensure_keys(tmp_path / "keys.json")

    result = invoke("token", "--role", "buyer", "--directory", str(tmp_path))

    assert result.exit_code == 1
    assert result.stderr == "A token for the role buyer must name its company.\n"


def test_the_suite_can_be_run_and_served():
    assert {"run", "serve", "token"} <= set(group().commands)
