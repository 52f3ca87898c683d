"""Taking in foreign events: inbox rows, read models, timers and reactions in one transaction, for several at a time."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection

from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from contracts.rejection import Rejection
from services.chassis import inbox
from services.chassis.access import SYSTEM, ForbiddenError
from services.chassis.application import Application
from services.chassis.arrival import Arrival
from services.chassis.clock import DerivedIds, instant
from services.chassis.database import is_transient
from services.chassis.judgement import Judged, judged
from services.chassis.parking import Parking
from services.chassis.service import NotFoundError
from services.chassis.store import ConcurrencyError, DuplicateEventError
from services.chassis.stream_cache import UncommittedStates
from services.chassis.unit import Context, WorkUnit
from services.chassis.writing import Write

ATTEMPTS: Final = 8
TOGETHER: Final = 25
"""Events that share a transaction when some of them have reactions: commands wait for what it has locked."""


@dataclass
class Taken:
    """What became of a batch; `caused` counts the service's own events that it led to."""

    handled: int = 0
    unhandled: int = 0
    duplicates: int = 0
    waiting: int = 0
    parked: int = 0
    caused: int = 0
    reasons: list[str] = field(default_factory=list)


class Intake:
    """Takes arrivals in, in order. Duplicates do no harm, early events wait, poison is parked with its stream."""

    def __init__(self, application: Application, parking: Parking) -> None:
        self._application: Final = application
        self._database: Final = application.database
        self._parking: Final = parking
        self._reactions: Final = application.service.reactions

    def take(self, arrivals: Sequence[Arrival]) -> Taken:
        """Take in a batch, given in the order of its partitions.

        Raises:
            ForkError: two events claim one place; nothing of the batch after what was committed is taken.
        """
        taken = Taken()
        rest = list(arrivals)
        while rest:
            plain = next((i for i, arrival in enumerate(rest) if self.reacts(arrival)), len(rest))
            part = rest[: max(TOGETHER, plain)]
            rest = rest[len(part) :]
            self._take_together(part, taken)
        return taken

    def reacts(self, arrival: Arrival) -> bool:
        """Whether the service has reactions to what arrived."""
        envelope = arrival.envelope if arrival.known and arrival.reason is None else None
        return envelope is not None and envelope.type in self._reactions

    def _take_together(self, arrivals: list[Arrival], taken: Taken) -> None:
        try:
            self._attempt_anew(arrivals, taken)
        except (inbox.ForkError, inbox.OvertakenError):
            raise
        except Exception as error:
            if is_transient(error):
                raise
            if len(arrivals) > 1:
                # One of them is poison, or rests on a stream that does not come to rest: the others go on.
                for arrival in arrivals:
                    self._take_together([arrival], taken)
                return
            if isinstance(error, ConcurrencyError):
                raise
            self._park(arrivals[0], f"taking it in raised {type(error).__name__}", taken)

    def _attempt_anew(self, arrivals: list[Arrival], taken: Taken) -> None:
        """A member that lost its partitions may still be at work on what another one is reading again."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._attempt(arrivals, taken)
            except inbox.OvertakenError:
                continue
        return self._attempt(arrivals, taken)

    def _attempt(self, arrivals: list[Arrival], taken: Taken) -> None:
        with self._database.reading() as connection:
            envelopes = [arrival.envelope for arrival in arrivals if arrival.envelope is not None]
            gate = inbox.gate(connection, envelopes)
            blocked = self._parking.streams(connection, (envelope.stream_id for envelope in envelopes))
        found = judged(arrivals, gate, blocked)
        count = Taken(duplicates=found.duplicates)
        self._commit(found, gate, count)
        for name in ("handled", "unhandled", "duplicates", "waiting", "parked", "caused"):
            setattr(taken, name, getattr(taken, name) + getattr(count, name))
        taken.reasons += [reason for _, reason in found.poison]

    def _commit(self, found: Judged, gate: inbox.Gate, count: Taken) -> None:
        used: set[str] = set()
        for _ in range(ATTEMPTS):
            states = UncommittedStates(self._application.cache)
            try:
                with self._database.writing("intake") as connection:
                    self._enter(connection, found, count)
                    caused = self._carry_out(connection, found.ready, states, used)
            except ConcurrencyError:
                # A command got in between: decide the reactions again on what is true now.
                continue
            except DuplicateEventError:
                # Restored, after it had begun to react: what is still to do gets the ids that follow.
                used = self._used(found.ready)
                continue
            break
        else:
            raise ConcurrencyError("the streams of a reaction kept moving")
        states.hand_over()
        count.caused += len(caused)
        if caused:
            self._application.on_commit(caused)
        if found.ready:
            self._release_waiting(gate, count)

    def _used(self, ready: Sequence[tuple[Envelope, bool]]) -> set[str]:
        application = self._application
        with self._database.reading() as connection:
            return {
                used
                for envelope, known in ready
                if known and envelope.type in self._reactions
                for used in application.store.derived(connection, envelope.event_id, application.name)
            }

    def _enter(self, connection: Connection, found: Judged, count: Taken) -> None:
        """Write the inbox, before all else: whoever takes in the same has to wait here, and then to look again."""
        at = instant(self._application.clock.now())
        statuses = [(envelope, self._status(envelope, known=known)) for envelope, known in found.ready]
        inbox.forget_waiting(connection, [envelope for envelope, _ in found.ready])
        inbox.store(connection, [*statuses, *((envelope, "waiting") for envelope in found.early)], at)
        for arrival, reason in found.poison:
            self._parking.park(connection, arrival, reason)
        count.handled = sum(status == "handled" for _, status in statuses)
        count.unhandled = len(statuses) - count.handled
        count.waiting, count.parked = len(found.early), len(found.poison)

    def _status(self, envelope: Envelope, *, known: bool) -> inbox.Status:
        wanted = self._application.writer.wants(envelope.type) or envelope.type in self._reactions
        return "handled" if known and wanted else "unhandled"

    def _carry_out(
        self, connection: Connection, ready: Sequence[tuple[Envelope, bool]], states: UncommittedStates,
        used: AbstractSet[str],
    ) -> list[Envelope]:  # fmt: skip
        """Fold the events, react to them, one after the other; the service's own events that this caused.

        A reaction decides on everything before its event, and is written before anything after it.
        """
        writer = self._application.writer
        plain: list[Envelope] = []
        caused: list[Envelope] = []
        for envelope, known in ready:
            if not known:
                continue
            if envelope.type not in self._reactions:
                plain.append(envelope)
                continue
            if plain:
                writer.fold(connection, plain)
                plain = []
            unit, write = self._react(connection, states, envelope, used)
            writer.fold(connection, [envelope])
            writer.write(connection, write)
            unit.remember(write.events)
            caused += write.events
        if plain:
            writer.fold(connection, plain)
        return caused

    def _release_waiting(self, gate: inbox.Gate, count: Taken) -> None:
        with self._database.reading() as connection:
            following = inbox.waiting_next(connection, gate.heads)
        for envelope in following:
            stream = (envelope.source, envelope.stream_id)
            further = inbox.Gate({stream: gate.heads[stream]}, set(), {})
            if further.judge(envelope) != "next":
                continue
            further.passed(envelope)
            more = Taken()
            self._commit(Judged(ready=[(envelope, self._known(envelope))]), further, more)
            count.handled += more.handled
            count.unhandled += more.unhandled
            count.caused += more.caused

    def _known(self, envelope: Envelope) -> bool:
        return CATALOGUE.knows(envelope.type, envelope.schema_version)

    def _react(
        self, connection: Connection, states: UncommittedStates, envelope: Envelope, used: AbstractSet[str]
    ) -> tuple[WorkUnit, Write]:
        """One unit for all commands that the event causes; a refused one is recorded and leaves the others."""
        application = self._application
        context = Context(
            SYSTEM, envelope.occurred_at, "reaction", str(envelope.metadata.get("correlation_id", envelope.event_id)),
            causation_id=envelope.event_id, traceparent=envelope.metadata.get("traceparent"),
        )  # fmt: skip
        ids = DerivedIds(envelope.event_id, application.name, used)
        unit = application.unit_within(connection, states, context, ids)
        refusals: list[dict[str, Any]] = []
        current = CATALOGUE.current(envelope)
        for reaction in self._reactions[envelope.type]:
            for command in reaction(unit, current):
                self.run(unit, command, context, refusals)
        at = instant(application.clock.now())
        write = Write(
            events=unit.stamped(at), bases=unit.bases(), guards=unit.guards(), entries=unit.entries, refusals=refusals,
            at=at,
        )  # fmt: skip
        return unit, write

    def run(self, unit: WorkUnit, command: Any, context: Context, refusals: list[dict[str, Any]]) -> None:
        """Run a caused command in a shared unit."""
        named = replace(context, command=type(command).__name__)
        restore: Callable[[], None] = unit.checkpoint()
        try:
            self._application.handle(unit, self._application.definition(command), command, named)
        except (Rejection, ForbiddenError, NotFoundError) as error:
            restore()
            refusals.append(self._application.refusal(named, command, error))

    def _park(self, arrival: Arrival, reason: str, taken: Taken) -> None:
        with self._database.writing("park") as connection:
            self._parking.park(connection, arrival, reason)
        taken.parked += 1
        taken.reasons.append(reason)
