"""Connections and transactions: SQLite and PostgreSQL behind one shape."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from services.chassis.driver import is_lost
from services.chassis.effects import DirectEffects, Effects

Dialect = Literal["sqlite", "postgresql"]
BUSY_MILLISECONDS: Final = 30_000
# Who was cut off, and who froze, is missed soon on both sides. Otherwise a command would wait for a dead connection
# until the kernel gives up (hours), and the locks of a transaction whose client is gone would hold up others as long.
_MISSED_SOON: Final = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
_UNFINISHED_SECONDS: Final = 15
_SERVER_SIDE: Final = " ".join(
    f"-c {name}={value}"
    for name, value in {
        **{f"tcp_{name}": value for name, value in _MISSED_SOON.items()},
        "idle_in_transaction_session_timeout": f"{_UNFINISHED_SECONDS}s",
    }.items()
)
_POSTGRESQL: Final = {
    "connect_timeout": 5, "tcp_user_timeout": 10_000, **_MISSED_SOON, "options": _SERVER_SIDE,
}  # fmt: skip
# A snapshot holds no lock that anybody waits for, and whoever reads it may take time between two statements.
_BEGIN_SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL idle_in_transaction_session_timeout = 0"


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
        self.connections_limit: Final = 2 * connections if self.dialect == "postgresql" else None
        self._writer: Final = self.effects.lock() if self.dialect == "sqlite" else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("BEGIN" if self.dialect == "sqlite" else _BEGIN_SNAPSHOT)
            yield connection

    @contextmanager
    def writing(self, where: str) -> Iterator[Connection]:
        """A transaction; `where` names it for the effects hook. Rolled back when the block raises."""
        if self._writer is not None:
            self._writer.acquire()
        try:
            with self.engine.connect() as connection:
                transaction = connection.begin()
                raw: Any = connection.connection.driver_connection
                try:
                    if self.dialect == "sqlite":
                        connection.exec_driver_sql("BEGIN IMMEDIATE")
                    else:
                        # The driver sends BEGIN along with the first statement: no round trip of its own.
                        raw.autocommit = False
                    yield connection
                    self.effects.perform("commit", where, transaction.commit)
                finally:
                    if transaction.is_active:
                        transaction.rollback()
                    if self.dialect == "postgresql" and not raw.closed:
                        raw.autocommit = True
        finally:
            if self._writer is not None:
                self._writer.release()

    def ping(self) -> None:
        """Answers when the database can be reached; raises what the driver raises when not."""
        with self.reading() as connection:
            connection.exec_driver_sql("SELECT 1")

    def connections_in_use(self) -> int:
        """How many connections are taken out of the pool at this moment."""
        pool = self.engine.pool
        return pool.checkedout() if isinstance(pool, QueuePool) else 0

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: URL, dialect: Dialect, connections: int) -> Engine:
    # Every connection stands in autocommit, and transactions are begun and ended in so many words: switching each time
    # would cost a command more than its decision does. So nothing is ever left open for the pool to reset.
    if dialect == "postgresql":
        # No ping before each use: it would cost a round trip a command. Commands retry on a lost connection instead.
        postgresql = create_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            pool_size=connections,
            max_overflow=connections,
            pool_use_lifo=True,
            pool_reset_on_return=None,
            connect_args=_POSTGRESQL,
        )

        @event.listens_for(postgresql, "handle_error")
        def notice(context: ExceptionContext) -> None:
            if context.original_exception is not None and is_lost(context.original_exception):
                context.is_disconnect = True

        return postgresql
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=connections,
        max_overflow=-1,
        pool_reset_on_return=None,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

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
