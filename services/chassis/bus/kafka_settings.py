"""What it takes to be let in by the brokers: settings, checked together, and the clients' options that follow."""

import re
import ssl
from dataclasses import dataclass
from typing import Any, Final

from services.chassis.setting_kinds import password, setting, text

# SASL without TLS is not offered: what is sent could be read along, and the password guessed from it.
PROTOCOLS: Final = ("PLAINTEXT", "SSL", "SASL_SSL")
MECHANISMS: Final = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")
PROTOCOL: Final = "KAFKA_SECURITY_PROTOCOL"


def _one_of(names: tuple[str, ...]) -> Any:
    return text(re.compile("|".join(names)), f"one of {', '.join(names)}")


def _authority(value: str) -> str:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=value)
    except (ssl.SSLError, ValueError):
        raise ValueError("must be certificates in PEM") from None
    return value


def _certificate(value: str) -> str:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(value, password="")
    except (OSError, ValueError):
        raise ValueError("must be the path of a PEM file with a certificate and its private key, unencrypted") from None
    return value


@dataclass(frozen=True, kw_only=True)
class KafkaSettings:
    """How to speak to Kafka, and as whom."""

    kafka_security_protocol: str = setting(
        PROTOCOL,
        "text",
        "PLAINTEXT, SSL (TLS) or SASL_SSL (TLS, then user and password).",
        _one_of(PROTOCOLS),
        "PLAINTEXT",
    )
    kafka_sasl_mechanism: str = setting(
        "KAFKA_SASL_MECHANISM",
        "text",
        f"How the password is shown under SASL_SSL: {', '.join(MECHANISMS)}.",
        _one_of(MECHANISMS),
        MECHANISMS[0],
    )
    kafka_sasl_username: str = setting(
        "KAFKA_SASL_USERNAME",
        "text",
        "This service's user at the brokers, under SASL_SSL.",
        # kafka-python sends the name as it is; SCRAM would want commas and equals signs in another form.
        text(re.compile(r"[^\s,=]{1,200}"), "1 to 200 characters without spaces, commas and equals signs"),
        "",
    )
    kafka_sasl_password: str = setting(
        "KAFKA_SASL_PASSWORD", "secret", "The user's password, under SASL_SSL.", password, ""
    )
    kafka_ca: str = setting(
        "KAFKA_CA",
        "PEM",
        "Certificates of the authorities that may vouch for the brokers; without it those that the system trusts.",
        _authority,
        "",
    )
    kafka_certificate_path: str = setting(
        "KAFKA_CERTIFICATE_PATH",
        "path",
        "PEM file with private key and certificate to show to brokers that ask for one (mTLS).",
        _certificate,
        "",
    )

    def problems(self) -> list[str]:
        """What does not go together, one line each."""
        wrong: list[str] = []
        sasl = {"KAFKA_SASL_USERNAME": self.kafka_sasl_username, "KAFKA_SASL_PASSWORD": self.kafka_sasl_password}
        tls = {"KAFKA_CA": self.kafka_ca, "KAFKA_CERTIFICATE_PATH": self.kafka_certificate_path}
        for name, given in sasl.items():
            if given and self.kafka_security_protocol != "SASL_SSL":
                wrong.append(f"{name}: is not used with {PROTOCOL}={self.kafka_security_protocol}: set it to SASL_SSL")
            elif not given and self.kafka_security_protocol == "SASL_SSL":
                wrong.append(f"{name}: is required with {PROTOCOL}=SASL_SSL")
        if self.kafka_security_protocol == "PLAINTEXT":
            wrong += [
                f"{name}: is not used without TLS: set {PROTOCOL} to SASL_SSL or SSL" for name in tls if tls[name]
            ]
        return wrong

    def kafka_options(self) -> dict[str, Any]:
        """The options of kafka-python's clients."""
        options: dict[str, Any] = {"security_protocol": self.kafka_security_protocol}
        if self.kafka_security_protocol != "PLAINTEXT":
            options["ssl_context"] = self._context()
        if self.kafka_security_protocol == "SASL_SSL":
            options["sasl_mechanism"] = self.kafka_sasl_mechanism
            options["sasl_plain_username"] = self.kafka_sasl_username
            options["sasl_plain_password"] = self.kafka_sasl_password
        return options

    def _context(self) -> ssl.SSLContext:
        """Made once: the library would read the authorities again for every connection."""
        context = ssl.create_default_context(cadata=self.kafka_ca or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.kafka_certificate_path:
            context.load_cert_chain(self.kafka_certificate_path)
        return context
