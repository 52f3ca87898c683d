"""Runs in the container `checker`: how many copies of everything there are, and how many are in step, as JSON."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kafka.admin import ConfigFilterType, ConfigResource, ConfigResourceType

from services.chassis.bus.kafka_clients import KafkaClients
from services.chassis.bus.kafka_settings import KafkaSettings
from tests.e2e.production.inside import BROKERS, as_administrator

COPIES: Final = 3


def replicas() -> Mapping[str, Any]:
    """Partitions by the number of copies and of those in step, and how many copies each topic wants in step."""
    admin = KafkaClients(BROKERS, KafkaSettings(**as_administrator()).kafka_options()).admin()
    try:
        topics = sorted(admin.list_topics())
        described = admin.describe_topics(topics)
        partitions = [part for topic in described for part in topic["partitions"]]
        wanted = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
        return {
            "topics": topics,
            "partitions": len(partitions),
            "whole": sum(len(part["replica_nodes"]) == len(part["isr_nodes"]) == COPIES for part in partitions),
            "in_step": sorted(set(_settings(admin.describe_configs(wanted, config_filter=ConfigFilterType.ALL)))),
        }
    finally:
        admin.close()


def _settings(found: Any) -> Iterator[str]:
    for topics in found.values():
        for settings in topics.values():
            yield settings["min.insync.replicas"]["value"]


if __name__ == "__main__":
    print(json.dumps(replicas()))
