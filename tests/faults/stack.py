"""The stack under test, seen from this machine: its gateway, its databases, its topics, its containers."""

import time
from collections.abc import Callable
from typing import Any, Final

import psycopg

from services.chassis import assembly
from services.chassis.application import Application
from services.chassis.bus.abstract import Bus
from services.chassis.configuration import Settings
from services.suite import SERVICES
from tests.faults.machine import Machine, docker
from tests.stack.composed import Composed

DISK: Final = "/disk/filling"
SPARED_BYTES: Final = 2**25
LEADER: Final = """
    SELECT host(client_addr) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = %s)
"""
NEWEST: Final = """
    SELECT max(envelope::json ->> 'recorded_at')
    FROM (SELECT envelope FROM inbox WHERE source = %s ORDER BY sequence DESC LIMIT 100) AS newest
"""


def until(what: str, reached: Callable[[], bool], patience: float, pause: float = 0.1) -> None:
    """Look again and again, for a bounded time."""
    deadline = time.monotonic() + patience
    while not reached():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(pause)


class Stack:
    """What the tests ask of the stack, and do to it as a whole."""

    def __init__(self, composed: Composed) -> None:
        self.machine: Final = Machine(composed.project)
        self.url: Final = composed.url
        self.token_key: Final = composed.key("token_key")
        self.bootstrap: Final = f"127.0.0.1:{composed.environment['FAULTS_KAFKA_PORT']}"
        self._postgres_port: Final = int(composed.environment["FAULTS_POSTGRES_PORT"])
        self._composed: Final = composed
        self._applications: dict[str, Application] = {}
        self._connections: dict[str, psycopg.Connection[Any]] = {}

    def settings(self, service: str) -> Settings:
        return Settings(
            database_url=f"postgresql://{service}@127.0.0.1:{self._postgres_port}/{service}",
            database_password=self._composed.secret(f"{service}_database_password"),
            bus_url=f"kafka://{self.bootstrap}",
            token_key=self.token_key,
            vault_key=self._composed.key(f"{service}_vault_key"),
            fingerprint_key=self._composed.key("fingerprint_key"),
            database_connections=2,
        )

    def applications(self) -> dict[str, Application]:
        """Every service on its database, opened beside the running ones."""
        for service in SERVICES:
            if service.name not in self._applications:
                opened = assembly.open_application(service, self.settings(service.name))
                self._applications[service.name] = opened
        return self._applications

    def bus(self) -> Bus:
        return assembly.open_bus(self.settings("registration"))

    def asked(self, database: str, sql: str, *values: Any) -> Any:
        """The first row of an answer, asked as the database's superuser on a connection that is kept."""
        connection = self._connections.get(database)
        try:
            if connection is None or connection.closed:
                connection = self._connections[database] = psycopg.connect(
                    host="127.0.0.1", port=self._postgres_port, dbname=database, connect_timeout=3,
                    user="postgres", password=self._composed.secret("postgres_password"), autocommit=True,
                )  # fmt: skip
            return connection.execute(sql, values or None).fetchone()
        except psycopg.OperationalError:
            self._forget(database)
            raise

    def _forget(self, database: str) -> None:
        connection = self._connections.pop(database, None)
        if connection is not None:
            connection.close()

    def leader(self, service: str) -> str | None:
        """The container whose relay leads."""
        found = self.asked(service, LEADER, service)
        workers = self.machine.containers(f"{service}-worker")
        return next((each for each in workers if found and found[0] in self.machine.addresses(each)), None)

    def pending(self, service: str) -> int:
        return int(self.asked(service, "SELECT count(*) FROM outbox")[0])

    def newest(self, service: str, source: str) -> str:
        """When the youngest of the events was recorded that the service took in last from this source."""
        (found,) = self.asked(service, NEWEST, source)
        return found or ""

    def metric(self, container: str, name: str) -> float:
        """A gauge or counter of a container, summed over its labels; asked from inside, as it is not published."""
        script = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/metrics').read().decode())"
        told = docker("exec", container, "python", "-c", script)
        lines = [line for line in told.splitlines() if line.startswith(f"sangsaeng_{name}")]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def cli(self, service: str, *arguments: str) -> str:
        """What the service's own command line says, in one of its workers."""
        worker = self.machine.one(f"{service}-worker")
        return docker("exec", worker, "python", "-m", f"services.{service}", *arguments)

    def fill_disk(self) -> None:
        """Leave not a single free block. Others write meanwhile, so the last of them are taken one by one."""
        script = (
            f"fallocate -l $(($(stat -f -c '%a * %S' /disk) - {SPARED_BYTES})) {DISK}-most"
            f" && (dd if=/dev/zero of={DISK}-rest bs=64k 2>/dev/null || true)"
        )
        docker("exec", self.machine.one("disk"), "bash", "-c", script)

    def clear_disk(self) -> None:
        docker("exec", self.machine.one("disk"), "rm", "-f", f"{DISK}-most", f"{DISK}-rest")

    def close(self) -> None:
        for application in self._applications.values():
            application.database.close()
        self._applications.clear()
        for database in list(self._connections):
            self._forget(database)
