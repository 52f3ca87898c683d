"""What is counted, timed and gauged. Every metric is named here, once, with what it means and its labels."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

Kind = Literal["counter", "gauge", "histogram"]
PREFIX: Final = "sangsaeng_"
# When a counter began would double what is exposed; a restart shows in the start of the process.
disable_created_metrics()  # type: ignore[no-untyped-call] # prometheus_client publishes no type for it
LATENCY_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

MetricName = Literal[
    # Requests answered. `route` is the template, never the path: ids and query strings are no labels.
    "http_requests_total",
    # Seconds from the first byte read to the answer.
    "http_request_seconds",
    # Commands by outcome: done, replayed, rejected, forbidden, conflict or failed.
    "commands_total",
    # Events this process has stored by commands of its own.
    "events_appended_total",
    # Events stored and not acknowledged by the bus yet.
    "relay_pending_events",
    # Seconds since the oldest of them was recorded: the lag that other services see.
    "relay_oldest_pending_seconds",
    # Events acknowledged by the bus.
    "relay_sent_total",
    # Events of other services taken in, by how: handled, unhandled, duplicate, waiting, parked.
    "consumer_events_total",
    # Records parked at this moment, waiting for an operator.
    "parked_records",
    # Timers by outcome: fired, rejected, failed.
    "timers_total",
    # Timers that are due and have not fired.
    "timers_overdue",
    # Records of a source's topic that the consumer group has not committed, whoever of its members is asked.
    "consumer_lag_records",
    # Partitions that this worker holds in the consumer group.
    "consumer_partitions",
    # 1 where the relay of this worker leads, 0 where it stands by.
    "relay_leader",
    # 1 when a loop of this worker stands still until somebody has looked.
    "loop_halted",
    # Seconds since a loop last finished a step; grows while a step hangs or fails.
    "loop_step_age_seconds",
    # Steps of a loop that failed and are tried again.
    "loop_failures_total",
    # The newest event's position in the store: about the number of events, as writes that are undone leave gaps.
    "store_position",
    # Bytes of the service's database.
    "database_size_bytes",
    # Connections taken out of this process's pool.
    "database_connections_in_use",
    # The most it may take out (PostgreSQL).
    "database_connections_limit",
    # 1 when the database or the bus answered last time. While it is 0, what it tells keeps its last value.
    "dependency_up",
    # Free bytes, and used and free ones together, of the file system the process stores on. In a container that is the
    # engine's storage, where named volumes lie too unless they were put elsewhere.
    "disk_free_bytes",
    "disk_size_bytes",
    # Always 1; says what runs.
    "build_info",
]


@dataclass(frozen=True)
class Definition:
    """A metric as it is exposed; the service's name is a label of each, before its own."""

    kind: Kind
    description: str
    labels: tuple[str, ...] = field(default=())


METRICS: Final[dict[MetricName, Definition]] = {
    "http_requests_total": Definition("counter", "Requests answered.", ("method", "route", "status")),
    "http_request_seconds": Definition("histogram", "Seconds until the answer.", ("method", "route")),
    "commands_total": Definition(
        "counter", "Commands by result: done, replayed, rejected, forbidden, conflict, failed.", ("command", "result")
    ),
    "events_appended_total": Definition("counter", "Events stored by commands over HTTP."),
    "relay_pending_events": Definition("gauge", "Events stored and not yet acknowledged by the bus."),
    "relay_oldest_pending_seconds": Definition("gauge", "Seconds since the oldest pending event was recorded."),
    "relay_sent_total": Definition("counter", "Events acknowledged by the bus."),
    "consumer_events_total": Definition(
        "counter", "Events of others by result: handled, unhandled, duplicate, waiting, parked.", ("result",)
    ),
    "parked_records": Definition("gauge", "Records parked now, waiting for an operator."),
    "timers_total": Definition("counter", "Timers by result: fired, rejected, failed.", ("result",)),
    "timers_overdue": Definition("gauge", "Timers that are due and have not fired."),
    "consumer_lag_records": Definition(
        "gauge", "Records of a source's topic not committed by the consumer group; the same from every process.",
        ("source",),
    ),
    "consumer_partitions": Definition("gauge", "Partitions that this worker holds in the consumer group."),
    "relay_leader": Definition("gauge", "1 where this worker's relay leads, 0 where it stands by."),
    "loop_halted": Definition(
        "gauge", "1 where a loop of this worker stands still until somebody has looked.", ("loop",)
    ),
    "loop_step_age_seconds": Definition(
        "gauge", "Seconds since a loop of this worker (relay, consumer, timers) last finished a step.", ("loop",)
    ),
    "loop_failures_total": Definition("counter", "Steps of a loop that failed and are tried again.", ("loop",)),
    "store_position": Definition(
        "gauge", "Position of the newest event: about the number of events, as undone writes leave gaps."
    ),
    "database_size_bytes": Definition("gauge", "Bytes of the service's database."),
    "database_connections_in_use": Definition("gauge", "Connections taken out of this process's pool."),
    "database_connections_limit": Definition("gauge", "The most connections it may take out (PostgreSQL only)."),
    "dependency_up": Definition(
        "gauge", "1 when the database or the bus answered last time; while 0, what it tells keeps its last value.",
        ("dependency",),
    ),
    "disk_free_bytes": Definition(
        "gauge", "Free bytes where the process stores; in a container the engine's storage, named volumes included."
    ),
    "disk_size_bytes": Definition("gauge", "Used and free bytes there."),
    "build_info": Definition("gauge", "Always 1; says which version runs.", ("version", "python")),
}  # fmt: skip


class Metrics:
    """The metrics of one service in one process, in a registry of their own: several services may share a process."""

    CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self, service: str) -> None:
        self._service: Final = service
        self._registry: Final = CollectorRegistry()
        self._before: Final[list[Callable[[], None]]] = []
        ProcessCollector(registry=self._registry)
        self._counters: Final[dict[MetricName, Counter]] = {}
        self._gauges: Final[dict[MetricName, Gauge]] = {}
        self._histograms: Final[dict[MetricName, Histogram]] = {}
        for name, definition in METRICS.items():
            labels = ("service", *definition.labels)
            full = PREFIX + name
            if definition.kind == "counter":
                self._counters[name] = Counter(full, definition.description, labels, registry=self._registry)
            elif definition.kind == "gauge":
                self._gauges[name] = Gauge(full, definition.description, labels, registry=self._registry)
            else:
                self._histograms[name] = Histogram(
                    full, definition.description, labels, registry=self._registry, buckets=LATENCY_BUCKETS
                )

    def count(self, name: MetricName, amount: float = 1, **labels: str) -> None:
        """Add to a counter."""
        self._counters[name].labels(service=self._service, **labels).inc(amount)

    def gauge(self, name: MetricName, value: float, **labels: str) -> None:
        """Set a gauge."""
        self._gauges[name].labels(service=self._service, **labels).set(value)

    def time(self, name: MetricName, seconds: float, **labels: str) -> None:
        """Add one duration to a histogram."""
        self._histograms[name].labels(service=self._service, **labels).observe(seconds)

    def before_exposing(self, set_gauges: Callable[[], None]) -> None:
        """Have `set_gauges` called for each scrape. It must neither raise nor keep its caller waiting for long."""
        self._before.append(set_gauges)

    def exposed(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        for set_gauges in self._before:
            set_gauges()
        return generate_latest(self._registry)


def rendered() -> str:
    """The page `docs/metrics.md`."""
    lines = [
        "# Metrics",
        "",
        "`GET /metrics` of every api and every worker, in the text format of Prometheus. Each has the label `service`.",
        "Beside them stand the usual `process_*` metrics of the process: CPU, memory, file descriptors, start.",
        "What is read from the database and the bus for a scrape is bounded in time; an answer that does not come",
        "leaves the last value and sets `sangsaeng_dependency_up` to 0.",
        "",
        "Generated by `python -m services.chassis.metrics > docs/metrics.md`; a test keeps it current.",
        "",
        "| Metric | Kind | Labels | Meaning |",
        "| --- | --- | --- | --- |",
    ]
    for name, definition in METRICS.items():
        labels = ", ".join(f"`{label}`" for label in definition.labels) or "-"
        lines.append(f"| `{PREFIX}{name}` | {definition.kind} | {labels} | {definition.description} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(rendered(), end="")  # noqa: T201 - this is the generator's output
