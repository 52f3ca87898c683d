"""How the clients of kafka-python are made: which settings are ours, which may be given, which nobody may change."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from services.chassis.bus.abstract import BusError

T = TypeVar("T")
WHERE: Final = "bus.kafka"

# What the promises of the port rest on. Idempotence is asked for in so many words: merely defaulted, kafka-python
# turns it off without an error when another setting disagrees.
PRODUCER_PROMISES: Final[Mapping[str, Any]] = {
    "acks": "all",
    "enable_idempotence": True,
    "max_in_flight_requests_per_connection": 5,
    "allow_auto_create_topics": False,
    "key_serializer": None,
    "value_serializer": None,
    "transactional_id": None,
}
CONSUMER_PROMISES: Final[Mapping[str, Any]] = {
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    "allow_auto_create_topics": False,
    "key_deserializer": None,
    "value_deserializer": None,
}
PROMISES: Final = (
    frozenset(PRODUCER_PROMISES) | frozenset(CONSUMER_PROMISES) | {"bootstrap_servers", "group_id", "kafka_client"}
)

# What suits us better than kafka-python's own defaults; options given override it.
# Its pauses between attempts to reach a broker grow to 30 s: one that was away for a moment would be missed longer.
RETURNING: Final[Mapping[str, Any]] = {"reconnect_backoff_max_ms": 1_000}
# So does its patience with each attempt, which only the network underneath lets be set.
CONNECTING: Final[Mapping[str, Any]] = {
    "socket_connection_setup_timeout_ms": 3_000,
    "socket_connection_setup_timeout_max_ms": 3_000,
}
PRODUCER_DEFAULTS: Final[Mapping[str, Any]] = {
    **RETURNING,
    "linger_ms": 5,
    "batch_size": 65_536,
    "delivery_timeout_ms": 30_000,
    "request_timeout_ms": 15_000,
    "max_block_ms": 10_000,
    "bootstrap_timeout_ms": 10_000,
    "metrics_enabled": False,
}
CONSUMER_DEFAULTS: Final[Mapping[str, Any]] = {
    **RETURNING,
    # The library's 45 s would leave a dead worker's partitions unread for as long.
    "session_timeout_ms": 10_000,
    "heartbeat_interval_ms": 2_000,
    # A member that joined before it knew of a new topic's partitions would hold none of them for so long.
    "metadata_max_age_ms": 10_000,
    "request_timeout_ms": 15_000,
    "bootstrap_timeout_ms": 10_000,
    "metrics_enabled": False,
}
# Outside a group only what is known to exist is read: no answer is worth waiting for, least of all one about the
# partition read before.
READER_DEFAULTS: Final[Mapping[str, Any]] = {**CONSUMER_DEFAULTS, "fetch_max_wait_ms": 10}
ADMIN_DEFAULTS: Final[Mapping[str, Any]] = {**RETURNING, "request_timeout_ms": 15_000, "bootstrap_timeout_ms": 10_000}


class KafkaClients:
    """Makes clients for one cluster. Each option goes to the clients that know it (security settings: to all).

    Raises:
        ValueError: an option is unknown to every client, or is one that the port's promises rest on.
    """

    def __init__(self, bootstrap_servers: str, options: Mapping[str, Any]) -> None:
        known = KafkaProducer.DEFAULT_CONFIG | KafkaConsumer.DEFAULT_CONFIG | KafkaAdminClient.DEFAULT_CONFIG
        if unknown := sorted(set(options) - set(known)):
            raise ValueError(f"unknown Kafka client options: {', '.join(unknown)}")
        if refused := sorted(set(options) & PROMISES):
            raise ValueError(f"Kafka client options that may not be changed: {', '.join(refused)}")
        self._servers = [server.strip() for server in bootstrap_servers.split(",") if server.strip()]
        self._options = dict(options)

    def producer(self) -> Any:
        return self._make(KafkaProducer, PRODUCER_DEFAULTS, PRODUCER_PROMISES)

    def consumer(self, group: str) -> Any:
        return self._make(KafkaConsumer, CONSUMER_DEFAULTS, {**CONSUMER_PROMISES, "group_id": group})

    def reader(self) -> Any:
        """A consumer outside any group."""
        return self._make(KafkaConsumer, READER_DEFAULTS, {**CONSUMER_PROMISES, "group_id": None})

    def admin(self) -> Any:
        return self._make(KafkaAdminClient, ADMIN_DEFAULTS, {})

    def _make(self, client: Any, defaults: Mapping[str, Any], promises: Mapping[str, Any]) -> Any:
        given = {name: value for name, value in self._options.items() if name in client.DEFAULT_CONFIG}
        ours = {**promises, "bootstrap_servers": self._servers}
        networks: list[Any] = []

        def network(**settings: Any) -> Any:
            networks.append(KafkaNetClient(**{**settings, **CONNECTING}))
            return networks[-1]

        try:
            return client(**{**defaults, **given, **ours, "kafka_client": network})
        except BaseException:
            # A client that cannot reach the cluster is never handed out, yet its network thread would go on for ever.
            for started in networks:
                started.close()
            raise


class Kept:
    """A client made when first needed and thrown away when it fails, so that the next try starts afresh."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._client: Any = None

    def use(self, action: Callable[[Any], T]) -> T:
        """Raises BusError when the client cannot be made or `action` fails in Kafka."""
        with speaking_kafka():
            if self._client is None:
                self._client = self._make()
            try:
                return action(self._client)
            except KafkaError:
                self.close()
                raise

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(KafkaError):
                client.close()


@contextmanager
def speaking_kafka() -> Iterator[None]:
    """Errors of Kafka leave as errors of the bus."""
    try:
        yield
    except KafkaError as error:
        raise BusError(f"Kafka: {error!r}") from error
