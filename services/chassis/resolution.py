"""What an operator does with parked records: look, retry, discard."""

from typing import Final

from contracts.envelope import Envelope
from services.chassis import inbox
from services.chassis.application import Application
from services.chassis.arrival import Reception
from services.chassis.clock import instant
from services.chassis.intake import Intake, Taken
from services.chassis.parking import Parking


class ParkedRecords:
    """Retries and discards. Every resolution is kept with who did it."""

    def __init__(self, application: Application, parking: Parking) -> None:
        self._application: Final = application
        self._database: Final = application.database
        self._parking: Final = parking
        self._reception: Final = Reception()

    def retry(self, stream_id: str | None, by: str) -> Taken:
        """Take parked records (of one stream, or all) in again, in their order; what fails again is parked again."""
        with self._database.writing("parked.retry") as connection:
            records = self._parking.records(connection, stream_id)
            for parked_id, _ in records:
                self._parking.resolve(connection, parked_id, "retried", by)
        intake = Intake(self._application, self._parking)
        return intake.take([self._reception.open(record) for _, record in records])

    def discard(self, parked_id: str, by: str) -> bool:
        """Give a record up for ever. Where its place in a stream is known, later events of the stream can pass it."""
        with self._database.writing("parked.discard") as connection:
            found = [record for known, record in self._parking.records(connection, None) if known == parked_id]
            if not found or not self._parking.resolve(connection, parked_id, "discarded", by):
                return False
            envelope = self._reception.open(found[0]).envelope
            if envelope is not None and self._is_next(inbox.gate(connection, [envelope]), envelope):
                inbox.store(connection, [(envelope, "discarded")], instant(self._application.clock.now()))
        return True

    @staticmethod
    def _is_next(gate: inbox.Gate, envelope: Envelope) -> bool:
        try:
            return gate.judge(envelope) in {"next", "broken"}
        except inbox.ForkError:
            return False
