"""The grants service on a fresh SQLite database, with its real store, intake and replay, without bus and web."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.envelope import GENESIS, Envelope, sealed
from contracts.event import NewEvent
from contracts.identity import derived_id
from services.chassis import tables
from services.chassis.access import Actor
from services.chassis.application import Application, Keys
from services.chassis.arrival import Arrival
from services.chassis.bus.abstract import Record
from services.chassis.clock import SystemClock, SystemIds
from services.chassis.database import Database
from services.chassis.intake import Intake
from services.chassis.outcomes import Executed
from services.chassis.parking import Parking
from services.chassis.replay import Difference, compare
from services.chassis.service import Service
from services.grants.domain import commands
from services.grants.handlers import COMMANDS
from services.grants.projections import READ_MODELS
from services.grants.reactions import REACTIONS, SCHEDULES
from services.grants.streams import STREAMS

SERVICE = Service(
    "grants", "지원사업", STREAMS, COMMANDS, READ_MODELS, (), ("registration", "consultation"), REACTIONS, SCHEDULES
)
AGENCY = Actor("agency-1", "agency")


class Wire:
    """Foreign streams, each chained as its service would: `send` gives the next envelope of a stream."""

    def __init__(self) -> None:
        self._heads: dict[str, tuple[int, str]] = {}

    def send(self, stream_id: str, event: NewEvent, at: str) -> Envelope:
        version, previous = self._heads.get(stream_id, (0, GENESIS))
        envelope = sealed(
            Envelope(
                event_id=derived_id(stream_id, str(version + 1)),
                source=event.type.partition(".")[0],
                stream_id=stream_id,
                version=version + 1,
                type=event.type,
                schema_version=event.schema_version,
                data=event.data,
                metadata={"actor": "somebody", "correlation_id": "test"},
                occurred_at=at,
                recorded_at=at,
                previous_hash=previous,
            )
        )
        self._heads[stream_id] = envelope.version, envelope.hash
        return envelope


class Office:
    """`do` executes a command, `take_in` takes foreign envelopes in, `rows` reads, `stored` lists a stream's types."""

    def __init__(self, folder: Path, service: Service = SERVICE) -> None:
        database = Database(f"sqlite:///{folder}/grants.db")
        tables.metadata.create_all(database.engine)
        READ_MODELS.metadata.create_all(database.engine)
        self.application = Application(service, database, Keys(b"v" * 32, b"f" * 32))
        self._intake = Intake(self.application, Parking(database, SystemClock(), SystemIds()))
        self._offset = 0

    def take_in(self, *envelopes: Envelope) -> None:
        for envelope in envelopes:
            self._offset += 1
            topic = f"sangsaeng.{envelope.source}"
            record = Record(topic, 0, self._offset, envelope.stream_id, b"", {}, 0)
            taken = self._intake.take([Arrival(record, envelope)])
            assert taken.parked == 0, taken.reasons

    def do(self, command: Any, actor: Actor = AGENCY, at: str | None = None) -> Executed:
        return self.application.execute(command, actor, occurred_at=at)

    def rows(self, table: Any, **equals: Any) -> list[Mapping[str, Any]]:
        with self.application.reading() as reader:
            return list(reader.find(table, **equals))

    def stored(self, stream_id: str) -> list[str]:
        with self.application.database.reading() as connection:
            events = self.application.store.stream(connection, stream_id)
        return [event.type.removeprefix("grants.") for event in events]

    def differences(self) -> tuple[Difference, ...]:
        return compare(self.application).differences

    def refusals(self) -> list[str]:
        with self.application.database.reading() as connection:
            return [row.rule for row in connection.execute(tables.rejected_commands.select())]

    def close(self) -> None:
        self.application.database.close()


def a_call(opens_at: str, closes_at: str, **changes: Any) -> commands.OpenProgramme:
    values = {"kind": "co-investment", "name": "공동투자형 기술개발", "year": 2023}
    return commands.OpenProgramme(**{**values, "opens_at": opens_at, "closes_at": closes_at, **changes})
