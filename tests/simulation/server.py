"""The same on a PostgreSQL server: real locks, in one thread. Who would have to wait there gives its turn to others."""

import os
import select
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg.waiting import Ready, Wait
from sqlalchemy import event
from sqlalchemy.engine import make_url

from services.suite import SERVICES
from tests.simulation.effects import SimulatedEffects
from tests.simulation.grounds import FileGround, Rows
from tests.simulation.processes import SimulatedDatabase
from tests.simulation.scheduler import Killed

PREFIX = f"simulation_{os.getpid()}"
WAITED = ("lock", "server", "reached")
"""How often a task gave its turn away because its statement waited at the server."""
PATIENCE_SECONDS = 0.002
"""How long an answer may take before somebody asks the server whether it waits for a lock."""


class ServerWait:
    """What a task is blocked by whose statement waits for a lock at the server; looks like a lock to the scheduler."""

    outside = True

    def __init__(self, connection: "SimulatedConnection") -> None:
        self._connection = connection

    def free(self) -> bool:
        return self._connection.answered(0) or not self._connection.waits()


class SimulatedConnection(psycopg.Connection):
    """A connection whose waits are turns of others, but only where the server itself says that it waits for a lock:
    how fast the server is decides nothing.
    """

    effects: Any = None
    monitor: Any = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        scheduler = self.effects.world.scheduler
        if scheduler.current is None:
            return super().wait(gen, interval, timeout)
        try:
            wanted = next(gen)
            while True:
                self._until_ready(wanted, scheduler)
                wanted = gen.send(self._ready(wanted, 0) or Ready.R)
        except StopIteration as stop:
            return stop.value
        except Killed:
            self._drop()
            raise

    def _until_ready(self, wanted: Wait, scheduler: Any) -> None:
        while not self._ready(wanted, PATIENCE_SECONDS):
            if self.waits():
                self.effects.world.coverage[WAITED] += 1
                scheduler.block(ServerWait(self))

    def _ready(self, wanted: Wait, seconds: float) -> Any:
        socket = self.pgconn.socket
        reading = [socket] if wanted & Wait.R else []
        writing = [socket] if wanted & Wait.W else []
        can_read, can_write, _ = select.select(reading, writing, [], seconds)
        return (Ready.R if can_read else 0) | (Ready.W if can_write else 0)

    def answered(self, seconds: float) -> bool:
        return bool(select.select([self.pgconn.socket], [], [], seconds)[0])

    def waits(self) -> bool:
        """Whether the server says that this session waits for another one."""
        row = self.monitor.execute(
            "SELECT cardinality(pg_blocking_pids(%s)) > 0", (self.pgconn.backend_pid,)
        ).fetchone()
        return bool(row[0])

    def _drop(self) -> None:
        """The process is gone in the middle of a statement: the server notices at once, not when it next writes."""
        with suppress(psycopg.Error):
            self.monitor.execute("SELECT pg_terminate_backend(%s)", (self.pgconn.backend_pid,))
        self.pgconn.finish()


class ServerGround(FileGround):
    """Databases of a server; the bus stays a file. `url` belongs to a role that may create databases."""

    locks_files = False

    def __init__(self, directory: Path, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._monitor = psycopg.connect(self._server(None), autocommit=True)
        super().__init__(directory)

    def _server(self, database: str | None) -> str:
        return self._url.set(database=database or self._url.database or "postgres").render_as_string(
            hide_password=False
        )

    def _database(self, service: str) -> SimulatedDatabase:
        effects = SimulatedEffects()
        database = SimulatedDatabase(self._server(f"{PREFIX}_{service}"), effects)

        def connect(_dialect: Any, _record: Any, arguments: Any, values: Any) -> SimulatedConnection:
            made = SimulatedConnection.connect(*arguments, **values)
            made.effects, made.monitor = effects, self._monitor
            return made

        event.listen(database.engine, "do_connect", connect)
        return database

    def lay(self, template: str | None) -> None:
        super().lay(template)
        for service in SERVICES:
            self._make(f"{PREFIX}_{service.name}", f"{PREFIX}_{template}_{service.name}" if template else "template1")

    def keep(self, name: str) -> None:
        super().keep(name)
        for service in SERVICES:
            self._make(f"{PREFIX}_{name}_{service.name}", f"{PREFIX}_{service.name}")

    def _make(self, database: str, template: str) -> None:
        self._monitor.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        for _ in range(100):
            try:
                self._monitor.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
            except psycopg.errors.ObjectInUse:
                # Sessions that were closed a moment ago are still on their way out.
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(f"{template} is in use")

    @contextmanager
    def watching(self) -> Iterator[dict[str, Rows]]:
        connections = {
            service.name: psycopg.connect(self._server(f"{PREFIX}_{service.name}"), autocommit=True)
            for service in SERVICES
        }

        def asking(connection: psycopg.Connection[Any]) -> Rows:
            return lambda sql, *values: connection.execute(sql.replace("?", "%s"), values).fetchall()

        try:
            yield {name: asking(connection) for name, connection in connections.items()}
        finally:
            for connection in connections.values():
                connection.close()

    def contents(self) -> Iterator[tuple[str, bytes]]:
        yield from super().contents()
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        with self.watching() as rows:
            for service, ask in rows.items():
                for (table,) in ask(names):
                    text = "\n".join(row for (row,) in ask(f'SELECT t::text FROM "{table}" t'))
                    yield f"{service}.{table}", text.encode()

    def close(self) -> None:
        super().close()
        for (name,) in self._monitor.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{PREFIX}_%",)
        ).fetchall():
            self._monitor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._monitor.close()
