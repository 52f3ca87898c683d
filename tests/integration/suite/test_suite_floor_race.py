"""Eight writers over HTTP race for the last places on one floor, through two servers that share only PostgreSQL."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from services.matching.projections.tables import meetings, on_site_requests
from tests.integration.suite.deployment import Deployment, rows
from tests.integration.suite.evidence import sound
from tests.integration.suite.reach import Reach, inside, over_http
from tests.integration.suite.small_fair import BUYERS, HOURS, SMES, SmallFair

pytestmark = pytest.mark.docker

WRITERS = 8
ASKED_BEFORE = 5
ATTEMPTS = 40


@pytest.fixture
def fair(deployment: Deployment) -> SmallFair:
    for name in ("registration", "matching"):
        deployment.worker(name)
    told = SmallFair(
        inside(deployment.apps, deployment.token_key),
        lambda: deployment.settle(["registration", "matching"]),
        requests=ASKED_BEFORE,
    )
    told.register()
    told.answer()
    told.publish()
    return told


def write(reach: Reach, fair: SmallFair, pairs: list[tuple[int, int]]) -> Counter[int]:
    """Ask on site for every pair, again under the same key while the floor keeps moving; the answers by status."""
    seen: Counter[int] = Counter()
    for buyer, sme in pairs:
        request_id = str(uuid4())
        for _ in range(ATTEMPTS):
            status = fair.try_on_site(reach, buyer, sme, request_id)
            seen[status] += 1
            if status != 409:
                break
    return seen


def test_nobody_sits_twice_and_no_place_stays_empty(deployment: Deployment, fair: SmallFair) -> None:
    taken = set(fair.requests.values())
    pairs = [(buyer, sme) for sme in range(SMES) for buyer in range(BUYERS) if (buyer, sme) not in taken]
    second = {**deployment.apps, "matching": deployment.app(deployment.application("matching"))}
    with (
        over_http(deployment.apps, deployment.token_key) as one,
        over_http(second, deployment.token_key) as other,
        ThreadPoolExecutor(WRITERS) as pool,
    ):
        written = [
            pool.submit(write, (one, other)[number % 2], fair, pairs[number::WRITERS]) for number in range(WRITERS)
        ]
        statuses = sum((each.result() for each in written), Counter())
    assert set(statuses) <= {201, 409}
    assert statuses[201] == len(pairs)
    matching = deployment.apis["matching"]
    placed = rows(matching, meetings, fair_id=fair.fair_id, status="placed")
    for seat in ("buyer_participation_id", "sme_participation_id", "table_number"):
        who = ("buyer_participation_id", "slot", seat) if seat == "table_number" else (seat, "slot")
        counted = Counter(tuple(row[name] for name in who) for row in placed)
        assert max(counted.values()) == 1, seat
    # Every buyer is asked by all who have not met it, so its table is never empty.
    assert len(placed) == BUYERS * len(HOURS)
    asked = rows(matching, on_site_requests, fair_id=fair.fair_id)
    seated = {row["request_id"] for row in placed if row["channel"] == "on-site"}
    assert {row["request_id"] for row in asked if row["status"] == "placed"} == seated
    assert Counter(row["status"] for row in asked) == {"placed": len(seated), "waiting": len(pairs) - len(seated)}
    deployment.settle(["registration", "matching"])
    sound(deployment, ["registration", "matching"])
