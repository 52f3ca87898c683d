"""Real PostgreSQL and Kafka for the tests marked `docker`: one compose project per run, started when first needed."""

import os
import subprocess
from collections.abc import Callable, Iterator

import hypothesis
import psycopg
import pytest
from psycopg import sql

from tests.stack.composed import NAMES, Composed

NO_ENGINE = "needs a Docker engine with compose; install docker and run `make test-all`"

pytest.register_assert_rewrite("tests.unit.chassis.bus.conformance", "tests.unit.chassis.bus.stage")


def pytest_configure(config: pytest.Config) -> None:
    # No test fails for the time it takes: the machine may be busy with something else.
    hypothesis.settings.register_profile(
        "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("untimed")
    # kafka-python reads its protocol tables in a way that Python 3.11 and 3.12 call deprecated.
    config.addinivalue_line("filterwarnings", "ignore:(read|open)_text is deprecated:DeprecationWarning")
    # It also leaves the sockets of connections that never came about to the garbage collector.
    config.addinivalue_line("filterwarnings", r"ignore:unclosed <socket.*laddr=\('0\.0\.0\.0':ResourceWarning")
    # A gauge is read in a thread of its own; one that is under way when its database closes leaves its connection to
    # the garbage collector.
    config.addinivalue_line("filterwarnings", "ignore:.*was deleted while still open:ResourceWarning")


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
def backbone(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """PostgreSQL with a database for each service, and Kafka; nothing else of a deployment."""
    composed = Composed.prepared(tmp_path_factory.mktemp("backbone"), "backbone")
    with composed.running("kafka", "postgres", build=False):
        # Nobody here depends on the job, so compose would take its end for a failure when it waited for it.
        composed.compose("run", "--rm", "-T", "databases")
        yield composed


@pytest.fixture(scope="session")
def kafka_bootstrap(backbone: Composed) -> str:
    """Where Kafka listens, as `host:port`."""
    return backbone.kafka


@pytest.fixture(scope="session")
def postgres_url(backbone: Composed) -> Callable[[str], str]:
    """The SQLAlchemy URL of a database: a service's own, as its own role; any other is made when first asked for."""

    def url(database: str) -> str:
        if database in NAMES:
            return backbone.database_url(database)
        server = backbone.superuser_url("postgres").replace("+psycopg", "")
        with psycopg.connect(server, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return backbone.superuser_url(database)

    return url
