"""Who is let in by the production overlay, and who is not; and where its secrets are not to be seen."""

import http.client
import json
import ssl
import subprocess
from typing import Any
from urllib.parse import urlsplit

import pytest

from services.rehearsal.client import opened
from tests.e2e.production.overlay import Overlay
from tests.stack.composed import NAMES

pytestmark = [pytest.mark.docker, pytest.mark.production]

OPEN = {
    "kafka: a service's own user",
    "kafka: the administrator's certificate",
    "kafka: a topic that the service reads",
    "postgresql: TLS and password",
}
CLOSED = {
    "kafka: no user": "Unable to bootstrap",
    "kafka: another service's password": "Unable to bootstrap",
    "kafka: the password in the clear inside TLS": "Unable to bootstrap",
    "kafka: no TLS": "Unable to bootstrap",
    "kafka: an authority that did not sign": "Unable to bootstrap",
    "kafka: among brokers without a certificate": "Unable to bootstrap",
    "kafka: among brokers without TLS": "Unable to bootstrap",
    "kafka: among controllers without a certificate": "alert certificate required",
    "kafka: writing another service's topic": "TopicAuthorizationFailedError",
    "kafka: a topic that the service does not read": "LookupError",
    "kafka: another service's group": "GroupAuthorizationFailedError",
    "kafka: making a topic": "TopicAuthorizationFailedError",
    "postgresql: no TLS": "no encryption",
    "postgresql: an authority that did not sign": "certificate verify failed",
    "postgresql: another service's database": "permission denied",
}


@pytest.fixture(scope="module")
def doors(overlay: Overlay) -> dict[str, str]:
    found: dict[str, str] = overlay.inside("doors")
    return found


def test_every_door_was_tried(doors: dict[str, str]) -> None:
    assert doors.keys() == OPEN | CLOSED.keys()


@pytest.mark.parametrize("door", sorted(OPEN))
def test_whoever_shows_what_is_asked_for_is_let_in(doors: dict[str, str], door: str) -> None:
    assert doors[door] == "let in"


@pytest.mark.parametrize("door", sorted(CLOSED))
def test_nobody_else_is(doors: dict[str, str], door: str) -> None:
    assert doors[door] != "let in"
    assert CLOSED[door] in doors[door]


def answer(url: str, path: str) -> tuple[int, dict[str, str]]:
    connection = opened(url)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status, dict(response.getheaders())
    finally:
        connection.close()


def test_the_gateway_shows_a_certificate_of_its_own_authority(overlay: Overlay) -> None:
    assert answer(overlay.url, "/registration/docs")[0] == 200
    port = urlsplit(overlay.url).port
    elsewhere = http.client.HTTPSConnection("localhost", port, context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    with pytest.raises(ssl.SSLCertVerificationError):
        elsewhere.request("GET", "/")
    misnamed = http.client.HTTPSConnection("127.0.0.1", port, timeout=10)
    with pytest.raises(ssl.SSLError):
        misnamed.request("GET", "/")


def test_plain_http_leads_to_https(overlay: Overlay) -> None:
    status, headers = answer(overlay.plain_url, "/registration/docs?section=1")
    assert (status, headers["Location"]) == (308, "https://localhost/registration/docs?section=1")


@pytest.mark.parametrize("page", ["metrics", "healthz", "readyz", "/metrics", "%6detrics", "./metrics", "metrics/"])
def test_what_services_tell_about_themselves_stays_inside(overlay: Overlay, page: str) -> None:
    status, headers = answer(overlay.url, f"/matching/{page}")
    assert (status, headers["Content-Type"]) == (404, "application/problem+json")


def containers(overlay: Overlay) -> list[dict[str, Any]]:
    names = [state["Name"] for state in overlay.composed.states()]
    inspected = subprocess.run(["docker", "inspect", *names], capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(inspected.stdout)
    return found


def test_no_secret_is_in_what_the_engine_tells_about_a_container(overlay: Overlay) -> None:
    kinds = ("database_password", "vault_key", "kafka_password")
    names = [
        "postgres_password",
        "token_key",
        "fingerprint_key",
        *(f"{name}_{kind}" for name in NAMES for kind in kinds),
    ]
    told = json.dumps(containers(overlay))
    assert "KAFKA_SASL_PASSWORD_FILE" in told
    assert [name for name in names if overlay.composed.secret(name) in told] == []


def test_no_secret_is_on_a_command_line(overlay: Overlay) -> None:
    passwords = [overlay.composed.secret(f"{name}_kafka_password") for name in NAMES]
    for container in containers(overlay):
        if container["State"]["Running"]:
            top = subprocess.run(["docker", "top", container["Id"]], capture_output=True, text=True, check=True).stdout
            assert not [one for one in passwords if one in top]


@pytest.mark.parametrize(
    ("service", "directory", "user"),
    [
        ("kafka", "/etc/kafka/secrets", "1000"),
        ("kafka-3", "/etc/kafka/secrets", "1000"),
        ("postgres", "/etc/postgresql/keys", "999"),
    ],
)
def test_a_servers_key_is_its_own(overlay: Overlay, service: str, directory: str, user: str) -> None:
    listed = overlay.composed.compose("exec", "-T", service, "stat", "-c", "%n %u %a", f"{directory}/key.pem")
    assert listed.split() == [f"{directory}/key.pem", user, "400"]
    shown = overlay.composed.compose("exec", "-T", service, "ls", directory)
    assert shown.split() == ["ca.pem", "key.pem"]


def test_only_the_gateway_is_published_and_only_here(overlay: Overlay) -> None:
    published = {
        (container["Config"]["Labels"]["com.docker.compose.service"], place["HostIp"])
        for container in containers(overlay)
        for places in (container["NetworkSettings"]["Ports"] or {}).values()
        for place in places or ()
    }
    assert published == {("gateway", "127.0.0.1")}
