"""Replaying the whole suite: beside the live read models, and into empty stores from the bus alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from services.chassis import replay, restoration
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus
from services.chassis.database import Database
from services.chassis.fitness import NO_KEYS
from services.chassis.migration import migrate
from services.chassis.relay import depth


@dataclass(frozen=True)
class FromBus:
    """A service rebuilt from the topics alone. `unsent` events are stored and not on the bus yet."""

    own: int
    foreign: int
    rows: int
    seconds: float
    unsent: int
    missing: tuple[str, ...]
    differences: tuple[replay.Difference, ...]


def from_bus(live: Application, bus: Bus) -> FromBus:
    """Rebuild a service from the bus in a store of its own and compare streams and read models with the live ones.

    Nothing of the live service is changed, no reaction fires.
    """
    with TemporaryDirectory(prefix="replay-") as directory:
        started = perf_counter()
        rebuilt = _empty(live, Path(directory))
        restored = restoration.restore(rebuilt, bus)
        done = replay.rebuild(rebuilt)
        seconds = perf_counter() - started
        missing = tuple(_missing(live, rebuilt))
        differences = replay.compare_live(live, rebuilt)
        rebuilt.database.close()
    return FromBus(restored.own, restored.foreign, done.rows, seconds, depth(live)[0], missing, tuple(differences))


def _empty(live: Application, directory: Path) -> Application:
    database = Database(f"sqlite:///{directory / live.name}.db")
    migrate(database)
    # Its vault stays empty and its keys are of no use: a replay reads events only.
    return Application(live.service, database, NO_KEYS, clock=live.clock)


def _missing(live: Application, rebuilt: Application) -> Iterator[str]:
    with live.database.snapshot() as ours, rebuilt.database.snapshot() as theirs:
        there = {stream: (version, digest) for stream, version, digest in rebuilt.store.heads(theirs)}
        for stream, version, digest in live.store.heads(ours):
            if there.get(stream) != (version, digest):
                reached = there.get(stream, (0, ""))[0]
                yield f"{stream}: version {version} is stored, the bus leads to version {reached}"
