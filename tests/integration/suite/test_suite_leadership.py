"""One relay leads, by a lock of PostgreSQL: when its connection dies another goes on where it stopped."""

import threading
from collections import defaultdict
from collections.abc import Iterator

import pytest

from services.chassis.arrival import Reception
from services.chassis.bus.abstract import Bus
from services.chassis.relay import depth, topic
from services.chassis.worker import Worker
from tests.integration.suite.deployment import Deployment, until
from tests.integration.suite.evidence import heads
from tests.integration.suite.reach import inside
from tests.integration.suite.server import LEADER, Server
from tests.integration.suite.small_fair import SmallFair

pytestmark = pytest.mark.docker

ROUNDS = 3


@pytest.fixture
def server(deployment: Deployment) -> Iterator[Server]:
    opened = Server(deployment.apis["registration"])
    yield opened
    opened.close()


def leads(worker: Worker) -> bool:
    return worker.relay._leadership._connection is not None


def sent(bus: Bus, service: str) -> dict[str, list[int]]:
    """The versions of every stream on the topic in the order of their first coming."""
    found: dict[str, list[int]] = defaultdict(list)
    seen: set[str] = set()
    reception = Reception()
    for partition, end in bus.end_offsets(topic(service)).items():
        offset = 0
        while offset < end:
            records = bus.read(topic(service), partition, offset, 1_000)
            offset = records[-1].offset + 1
            for envelope in (reception.open(record).envelope for record in records):
                assert envelope is not None
                if envelope.event_id not in seen:
                    seen.add(envelope.event_id)
                    found[envelope.stream_id].append(envelope.version)
    return found


def test_leadership_changes_hands_without_loss_or_disorder(deployment: Deployment, server: Server) -> None:
    workers = [deployment.worker("registration") for _ in range(2)]
    fair = SmallFair(inside(deployment.apps, deployment.token_key), lambda: None)
    telling = threading.Thread(target=fair.register)
    telling.start()
    for _ in range(ROUNDS):
        until("a leader", lambda: sum(map(leads, workers)) == 1 and server.leader() is not None)
        led = next(worker for worker in workers if leads(worker))
        other = next(worker for worker in workers if worker is not led)
        assert server.end(LEADER) == 1
        until("the other to lead", lambda other=other: leads(other))
    telling.join()
    registration = deployment.apis["registration"]
    until("the outbox to be empty", lambda: depth(registration)[0] == 0)
    deployment.check()
    arrived = sent(deployment.bus, "registration")
    assert arrived == {stream: list(range(1, version + 1)) for stream, version, _ in heads(registration)}
    assert f"fair-{fair.fair_id}" in arrived
