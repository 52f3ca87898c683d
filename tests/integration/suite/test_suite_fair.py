"""The whole suite on PostgreSQL and Kafka: one small fair, from registration to the first payments."""

from collections import Counter

import pytest

from services.grants.tables import agreements, payments
from services.matching.projections.tables import meetings, requests
from services.matching.projections.tables import participants as known_participants
from services.registration.projections.tables import consultation_requests, participations
from tests.integration.suite.deployment import BY_NAME, Deployment, rows
from tests.integration.suite.evidence import restored_alike, sound
from tests.integration.suite.reach import inside
from tests.integration.suite.small_fair import BUYERS, HOURS, REQUESTS, SMES, SmallFair

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def told(deployment: Deployment) -> SmallFair:
    """The whole story, told once."""
    for name in BY_NAME:
        deployment.worker(name)
    fair = SmallFair(inside(deployment.apps, deployment.token_key), deployment.settle)
    fair.register()
    fair.answer()
    fair.publish()
    programme_id = fair.call()
    assert len(fair.hold()) == 3
    fair.grant(programme_id)
    return fair


def test_every_service_tells_the_same_story(deployment: Deployment, told: SmallFair) -> None:
    for service, participants in (("registration", participations), ("matching", known_participants)):
        approved = rows(deployment.apis[service], participants, fair_id=told.fair_id, status="approved")
        assert Counter(row["side"] for row in approved) == {"buyer": BUYERS, "sme": SMES}
    for service, asked in (("registration", consultation_requests), ("matching", requests)):
        assert len(rows(deployment.apis[service], asked, fair_id=told.fair_id, status="active")) == REQUESTS
    placed = rows(deployment.apis["matching"], meetings, fair_id=told.fair_id, status="placed")
    held = told.talks(status="held")
    assert {talk["meeting_id"] for talk in held} == {meeting["meeting_id"] for meeting in placed}
    assert {talk["channel"] for talk in held} == {"pre-registered", "on-site"}
    assert len(told.talks(status="replaced")) == 2
    assert len(held) == BUYERS * len(HOURS)
    signed = rows(deployment.apis["grants"], agreements, fair_id=told.fair_id)
    paid = rows(deployment.apis["grants"], payments, fair_id=told.fair_id)
    assert len(signed) == len(paid) == 3
    assert sum(payment["amount_krw"] for payment in paid) == sum(agreement["grant_krw"] for agreement in signed)


def test_nothing_is_pending_parked_or_broken_and_a_replay_agrees(deployment: Deployment, told: SmallFair) -> None:
    deployment.settle()
    sound(deployment)


def test_the_topics_alone_restore_every_service(deployment: Deployment, told: SmallFair) -> None:
    deployment.settle()
    restored_alike(deployment)
