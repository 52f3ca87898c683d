"""What Prometheus finds in a deployment: every role of every service and the gateway, and all that is asked of them."""

import json
import re
import time
import urllib.request
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from services.chassis.metrics import METRICS, PREFIX
from services.chassis.worker import LOOPS, PARTITIONS
from services.suite import SERVICES
from tests.stack.composed import NAMES, ROOT, Composed

pytestmark = pytest.mark.docker
PATIENCE_SECONDS = 60.0
ROLES = ("api", "worker")
SCRAPE = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=30).read().decode())"
OBSERVABILITY = ROOT / "deploy" / "observability"


def scraped(deployed: Composed, service: str, address: str = "localhost:8000") -> list[Sample]:
    """As Prometheus sees it: from inside the networks, without a token."""
    text = deployed.compose("exec", "-T", service, "python", "-c", SCRAPE, f"http://{address}/metrics")
    return [found for family in text_string_to_metric_families(text) for found in family.samples]


def values(samples: list[Sample], name: str) -> Iterator[float]:
    return (found.value for found in samples if found.name == name)


@pytest.mark.parametrize("service", [f"{name}-{role}" for name in NAMES for role in ROLES])
def test_every_process_says_how_it_is_and_how_its_service_is(deployed, service):
    samples = scraped(deployed, service)
    names = {found.name for found in samples}
    assert {"process_resident_memory_bytes", "process_open_fds", "process_start_time_seconds"} <= names
    assert {found.labels["dependency"]: found.value for found in samples if found.name == f"{PREFIX}dependency_up"} == {
        "database": 1,
        "bus": 1,
    }
    assert next(values(samples, f"{PREFIX}disk_free_bytes")) > 0
    (subscriptions,) = [found.subscriptions for found in SERVICES if service.startswith(f"{found.name}-")]
    lags = {found.labels["source"] for found in samples if found.name == f"{PREFIX}consumer_lag_records"}
    assert lags == set(subscriptions)


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_only_worker_leads_holds_all_partitions_and_goes_on(deployed, service):
    wanted = {"relay_leader": [1], "consumer_partitions": [PARTITIONS * len(service.subscriptions)]}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        samples = scraped(deployed, f"{service.name}-worker")
        found = {name: list(values(samples, PREFIX + name)) for name in wanted}
        # A worker is ready before its group has dealt the partitions.
        if found == wanted or time.monotonic() > deadline:
            break
    assert found == wanted
    assert list(values(samples, f"{PREFIX}loop_halted")) == [0] * len(LOOPS)
    assert len(list(values(samples, f"{PREFIX}loop_step_age_seconds"))) == len(LOOPS)


def test_the_gateway_tells_machines_inside_what_rules_and_panels_ask_of_it(deployed):
    files = [*(OBSERVABILITY / "rules").glob("*.yml"), OBSERVABILITY / "grafana" / "dashboards" / "sangsaeng.json"]
    asked = " ".join(json.dumps(path.read_text(encoding="utf-8")) for path in files)
    (name,) = set(re.findall(r"caddy_[a-z_]+", asked))
    handlers = set(re.findall(r"handler=\W*(\w+)", asked))
    urllib.request.urlopen(f"{deployed.url}/matching/readyz", timeout=30).close()  # noqa: S310 - the gateway under test
    samples = scraped(deployed, "matching-api", "gateway:9180")
    assert handlers <= {found.labels["handler"] for found in samples if found.name == name}


def test_nothing_is_exposed_that_is_not_described(deployed):
    known = {PREFIX + name for name in METRICS}
    for role in ROLES:
        found = {re.sub(r"_(bucket|sum|count)$", "", sample.name) for sample in scraped(deployed, f"matching-{role}")}
        assert {name for name in found if name.startswith(PREFIX)} <= known
