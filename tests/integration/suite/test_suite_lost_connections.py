"""The database server ends connections: commands go on, and none is done twice."""

import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from services.registration.projections.tables import companies
from tests.integration.suite.deployment import Deployment, rows
from tests.integration.suite.evidence import heads, sound
from tests.integration.suite.reach import ORGANISER, Json, Reach, over_http
from tests.integration.suite.server import EVERY, IDLE, Server
from tests.integration.suite.small_fair import lettered

T = TypeVar("T")
pytestmark = pytest.mark.docker

HANDS = 4
COMMANDS = 200
PLACE = "/registration/companies"


@pytest.fixture
def reach(deployment: Deployment) -> Iterator[Reach]:
    with over_http(deployment.apps, deployment.token_key) as reach:
        yield reach


@pytest.fixture
def server(deployment: Deployment) -> Iterator[Server]:
    opened = Server(deployment.apis["registration"])
    yield opened
    opened.close()


def company() -> Json:
    company_id = str(uuid4())
    return {"company_id": company_id, "name": lettered(company_id)}


def patiently(look: Callable[[], T]) -> T:
    """What the test itself reads: its own connection may be one of those that died."""
    for _ in range(16):
        try:
            return look()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
    return look()


def versions(deployment: Deployment) -> dict[str, int]:
    return {stream: version for stream, version, _ in patiently(lambda: heads(deployment.apis["registration"]))}


def test_after_a_loss_between_commands_the_next_one_succeeds_once(
    deployment: Deployment, reach: Reach, server: Server
) -> None:
    with ThreadPoolExecutor(HANDS) as pool:
        # Several connections idle in the pool from now on, and all of them die.
        list(pool.map(lambda body: reach.post(ORGANISER, PLACE, body), [company() for _ in range(4 * HANDS)]))
    for _ in range(3):
        assert server.end(IDLE) >= 1
        body, key = company(), uuid4().hex
        first = reach.send("POST", ORGANISER, PLACE, body, key=key)
        assert first[0] == 201, first
        server.end(IDLE)
        assert reach.send("POST", ORGANISER, PLACE, body, key=key) == first
        assert versions(deployment)[f"company-{body['company_id']}"] == 1
        server.end(IDLE)
        assert reach.get(ORGANISER, f"{PLACE}/{body['company_id']}")["name"] == body["name"]
        server.end(IDLE)
        assert reach.get(ORGANISER, f"{PLACE}?name={body['name']}")["total"] == 1


def test_connections_that_die_under_load_lose_and_double_nothing(
    deployment: Deployment, reach: Reach, server: Server
) -> None:
    deployment.worker("registration")
    bodies = [company() for _ in range(COMMANDS)]
    over = threading.Event()

    def disturb() -> int:
        ended = 0
        while not over.wait(0.3):
            ended += server.end(EVERY)
        return ended

    with ThreadPoolExecutor(HANDS + 1) as pool:
        disturbing = pool.submit(disturb)
        try:
            answers = list(pool.map(lambda body: reach.send("POST", ORGANISER, PLACE, body), bodies))
        finally:
            over.set()
        assert disturbing.result() > 0
    assert {status for status, _ in answers} == {201}
    found = versions(deployment)
    assert {found[f"company-{body['company_id']}"] for body in bodies} == {1}
    named = {row["name"] for row in patiently(lambda: rows(deployment.apis["registration"], companies))}
    assert named >= {body["name"] for body in bodies}
    patiently(lambda: deployment.settle(["registration"]))
    patiently(lambda: sound(deployment, ["registration"]))
    # A connection that was dropped without being closed warns here, and warnings are errors.
    gc.collect()
