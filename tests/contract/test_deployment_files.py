"""The files of a deployment know every service of the suite, and give each part what keeps it alive."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.embedded.gateway import start_page
from services.suite import SERVICES
from tests.stack.composed import NAMES

ROOT = Path(__file__).parents[2]
SUITE = [service.name for service in SERVICES]
ROLES = ("migrate", "api", "worker")
BASES = {"apache/kafka:4.3.1", "postgres:17", "caddy:2.11"}
WATCHERS = {"prometheus", "grafana"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """docker-compose.yml, its anchors merged."""
    return yaml.safe_load(read("docker-compose.yml"))


def lasting(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services that are to run until they are told to stop."""
    return {name: part for name, part in compose["services"].items() if part["restart"] == "unless-stopped"}


def test_every_service_has_its_roles(compose):
    found = {name for name in compose["services"] if name.rpartition("-")[2] in ROLES}
    assert found == {f"{name}-{role}" for name in SUITE for role in ROLES}
    for name in found:
        service, _, role = name.rpartition("-")
        part = compose["services"][name]
        assert part["command"] == ["python", "-m", f"services.{service}", role]
        assert part["environment"]["SERVICE_DATABASE_URL"] == f"postgresql://{service}@postgres/{service}"
        assert {given if isinstance(given, str) else given["source"] for given in part["secrets"]} == {
            "token_key", "fingerprint_key", f"{service}_vault_key", f"{service}_database_password",
        }  # fmt: skip


def test_each_secret_is_drawn_and_given_to_nobody_else(compose):
    loops = {tuple(names.split()) for names in re.findall(r"for service in ([a-z ]+); do", read("deploy/secrets.sh"))}
    assert loops == {tuple(SUITE)}
    for name in SUITE:
        assert {f"{name}_database_password", f"{name}_vault_key"} <= set(compose["secrets"])
    assert compose["services"]["databases"]["environment"]["SERVICES"].split() == SUITE == list(NAMES)
    for part in compose["services"].values():
        assert not [key for key in part.get("environment", {}) if key.endswith(("PASSWORD", "_KEY"))]


def test_the_gateway_leads_to_every_service(compose):
    routes = read("deploy/gateway/routes.caddy")
    assert re.findall(r"^\s*import service ([a-z]+)$", routes, re.MULTILINE) == SUITE
    assert read("deploy/gateway/index.html").strip() == start_page(SUITE)
    assert set(compose["services"]["gateway"]["depends_on"]) == {f"{name}-api" for name in SUITE}


def test_images_are_the_known_ones(compose):
    found = {part["image"] for name, part in compose["services"].items() if name not in WATCHERS}
    assert found == {*BASES, "sangsaeng:${SANGSAENG_TAG:-latest}"}
    assert set(re.findall(r"^FROM (\S+)", read("Dockerfile"), re.MULTILINE)) == {"python:3.13-slim"}


def test_what_lasts_is_watched_restarted_and_bounded(compose):
    others = {part["restart"] for name, part in compose["services"].items() if name not in lasting(compose)}
    assert others <= {"no", "on-failure:5"}
    for name, part in lasting(compose).items():
        assert part["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}, name
        assert part["mem_limit"], name
        assert part["stop_grace_period"], name
        assert part["logging"]["options"] == {"max-size": "10m", "max-file": "3"}, name
    assert set(lasting(compose)) >= {"kafka", "postgres", "gateway", *(f"{name}-api" for name in SUITE)}


def test_nothing_starts_before_what_it_needs_is_healthy(compose):
    for name, part in compose["services"].items():
        for needed, how in part.get("depends_on", {}).items():
            wanted = "service_healthy" if needed in lasting(compose) else "service_completed_successfully"
            assert how["condition"] == wanted, f"{name} -> {needed}"


def test_only_the_gateway_and_who_watches_publish_anything_and_on_loopback(compose):
    for name, part in compose["services"].items():
        for port in part.get("ports", ()):
            assert name in {"gateway", *WATCHERS}
            assert re.match(r"\$\{[A-Z]+_BIND:-127\.0\.0\.1\}:|127\.0\.0\.1:", port), port
    assert compose["networks"]["back"] == {"internal": True}


def test_the_image_takes_only_what_it_runs():
    lines = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "*"
    copied = re.findall(r"^COPY (?!--from)(\S+)", read("Dockerfile"), re.MULTILINE)
    assert {f"!{path}" for path in copied} - {"!requirements/runtime.txt"} <= set(lines)
    assert "--require-hashes" in read("Dockerfile")
