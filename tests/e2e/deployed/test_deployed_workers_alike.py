"""Two and four workers do the same work as one: the 2023 fair is told three times and ends in the same read models.

The deployment is emptied before each telling, and once more in the end. The fair is told with fixed ids and for fixed
times, by several hands at once. What is left out of the comparison:

- `_event_id`: drawn anew for every event. `_stream_id` and `_version` name the same event.
- `_version` of what is written by streams of consultations: follow-ups of a past fair are due at once, so that their
  timer takes its turn among the commands of the same talk, now earlier, now later.
- `written_at`, `evaluated_at`, `answered_at`: whoever speaks for itself (a note, a score, a follow-up) speaks now;
  only organiser and agency may say when something was.

Ids that services draw are replaced by names made of all that is said of them (`tests.stack.alike`); all else is
compared as it stands.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from kafka import KafkaAdminClient
from psycopg import sql

from services.chassis import replay
from services.chassis.application import Application, Keys
from services.chassis.chain import verify
from services.chassis.database import Database
from services.chassis.relay import topic
from services.rehearsal.distant import Distant
from services.rehearsal.records import read
from services.rehearsal.running import distant_scene_of, rehearse
from services.suite import SERVICES
from tests.stack.alike import Dump, dump, texts
from tests.stack.composed import NAMES, Composed
from tests.stack.inside import metrics_of

pytestmark = [pytest.mark.docker, pytest.mark.long]
WORKERS = (1, 2, 4)
OURS = tuple(f"{name}-{role}" for name in NAMES for role in ("api", "worker"))
PATIENCE_SECONDS = 60.0
LEFT_OUT = (
    "*.*._event_id",
    *(f"consultation.{table}._version" for table in ("commitments", "consultations", "follow_ups", "notes")),
    "grants.commitments._version",
    "consultation.notes.written_at",
    "consultation.follow_ups.answered_at",
    "grants.evaluations.evaluated_at",
)
NOT_IN_2023 = {"matching.departures", "matching.exclusions"}


@dataclass(frozen=True)
class Told:
    """What one deployment came to: its read models, faults of any kind, and events taken in by each worker."""

    dump: Dump
    faults: list[str]
    shares: Mapping[str, list[float]]


def empty(composed: Composed) -> None:
    """As if it had just been started for the first time: no events, no topics, no offsets."""
    composed.compose("stop", *OURS)
    with psycopg.connect(composed.superuser_url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        for name in NAMES:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    composed.compose("run", "--rm", "--no-deps", "-T", "databases")
    admin = KafkaAdminClient(bootstrap_servers=composed.kafka)
    try:
        names = [topic(name) for name in NAMES]
        admin.delete_topics(names)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while set(names) & set(admin.list_topics()):
            assert time.monotonic() < deadline, "topics are not deleted"
            time.sleep(0.2)
    finally:
        admin.close()
    composed.compose("start", *OURS)


def tell(composed: Composed, workers: int) -> Told:
    """The fair on an empty deployment with so many workers of each service."""
    empty(composed)
    composed.scale(dict.fromkeys(OURS, 1) | {f"{name}-worker": workers for name in NAMES})
    distant = Distant(composed.url, composed.key("token_key"))
    try:
        scene = distant_scene_of(distant, read())
        assert rehearse(scene, lambda name, seconds: print(f"{workers} workers: {name} {seconds:.1f} s"))
        scene.settle("the fair")
    finally:
        distant.client.close()
    shares = {
        name: [metrics_of(one).ours("consumer_events_total") for one in composed.containers(f"{name}-worker")]
        for name in NAMES
    }
    found: dict[str, Any] = {}
    faults: list[str] = []
    for service in SERVICES:
        keys = Keys(composed.key(f"{service.name}_vault_key"), composed.key("fingerprint_key"))
        application = Application(service, Database(composed.database_url(service.name)), keys)
        found |= dump(application, LEFT_OUT)
        faults += map(str, replay.compare(application).differences)
        faults += map(str, verify(application).faults)
        application.database.close()
    return Told(found, faults, shares)


@pytest.fixture(scope="module")
def told(deployed: Composed) -> Iterator[dict[int, Told]]:
    yield {workers: tell(deployed, workers) for workers in WORKERS}
    deployed.scale(dict.fromkeys(OURS, 1))
    empty(deployed)
    deployed.scale(dict.fromkeys(OURS, 1))


@pytest.mark.parametrize("workers", WORKERS)
def test_every_worker_took_its_part_and_history_is_sound(told, workers):
    assert told[workers].faults == []
    for service in SERVICES:
        shares = told[workers].shares[service.name]
        assert len(shares) == workers
        assert min(shares) > 0 or not service.subscriptions, (service.name, shares)


def test_read_models_are_the_same_byte_for_byte(told):
    one, *others = texts([told[workers].dump for workers in WORKERS])
    assert one.count("\n") > 6_000
    assert {name for name, rows in told[1].dump.items() if not rows} == NOT_IN_2023
    for other in others:
        assert other.encode() == one.encode()
