"""Where runs take place: stores that are laid anew from a template before each run."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.suite import SERVICES
from tests.simulation.effects import SimulatedEffects
from tests.simulation.processes import SimulatedDatabase

REPLICAS = (1, 2)
PLACES = tuple((service, number) for service in SERVICES for number in REPLICAS)
Rows = Callable[..., list[Any]]


class FileGround:
    """SQLite files in one directory. The database handles live as long as the ground: opening them anew for each run
    would cost more than the run.
    """

    def __init__(self, directory: Path) -> None:
        self.directory, self.templates = directory / "ground", directory / "templates"
        for path in (self.directory, self.templates):
            path.mkdir(parents=True, exist_ok=True)
        self.databases = {(service.name, number): self._database(service.name) for service, number in PLACES}

    locks_files = True

    def _database(self, service: str) -> SimulatedDatabase:
        return SimulatedDatabase(f"sqlite:///{self.directory / service}.db", SimulatedEffects())

    @property
    def bus(self) -> Path:
        return self.directory / "bus.db"

    def lay(self, template: str | None) -> None:
        """Begin anew, from a template or from nothing."""
        self.disconnect()
        for path in self.directory.iterdir():
            path.unlink()
        if template is not None:
            for path in (self.templates / template).iterdir():
                shutil.copyfile(path, self.directory / path.name)

    def keep(self, name: str) -> None:
        """What is there becomes a template."""
        self.disconnect()
        (self.templates / name).mkdir()
        for path in sorted(self.directory.iterdir()):
            if path.suffix == ".db":
                shutil.copyfile(path, self.templates / name / path.name)

    def disconnect(self) -> None:
        for database in self.databases.values():
            database.engine.dispose()

    @contextmanager
    def watching(self) -> Iterator[dict[str, Rows]]:
        """For each service, how a look from outside asks its store."""
        connections = {service.name: sqlite3.connect(self.directory / f"{service.name}.db") for service in SERVICES}

        def asking(connection: sqlite3.Connection) -> Rows:
            return lambda sql, *values: connection.execute(sql, values).fetchall()

        try:
            yield {name: asking(connection) for name, connection in connections.items()}
        finally:
            for connection in connections.values():
                connection.close()

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Every byte that is stored, with its place."""
        for path in sorted(self.directory.iterdir()):
            yield path.name, path.read_bytes()

    def close(self) -> None:
        self.disconnect()
