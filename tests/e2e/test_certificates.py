"""The certificates of the production overlay: made once, kept, renewed when asked, never half made."""

import os
import ssl
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SCRIPT = Path(__file__).parents[2] / "deploy" / "certificates.sh"
BROKERS = {"kafka", "kafka-2", "kafka-3"}
EVERYBODY = BROKERS | {"kafka-admin", "postgres"}
SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH


def called(secrets: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SECRETS_DIR": str(secrets)}
    return subprocess.run([SCRIPT, *arguments], env=environment, capture_output=True, text=True, check=False)


def made(secrets: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (secrets / "tls").iterdir()}


def certificate(secrets: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((secrets / "tls" / f"{name}.pem").read_bytes())


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    done = called(tmp_path)
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_everybody_gets_a_key_that_only_its_owner_reads(secrets: Path) -> None:
    assert made(secrets).keys() == {"ca.key", "ca.pem"} | {f"{name}.pem" for name in EVERYBODY}
    for file in (secrets / "tls").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == (0o644 if file.name == "ca.pem" else 0o600)
    assert stat.S_IMODE((secrets / "tls").stat().st_mode) == 0o700
    for name in EVERYBODY:
        # Fails unless key and certificate in the file belong together.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(secrets / "tls" / f"{name}.pem")


def test_a_certificate_names_its_owner_and_serves_what_it_is_for_only(secrets: Path) -> None:
    authority = certificate(secrets, "ca")
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    for name in EVERYBODY:
        found = certificate(secrets, name)
        found.verify_directly_issued_by(authority)
        assert [part.value for part in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [name]
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == [name]
        usage = set(found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
        expected = {SERVER, CLIENT} if name in BROKERS else {CLIENT} if name == "kafka-admin" else {SERVER}
        assert usage == expected
        assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_called_again_it_keeps_what_is_there_and_adds_what_is_missing(secrets: Path) -> None:
    before = made(secrets)
    assert called(secrets).returncode == 0
    assert made(secrets) == before
    (secrets / "tls" / "kafka-2.pem").unlink()
    assert called(secrets).returncode == 0
    after = made(secrets)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {"kafka-2.pem"}


def test_renewing_makes_new_keys_under_the_same_authority(secrets: Path) -> None:
    before = made(secrets)
    assert called(secrets, "--renew").returncode == 0
    after = made(secrets)
    assert {name for name in after if after[name] == before[name]} == {"ca.key", "ca.pem"}
    assert after.keys() == before.keys()


def test_the_authoritys_key_may_be_kept_elsewhere_until_it_is_needed(secrets: Path) -> None:
    key = secrets / "tls" / "ca.key"
    held = key.read_bytes()
    key.unlink()
    before = made(secrets)
    assert called(secrets).returncode == 0
    refused = called(secrets, "--renew")
    assert refused.returncode == 1
    assert "ca.key is needed to make" in refused.stderr
    assert made(secrets) == before
    key.write_bytes(held)
    assert called(secrets, "--renew").returncode == 0


def test_certificates_without_their_authority_are_not_written_over(secrets: Path) -> None:
    (secrets / "tls" / "ca.pem").unlink()
    before = made(secrets)
    refused = called(secrets)
    assert refused.returncode == 1
    assert "ca.pem is missing" in refused.stderr
    assert made(secrets) == before


def test_a_certificate_of_another_authority_is_said(secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    called(other)
    (secrets / "tls" / "postgres.pem").write_bytes((other / "tls" / "postgres.pem").read_bytes())
    refused = called(secrets)
    assert refused.returncode == 1
    assert "postgres.pem is over, or not of this authority: run deploy/certificates.sh --renew" in refused.stderr


def test_an_unknown_word_is_refused(tmp_path: Path) -> None:
    refused = called(tmp_path / "new", "--renw")
    assert refused.returncode == 1
    assert "usage: deploy/certificates.sh [--renew]" in refused.stderr
    assert not (tmp_path / "new").exists()
