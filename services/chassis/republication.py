"""Events back onto the bus: for topics that were lost, or are shorter than what the services hold."""

import orjson
from sqlalchemy import Connection, select, tuple_

from contracts.envelope import Envelope, from_json
from services.chassis import inbox, tables
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus, BusError, Publisher
from services.chassis.relay import message, topic
from services.chassis.restoration import Reach, batches
from services.chassis.topic_history import BATCH, arrivals


def republish(application: Application, bus: Bus) -> int:
    """Send every stored event to the service's topic again, for topics that were lost; consumers drop doubles.

    Raises:
        BusError: something was not acknowledged; send all again.
    """
    publisher = bus.publisher()
    sent = 0
    try:
        with application.database.snapshot() as connection:
            for batch in batches(envelope for _, envelope in application.store.all(connection)):
                sent += _send(publisher, batch)
    finally:
        publisher.close()
    return sent


def give_back(application: Application, bus: Bus) -> int:
    """Send what the service holds of others' events to their topics, where those lack it; how many were sent.

    The inbox keeps whole streams: should another service's database and topic both be gone, its last events are here.

    Raises:
        BusError: something was not acknowledged; do all again.
    """
    publisher = bus.publisher()
    sent = 0
    try:
        for source in application.service.subscriptions:
            reach = Reach()
            for _ in reach.noting(arrivals(bus, source, bus.end_offsets(topic(source)))):
                pass
            with application.database.snapshot() as connection:
                sent += _give_back(connection, source, reach, publisher)
    finally:
        publisher.close()
    return sent


def _give_back(connection: Connection, source: str, reach: Reach, publisher: Publisher) -> int:
    columns, sent = tables.inbox.c, 0
    place = ("", 0)
    while True:
        # By stream and version, along the unique index: others have to find each stream in order.
        statement = (
            select(columns.stream_id, columns.version, columns.envelope)
            .where(columns.source == source, columns.status.in_((*inbox.PASSED, "waiting")))
            .where(tuple_(columns.stream_id, columns.version) > place)
            .order_by(columns.stream_id, columns.version)
            .limit(BATCH)
        )
        rows = connection.execute(statement).all()
        lacking: list[Envelope] = [
            from_json(orjson.loads(row.envelope)) for row in rows if row.version > reach.versions.get(row.stream_id, 0)
        ]
        if lacking:
            sent += _send(publisher, lacking)
        if len(rows) < BATCH:
            return sent
        place = (rows[-1].stream_id, rows[-1].version)


def _send(publisher: Publisher, batch: list[Envelope]) -> int:
    for outcome in publisher.send([message(envelope) for envelope in batch]):
        if outcome is not None:
            raise BusError(f"not acknowledged: {type(outcome).__name__}")
    return len(batch)
