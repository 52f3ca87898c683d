"""The databases that deploy/postgres/ makes: one per service, closed to the other services."""

from collections.abc import Callable

import psycopg
import pytest

pytestmark = pytest.mark.docker

SERVICES = ("registration", "matching", "consultation", "grants")


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_owns_its_database_and_is_kept_out_of_the_others(
    service: str, postgres_url: Callable[[str], str]
) -> None:
    url = postgres_url(service)
    with connect(url) as connection:
        connection.execute("CREATE TABLE own (id int)")
        connection.execute("DROP TABLE own")
    for other in SERVICES:
        if other != service:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                connect(url.removesuffix(service) + other)


def test_a_wrong_password_is_refused(postgres_url: Callable[[str], str]) -> None:
    server = postgres_url("registration").rpartition("@")[2]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(f"postgresql://registration:guessed@{server}")


def test_text_is_ordered_by_code_point_as_in_sqlite(postgres_url: Callable[[str], str]) -> None:
    words = ["가", "a", "Z", "é", "나", "B", "_"]
    for database in ("registration", "another"):
        with connect(postgres_url(database)) as connection:
            rows = connection.execute("SELECT word FROM unnest(%s::text[]) AS word ORDER BY word", (words,)).fetchall()
        assert [word for (word,) in rows] == sorted(words)
