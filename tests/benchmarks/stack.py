"""Real engines for the benchmarks: a compose project of their own, or the addresses that the environment gives."""

import os
import secrets
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).parent.parent.parent
POSTGRES_VARIABLE = "BENCH_POSTGRES_URL"
KAFKA_VARIABLE = "BENCH_KAFKA"
_OWNERS = ("POSTGRES", *(f"{name}_DATABASE" for name in ("REGISTRATION", "MATCHING", "CONSULTATION", "GRANTS")))
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        kafka_port = str(probe.getsockname()[1])
    environment = {**os.environ, "SANGSAENG_TEST_KAFKA_PORT": kafka_port}
    environment |= {f"{owner}_PASSWORD": secrets.token_hex(16) for owner in _OWNERS}
    files = [str(ROOT / "docker-compose.yml"), str(ROOT / "tests" / "compose.yml")]
    project = ["docker", "compose", "-p", f"sangsaeng-bench-{_RUN}", *(part for file in files for part in ("-f", file))]

    def compose(*arguments: str) -> str:
        done = subprocess.run([*project, *arguments], env=environment, capture_output=True, check=True, text=True)
        return done.stdout.strip()

    try:
        compose("up", "-d", "--wait", *wanted)
        found = {"kafka": f"127.0.0.1:{kafka_port}"}
        if "postgres" in wanted:
            at = compose("port", "postgres", "5432")
            found["postgres"] = f"postgresql://postgres:{environment['POSTGRES_PASSWORD']}@{at}"
        yield found
    finally:
        compose("down", "-v", "--timeout", "3")
