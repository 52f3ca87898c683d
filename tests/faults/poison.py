"""Messages that nobody of the deployment would send, put on a topic by hand."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kafka import KafkaProducer

from contracts.envelope import GENESIS, Envelope, canonical, sealed
from contracts.registration import CompanyRegistered
from services.chassis.relay import topic
from tests.faults.checker.evidence import Place

SOURCE = "registration"
LARGE_BYTES, OVERSIZED_BYTES = 1_000_000, 2_000_000
AT = "2023-11-06T00:00:00.000000Z"


@dataclass
class Poison:
    """What was put there. `parked` are the streams (or keys) with the number of records that have to be parked;
    `kept` the ids of events that have to be taken in without being handled.
    """

    places: set[Place] = field(default_factory=set)
    parked: dict[str, int] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    events: set[str] = field(default_factory=set)
    """Ids of all that are events at all, parked ones too: once discarded they stand in the inbox."""

    @property
    def parked_records(self) -> int:
        return sum(self.parked.values())


def spread(bootstrap: str) -> Poison:
    """Put one of each kind on the topic of SOURCE.

    Raises:
        KafkaError: the broker took none, or refused what it should take.
    """
    done = Poison()
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_request_size=10**7)

    def put(key: str, value: bytes) -> None:
        found = producer.send(topic(SOURCE), key=key.encode(), value=value).get(30)
        done.places.add((found.topic, found.partition, found.offset))

    def park(key: str, *values: bytes) -> None:
        for value in values:
            put(key, value)
        done.parked[key] = len(values)

    try:
        park("malformed", b"\xff not JSON")
        park("large", b'"' + b"x" * LARGE_BYTES + b'"')
        pair = _without_name(_company())
        park(pair[0].stream_id, *map(_value, pair))
        forged = replace(_company(), hash="f" * 64)
        park(forged.stream_id, _value(forged))
        done.events |= {event.event_id for event in (*pair, forged)}
        for unknown in (
            sealed(replace(_company(), type="registration.never-heard-of")),
            sealed(replace(_company(), schema_version=99)),
        ):
            put(unknown.stream_id, _value(unknown))
            done.kept.add(unknown.event_id)
        done.events |= done.kept
    finally:
        producer.close(timeout=5)
    return done


def oversized(bootstrap: str) -> BaseException | None:
    """What the broker says to a message beyond its limit."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_request_size=10**7)
    try:
        producer.send(topic(SOURCE), key=b"oversized", value=b"x" * OVERSIZED_BYTES).get(30)
    except Exception as error:
        return error
    finally:
        producer.close(timeout=5)
    return None


def _company() -> Envelope:
    company_id = str(uuid.uuid4())
    data: Mapping[str, Any] = {
        "company_id": company_id,
        "name": "독이 든 기업",
        "business_number": None,
        "synthetic": True,
        "source": "poison",
    }
    return sealed(
        Envelope(
            event_id=str(uuid.uuid4()), source=SOURCE, stream_id=f"company-{company_id}", version=1,
            type=CompanyRegistered.TYPE, schema_version=1, data=data,
            metadata={"actor": "poison", "correlation_id": str(uuid.uuid4())}, occurred_at=AT, recorded_at=AT,
            previous_hash=GENESIS,
        )
    )  # fmt: skip


def _without_name(company: Envelope) -> tuple[Envelope, Envelope]:
    """An event that does not fit its contract, and a good one behind it in the same stream."""
    bad = sealed(replace(company, data={name: value for name, value in company.data.items() if name != "name"}))
    good = replace(company, event_id=str(uuid.uuid4()), version=2, previous_hash=bad.hash)
    return bad, sealed(good)


def _value(event: Envelope) -> bytes:
    return canonical(event.as_json())
