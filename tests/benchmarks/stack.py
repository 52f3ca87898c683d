"""Real engines for the benchmarks: a compose project of their own, or the addresses that the environment gives."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

from tests.stack.composed import Composed

POSTGRES_VARIABLE = "BENCH_POSTGRES_URL"
KAFKA_VARIABLE = "BENCH_KAFKA"
_RUN = secrets.token_hex(3)


@dataclass(frozen=True)
class Engines:
    """Where PostgreSQL (`postgresql://user:password@host:port`, a superuser's) and Kafka (`host:port`) are, if any."""

    postgres: str | None = None
    kafka: str | None = None

    def database(self, name: str) -> str:
        """The SQLAlchemy URL of a fresh database; `drop` takes it away again."""
        assert self.postgres is not None
        full = f"bench_{_RUN}_{name}"
        with psycopg.connect(f"{self.postgres}/postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(full)))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(full)))
        return f"{self.postgres.replace('postgresql://', 'postgresql+psycopg://')}/{full}"

    def drop(self) -> None:
        """Forget the databases of this run (those of a server that was there before)."""
        if self.postgres is None:
            return
        with psycopg.connect(f"{self.postgres}/postgres", autocommit=True) as connection:
            found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", (f"bench_{_RUN}_%",))
            for (name,) in found.fetchall():
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def engines(*wanted: str) -> Iterator[Engines]:
    """The engines among `postgres` and `kafka` that can be had; says what is missing and goes on without it."""
    given = {"postgres": os.environ.get(POSTGRES_VARIABLE), "kafka": os.environ.get(KAFKA_VARIABLE)}
    missing = [name for name in wanted if not given[name]]
    if not missing:
        found = Engines(**{name: given[name] for name in wanted})
        try:
            yield found
        finally:
            found.drop()
        return
    if not _engine():
        print(f"no Docker engine and no {POSTGRES_VARIABLE}/{KAFKA_VARIABLE}: without {' and '.join(missing)}")
        yield Engines(**{name: given[name] for name in wanted if given[name]})
        return
    with _compose(missing) as started:
        yield Engines(**{name: given[name] or started[name] for name in wanted})


def _engine() -> bool:
    try:
        return subprocess.run(["docker", "compose", "ls"], capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@contextmanager
def _compose(wanted: list[str]) -> Iterator[dict[str, str]]:
    with TemporaryDirectory(prefix="sangsaeng-bench-") as directory:
        composed = Composed.prepared(Path(directory), "bench")
        with composed.running(*wanted, build=False):
            found: dict[str, str] = {}
            if "postgres" in wanted:
                found["postgres"] = composed.superuser_url("").replace("+psycopg", "").rstrip("/")
            if "kafka" in wanted:
                found["kafka"] = composed.kafka
            yield found
