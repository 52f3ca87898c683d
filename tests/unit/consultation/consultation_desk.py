"""The consultation service on a fresh SQLite database, without bus and web."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consultation_given import MEETING, STARTS
from flask_smorest import Blueprint

from contracts.envelope import Envelope, canonical
from services.chassis import tables
from services.chassis.access import SYSTEM, Actor
from services.chassis.application import Application, Keys
from services.chassis.arrival import Reception
from services.chassis.bus.abstract import Record
from services.chassis.clock import SystemClock, SystemIds
from services.chassis.database import Database
from services.chassis.intake import Intake, Taken
from services.chassis.outcomes import Executed
from services.chassis.parking import Parking
from services.chassis.service import Service
from services.consultation.handlers import COMMANDS
from services.consultation.handlers.streams import CONSULTATION
from services.consultation.projections import READ_MODELS
from services.consultation.reactions import REACTIONS, SCHEDULES


class Desk:
    """Commands go in by `do`, events of other services by `take_in`, as the consumer would hand them over."""

    def __init__(self, folder: Path, blueprints: tuple[Blueprint, ...] = ()) -> None:
        service = Service(
            "consultation",
            "상담",
            streams=(CONSULTATION,),
            commands=COMMANDS,
            read_models=READ_MODELS,
            blueprints=blueprints,
            subscriptions=("registration", "matching"),
            reactions=REACTIONS,
            schedules=SCHEDULES,
        )
        database = Database(f"sqlite:///{folder}/consultation.db")
        tables.metadata.create_all(database.engine)
        READ_MODELS.metadata.create_all(database.engine)
        self.application = Application(service, database, Keys(b"v" * 32, b"f" * 32))
        self._intake = Intake(self.application, Parking(database, SystemClock(), SystemIds()))

    def take_in(self, *envelopes: Envelope) -> Taken:
        return self._intake.take([Reception().open(_record(envelope)) for envelope in envelopes])

    def react_again(self, envelope: Envelope) -> None:
        """Issue once more the commands that an event causes."""
        for reaction in REACTIONS.get(envelope.type, ()):
            with self.application.reading() as reader:
                caused = list(reaction(reader, envelope))
            for command in caused:
                self.application.execute(command, SYSTEM, occurred_at=envelope.occurred_at)

    def do(self, command: Any, actor: Actor, at: str = STARTS) -> Executed:
        return self.application.execute(command, actor, occurred_at=at)

    def rows(self, table: Any, **equals: Any) -> list[Mapping[str, Any]]:
        with self.application.reading() as reader:
            return list(reader.find(table, **equals))

    def statuses(self) -> dict[str, str]:
        return {row["meeting_id"]: row["status"] for row in self.rows(READ_MODELS.metadata.tables["consultations"])}

    def types(self, meeting_id: str = MEETING) -> list[str]:
        """The types of a consultation's events, without the service's name."""
        with self.application.database.reading() as connection:
            stored = self.application.store.stream(connection, f"consultation-{meeting_id}", 0)
            return [event.type.removeprefix("consultation.") for event in stored]

    def close(self) -> None:
        self.application.database.close()


def _record(envelope: Envelope) -> Record:
    return Record(
        f"sangsaeng.{envelope.source}", 0, envelope.version, envelope.stream_id, canonical(envelope.as_json()), {}, 0
    )
