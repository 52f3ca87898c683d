"""What an operator, or bad luck, does to the connections of one service's role at the database server."""

import psycopg

from services.chassis.application import Application

LEADER = """
    SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND granted AND datname = current_database()
"""
IDLE = "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND state = 'idle'"
EVERY = "SELECT pid FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"


class Server:
    """One connection of the service's own role, which no kill of this class hits."""

    def __init__(self, application: Application) -> None:
        url = application.database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(url, autocommit=True)

    def leader(self) -> int | None:
        """The backend that holds the relay's lock."""
        found = self._connection.execute(LEADER).fetchone()
        return None if found is None else int(found[0])

    def end(self, which: str) -> int:
        """End the connections that a query names; how many there were."""
        return len(self._connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({which}) AS chosen").fetchall())

    def close(self) -> None:
        self._connection.close()
