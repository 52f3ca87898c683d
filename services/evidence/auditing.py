"""Replays for audits in a deployment that works on: from the topics into databases apart, compared with the live."""

from dataclasses import dataclass
from time import perf_counter

from services.chassis import replay, restoration
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus
from services.chassis.chain import verify
from services.chassis.comparison import Compared, compare_databases
from services.chassis.database import Database
from services.chassis.fitness import NO_KEYS, open_as_it_is
from services.chassis.migration import migrate
from services.chassis.service import Service


@dataclass(frozen=True)
class Audited:
    """What the replay of one service showed: `events` replayed, `newer` ones not; `faults` of streams, of rows."""

    compared: Compared
    events: int
    rows: int
    seconds: float
    faults: tuple[str, ...]
    differences: tuple[str, ...]


def audit(service: Service, bus: Bus, *, live_url: str, apart_url: str) -> Audited:
    """Replay a service from the topics into the empty database `apart_url` and compare it with the live one.

    The live database is only read, each time in one snapshot; of the consumer group only its offsets are looked up.

    Raises:
        UnfitDatabaseError: the live database belongs to another release.
        BrokenTopicError, ForkError: the topics do not tell one gapless history.
    """
    live = open_as_it_is(service, live_url)
    apart = _empty(service, apart_url)
    try:
        started = perf_counter()
        restored = restoration.restore(apart, bus)
        rebuilt = replay.rebuild(apart)
        seconds = perf_counter() - started
        compared = compare_databases(live, apart, growing=True)
        chain, own = verify(apart), replay.compare(live)
    finally:
        live.database.close()
        apart.database.close()
    parked = (f"{restored.parked} records on the topics are no valid events",) if restored.parked else ()
    return Audited(
        compared, restored.own + restored.foreign, rebuilt.rows, seconds,
        faults=(*compared.faults, *chain.faults, *parked),
        differences=(
            *(f"replayed from the topics: {difference}" for difference in compared.differences),
            *(f"live: {difference}" for difference in own.differences),
        ),
    )  # fmt: skip


def _empty(service: Service, url: str) -> Application:
    database = Database(url, connections=2)
    migrate(database)
    return Application(service, database, NO_KEYS)
