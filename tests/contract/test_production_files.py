"""The overlay for production leaves nobody out: whoever speaks to Kafka or PostgreSQL does so by TLS and as itself."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.suite import SERVICES

ROOT = Path(__file__).parents[2]
SUITE = [service.name for service in SERVICES]
BROKERS = {"kafka": "1", "kafka-2": "2", "kafka-3": "3"}


class Loader(yaml.SafeLoader):
    """Reads Compose's own `!override` as what it stands before."""


Loader.add_constructor("!override", lambda loader, node: loader.construct_sequence(node, deep=True))


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def overlay() -> dict[str, Any]:
    return yaml.load((ROOT / "compose.prod.yml").read_text(encoding="utf-8"), Loader)  # noqa: S506 - a safe loader


def given(part: dict[str, Any]) -> set[str]:
    return {one if isinstance(one, str) else one["source"] for one in part.get("secrets", ())}


def test_whoever_speaks_to_kafka_does_so_by_tls_and_as_somebody(base, overlay):
    speaking = {name for name, part in base["services"].items() if "BUS_URL" in part.get("environment", {})}
    assert speaking >= {"topics", *(f"{name}-{role}" for name in SUITE for role in ("migrate", "api", "worker"))}
    for name in speaking:
        environment = overlay["services"][name]["environment"]
        assert environment["KAFKA_CA_FILE"] == "/run/secrets/tls_ca", name
        if name == "topics":
            assert environment["KAFKA_SECURITY_PROTOCOL"] == "SSL"
            assert "tls_kafka_admin" in given(overlay["services"][name])
            continue
        user = environment["KAFKA_SASL_USERNAME"]
        assert user == (name.rpartition("-")[0] or "auditor"), name
        assert environment["KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL", name
        assert given(overlay["services"][name]) == {"tls_ca", f"{user}_kafka_password"}, name


def test_whoever_speaks_to_postgresql_checks_its_name(base, overlay):
    speaking = {
        name
        for name, part in base["services"].items()
        if any(secret.endswith("_database_password") for secret in given(part))
    }
    assert speaking >= {"databases", *(f"{name}-api" for name in SUITE)}
    for name in speaking:
        assert overlay["services"][name]["environment"]["PGSSLMODE"] == "verify-full", name
        assert overlay["services"][name]["environment"]["PGSSLROOTCERT"] == "/run/secrets/tls_ca", name
        assert "tls_ca" in given(overlay["services"][name]), name


def test_the_job_that_makes_users_has_all_their_passwords_and_nobody_else_has_two(overlay):
    passwords = {f"{user}_kafka_password" for user in (*SUITE, "auditor")}
    for name, part in overlay["services"].items():
        found = given(part) & passwords
        assert len(found) == (len(passwords) if name == "topics" else min(1, len(found))), name
    assert passwords <= set(overlay["secrets"])


def test_the_brokers_differ_in_their_names_only(base, overlay):
    shared = None
    for name, number in BROKERS.items():
        part = {**base["services"][name], **overlay["services"][name]} if name == "kafka" else overlay["services"][name]
        environment = dict(part["environment"])
        assert environment.pop("KAFKA_NODE_ID") == number
        assert environment.pop("KAFKA_ADVERTISED_LISTENERS") == f"CLIENTS://{name}:9092,BROKERS://{name}:9094"
        assert f"{number}@{name}:9093" in environment["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")
        assert f"User:CN={name},O=Sangsaeng" in environment["KAFKA_SUPER_USERS"].split(";")
        assert part["volumes"] == [
            f"kafka-{number}-log:/var/lib/kafka/data",
            f"kafka-{number}-keys:/etc/kafka/secrets:ro",
        ]
        kept = {key: part[key] for key in ("image", "mem_limit", "restart", "logging", "networks", "stop_grace_period")}
        assert shared in (None, (environment, kept))
        shared = environment, kept


def test_listeners_are_named_so_that_the_image_asks_for_no_stores_with_passwords(overlay):
    environment = overlay["services"]["kafka"]["environment"]
    assert not re.search(r"SSL://|SASL_", environment["KAFKA_ADVERTISED_LISTENERS"])
    assert "PLAINTEXT" not in str(environment)
