"""How the command ends when something is wrong."""

import socket
from pathlib import Path

import pytest

from tests.e2e.rehearsed import one_line, suite


@pytest.mark.parametrize("command", [("run", "--once"), ("serve",)])
def test_a_taken_port_is_said_in_one_line(tmp_path: Path, command: tuple[str, ...]):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        told = suite(*command, "--directory", str(tmp_path), PORT=port)

    assert told.code == 1
    assert one_line(told.err) == f"port {port} is in use; choose another with PORT=..."


def test_a_broken_key_file_is_said_in_one_line(tmp_path: Path):
    (tmp_path / "keys.json").write_text("{}")

    told = suite("run", "--once", "--directory", str(tmp_path), "--port", "0")

    assert told.code == 1
    assert "keys.json cannot be read" in one_line(told.err)
