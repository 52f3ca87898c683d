"""The whole stack as it is deployed, once a session, under a project name of its own.

Imports that lead to kafka-python are deferred: this file is read before pytest knows which warnings to let pass.
"""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.stack.composed import ROOT, Composed, free_port

if TYPE_CHECKING:
    from tests.faults.stack import Stack

LOGS = ROOT / "var" / "faults"
FILES = (ROOT / "docker-compose.yml", ROOT / "tests" / "faults" / "compose.yml")


@pytest.fixture(scope="session")
def stack(
    request: pytest.FixtureRequest, docker_engine: None, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Stack]":
    """The running stack. When a test has failed, the logs of all containers are kept."""
    from tests.faults.stack import Stack

    environment = {
        "FAULTS_KAFKA_PORT": str(free_port()),
        "FAULTS_POSTGRES_PORT": str(free_port()),
        # Two of each of one service: what one of them leaves, the other has to take up.
        "MATCHING_API_REPLICAS": "2",
        "MATCHING_WORKER_REPLICAS": "2",
    }
    composed = Composed.prepared(tmp_path_factory.mktemp("deployment"), "faults", FILES, environment)
    with composed.running() as running:
        opened = Stack(running)
        yield opened
        if request.session.testsfailed:
            shutil.rmtree(LOGS, ignore_errors=True)
            running.keep_logs(LOGS)
            print(f"\nlogs of all containers: {LOGS.relative_to(ROOT)}/")
        opened.close()
