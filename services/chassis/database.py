"""Connections and transactions: SQLite and PostgreSQL behind one shape."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from services.chassis.effects import DirectEffects, Effects

Dialect = Literal["sqlite", "postgresql"]
BUSY_MILLISECONDS: Final = 30_000


class Database:
    """One service's database.

    `reading()` gives a connection where every statement stands alone (no transaction to open or end); `snapshot()` one
    where all statements see the same moment; `writing()` a short transaction that commits at the end of the block. On
    SQLite writers of one process queue here rather than in the file's busy handler.
    """

    def __init__(self, url: str, effects: Effects | None = None, *, connections: int = 16) -> None:
        self.url: Final[URL] = make_url(url)
        self.effects: Final[Effects] = effects or DirectEffects()
        self.dialect: Final[Dialect] = "sqlite" if self.url.get_backend_name() == "sqlite" else "postgresql"
        self.engine: Final[Engine] = _engine(self.url, self.dialect, connections)
        # SQLAlchemy's AUTOCOMMIT leaves SQLite's driver in a mode of its own; here it is enough not to begin anything.
        single = {"sangsaeng_single": True} if self.dialect == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
        self._autocommit: Final = self.engine.execution_options(**single)
        self._writer: Final = threading.Lock() if self.dialect == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._autocommit.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            if self.dialect == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, where: str) -> Iterator[Connection]:
        """A transaction; `where` names it for the effects hook. Rolled back when the block raises."""
        if self._writer is not None:
            self._writer.acquire()
        try:
            with self.engine.connect() as connection:
                if self.dialect == "sqlite":
                    connection = connection.execution_options(sangsaeng_write=True)  # noqa: PLW2901 - same connection
                transaction = connection.begin()
                try:
                    yield connection
                    self.effects.perform("commit", where, transaction.commit)
                finally:
                    if transaction.is_active:
                        transaction.rollback()
        finally:
            if self._writer is not None:
                self._writer.release()

    def ping(self) -> None:
        """Answers when the database can be reached; raises what the driver raises when not."""
        with self.reading() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: URL, dialect: Dialect, connections: int) -> Engine:
    if dialect == "postgresql":
        # No ping before each use: it would cost a round trip a command. Commands retry on a lost connection instead.
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=connections,
            max_overflow=connections,
            pool_use_lifo=True,
        )
    engine = create_engine(url, pool_size=connections, max_overflow=-1, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # The driver's own implicit BEGIN is deferred and upgrades badly; SQLAlchemy's begin event says when and how.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("sangsaeng_single"):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("sangsaeng_write") else "BEGIN")

    return engine


def is_unique_violation(error: IntegrityError) -> bool:
    """Whether a row with such a unique value was there already (and not some other constraint)."""
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)


def is_deadlock(error: OperationalError) -> bool:
    """Whether the database broke a circle of transactions that waited for each other."""
    return getattr(error.orig, "sqlstate", None) == "40P01"


def is_transient(error: BaseException) -> bool:
    """Whether trying the same again may help: a lost connection, a lock, a database that is starting."""
    return isinstance(error, OperationalError)
