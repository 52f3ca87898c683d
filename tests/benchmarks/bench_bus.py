"""The bus beside bare kafka-python, and from a command to another service's read model.

Run: python -m tests.benchmarks.bench_bus
"""

import argparse
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter

from kafka import KafkaConsumer, KafkaProducer

from contracts.catalogue import CATALOGUE
from contracts.examples import golden_envelopes
from services.chassis.bus.abstract import Message, TopicPartition
from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_clients import (
    CONSUMER_DEFAULTS,
    CONSUMER_PROMISES,
    PRODUCER_DEFAULTS,
    PRODUCER_PROMISES,
)
from services.chassis.effects import DirectEffects
from services.chassis.relay import message
from tests.benchmarks import latency
from tests.benchmarks.rounds import Run, environment, table, take_turns, verdict
from tests.benchmarks.stack import engines

PARTITIONS = 12
BATCH = 500
GOAL = 0.8
KEYS = 400


def messages(topic: str, count: int) -> list[Message]:
    """Events as the relay sends them, on many streams."""
    sample = message(golden_envelopes(CATALOGUE)["registration.consultation-requested.v1"])
    return [Message(topic, f"participation-{n % KEYS}", sample.value, sample.headers) for n in range(count)]


class Rivals:
    """Produce and consume, through the adapter and by the library alone with the same settings and batches."""

    def __init__(self, bootstrap: str, count: int) -> None:
        self._bootstrap, self._count = bootstrap, count
        self._bus = KafkaBus(bootstrap, options={}, effects=DirectEffects())
        self.topic = f"bench.{secrets.token_hex(4)}"
        self._bus.ensure_topics([self.topic], partitions=PARTITIONS)
        self._messages = messages(self.topic, count)
        self._publisher = self._bus.publisher()
        self._producer = KafkaProducer(bootstrap_servers=[bootstrap], **{**PRODUCER_DEFAULTS, **PRODUCER_PROMISES})

    def _batches(self) -> list[list[Message]]:
        return [self._messages[start : start + BATCH] for start in range(0, self._count, BATCH)]

    def produce(self) -> Run:
        began = perf_counter()
        for batch in self._batches():
            assert not any(self._publisher.send(batch))
        return Run(self._count, perf_counter() - began)

    def produce_bare(self) -> Run:
        began = perf_counter()
        for batch in self._batches():
            futures = [
                self._producer.send(
                    sent.topic, key=sent.key.encode(), value=sent.value,
                    headers=[(name, text.encode()) for name, text in sent.headers.items()],
                )
                for sent in batch
            ]  # fmt: skip
            self._producer.flush()
            for future in futures:
                future.get(timeout=30)
        return Run(self._count, perf_counter() - began)

    def consume(self) -> Run:
        """Joining the group is not counted: the clock starts with the first records."""
        subscriber = self._bus.subscriber(f"bench.{secrets.token_hex(4)}", [self.topic])
        seen, began = 0, 0.0
        while seen < self._count:
            records = subscriber.poll(max_records=BATCH, timeout=0.5)
            if not records:
                continue
            began = began or perf_counter()
            seen += len(records)
            subscriber.commit({TopicPartition(record.topic, record.partition): record.offset + 1 for record in records})
        spent = perf_counter() - began
        subscriber.close()
        return Run(seen, spent)

    def consume_bare(self) -> Run:
        settings = {**CONSUMER_DEFAULTS, **CONSUMER_PROMISES, "group_id": f"bench.{secrets.token_hex(4)}"}
        consumer = KafkaConsumer(bootstrap_servers=[self._bootstrap], **settings)
        consumer.subscribe(topics=[self.topic])
        seen, began = 0, 0.0
        while seen < self._count:
            polled = consumer.poll(timeout_ms=500, max_records=BATCH)
            if not polled:
                continue
            began = began or perf_counter()
            seen += sum(len(records) for records in polled.values())
            consumer.commit()
        spent = perf_counter() - began
        consumer.close(autocommit=False)
        return Run(seen, spent)

    def close(self) -> None:
        with suppress(Exception):
            self._producer.close(timeout=1)
        self._publisher.close()
        self._bus.close()


def compare(bootstrap: str, count: int, rounds: int) -> None:
    rivals = Rivals(bootstrap, count)
    pairs: dict[str, tuple[Callable[[], Run], Callable[[], Run]]] = {
        "produce": (rivals.produce_bare, rivals.produce),
        "consume": (rivals.consume_bare, rivals.consume),
    }
    rows, goals = [], []
    rivals.produce_bare()
    rivals.produce()
    for name, (bare, ours) in pairs.items():
        found = take_turns({"bare": bare, "ours": ours}, rounds)
        ratio = found["ours"].rate / found["bare"].rate
        rows.append((name, f"{found['bare'].rate:,.0f}", f"{found['ours'].rate:,.0f}", f"{ratio:.2f}"))
        goals.append(verdict(name, ratio, GOAL))
    rivals.close()
    print(f"\nKafka, {count:,} messages in batches of {BATCH}")
    print(table(("what", "kafka-python/s", "adapter/s", "ratio"), rows))
    print("\n".join(goals))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each latency measurement")
    parser.add_argument("--embedded-only", action="store_true", help="neither Kafka nor PostgreSQL")
    chosen = parser.parse_args(arguments)
    print(environment(fsync="SQLite synchronous=FULL, Kafka acks=all"))
    with tempfile.TemporaryDirectory() as directory:
        latency.embedded(Path(directory), chosen.seconds)
    if chosen.embedded_only:
        return
    with engines("postgres", "kafka") as found:
        if found.kafka is not None:
            compare(found.kafka, chosen.messages, chosen.rounds)
        if found.kafka is not None and found.postgres is not None:
            latency.deployed(found.kafka, found.database, chosen.seconds)


if __name__ == "__main__":
    main()
