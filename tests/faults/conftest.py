"""The whole stack as it is deployed, once a session, under a project name of its own.

In runs of their own only (`pytest -m faults`): other tests start other parts of it by fixtures of the same names.
Imports that lead to kafka-python are deferred: this file is read before pytest knows which warnings to let pass.
"""

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_docker.plugin import Services

if TYPE_CHECKING:
    from tests.faults.stack import Stack

ROOT = Path(__file__).parents[2]
LOGS = ROOT / "var" / "faults"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def fault_ports() -> dict[str, int]:
    return {name: free_port() for name in ("gateway", "kafka", "postgres")}


@pytest.fixture(scope="session")
def fault_secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Secrets drawn as an operator draws them."""
    directory = tmp_path_factory.mktemp("deployment")
    places = {"SECRETS_DIR": str(directory / "secrets"), "ENV_FILE": str(directory / "env")}
    subprocess.run([ROOT / "deploy" / "secrets.sh"], check=True, env={**os.environ, **places}, capture_output=True)
    for line in (directory / "env").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        os.environ[name] = value
    return directory / "secrets"


@pytest.fixture(scope="session")
def docker_compose_file(docker_engine: None, fault_ports: dict[str, int], fault_secrets: Path) -> list[str]:
    os.environ |= {
        "SECRETS_DIR": str(fault_secrets),
        "GATEWAY_PORT": str(fault_ports["gateway"]),
        "FAULTS_KAFKA_PORT": str(fault_ports["kafka"]),
        "FAULTS_POSTGRES_PORT": str(fault_ports["postgres"]),
        "SANGSAENG_TAG": os.environ.get("SANGSAENG_TAG", "faults"),
        # Two of each of one service: what one of them leaves, the other has to take up.
        "MATCHING_API_REPLICAS": "2",
        "MATCHING_WORKER_REPLICAS": "2",
    }
    return [str(ROOT / "docker-compose.yml"), str(ROOT / "tests" / "faults" / "compose.yml")]


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    return f"sangsaeng-faults-{secrets.token_hex(3)}"


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    return ["build --quiet topics", "up --wait --wait-timeout 300"]


@pytest.fixture(scope="session")
def docker_cleanup() -> list[str]:
    return ["down -v --timeout 3"]


@pytest.fixture(scope="session")
def stack(
    request: pytest.FixtureRequest, docker_compose_project_name: str, fault_secrets: Path,
    fault_ports: dict[str, int], docker_services: Services,
) -> "Iterator[Stack]":  # fmt: skip
    """The running stack. When a test has failed, the logs of all containers are kept."""
    from tests.faults.stack import Stack

    opened = Stack(docker_compose_project_name, fault_secrets, fault_ports)
    yield opened
    if request.session.testsfailed:
        shutil.rmtree(LOGS, ignore_errors=True)
        opened.machine.save_logs(LOGS)
        print(f"\nlogs of all containers: {LOGS}")
    opened.close()
