"""Real PostgreSQL and Kafka for the tests marked `docker`: one compose project per run, started when first needed."""

import os
import secrets
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pytest_docker.plugin import Services

ROOT = Path(__file__).parent.parent
SERVICES = ("registration", "matching", "consultation", "grants")
NO_ENGINE = "needs a Docker engine with compose; install docker and run `make test-all`"

pytest.register_assert_rewrite("tests.unit.chassis.bus.conformance", "tests.unit.chassis.bus.stage")


def pytest_configure(config: pytest.Config) -> None:
    # kafka-python reads its protocol tables in a way that Python 3.11 and 3.12 call deprecated.
    config.addinivalue_line("filterwarnings", "ignore:(read|open)_text is deprecated:DeprecationWarning")
    # It also leaves the sockets of connections that never came about to the garbage collector.
    config.addinivalue_line("filterwarnings", r"ignore:unclosed <socket.*laddr=\('0\.0\.0\.0':ResourceWarning")


@pytest.fixture(scope="session")
def docker_engine() -> None:
    """Skips without an engine; fails instead where SANGSAENG_REQUIRE_DOCKER=1 says that there must be one."""
    for command in (["docker", "info"], ["docker", "compose", "version"]):
        try:
            answered = subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            answered = False
        if not answered:
            if os.environ.get("SANGSAENG_REQUIRE_DOCKER") == "1":
                pytest.fail(NO_ENGINE)
            pytest.skip(NO_ENGINE)


@pytest.fixture(scope="session")
def docker_compose_file(docker_engine: None) -> list[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        os.environ["SANGSAENG_TEST_KAFKA_PORT"] = str(probe.getsockname()[1])
    for owner in ("POSTGRES", *(f"{service.upper()}_DATABASE" for service in SERVICES)):
        os.environ[f"{owner}_PASSWORD"] = secrets.token_hex(16)
    return [str(ROOT / "docker-compose.yml"), str(ROOT / "tests" / "compose.yml")]


@pytest.fixture(scope="session")
def docker_compose_project_name() -> str:
    return f"sangsaeng-tests-{os.getpid()}-{secrets.token_hex(3)}"


@pytest.fixture(scope="session")
def docker_setup() -> list[str]:
    return ["up --wait kafka postgres"]


@pytest.fixture(scope="session")
def docker_cleanup() -> list[str]:
    return ["down -v --timeout 3"]


@pytest.fixture(scope="session")
def kafka_bootstrap(docker_ip: str, docker_services: Services) -> str:
    """Where Kafka listens, as `host:port`."""
    return f"{docker_ip}:{docker_services.port_for('kafka', 19092)}"


@pytest.fixture(scope="session")
def postgres_url(docker_ip: str, docker_services: Services) -> Callable[[str], str]:
    """The SQLAlchemy URL of a database: a service's own, as its own role; any other is made when first asked for."""
    where = f"{docker_ip}:{docker_services.port_for('postgres', 5432)}"

    def url(database: str) -> str:
        if database in SERVICES:
            return f"postgresql+psycopg://{database}:{os.environ[f'{database.upper()}_DATABASE_PASSWORD']}@{where}/{database}"
        server = f"postgres:{os.environ['POSTGRES_PASSWORD']}@{where}"
        with psycopg.connect(f"postgresql://{server}/postgres", autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return f"postgresql+psycopg://{server}/{database}"

    return url
