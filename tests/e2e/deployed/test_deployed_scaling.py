"""More replicas do the same work: apis share the requests, workers share the partitions, one relay leads."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from services.chassis.worker import PARTITIONS
from services.matching.definition import SERVICE as MATCHING
from services.rehearsal.distant import Distant
from services.rehearsal.scene import ORGANISER
from tests.load.generator import Load
from tests.stack.composed import Composed
from tests.stack.inside import metrics_of

pytestmark = [pytest.mark.docker, pytest.mark.long]
PATIENCE_SECONDS = 120.0
REQUESTS = 240
RATE = 40
"""Commands a second: enough that the leader is killed with some of them in hand."""
SOME = 50


@contextmanager
def scaled(composed: Composed, service: str, replicas: int) -> Iterator[None]:
    """So many replicas, healthy; afterwards one again."""
    composed.scale({service: replicas})
    try:
        yield
    finally:
        composed.scale({service: 1})


def eventually(what: str, reached: Callable[[], bool]) -> float:
    """The seconds until it was so."""
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < PATIENCE_SECONDS, f"waited in vain for {what}"
        time.sleep(0.1)
    return time.monotonic() - began


@pytest.fixture(scope="module")
def distant(deployed: Composed) -> Iterator[Distant]:
    found = Distant(deployed.url, deployed.key("token_key"))
    yield found
    found.client.close()


@pytest.mark.parametrize("replicas", [1, 2, 4])
def test_apis_share_the_requests(deployed, distant, replicas):
    with scaled(deployed, "registration-api", replicas):
        containers = deployed.containers("registration-api")
        assert len(containers) == replicas
        ask_often(distant)
        before = {container: answered(container) for container in containers}
        ask_often(distant)
        shares = {container: answered(container) - before[container] for container in containers}
        assert sum(shares.values()) == REQUESTS
        # The gateway takes them in turn. What it is about to learn of an address may shift a few.
        assert min(shares.values()) > REQUESTS / replicas / 2, shares


def ask_often(distant: Distant) -> None:
    for _ in range(REQUESTS):
        distant.client.get(ORGANISER, "/registration/companies", limit=1)


def answered(container: str) -> float:
    return metrics_of(container).ours("http_requests_total", method="GET", route="/companies", status="200")


@pytest.mark.parametrize("replicas", [2, 4])
def test_workers_share_the_partitions(deployed, replicas):
    every = PARTITIONS * len(MATCHING.subscriptions)
    with scaled(deployed, "matching-worker", replicas):
        containers = deployed.containers("matching-worker")

        def shared() -> bool:
            held = [metrics_of(container).ours("consumer_partitions") for container in containers]
            return len(held) == replicas and sum(held) == every and min(held) > 0

        eventually(f"{every} partitions among {replicas} workers", shared)
        leaders = [metrics_of(container).ours("relay_leader") for container in containers]
        assert sum(leaders) == 1


def test_a_new_relay_leads_after_the_leader_is_killed(deployed, distant, tmp_path, record_property):
    """Killed while events are on their way through it; the next one sends what it left."""
    load = Load(deployed.url, deployed.key("token_key"), tmp_path / "load.jsonl", rate=RATE, services=("registration",))
    load.prepare()
    with scaled(deployed, "registration-worker", 2):
        containers = deployed.containers("registration-worker")

        def leaders() -> list[str]:
            return [container for container in containers if metrics_of(container).ours("relay_leader")]

        eventually("one leader", lambda: len(leaders()) == 1)
        (first,) = leaders()
        (second,) = set(containers) - {first}
        load.start()
        try:
            eventually("events from the first", lambda: metrics_of(first).ours("relay_sent_total") > SOME)
            subprocess.run(["docker", "kill", "--signal", "KILL", first], check=True, capture_output=True)
            seconds = eventually("the next leader", lambda: leaders() == [second])
            eventually("events from the second", lambda: metrics_of(second).ours("relay_sent_total") > SOME)
        finally:
            load.stop()
        record_property("seconds_until_the_next_leader", round(seconds, 1))
        print(f"a new relay led {seconds:.1f} s after the old one was killed")
        eventually("everything to arrive", distant.settled)
    recorded = {event for command in load.commands() if command.service == "registration" for event in command.events}
    assert len(recorded) > 2 * SOME
    with psycopg.connect(deployed.database_url("matching").replace("+psycopg", "")) as connection:
        rows = connection.execute("SELECT event_id FROM inbox WHERE source = 'registration' AND status <> 'waiting'")
        assert recorded <= {event_id for (event_id,) in rows}
