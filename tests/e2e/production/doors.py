"""Runs in the container `checker`: knocks at every door of the deployment, and prints as JSON which one opens."""

import json
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Final

import psycopg

from services.chassis.bus.abstract import Message
from services.chassis.bus.kafka import KafkaBus
from tests.e2e.production.inside import (
    AUTHORITY,
    BROKERS,
    CLIENTS,
    as_administrator,
    as_service,
    bus,
    database_url,
    secret,
)

OPEN: Final = "let in"


def main() -> None:
    print(json.dumps({name: _tried(knock) for name, knock in DOORS.items()}))


def _tried(knock: Callable[[], object]) -> str:
    try:
        knock()
    except Exception as refused:
        return f"{type(refused).__name__}: {refused}".splitlines()[0]
    return OPEN


def _pinged(servers: str, **settings: str) -> None:
    _using(bus(servers, impatient=True, **settings), lambda opened: opened.ping())


def _using(opened: KafkaBus, action: Callable[[KafkaBus], object]) -> None:
    try:
        action(opened)
    finally:
        opened.close()


def _as_matching(action: Callable[[KafkaBus], object]) -> None:
    _using(bus(CLIENTS, impatient=True, **as_service("matching")), action)


def _sent(topic: str) -> Callable[[KafkaBus], None]:
    def send(opened: KafkaBus) -> None:
        publisher = opened.publisher()
        (outcome,) = publisher.send([Message(topic, "stream", b"{}", {})])
        publisher.close()
        if outcome is not None:
            raise outcome

    return send


def _described(topic: str) -> Callable[[KafkaBus], None]:
    def describe(opened: KafkaBus) -> None:
        if not opened.end_offsets(topic):
            raise LookupError(f"{topic} is not to be seen")

    return describe


def _joined(group: str) -> Callable[[KafkaBus], None]:
    def join(opened: KafkaBus) -> None:
        subscriber = opened.subscriber(group, ["sangsaeng.registration"])
        try:
            subscriber.poll(max_records=1, timeout=3)
        finally:
            subscriber.close()

    return join


def _controlled_without_a_certificate() -> None:
    context = ssl.create_default_context(cafile=str(AUTHORITY))
    with (
        socket.create_connection(("kafka", 9093), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname="kafka") as secured,
    ):
        # Under TLS 1.3 the other side says no only after the handshake.
        secured.recv(1)


def _asked(url: str) -> None:
    with psycopg.connect(url, connect_timeout=5) as connection:
        connection.execute("SELECT 1")


_TLS_ONLY: Final = {"kafka_security_protocol": "SSL", "kafka_ca": AUTHORITY.read_text(encoding="ascii")}
_FOREIGN_PASSWORD: Final = {"kafka_sasl_password": secret("grants_kafka_password")}
_TRUSTED: Final = {"sslmode": "verify-full", "sslrootcert": str(AUTHORITY)}

DOORS: Final[Mapping[str, Callable[[], object]]] = {
    "kafka: a service's own user": lambda: _pinged(CLIENTS, **as_service("matching")),
    "kafka: the administrator's certificate": lambda: _pinged(BROKERS, **as_administrator()),
    "kafka: no user": lambda: _pinged(CLIENTS, **_TLS_ONLY),
    "kafka: another service's password": lambda: _pinged(CLIENTS, **as_service("matching") | _FOREIGN_PASSWORD),
    "kafka: the password in the clear inside TLS": lambda: _pinged(
        CLIENTS, **as_service("matching"), kafka_sasl_mechanism="PLAIN"
    ),
    "kafka: no TLS": lambda: _pinged(CLIENTS),
    "kafka: an authority that did not sign": lambda: _pinged(CLIENTS, **as_service("matching") | {"kafka_ca": ""}),
    "kafka: among brokers without a certificate": lambda: _pinged(BROKERS, **_TLS_ONLY),
    "kafka: among brokers without TLS": lambda: _pinged(BROKERS),
    "kafka: among controllers without a certificate": _controlled_without_a_certificate,
    "kafka: a topic that the service reads": lambda: _as_matching(_described("sangsaeng.registration")),
    "kafka: writing another service's topic": lambda: _as_matching(_sent("sangsaeng.registration")),
    "kafka: a topic that the service does not read": lambda: _as_matching(_described("sangsaeng.grants")),
    "kafka: another service's group": lambda: _as_matching(_joined("sangsaeng.grants")),
    "kafka: making a topic": lambda: _as_matching(lambda opened: opened.ensure_topics(["other"], partitions=1)),
    "postgresql: TLS and password": lambda: _asked(database_url("matching", **_TRUSTED)),
    "postgresql: no TLS": lambda: _asked(database_url("matching", sslmode="disable")),
    "postgresql: an authority that did not sign": lambda: _asked(
        database_url("matching", sslmode="verify-full", sslrootcert="system")
    ),
    "postgresql: another service's database": lambda: _asked(
        database_url("matching", **_TRUSTED).replace("/matching?", "/registration?")
    ),
}

if __name__ == "__main__":
    main()
