"""Kafka does not answer for a while: commands are taken all the same, and everything arrives afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.chassis.bus.abstract import BusError
from services.chassis.relay import depth
from services.matching.projections.tables import requests
from tests.integration.suite.deployment import BY_NAME, Deployment, rows, until
from tests.integration.suite.evidence import sound, whole_and_in_order
from tests.integration.suite.reach import ORGANISER, inside
from tests.integration.suite.small_fair import REQUESTS, SmallFair
from tests.stack.composed import Composed

pytestmark = pytest.mark.docker


@contextmanager
def silence(backbone: Composed, deployment: Deployment) -> Iterator[None]:
    backbone.compose("pause", "kafka")
    try:
        yield
    finally:
        backbone.compose("unpause", "kafka")
        until("Kafka to answer", lambda: answers(deployment))


def answers(deployment: Deployment) -> bool:
    try:
        deployment.bus.ping()
    except BusError:
        return False
    return True


def test_commands_go_on_without_kafka_and_all_arrives_afterwards(
    impatient_deployment: Deployment, backbone: Composed
) -> None:
    deployment = impatient_deployment
    for name in BY_NAME:
        deployment.worker(name)
    reach = inside(deployment.apps, deployment.token_key)
    fair = SmallFair(reach, deployment.settle)
    fair.open()
    registration, matching = deployment.apis["registration"], deployment.apis["matching"]
    assert reach.send("GET", ORGANISER, "/registration/readyz")[0] == 200
    with silence(backbone, deployment):
        fair.ask()
        assert depth(registration)[0] == REQUESTS
        status, said = reach.send("GET", ORGANISER, "/registration/readyz")
        assert (status, said["status"]) == (503, "unavailable")
        assert said["parts"]["bus"].startswith("cannot be reached")
        assert said["parts"]["database"] == "ok"
        assert reach.send("GET", ORGANISER, "/registration/healthz")[0] == 200
        assert rows(matching, requests, fair_id=fair.fair_id) == []
    fair.close_registration()
    assert len(rows(matching, requests, fair_id=fair.fair_id, status="active")) == REQUESTS
    sound(deployment)
    # What was sent without an acknowledgement came twice, perhaps; nothing was lost or overtaken.
    whole_and_in_order(deployment, "registration")
