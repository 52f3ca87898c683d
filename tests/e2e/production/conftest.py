"""The production overlay, started once a session with secrets and certificates drawn as an operator draws them.

In runs of their own only (`pytest -m production`): it takes minutes, and as much memory as three brokers need.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.production.overlay import Overlay
from tests.stack.composed import ROOT, Composed, free_port

FILES = (
    ROOT / "docker-compose.yml",
    ROOT / "compose.prod.yml",
    ROOT / "tests" / "e2e" / "production" / "compose.yml",
)
LOGS = ROOT / "var" / "production"


@pytest.fixture(scope="session")
def overlay(
    docker_engine: None, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Overlay]:
    """All of it healthy; the logs of all containers under var/production/ when a test failed."""
    directory = tmp_path_factory.mktemp("production")
    record = directory / "load.jsonl"
    record.touch()
    ports = {"GATEWAY_HTTP_PORT": str(free_port()), "GATEWAY_HTTPS_PORT": str(free_port())}
    composed = Composed.prepared(directory, "production", FILES, {**ports, "CHECKER_RECORD": str(record)})
    drawn = {**os.environ, "SECRETS_DIR": str(directory / "secrets")}
    subprocess.run([ROOT / "deploy" / "certificates.sh"], env=drawn, check=True, capture_output=True)
    with composed.running():
        running = Overlay(composed, record)
        trusted = os.environ.get("SSL_CERT_FILE")
        os.environ["SSL_CERT_FILE"] = str(running.authority)
        try:
            yield running
        finally:
            if trusted is None:
                del os.environ["SSL_CERT_FILE"]
            else:
                os.environ["SSL_CERT_FILE"] = trusted
            if request.session.testsfailed:
                composed.keep_logs(Path(LOGS))
