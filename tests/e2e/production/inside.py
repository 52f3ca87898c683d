"""What the container `checker` has of a deployment: where things are, and every service's secrets."""

import base64
from pathlib import Path
from typing import Any, Final

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.effects import DirectEffects

SECRETS: Final = Path("/run/secrets")
AUTHORITY: Final = SECRETS / "tls_ca"
ADMINISTRATOR: Final = SECRETS / "tls_kafka_admin"
CLIENTS: Final = "kafka:9092,kafka-2:9092,kafka-3:9092"
BROKERS: Final = "kafka:9094,kafka-2:9094,kafka-3:9094"


def secret(name: str) -> str:
    return (SECRETS / name).read_text(encoding="utf-8").strip()


def key(name: str) -> bytes:
    return base64.b64decode(secret(name))


def bus(servers: str, *, impatient: bool = False, **settings: str) -> KafkaBus:
    """Kafka, spoken to with these settings; `impatient` where nothing but a refusal is expected."""
    options: dict[str, Any] = KafkaSettings(**settings).kafka_options()
    if impatient:
        options |= {"bootstrap_timeout_ms": 3_000, "max_block_ms": 3_000, "request_timeout_ms": 5_000}
    return KafkaBus(servers, options=options, effects=DirectEffects())


def as_administrator() -> dict[str, str]:
    return {
        "kafka_security_protocol": "SSL", "kafka_ca": AUTHORITY.read_text(encoding="ascii"),
        "kafka_certificate_path": str(ADMINISTRATOR),
    }  # fmt: skip


def as_service(name: str) -> dict[str, str]:
    return {
        "kafka_security_protocol": "SASL_SSL", "kafka_ca": AUTHORITY.read_text(encoding="ascii"),
        "kafka_sasl_username": name, "kafka_sasl_password": secret(f"{name}_kafka_password"),
    }  # fmt: skip


def database_url(service: str, **parameters: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"postgresql://{service}:{secret(f'{service}_database_password')}@postgres/{service}?{query}"


def secured_database_url(service: str) -> str:
    return database_url(service, sslmode="verify-full", sslrootcert=str(AUTHORITY))
