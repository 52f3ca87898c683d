"""A small fair told through a deployment's gateway, and what its databases and topics hold."""

import http.client
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import psycopg

from services.chassis.bus.kafka import KafkaBus
from services.chassis.effects import DirectEffects
from services.chassis.relay import topic
from services.rehearsal.distant import Distant
from services.suite import SERVICES
from tests.integration.suite.reach import Reach
from tests.integration.suite.small_fair import SmallFair
from tests.stack.composed import NAMES, Composed

PATIENCE_SECONDS = 240.0
Heads = dict[str, list[tuple[str, int, str]]]


def settle(composed: Composed) -> None:
    """Wait until every service has taken in all that the others recorded."""
    distant = Distant(composed.url, composed.key("token_key"))
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        while not distant.settled():
            assert distant.halted() == []
            assert time.monotonic() < deadline, "the services did not settle"
            time.sleep(0.2)
    finally:
        distant.client.close()


def small_fair(composed: Composed) -> SmallFair:
    """A fair of its own; nothing of it has been told yet."""
    at = urlsplit(composed.url)

    def transport(method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    return SmallFair(Reach(transport, composed.key("token_key")), lambda: settle(composed))


def rows(composed: Composed, service: str, statement: str) -> list[tuple]:
    with psycopg.connect(composed.superuser_url(service).replace("+psycopg", "")) as connection:
        return connection.execute(statement).fetchall()


def heads(composed: Composed) -> Heads:
    """Where every stream of every service stands."""
    statement = (
        "SELECT stream_id, version, hash FROM events WHERE (stream_id, version) IN"
        " (SELECT stream_id, max(version) FROM events GROUP BY stream_id) ORDER BY stream_id"
    )
    return {name: rows(composed, name, statement) for name in NAMES}


def kept(composed: Composed) -> dict[str, list[tuple]]:
    """Tables that no event tells, row by row."""
    return {
        f"{name} {table}": rows(composed, name, f"SELECT * FROM {table} ORDER BY 1, 2")
        for name in NAMES
        for table in ("vault_keys", "vault_entries", "vault_log", "rejected_commands", "idempotency")
    }


def committed(composed: Composed) -> dict[str, Mapping[int, int]]:
    """The offsets of every service's consumer group, by service and source."""
    bus = KafkaBus(composed.kafka, options={}, effects=DirectEffects())
    try:
        return {
            f"{service.name} {source}": bus.committed(f"sangsaeng.{service.name}", topic(source))
            for service in SERVICES
            for source in service.subscriptions
        }
    finally:
        bus.close()


def databases(composed: Composed) -> list[str]:
    return [name for (name,) in rows(composed, "postgres", "SELECT datname FROM pg_database ORDER BY 1")]
