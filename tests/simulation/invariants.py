"""What must hold when everything has come to rest: every promise, looked at from the outside."""

from collections import Counter, defaultdict
from collections.abc import Callable

import orjson
from cryptography.exceptions import InvalidTag

from services.chassis import replay
from services.chassis.clock import instant
from services.chassis.relay import topic
from services.suite import SERVICES
from tests.simulation.clients import execute
from tests.simulation.copies import copies_agree
from tests.simulation.oracle import Asked, Oracle, same
from tests.simulation.processes import Process
from tests.simulation.requests import MARK
from tests.simulation.watch import Watch
from tests.simulation.world import STRANGER, Violation, World


def _must(holds: object, rule: str, detail: str) -> None:
    if not holds:
        raise Violation(rule, detail)


class Final:
    """The checks at the end of one run. `check` raises the first violation."""

    def __init__(self, world: World, watch: Watch, oracle: Oracle) -> None:
        self.world, self.watch, self.oracle = world, watch, oracle
        self.direct: dict[str, list[str]] = defaultdict(list)

    def check(self) -> None:
        self.watch.look_everywhere()
        checks: tuple[Callable[[], None], ...] = (
            self.stores_grow, self.acknowledged, self.outboxes, self.topics, self.inboxes, self.timers, self.plans,
            self.parked,
            self.read_models, self.copies, self.vaults, self.personal_data, self.keys_hold,
        )  # fmt: skip
        for check in checks:
            check()

    def process(self, service: str) -> Process:
        return self.world.any_of(service)

    def stores_grow(self) -> None:
        """No event that was once seen is gone, and none is there twice."""
        for service, seen in self.watch.events.items():
            ids = [row[0] for row in self.watch.rows(service, "SELECT event_id FROM events")]
            lost = seen.keys() - set(ids)
            _must(not lost, "lost", f"{service} has no event {sorted(lost)[:1]} any more")
            _must(len(ids) == len(set(ids)), "twice", f"{service} has an event twice")
            for event in seen.values():
                if "causation_id" not in event["metadata"]:
                    self.direct[event["metadata"]["correlation_id"]].append(event["event_id"])

    def acknowledged(self) -> None:
        """Whatever was said to be done is stored, once; whatever was refused left nothing."""
        for asked in self.oracle.asked:
            stored = sorted(self.direct.get(asked.correlation_id, ()))
            if asked.accepted is not None:
                told = sorted(asked.accepted.event_ids)
                _must(set(told) <= set(stored), "lost", f"{asked.name} was told of {told}, stored are {stored}")
                _must(told == stored, "twice", f"{asked.name} was told of {told}, stored are {stored}")
            elif asked.request.imports:
                if asked.counted is not None:
                    _must(
                        asked.counted == len(stored),
                        "lost",
                        f"{asked.name}: {asked.counted} told, {len(stored)} stored",
                    )
            elif asked.refused is not None and not (asked.given_up and asked.refused.startswith("http ")):
                _must(not stored, "refused-but-stored", f"{asked.name} was refused, yet stored are {stored}")
            elif stored:
                answer = self._kept_answer(asked)
                _must(answer is not None, "no-answer-kept", f"{asked.name} is stored, but its key has no answer")
                told = sorted(answer["event_ids"])
                _must(told == stored, "twice", f"{asked.name} is kept as {told}, stored are {stored}")
            if asked.refused is not None and not asked.refused.startswith("http "):
                sql = "SELECT count(*) FROM rejected_commands WHERE correlation_id = ?"
                ((count,),) = self.watch.rows(asked.request.service, sql, asked.correlation_id)
                _must(count == 1, "refusal-kept-once", f"{asked.name} was refused; on record {count} times")

    def _kept_answer(self, asked: Asked):
        sql = "SELECT answer FROM idempotency WHERE actor = ? AND key = ?"
        rows = self.watch.rows(asked.request.service, sql, asked.request.actor.sub, asked.key)
        return orjson.loads(rows[0][0]) if rows else None

    def outboxes(self) -> None:
        for service in self.watch.events:
            ((pending,),) = self.watch.rows(service, "SELECT count(*) FROM outbox")
            _must(not pending, "outbox", f"{pending} events of {service} are never sent")

    def topics(self) -> None:
        """Every event is on the bus, first time in the order of its stream, and nothing that is not stored."""
        bus = self.process("registration").bus
        for service, seen in self.watch.events.items():
            versions: Counter[str] = Counter()
            for partition, end in bus.end_offsets(topic(service)).items():
                for record in bus.read(topic(service), partition, 0, end) if end else ():
                    if record.key.startswith(STRANGER):
                        continue
                    value = orjson.loads(record.value)
                    _must(
                        value["event_id"] in seen, "topic", f"{service} sent {value['event_id']}, which is not stored"
                    )
                    if value["version"] > versions[value["stream_id"]]:
                        follows = value["version"] == versions[value["stream_id"]] + 1
                        place = f"{value['stream_id']} version {value['version']}"
                        _must(follows, "topic-order", f"{place} was sent after version {versions[value['stream_id']]}")
                        versions[value["stream_id"]] = value["version"]
            sent = sum(versions.values())
            _must(
                sent == len(seen), "topic", f"{len(seen) - sent} of {len(seen)} events of {service} are not on the bus"
            )

    def inboxes(self) -> None:
        for service in SERVICES:
            taken = self.watch.rows(service.name, "SELECT source, event_id, status FROM inbox")
            for source in service.subscriptions:
                known = {row[1] for row in taken if row[0] == source and row[2] in {"handled", "unhandled"}}
                missing = self.watch.events[source].keys() - known
                _must(
                    not missing,
                    "inbox",
                    f"{service.name} lacks {len(missing)} events of {source}: {sorted(missing)[:1]}",
                )
            waiting = [row[1] for row in taken if row[2] == "waiting"]
            _must(not waiting, "inbox", f"{service.name} still waits with {waiting}")

    def timers(self) -> None:
        for service in self.watch.events:
            now = instant(self.world.clock.at)
            sql = (
                "SELECT stream_id, name, status FROM timers"
                " WHERE (status = 'pending' AND due_at <= ?) OR status = 'failed'"
            )
            late = self.watch.rows(service, sql, now)
            _must(not late, "timers", f"{service} has due or failed timers: {late[:2]}")

    def plans(self) -> None:
        """A plan that was asked for is made, unless its job was refused for a reason that is on record."""
        for (timetable_id,) in self.watch.rows("matching", "SELECT timetable_id FROM timetables WHERE planning"):
            sql = "SELECT count(*) FROM timers WHERE command = 'PlanTimetable' AND status = 'rejected' AND data LIKE ?"
            ((refused,),) = self.watch.rows("matching", sql, f"%{timetable_id}%")
            closed = self.watch.rows("matching", "SELECT 1 FROM events WHERE type = 'matching.floor-closed'")
            _must(refused or closed, "plan", f"timetable {timetable_id} is never planned")

    def parked(self) -> None:
        for service in self.watch.events:
            rows = self.watch.rows(service, "SELECT reason FROM parked WHERE resolution IS NULL")
            bad = [reason for (reason,) in rows if reason not in self.world.poison]
            _must(not bad, "parked", f"{service} parked good events: {bad[:2]}")

    def read_models(self) -> None:
        for service in self.watch.events:
            differences = replay.compare(self.process(service).application).differences
            _must(not differences, "replay", f"{service}: {'; '.join(map(str, differences[:2]))}")

    def copies(self) -> None:
        for detail in copies_agree(self.watch):
            raise Violation("copies", detail)

    def vaults(self) -> None:
        """What was kept can be read by its reference, unless its person was erased; what was erased is gone."""
        for asked in self.oracle.asked:
            request = asked.request
            if asked.erased:
                sql = "SELECT count(*) FROM vault_entries WHERE subject_id = ?"
                ((left,),) = self.watch.rows(request.service, sql, request.erases)
                _must(not left, "erasure", f"{request.erases} was erased by {asked.name}; {left} entries are left")
            elif request.reads is not None and asked.counted is None and asked.refused is None and asked.heard:
                sql = "SELECT count(*) FROM vault_log WHERE reference = ? AND purpose = ?"
                ((logged,),) = self.watch.rows(request.service, sql, request.reads, asked.key)
                _must(logged, "vault-log", f"{request.reads} was read by {asked.name} without a line in the log")
        for asked in self.oracle.asked:
            if asked.request.kept is not None and asked.accepted is not None and asked.accepted.event_ids:
                self._readable(asked)

    def _readable(self, asked: Asked) -> None:
        service, (subject, text) = asked.request.service, asked.request.kept
        process = self.process(service)
        sql = "SELECT erased_at FROM vault_keys WHERE subject_id = ?"
        key = self.watch.rows(service, sql, subject)
        _must(key, "vault", f"{asked.name} kept a text, but {subject} has no key")
        if key[0][0] is not None:
            return
        found = []
        for (reference,) in self.watch.rows(
            service, "SELECT reference FROM vault_entries WHERE subject_id = ?", subject
        ):
            with process.database.writing("vault.read") as connection:
                try:
                    content = process.application.vault.read(
                        connection, reference, at="-", actor="-", role="-", address="-", purpose="-"
                    )
                except (InvalidTag, LookupError) as error:
                    raise Violation("vault", f"{reference} of {subject} cannot be read: {error!r}") from error
            found.append(str(content))
        _must(any(text in one for one in found), "vault", f"the text of {asked.name} is not in the vault")

    def personal_data(self) -> None:
        """No byte of a personal text is stored: the vault's contents are encrypted, and there is no other place."""
        for place, content in self.world.ground.contents():
            at = content.find(MARK.encode())
            _must(at < 0, "personal-data", f"{place} shows {content[at : at + 40]!r}")

    def keys_hold(self) -> None:
        """Every request that was answered is answered alike when it is sent again, and stores nothing."""
        stored = {service: len(seen) for service, seen in self.watch.events.items()}
        for asked in self.oracle.asked:
            process = self.process(asked.request.service)
            if asked.accepted is not None:
                again = execute(process, asked)
                _must(again.replayed, "key", f"{asked.name} was carried out again")
                _must(same(again, asked.accepted), "key", f"{asked.name} got {asked.accepted}, then {again}")
        self.watch.look_everywhere()
        after = {service: len(seen) for service, seen in self.watch.events.items()}
        _must(stored == after, "key", "asking again stored events")
