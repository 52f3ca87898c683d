"""Planted bugs between the outbox of one service and the read models of another."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from services.chassis import inbox, store, tables, writing
from services.chassis.bus.abstract import TopicPartition
from services.chassis.clock import instant
from services.chassis.consumer import Consumer
from services.chassis.intake import Intake, Taken
from services.chassis.relay import Relay, Relayed, message
from services.chassis.store import EventStore
from services.chassis.timers import Timers
from services.matching.projections import READ_MODELS as MATCHING
from services.matching.projections import foreign
from tests.simulation.planting import bug


def _inbox_only(self, found):
    with self._database.writing("intake") as connection:
        Intake._enter.__wrapped__(self, connection, found, Taken())


def _without_inbox(enter):
    def count_only(self, connection, found, count):
        count.handled, count.waiting, count.parked = len(found.ready), len(found.early), len(found.poison)

    count_only.__wrapped__ = enter
    return count_only


@bug("The inbox row is written in a transaction of its own, before the effects")
def inbox_row_before_the_effects() -> Sequence[Any]:
    commit = Intake._commit

    def split(self, found, gate, count):
        _inbox_only(self, found)
        commit(self, found, gate, count)

    return [patch.object(Intake, "_commit", split), patch.object(Intake, "_enter", _without_inbox(Intake._enter))]


@bug("The inbox row is written in a transaction of its own, after the effects")
def inbox_row_after_the_effects() -> Sequence[Any]:
    commit = Intake._commit

    def split(self, found, gate, count):
        commit(self, found, gate, count)
        _inbox_only(self, found)

    return [patch.object(Intake, "_commit", split), patch.object(Intake, "_enter", _without_inbox(Intake._enter))]


@bug("The consumer commits its offsets before the database")
def offset_committed_first() -> Sequence[Any]:
    take = Intake.take

    def step(self, timeout=0.0):
        self._parking.check_limit()
        if self._subscriber is None:
            self._subscriber = self._bus.subscriber(self._group, self._topics)
        records = self._subscriber.poll(max_records=self._batch, timeout=timeout)
        offsets: dict[TopicPartition, int] = defaultdict(int)
        for record in records:
            offsets[TopicPartition(record.topic, record.partition)] = record.offset + 1
        if offsets:
            self._subscriber.commit(offsets)
        try:
            return take(self._intake, [self._reception.open(record) for record in records])
        except Exception:
            self.close()
            raise

    return [patch.object(Consumer, "step", step)]


@bug("Events are taken in again whenever they come: neither id nor version is looked at")
def no_version_gate() -> Sequence[Any]:
    def put(connection, taken, at):
        rows = [inbox.row(envelope, status, at) for envelope, status in taken]
        if rows:
            connection.execute(sqlite_insert(tables.inbox).on_conflict_do_nothing(), rows)

    return [patch.object(inbox.Gate, "judge", lambda *_: "next"), patch.object(inbox, "store", put)]


@bug("The relay deletes outbox rows before it sends them")
def relay_deletes_before_the_acknowledgement() -> Sequence[Any]:
    def step(self):
        perform = self._database.effects.perform
        if not self._leadership.held():
            return Relayed()
        pending = perform("read", "relay.pending", self._pending)
        if not pending:
            return Relayed()
        if self._publisher is None:
            self._publisher = self._bus.publisher()
        done = [position for position, _ in pending]
        perform("acknowledge", "relay.acknowledge", lambda: self._forget(done))
        self._publisher.send([message(envelope) for _, envelope in pending])
        return Relayed(len(done))

    return [patch.object(Relay, "step", step)]


@bug("The relay takes a batch for acknowledged when one of its events was")
def relay_looks_at_the_first_acknowledgement_only() -> Sequence[Any]:
    from tests.simulation.effects import SimulatedPublisher

    send = SimulatedPublisher.send

    def lenient(self, messages):
        outcomes = send(self, messages)
        return [None] * len(outcomes) if None in outcomes else outcomes

    return [patch.object(SimulatedPublisher, "send", lenient)]


@bug("The relay sends the newest events first")
def relay_sends_the_newest_first() -> Sequence[Any]:
    pending = Relay._pending
    return [patch.object(Relay, "_pending", lambda self: pending(self)[::-1])]


@bug("A projection adds to what is there, and doubles reach it")
def projection_not_idempotent() -> Sequence[Any]:
    attempt = Intake._attempt

    def declared(rows, event):
        before = rows.get(foreign.participants, event.data["participation_id"])
        slots = [*((before and before["availability"]) or []), *event.data["slots"]]
        rows.change(foreign.participants, event.data["participation_id"], availability=slots)

    def careless(self, arrivals, taken):
        before = taken.duplicates
        attempt(self, arrivals, taken)
        if taken.duplicates > before:
            with self._database.writing("intake") as connection:
                self._application.writer.fold(connection, [arrival.envelope for arrival in arrivals])

    projectors = {**MATCHING.projectors, "registration.availability-declared": declared}
    return [patch.object(Intake, "_attempt", careless), patch.dict(MATCHING.projectors, projectors)]


@bug("A projection takes the time from a clock instead of the event")
def projection_looks_at_a_clock() -> Sequence[Any]:
    def requested(rows, event):
        rows.put(foreign.requests, status="active", requested_at=instant(datetime.now(UTC)), **event.data)

    return [patch.dict(MATCHING.projectors, {"registration.consultation-requested": requested})]


@bug("Of several events stored together only the last one is queued for the bus")
def outbox_misses_events() -> Sequence[Any]:
    made = store._insert_sql.__wrapped__

    def short(*arguments):
        first, *more = made(*arguments)
        return (first, *(sql.rsplit(" ", 1)[0] + " 1" for sql in more))

    def unchecked(self, heads, nexts, events):
        statements = inserts(self, heads, nexts, events)
        return [statements[0], *(replace(one, check=None) for one in statements[1:])]

    inserts = EventStore._inserts
    return [patch.object(store, "_insert_sql", short), patch.object(EventStore, "_inserts", unchecked)]


@bug("A timer is marked as fired before its command is stored")
def timer_marked_first() -> Sequence[Any]:
    fire = Timers._fire

    def hasty(self, row, now):
        with self._application.database.writing("timer") as connection:
            connection.execute(
                update(tables.timers)
                .where(tables.timers.c.stream_id == row.stream_id, tables.timers.c.name == row.name)
                .values(status="fired", fired_at=now)
            )
        return fire(self, row, now)

    return [patch.object(Timers, "_fire", hasty), patch.object(Timers, "_mark", lambda *_: None)]


@bug("An event that another member took in meanwhile is taken for poison")
def overtaken_event_is_parked() -> Sequence[Any]:
    def put(connection, taken, at):
        rows = [inbox.row(envelope, status, at) for envelope, status in taken]
        if rows:
            connection.execute(insert(tables.inbox), rows)

    return [patch.object(inbox, "store", put)]


@bug("A crash between outbox and events: they are two transactions")
def outbox_in_its_own_transaction() -> Sequence[Any]:
    made = store._insert_sql.__wrapped__
    together = writing.Writer._commit_together

    def without(*arguments):
        return made(*arguments)[:1]

    def split(self, writes, where):
        together(self, writes, where)
        ids = [event.event_id for write in writes for event in write.events]
        if ids:
            events = tables.events.c
            with self._database.writing(where) as connection:
                found = connection.execute(
                    tables.events.select().with_only_columns(events.position).where(events.event_id.in_(ids))
                )
                connection.execute(insert(tables.outbox), [{"position": position} for position in found.scalars()])

    return [patch.object(store, "_insert_sql", without), patch.object(writing.Writer, "_commit_together", split)]
