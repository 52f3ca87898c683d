"""How far a service has come: what it has recorded, what of that has left, and what it has taken in from others."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from services.chassis import tables
from services.chassis.application import Application
from services.chassis.clock import instant
from services.chassis.facts import count
from services.chassis.inbox import PASSED
from services.chassis.timers import overdue


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
    inbox = tables.inbox
    with application.database.snapshot() as connection:
        by_source = select(inbox.c.source, func.count()).where(inbox.c.status.in_(PASSED)).group_by(inbox.c.source)
        found = {str(row[0]): int(row[1]) for row in connection.execute(by_source)}
        return Progress(
            events=count(connection, tables.events),
            pending=count(connection, tables.outbox),
            taken_in={name: found.get(name, 0) for name in application.service.subscriptions},
            waiting=count(connection, inbox, inbox.c.status == "waiting"),
            parked=count(connection, tables.parked, tables.parked.c.resolution.is_(None)),
            due_timers=overdue(connection, instant(application.clock.now())),
        )
