"""The consumer: reads the topics of other services and hands what it reads to the intake."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import ColumnElement, func, select

from services.chassis import tables
from services.chassis.application import Application
from services.chassis.arrival import Reception
from services.chassis.bus.abstract import Bus, Subscriber, TopicPartition
from services.chassis.intake import Intake, Taken
from services.chassis.parking import Parking
from services.chassis.relay import topic
from services.chassis.service import Service


class Consumer:
    """One member of the service's consumer group. `step` is one batch.

    Offsets are committed after the database, and after the relay has brought to the bus what the events caused. So for
    everything before a committed offset the topics alone know how it was reacted to, and a database that is restored
    has to react only to what comes after.
    """

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
        self._database: Final = application.database
        self._batch: Final = batch
        self._topics: Final = tuple(topic(name) for name in application.service.subscriptions)
        self._service: Final = application.service
        self._group: Final = group(application.name)
        self._parking: Final = parking
        self._reception: Final = reception or Reception()
        self._intake: Final = Intake(application, parking)
        self._subscriber: Subscriber | None = None
        self.partitions = 0
        """How many partitions this member held after its last poll."""
        # Offsets that wait for the relay to pass a position, oldest first.
        self._held: Final[deque[tuple[int, Mapping[TopicPartition, int]]]] = deque()

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
        self.partitions = len(subscriber.assignment())
        if not records:
            self._commit_relayed(subscriber)
            return Taken()
        arrivals = [self._reception.open(record) for record in records]
        try:
            taken = self._intake.take(arrivals)
        except Exception:
            # What was polled but not taken in must be read again.
            self.close()
            raise
        offsets: dict[TopicPartition, int] = defaultdict(int)
        for record in records:
            place = TopicPartition(record.topic, record.partition)
            offsets[place] = max(offsets[place], record.offset + 1)
        reacted = taken.caused or any(self._intake.reacts(arrival) for arrival in arrivals)
        self._held.append((self._outbox(func.max) if reacted else 0, offsets))
        self._commit_relayed(subscriber)
        return taken

    def _commit_relayed(self, subscriber: Subscriber) -> None:
        if not self._held:
            return
        waits = any(position for position, _ in self._held)
        pending = self._outbox(func.min) if waits else 0
        reached: dict[TopicPartition, int] = {}
        while self._held and (not pending or self._held[0][0] < pending):
            reached |= self._held.popleft()[1]
        assigned = subscriber.assignment()
        offsets = {place: offset for place, offset in reached.items() if place in assigned}
        if offsets:
            subscriber.commit(offsets)

    def _outbox(self, which: Callable[..., ColumnElement[int]]) -> int:
        """The first or last position that the bus has not acknowledged; 0 when there is none."""
        with self._database.reading() as connection:
            return int(connection.execute(select(which(tables.outbox.c.position))).scalar_one() or 0)

    def lag(self) -> int:
        """Records that the group has not committed yet, over all its topics."""
        return sum(lags(self._bus, self._service).values())

    def close(self) -> None:
        if self._subscriber is not None:
            self._subscriber.close()
            self._subscriber = None
            self.partitions = 0
        self._held.clear()


def lags(bus: Bus, service: Service) -> Mapping[str, int]:
    """By source: records of its topic that the service's group has not committed yet.

    Raises:
        BusError: the bus cannot be reached.
    """
    found: dict[str, int] = {}
    for source in service.subscriptions:
        committed = bus.committed(group(service.name), topic(source))
        ends = bus.end_offsets(topic(source))
        found[source] = sum(max(0, end - committed.get(partition, 0)) for partition, end in ends.items())
    return found


def group(service: str) -> str:
    """The name of a service's consumer group."""
    return f"sangsaeng.{service}"
