"""What a deployment is made of: only the gateway can be reached, nothing runs as root, secrets stay in files."""

import json
import subprocess
import urllib.error
import urllib.request

import psycopg
import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from services.chassis.relay import topic
from services.chassis.tokens import mint
from services.embedded.gateway import start_page
from services.rehearsal.client import Client
from services.rehearsal.distant import OPERATOR
from services.suite import SERVICES
from tests.stack.composed import NAMES, ROOT, Composed

pytestmark = pytest.mark.docker
OURS = tuple(f"{name}-{role}" for name in NAMES for role in ("api", "worker"))


def inspected(deployed: Composed, service: str) -> dict:
    (container, *_) = deployed.containers(service)
    return json.loads(subprocess.run(["docker", "inspect", container], check=True, capture_output=True).stdout)[0]


def fetched(url: str) -> tuple[int, str, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - the gateway under test
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


def test_the_start_page_is_that_of_the_embedded_suite(deployed):
    status, kind, body = fetched(f"{deployed.url}/")
    assert (status, kind.partition(";")[0]) == (200, "text/html")
    assert body.decode().strip() == start_page(service.name for service in SERVICES)


def test_each_service_is_ready_behind_its_own_name(deployed):
    for name in NAMES:
        status, _, body = fetched(f"{deployed.url}/{name}/readyz")
        assert (status, json.loads(body)["status"]) == (200, "ready")
        assert fetched(f"{deployed.url}/{name}/docs")[0] == 200
        assert fetched(f"{deployed.url}/{name}/openapi.json")[0] == 200


def test_an_unknown_address_is_a_problem_and_problems_are_explained(deployed):
    for path in ("/nothing", "/registration", "/registrations/fairs"):
        status, kind, body = fetched(f"{deployed.url}{path}")
        assert (status, kind, json.loads(body)["type"]) == (404, "application/problem+json", "/problems/not-found")
    status, _, body = fetched(f"{deployed.url}/problems/conflict")
    assert status == 200
    assert b"/problems/conflict" in body


def test_progress_tells_a_client_outside_how_far_events_have_come(deployed):
    client = Client(deployed.url, lambda actor: mint(actor, deployed.key("token_key")))
    for service in SERVICES:
        found = client.get(OPERATOR, f"/{service.name}/progress")
        assert set(found["taken_in"]) == set(service.subscriptions)
        assert found["parked"] == 0
    client.close()


def test_only_the_gateway_is_published_and_only_on_loopback(deployed):
    ports = {
        service: inspected(deployed, service)["HostConfig"]["PortBindings"] or {} for service in (*OURS, "gateway")
    }
    assert {service for service, bindings in ports.items() if bindings} == {"gateway"}
    assert [binding["HostIp"] for bindings in ports["gateway"].values() for binding in bindings] == ["127.0.0.1"]
    file = json.loads(
        subprocess.run(
            ["docker", "compose", "-f", ROOT / "docker-compose.yml", "config", "--format", "json"],
            check=True, capture_output=True, cwd=ROOT,
        ).stdout
    )  # fmt: skip
    assert [name for name, service in file["services"].items() if service.get("ports")] == ["gateway"]
    assert file["networks"]["back"]["internal"] is True
    assert file["services"]["gateway"]["networks"].keys() == {"front"}


@pytest.mark.parametrize("service", [*OURS, "gateway"])
def test_containers_can_do_nothing_but_their_work(deployed, service):
    found = inspected(deployed, service)
    host = found["HostConfig"]
    assert found["Config"]["User"].split(":")[0] not in {"", "0", "root"}
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert not host["CapAdd"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["Memory"] > 0
    assert host["RestartPolicy"]["Name"] == "unless-stopped"
    assert host["LogConfig"]["Config"] == {"max-size": "10m", "max-file": "3"}
    assert found["State"]["Health"]["Status"] == "healthy"


@pytest.mark.parametrize("service", OURS)
def test_no_secret_is_in_the_environment_of_a_container(deployed, service):
    shown = json.dumps(inspected(deployed, service))
    for name in [path.name for path in (deployed.directory / "secrets").iterdir()]:
        assert deployed.secret(name) not in shown


def test_the_image_has_no_tools_to_build_or_install_with(deployed):
    script = (
        "for tool in pip pip3 gcc cc make git curl; do command -v $tool && exit 1; done; python -m pip && exit 1; true"
    )
    deployed.compose("exec", "-T", "matching-api", "bash", "-c", script)
    refused = deployed.compose("exec", "-T", "matching-api", "bash", "-c", "touch /app/x || echo refused")
    assert refused.strip() == "refused"


def test_topics_have_their_partitions_and_keep_everything(deployed):
    admin = KafkaAdminClient(bootstrap_servers=deployed.kafka)
    try:
        names = [topic(name) for name in NAMES]
        described = {found["name"]: len(found["partitions"]) for found in admin.describe_topics(names)}
        assert described == dict.fromkeys(names, 12)
        for name in names:
            configs = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
            text = json.dumps(configs, default=str)
            assert '"retention.ms"' in text or "retention.ms" in text
        told = deployed.compose("run", "--rm", "--no-deps", "topics")
        assert told.splitlines() == [f"{name}: 12 partitions" for name in names]
    finally:
        admin.close()


def test_a_service_reaches_its_own_database_only(deployed):
    for name in NAMES:
        with psycopg.connect(deployed.database_url(name).replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT count(*) FROM events").fetchone() is not None
        for other in NAMES:
            if other != name:
                with pytest.raises(psycopg.OperationalError, match="permission denied"):
                    psycopg.connect(deployed.database_url(name, other).replace("+psycopg", ""))
