"""Planted bugs between a command and its commit, in the vault and in the rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError

from services.chassis import refusals, tables, writing
from services.chassis.application import Application
from services.chassis.clock import instant
from services.chassis.group_commit import GroupCommit, NothingStoredError
from services.chassis.store import ConcurrencyError, Head
from services.chassis.unit import WorkUnit
from services.chassis.vault import Vault
from services.chassis.writing import KeyTakenError
from services.grants.domain import agreement
from services.matching.domain import hall
from tests.simulation.planting import bug


@bug("A command is acknowledged although its commit failed")
def acknowledged_before_commit() -> Sequence[Any]:
    stored = Application._stored

    def hasty(self, unit, write):
        try:
            return stored(self, unit, write)
        except DBAPIError:
            return True

    return [patch.object(Application, "_stored", hasty)]


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
        return replace(
            made, sql=made.sql.replace("INSERT INTO", "INSERT OR REPLACE INTO").replace(" ON CONFLICT DO NOTHING", "")
        )

    return [patch.object(writing, "_answer", lax)]


@bug("The answer to a key is not kept")
def answer_not_kept() -> Sequence[Any]:
    from services.chassis import answers

    return [patch.object(answers, "given", lambda *_: None), patch.object(writing, "_require_free", lambda _: None)]


@bug("Decisions take the time from the machine's clock, and so do their events")
def clock_used_in_decide() -> Sequence[Any]:
    record = WorkUnit.record

    def stamped(self, loaded, events):
        at = instant(datetime.now(UTC))
        record(self, loaded, [replace(event, occurred_at=at) for event in events])

    return [
        patch.object(WorkUnit, "now", property(lambda _: instant(datetime.now(UTC)))),
        patch.object(WorkUnit, "record", stamped),
    ]


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
        return {
            name: value for name in command.__dataclass_fields__ if isinstance(value := getattr(command, name), str)
        }

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
