"""Two workers of a service share its partitions; one that is killed is replaced by the other."""

import pytest

from services.chassis.worker import PARTITIONS, Worker
from tests.integration.suite.deployment import BY_NAME, Deployment, until
from tests.integration.suite.evidence import restored_alike, sound
from tests.integration.suite.reach import inside
from tests.integration.suite.server import Server
from tests.integration.suite.small_fair import SmallFair

pytestmark = pytest.mark.docker

DOUBLED = ("matching", "consultation")


def partitions(worker: Worker) -> int:
    """How many partitions the worker reads at this moment."""
    subscriber = worker.consumer._subscriber
    return 0 if subscriber is None else len(subscriber.assignment())


def test_a_killed_worker_is_replaced_and_all_comes_out_as_with_one(deployment: Deployment) -> None:
    doomed = [deployment.worker_process(name) for name in DOUBLED]
    for name in DOUBLED:
        # First come, first served: so it is the processes to be killed that lead the relays.
        server = Server(deployment.apis[name])
        until(f"the process of {name} to lead its relay", lambda server=server: server.leader() is not None)
        server.close()
    survivors = {name: deployment.worker(name) for name in BY_NAME}
    every = {name: PARTITIONS * len(BY_NAME[name].subscriptions) for name in DOUBLED}

    def shared() -> bool:
        return all(0 < partitions(survivors[name]) < every[name] for name in DOUBLED)

    until("the partitions to be shared", shared)
    fair = SmallFair(inside(deployment.apps, deployment.token_key), deployment.settle)
    fair.register()
    assert shared()
    assert [process.poll() for process in doomed] == [None, None]
    fair.answer()
    # What they have polled, and what they have sent without an acknowledgement, dies with them.
    for process in doomed:
        process.kill()
    fair.publish()
    fair.hold()
    # Nothing settles without their partitions, so the survivors have them by now.
    assert {name: partitions(survivors[name]) for name in DOUBLED} == every
    sound(deployment)
    restored_alike(deployment)
