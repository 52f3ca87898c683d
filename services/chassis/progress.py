"""How far a service has come: what it has recorded, what of that has left, and what it has taken in from others."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from services.chassis import tables
from services.chassis.application import Application
from services.chassis.clock import instant
from services.chassis.inbox import PASSED


@dataclass(frozen=True)
class Progress:
    """Counts of one moment. Everything has arrived everywhere when nothing is pending, waiting or due in any service,
    and what each has taken in from each of its sources equals the events of that source.
    """

    events: int
    pending: int
    taken_in: Mapping[str, int]
    waiting: int
    parked: int
    due_timers: int


def progress(application: Application) -> Progress:
    """The counts, in one snapshot of the database. Every event is counted: not for every second."""
    events, outbox, inbox, parked, timers = (
        tables.events, tables.outbox, tables.inbox, tables.parked, tables.timers,
    )  # fmt: skip
    now = instant(application.clock.now())
    with application.database.snapshot() as connection:

        def count(statement: object) -> int:
            return int(connection.execute(statement).scalar_one())  # type: ignore[call-overload] # a Select of one count

        by_source = select(inbox.c.source, func.count()).where(inbox.c.status.in_(PASSED)).group_by(inbox.c.source)
        found = {str(row[0]): int(row[1]) for row in connection.execute(by_source)}
        return Progress(
            events=count(select(func.count()).select_from(events)),
            pending=count(select(func.count()).select_from(outbox)),
            taken_in={name: found.get(name, 0) for name in application.service.subscriptions},
            waiting=count(select(func.count()).where(inbox.c.status == "waiting")),
            parked=count(select(func.count()).where(parked.c.resolution.is_(None))),
            due_timers=count(select(func.count()).where(timers.c.status == "pending", timers.c.due_at <= now)),
        )
