"""Known bugs, planted one by one: the simulator has to find each. What it cannot find it does not guard against."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import orjson
from sqlalchemy import insert, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.chassis import inbox, refusals, store, tables, writing
from services.chassis.application import Application
from services.chassis.bus.abstract import TopicPartition
from services.chassis.clock import instant
from services.chassis.consumer import Consumer
from services.chassis.database import Database
from services.chassis.group_commit import GroupCommit, NothingStoredError
from services.chassis.intake import Intake
from services.chassis.relay import Relay, Relayed, message
from services.chassis.store import ConcurrencyError, EventStore, Head
from services.chassis.timers import Timers
from services.chassis.unit import WorkUnit
from services.chassis.vault import Vault
from services.chassis.writing import KeyTakenError
from services.grants.domain import agreement
from services.matching.domain import hall
from services.matching.projections import READ_MODELS as MATCHING
from services.matching.projections import foreign

Patches = Iterator[Any]


@dataclass(frozen=True)
class Bug:
    """A planted bug: what it is, and the patches that make it."""

    name: str
    meaning: str
    plant: Callable[[], Sequence[Any]]

    @contextmanager
    def planted(self) -> Iterator[None]:
        made = self.plant()
        for one in made:
            one.start()
        try:
            yield
        finally:
            for one in reversed(made):
                one.stop()


BUGS: list[Bug] = []


def bug(meaning: str) -> Callable[[Callable[[], Sequence[Any]]], Callable[[], Sequence[Any]]]:
    def register(plant: Callable[[], Sequence[Any]]) -> Callable[[], Sequence[Any]]:
        BUGS.append(Bug(plant.__name__.replace("_", "-"), meaning, plant))
        return plant

    return register


@bug("A command is acknowledged although its commit failed")
def acknowledged_before_commit() -> Sequence[Any]:
    stored = Application._stored

    def hasty(self, unit, write):
        try:
            return stored(self, unit, write)
        except DBAPIError:
            return True

    return [patch.object(Application, "_stored", hasty)]


def _effects_only(self, connection, ready, early, poison, units, count):
    """What the intake writes, without the inbox."""
    self._application.writer.fold(connection, [envelope for envelope, known in ready if known])
    for _, write in units:
        self._application.writer.write(connection, write)
    count.handled = len(ready)


def _inbox_only(self, ready):
    at = instant(self._application.clock.now())
    rows = [inbox.row(envelope, "handled", at) for envelope, _ in ready]
    with self._database.writing("intake") as connection:
        if rows:
            connection.execute(sqlite_insert(tables.inbox).on_conflict_do_nothing(), rows)


@bug("The inbox row is written in a transaction of its own, before the effects")
def inbox_row_before_the_effects() -> Sequence[Any]:
    commit = Intake._commit

    def split(self, ready, early, poison, gate, count):
        _inbox_only(self, ready)
        commit(self, ready, early, poison, gate, count)

    return [patch.object(Intake, "_commit", split), patch.object(Intake, "_write", _effects_only)]


@bug("The inbox row is written in a transaction of its own, after the effects")
def inbox_row_after_the_effects() -> Sequence[Any]:
    commit = Intake._commit

    def split(self, ready, early, poison, gate, count):
        commit(self, ready, early, poison, gate, count)
        _inbox_only(self, ready)

    return [patch.object(Intake, "_commit", split), patch.object(Intake, "_write", _effects_only)]


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


@bug("After a lost race the old decision is stored behind the new events")
def lost_update_on_retry() -> Sequence[Any]:
    stored = Application._stored

    def stubborn(self, unit, write):
        if stored(self, unit, write):
            return True
        for pending in unit._streams.values():
            if pending.events:
                with self.database.reading() as connection:
                    newer = self.store.stream(connection, pending.events[0].stream_id, pending.base.version)
                if newer:
                    pending.base = Head(newer[-1].version, newer[-1].hash)
                    first = pending.base.version + 1
                    pending.events[:] = [
                        replace(event, version=first + number) for number, event in enumerate(pending.events)
                    ]
        again = replace(write, events=unit.stamped(write.at), bases=unit.bases(), guards=())
        self.cache.clear()
        try:
            self.writer.commit(again)
        except (ConcurrencyError, KeyTakenError):
            return False
        return True

    return [patch.object(Application, "_stored", stubborn)]


@bug("An idempotency key may be used twice: the later answer replaces the earlier one")
def idempotency_key_not_unique() -> Sequence[Any]:
    answer = writing._answer

    def lax(dialect, row):
        made = answer(dialect, row)
        return replace(made, sql=made.sql.replace("INSERT INTO", "INSERT OR REPLACE INTO").replace(" ON CONFLICT DO NOTHING", ""))

    return [patch.object(writing, "_answer", lax)]


@bug("The answer to a key is not kept")
def answer_not_kept() -> Sequence[Any]:
    from services.chassis import answers

    return [patch.object(answers, "given", lambda *_: None), patch.object(writing, "_require_free", lambda _: None)]


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


@bug("Decisions take the time from the machine's clock")
def clock_used_in_decide() -> Sequence[Any]:
    return [patch.object(WorkUnit, "now", property(lambda _: instant(datetime.now(UTC))))]


@bug("Guards are not checked when a write is stored")
def guards_not_checked() -> Sequence[Any]:
    return [patch.object(WorkUnit, "guards", lambda _: [])]


@bug("States are given to the cache before they are committed")
def cached_before_the_commit() -> Sequence[Any]:
    commit = Application.commit

    def hasty(self, unit, write, where="command"):
        unit.remember(write.events)
        commit(self, unit, write, where)

    return [patch.object(Application, "commit", hasty)]


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


@bug("A failed group of writes is not tried one by one: the others are told it was done")
def group_takes_others_down() -> Sequence[Any]:
    def carry_out(self, group):
        try:
            self._run([ticket.write for ticket in group], group[0].where)
        except NothingStoredError as error:
            group[0].error = error.__cause__
        except BaseException as error:
            for ticket in group:
                ticket.error = error

    return [patch.object(GroupCommit, "_carry_out", carry_out)]


@bug("Refused commands are recorded with what a person typed")
def refusals_keep_personal_data() -> Sequence[Any]:
    def recordable(command):
        return {name: value for name in command.__dataclass_fields__ if isinstance(value := getattr(command, name), str)}

    return [patch.object(refusals, "recordable", recordable)]


@bug("An erasure forgets the key and leaves the contents")
def erasure_leaves_contents() -> Sequence[Any]:
    def erase(connection, subject_id, *, at, **_):
        keys = tables.vault_keys
        made = sqlite_insert(keys).values(subject_id=subject_id, wrapped_key=None, created_at=at, erased_at=at)
        connection.execute(
            made.on_conflict_do_update(index_elements=["subject_id"], set_={"wrapped_key": None, "erased_at": at})
        )
        return 0

    return [patch.object(Vault, "erase", staticmethod(erase))]


@bug("Two first writes for one person make two keys, and the later replaces the earlier")
def vault_key_replaced() -> Sequence[Any]:
    keep = Vault.store

    def put(connection, entry, *, at, **more):
        if entry.new_key is not None:
            made = sqlite_insert(tables.vault_keys).values(
                subject_id=entry.subject_id, wrapped_key=entry.new_key, created_at=at
            )
            connection.execute(
                made.on_conflict_do_update(index_elements=["subject_id"], set_={"wrapped_key": entry.new_key})
            )
        keep(connection, replace(entry, new_key=None), at=at, **more)

    return [patch.object(Vault, "store", staticmethod(put))]


@bug("An event that another member took in meanwhile is taken for poison")
def overtaken_event_is_parked() -> Sequence[Any]:
    def put(connection, taken, at):
        rows = [inbox.row(envelope, status, at) for envelope, status in taken]
        if rows:
            connection.execute(insert(tables.inbox), rows)

    return [patch.object(inbox, "store", put)]


@bug("A refusal is told although the key was answered otherwise meanwhile")
def refusal_beside_an_acceptance() -> Sequence[Any]:
    refused = Application._refused

    def careless(self, context, command, error, idempotency):
        refused(self, context, command, error, idempotency)
        return True

    return [patch.object(Application, "_refused", careless)]


@bug("A table that is taken counts as free")
def taken_tables_are_free() -> Sequence[Any]:
    def free_tables(_, where, buyer, __):
        return iter(range(1, where.participants[buyer].tables + 1))

    from services.matching.domain import changes, planning

    return [patch.object(module, "free_tables", free_tables) for module in (hall, changes, planning)]


@bug("An instalment can be paid again")
def instalment_paid_again() -> Sequence[Any]:
    pay = agreement.pay

    def generous(state, command, *, payment_id):
        return pay(replace(state, paid={}), command, payment_id=payment_id)

    return [patch.object(agreement, "pay", generous)]


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
                found = connection.execute(tables.events.select().with_only_columns(events.position).where(events.event_id.in_(ids)))
                connection.execute(insert(tables.outbox), [{"position": position} for position in found.scalars()])

    return [patch.object(store, "_insert_sql", without), patch.object(writing.Writer, "_commit_together", split)]
