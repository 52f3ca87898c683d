"""The limit: the rows of one command inserted by bare driver calls, prepared, one transaction per command."""

import sqlite3
from collections.abc import Callable
from typing import Any, Final

import psycopg
from sqlalchemy import select

from services.chassis import tables
from services.chassis.application import Application
from services.chassis.clock import SystemIds
from services.chassis.store import COLUMNS
from services.registration.projections.tables import consultation_requests
from tests.benchmarks.fair import ORGANISER, Fair, open_database, open_registration

_IDS: Final = SystemIds()
_REQUEST_ID: Final = "request_id"


class RawStore:
    """A database with the same tables and indexes, and writers that insert into it what a command would have stored:
    the event, its outbox row and its read-model row, with fresh ids and otherwise the same values.
    """

    def __init__(self, url: str, template: Application) -> None:
        self._database = open_database(url)
        read_models = template.service.read_models.metadata
        with self._database.writing("benchmark") as connection:
            read_models.create_all(connection)
        self._event, self._row = _sample(template)
        self._columns = tuple(column.name for column in consultation_requests.columns)
        self._opened: list[Any] = []

    def writer(self) -> Callable[[], object]:
        """Another writer, on a connection of its own."""
        if self._database.dialect == "sqlite":
            return self._sqlite_writer()
        return self._postgresql_writer()

    def close(self) -> None:
        for connection in self._opened:
            connection.close()
        self._database.close()

    def _fresh(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        event_id = _IDS.new()
        event = (event_id, f"participation-{event_id}", *self._event[2:])
        row = tuple(event_id if name == _REQUEST_ID else self._row[name] for name in self._columns)
        return event, row

    def _statements(self, mark: str) -> tuple[str, str]:
        marks = ", ".join([mark] * len(COLUMNS))
        events = f"INSERT INTO events ({', '.join(COLUMNS)}) VALUES ({marks})"
        names = ", ".join(f'"{name}"' for name in self._columns)
        marks = ", ".join([mark] * len(self._columns))
        return events, f"INSERT INTO consultation_requests ({names}) VALUES ({marks})"

    def _sqlite_writer(self) -> Callable[[], object]:
        path = str(self._database.url.database)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        self._opened.append(connection)
        events, rows = self._statements("?")

        def write() -> None:
            event, row = self._fresh()
            connection.execute("BEGIN IMMEDIATE")
            position = connection.execute(events, event).lastrowid
            connection.execute("INSERT INTO outbox (position) VALUES (?)", (position,))
            connection.execute(rows, row)
            connection.execute("COMMIT")

        return write

    def _postgresql_writer(self) -> Callable[[], object]:
        url = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(url, prepare_threshold=0)
        self._opened.append(connection)
        inserted, rows = self._statements("%s")
        # One round trip for both: the store does the same.
        events = f"WITH stored AS ({inserted} RETURNING position) INSERT INTO outbox SELECT position FROM stored"

        def write() -> None:
            event, row = self._fresh()
            connection.execute(events, event)
            connection.execute(rows, row)
            connection.commit()

        return write


def _sample(application: Application) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The rows of one real command, as the driver takes them."""
    fair = Fair(application)
    done = application.execute(fair.request(fair.take_sme(), 0), ORGANISER)
    with application.database.reading() as connection:
        columns = [tables.events.c[name] for name in COLUMNS]
        event = connection.execute(select(*columns).where(tables.events.c.event_id == done.event_ids[0])).one()
        stored = connection.exec_driver_sql("SELECT * FROM consultation_requests").mappings().first()
    assert stored is not None
    # PostgreSQL's driver reads JSON into objects; they are written as text.
    row = {name: str(value).replace("'", '"') if isinstance(value, list) else value for name, value in stored.items()}
    return tuple(event), row


def rivals(url: Callable[[str], str]) -> tuple[Application, RawStore]:
    """A service and its limit, on two databases of one kind."""
    application = open_registration(url("registration"))
    return application, RawStore(url("raw"), application)
