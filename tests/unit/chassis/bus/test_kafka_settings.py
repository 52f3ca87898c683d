"""How Kafka lets us in: what is accepted, what does not go together, what the clients are given. Nothing connects."""

import dataclasses
import datetime as dt
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.chassis.bus.kafka import KafkaBus
from services.chassis.bus.kafka_settings import KafkaSettings
from services.chassis.effects import DirectEffects

PASSWORD = "4f1c9ae27b60d83519e2"
USER = {"kafka_sasl_username": "matching", "kafka_sasl_password": PASSWORD}


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its self-signed certificate, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2124, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "client.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def authority(pem: Path) -> str:
    text = pem.read_text()
    return text[text.index("-----BEGIN CERTIFICATE") :]


def parsed(field: str, value: str) -> object:
    (found,) = (item for item in dataclasses.fields(KafkaSettings) if item.name == field)
    return found.metadata["parse"](value)


def test_without_settings_kafka_is_spoken_to_in_the_clear() -> None:
    assert KafkaSettings().problems() == []
    assert KafkaSettings().kafka_options() == {"security_protocol": "PLAINTEXT"}


def test_user_and_password_go_with_tls_that_checks_names_against_the_given_authority(authority: str) -> None:
    settings = KafkaSettings(kafka_security_protocol="SASL_SSL", kafka_ca=authority, **USER)
    assert settings.problems() == []
    options = settings.kafka_options()
    context = options.pop("ssl_context")
    assert options == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "matching",
        "sasl_plain_password": PASSWORD,
    }
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert [found["subject"] for found in context.get_ca_certs()] == [((("commonName", "authority"),),)]


def test_a_certificate_of_ones_own_may_stand_for_user_and_password(authority: str, pem: Path) -> None:
    settings = KafkaSettings(kafka_security_protocol="SSL", kafka_ca=authority, kafka_certificate_path=str(pem))
    assert settings.problems() == []
    assert settings.kafka_options().keys() == {"security_protocol", "ssl_context"}


def test_every_client_of_the_library_knows_the_options(authority: str) -> None:
    settings = KafkaSettings(kafka_security_protocol="SASL_SSL", kafka_ca=authority, **USER)
    KafkaBus("kafka:9092", options=settings.kafka_options(), effects=DirectEffects()).close()


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        (
            {"kafka_security_protocol": "SASL_SSL"},
            [
                "KAFKA_SASL_USERNAME: is required with KAFKA_SECURITY_PROTOCOL=SASL_SSL",
                "KAFKA_SASL_PASSWORD: is required with KAFKA_SECURITY_PROTOCOL=SASL_SSL",
            ],
        ),
        (
            {"kafka_security_protocol": "SASL_SSL", "kafka_sasl_password": PASSWORD},
            ["KAFKA_SASL_USERNAME: is required with KAFKA_SECURITY_PROTOCOL=SASL_SSL"],
        ),
        (
            USER,
            [
                "KAFKA_SASL_USERNAME: is not used with KAFKA_SECURITY_PROTOCOL=PLAINTEXT: set it to SASL_SSL",
                "KAFKA_SASL_PASSWORD: is not used with KAFKA_SECURITY_PROTOCOL=PLAINTEXT: set it to SASL_SSL",
            ],
        ),
        (
            {"kafka_security_protocol": "SSL", "kafka_sasl_username": "matching"},
            ["KAFKA_SASL_USERNAME: is not used with KAFKA_SECURITY_PROTOCOL=SSL: set it to SASL_SSL"],
        ),
        (
            {"kafka_ca": "a certificate", "kafka_certificate_path": "client.pem"},
            [
                "KAFKA_CA: is not used without TLS: set KAFKA_SECURITY_PROTOCOL to SASL_SSL or SSL",
                "KAFKA_CERTIFICATE_PATH: is not used without TLS: set KAFKA_SECURITY_PROTOCOL to SASL_SSL or SSL",
            ],
        ),
    ],
)
def test_what_does_not_go_together_is_said_and_how_to_mend_it(given: dict[str, str], lines: list[str]) -> None:
    assert KafkaSettings(**given).problems() == lines
    assert PASSWORD not in repr(KafkaSettings(**given))


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("kafka_security_protocol", "SASL_PLAINTEXT", "one of PLAINTEXT, SSL, SASL_SSL"),
        ("kafka_security_protocol", "ssl", "one of PLAINTEXT, SSL, SASL_SSL"),
        ("kafka_sasl_mechanism", "GSSAPI", "one of SCRAM-SHA-512, SCRAM-SHA-256, PLAIN"),
        ("kafka_sasl_username", "n=matching", "1 to 200 characters without spaces, commas and equals signs"),
        ("kafka_ca", "no certificate", "certificates in PEM"),
        ("kafka_ca", "", "certificates in PEM"),
    ],
)
def test_a_wrong_value_is_refused_with_what_it_must_be(field: str, value: str, expected: str) -> None:
    with pytest.raises(ValueError, match=f"^must be {expected}$"):
        parsed(field, value)


def test_a_certificate_that_cannot_be_used_is_refused_at_once(pem: Path, authority: str, tmp_path: Path) -> None:
    assert parsed("kafka_certificate_path", str(pem)) == str(pem)
    keyless, secret = tmp_path / "keyless.pem", tmp_path / "encrypted.pem"
    keyless.write_text(authority)
    key = serialization.load_pem_private_key(pem.read_bytes(), None)
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"unknown"),
        )
        + authority.encode()
    )
    for path in (keyless, secret, tmp_path / "nothing.pem"):
        with pytest.raises(ValueError, match=r"^must be the path of a PEM file with a certificate and its private key"):
            parsed("kafka_certificate_path", str(path))
