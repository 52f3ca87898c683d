"""One relay leads, by a lock of PostgreSQL: when its connection dies another goes on where it stopped."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.chassis.relay import depth
from services.chassis.worker import Worker
from tests.integration.suite.deployment import Deployment, until
from tests.integration.suite.evidence import heads, whole_and_in_order
from tests.integration.suite.reach import ORGANISER, inside
from tests.integration.suite.server import LEADER, Server
from tests.integration.suite.small_fair import SmallFair

pytestmark = pytest.mark.docker


@pytest.fixture
def server(deployment: Deployment) -> Iterator[Server]:
    opened = Server(deployment.apis["registration"])
    yield opened
    opened.close()


def leads(worker: Worker) -> bool:
    return worker.relay._leadership._connection is not None


def change_hands(workers: list[Worker], server: Server) -> None:
    """The leader's connection dies; the other one leads then."""
    until("one leader", lambda: sum(map(leads, workers)) == 1 and server.leader() is not None)
    other = next(worker for worker in workers if not leads(worker))
    assert server.end(LEADER) == 1
    until("the other to lead", lambda: leads(other))


def test_leadership_changes_hands_without_loss_or_disorder(deployment: Deployment, server: Server) -> None:
    workers = [deployment.worker("registration") for _ in range(2)]
    fair = SmallFair(inside(deployment.apps, deployment.token_key), lambda: None)
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(fair.register)
        change_hands(workers, server)
        while not told.done():
            change_hands(workers, server)
        told.result()
    registration = deployment.apis["registration"]
    until("the outbox to be empty", lambda: depth(registration)[0] == 0)
    deployment.check()
    assert f"fair-{fair.fair_id}" in {stream for stream, _, _ in heads(registration)}
    whole_and_in_order(deployment, "registration")


def test_a_frozen_leader_loses_its_office(deployment: Deployment, server: Server) -> None:
    """A process that stands still keeps its connections: the server must end the session by itself."""
    for worker in deployment.workers:
        worker.stop()
    until("nobody to lead", lambda: server.leader() is None)
    frozen = deployment.worker_process("registration")
    until("the process to lead", lambda: server.leader() is not None)
    before = server.leader()
    frozen.send_signal(signal.SIGSTOP)
    other = deployment.worker("registration")
    until("the other to lead", lambda: leads(other))
    assert server.leader() not in {before, None}
    frozen.send_signal(signal.SIGCONT)
    reach = inside(deployment.apps, deployment.token_key)
    reach.post(ORGANISER, "/registration/companies", {"name": "뒤에 온 기업"})
    registration = deployment.apis["registration"]
    until("the outbox to be empty", lambda: depth(registration)[0] == 0)
    whole_and_in_order(deployment, "registration")
