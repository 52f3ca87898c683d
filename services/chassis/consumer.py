"""The consumer: reads the topics of other services and hands what it reads to the intake."""

from collections import defaultdict
from typing import Final

from services.chassis.application import Application
from services.chassis.arrival import Reception
from services.chassis.bus.abstract import Bus, Subscriber, TopicPartition
from services.chassis.intake import Intake, Taken
from services.chassis.parking import Parking
from services.chassis.relay import topic


class Consumer:
    """One member of the service's consumer group. `step` is one batch; offsets are committed after the database."""

    def __init__(
        self,
        application: Application,
        bus: Bus,
        parking: Parking,
        *,
        batch: int = 500,
        reception: Reception | None = None,
    ) -> None:
        self._bus: Final = bus
        self._batch: Final = batch
        self._topics: Final = tuple(topic(name) for name in application.service.subscriptions)
        self._group: Final = group(application.name)
        self._parking: Final = parking
        self._reception: Final = reception or Reception()
        self._intake: Final = Intake(application, parking)
        self._subscriber: Subscriber | None = None

    def step(self, timeout: float = 0.0) -> Taken:
        """Read and take in one batch, waiting up to `timeout` seconds for it.

        Raises:
            BusError: the bus cannot be reached.
            ForkError, HaltedError: it must not go on before somebody has looked.
        """
        if not self._topics:
            return Taken()
        self._parking.check_limit()
        if self._subscriber is None:
            self._subscriber = self._bus.subscriber(self._group, self._topics)
        subscriber = self._subscriber
        records = subscriber.poll(max_records=self._batch, timeout=timeout)
        if not records:
            return Taken()
        try:
            taken = self._intake.take([self._reception.open(record) for record in records])
        except Exception:
            # What was polled but not taken in must be read again.
            self.close()
            raise
        offsets: dict[TopicPartition, int] = defaultdict(int)
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            offsets[place] = max(offsets[place], record.offset + 1)
        subscriber.commit(offsets)
        return taken

    def lag(self) -> int:
        """Records that the group has not committed yet, over all its topics."""
        total = 0
        for name in self._topics:
            committed = self._bus.committed(self._group, name)
            total += sum(end - committed.get(partition, 0) for partition, end in self._bus.end_offsets(name).items())
        return total

    def close(self) -> None:
        if self._subscriber is not None:
            self._subscriber.close()
            self._subscriber = None


def group(service: str) -> str:
    """The name of a service's consumer group."""
    return f"sangsaeng.{service}"
