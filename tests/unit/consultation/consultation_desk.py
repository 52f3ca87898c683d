"""The consultation service on a fresh SQLite database, without bus and web."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consultation_given import MEETING, STARTS

from contracts.envelope import Envelope
from services.chassis import tables
from services.chassis.access import SYSTEM, Actor
from services.chassis.application import Application, Executed, Keys
from services.chassis.database import Database
from services.chassis.service import Service
from services.consultation.handlers import COMMANDS
from services.consultation.handlers.loading import CONSULTATION
from services.consultation.projections import READ_MODELS
from services.consultation.reactions import REACTIONS, SCHEDULES


class Desk:
    """`take_in` folds a foreign event and reacts to it, in either order."""

    def __init__(self, folder: Path, *, react_first: bool = False) -> None:
        service = Service(
            "consultation", "상담", (CONSULTATION,), COMMANDS, READ_MODELS, (), ("registration", "matching"),
            REACTIONS, SCHEDULES,
        )  # fmt: skip
        database = Database(f"sqlite:///{folder}/consultation.db")
        tables.metadata.create_all(database.engine)
        READ_MODELS.metadata.create_all(database.engine)
        self.application = Application(service, database, Keys(b"v" * 32, b"f" * 32))
        self._react_first = react_first

    def take_in(self, *envelopes: Envelope) -> None:
        for envelope in envelopes:
            if self._react_first:
                self._react(envelope)
            with self.application.database.writing("test") as connection:
                self.application.writer.fold(connection, [envelope])
            if not self._react_first:
                self._react(envelope)

    def _react(self, envelope: Envelope) -> None:
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
