"""Alerts and dashboard: metrics exist, expressions parse, alerts fire when they should and are explained."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.chassis.metrics import METRICS, PREFIX
from services.suite import SERVICES

ROOT = Path(__file__).parents[2]
DEPLOYED = ROOT / "deploy" / "observability"
RULES = sorted((DEPLOYED / "rules").glob("*.yml"))
RULE_TESTS = sorted((DEPLOYED / "rule-tests").glob("*.yml"))
DASHBOARD = json.loads((DEPLOYED / "grafana" / "dashboards" / "sangsaeng.json").read_text(encoding="utf-8"))
RUNBOOKS = (ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")
PARTS = ("Means", "Felt", "Look", "Mend", "Over")

STANDARD = {
    "up", "ALERTS", "process_start_time_seconds", "process_cpu_seconds_total", "process_resident_memory_bytes",
    "process_open_fds", "process_max_fds", "caddy_http_request_duration_seconds_count",
}  # fmt: skip
"""What Prometheus, prometheus_client and Caddy give by themselves."""
PROMQL = {
    "and", "or", "unless", "bool", "sum", "min", "max", "count", "topk", "rate", "increase", "changes", "deriv",
    "predict_linear", "offset", "min_over_time", "histogram_quantile", "absent", "vector",
}  # fmt: skip
GROUPING = re.compile(r"\b(by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)")

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="needs promtool: apt-get install prometheus, or https://prometheus.io/download/ on the PATH",
)


def rules() -> list[dict[str, Any]]:
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in RULES]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


ALERTS = {rule["alert"]: rule for rule in rules() if "alert" in rule}
RECORDED = {rule["record"] for rule in rules() if "record" in rule}


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def shown() -> Iterator[tuple[str, str]]:
    """The expressions of the dashboard as Grafana sends them, each with the title of its panel."""
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$__rate_interval", "1m").replace("$service", ".*")


def exposed() -> set[str]:
    """The names of all series of all services."""
    names = set()
    for name, definition in METRICS.items():
        ends = ("_bucket", "_sum", "_count") if definition.kind == "histogram" else ("",)
        names |= {f"{PREFIX}{name}{end}" for end in ends}
    return names


def metrics_in(expression: str) -> set[str]:
    """The metrics that an expression names: what is left without strings, labels, groupings and PromQL's own words."""
    bare = re.sub(r'"[^"]*"', "", expression)
    bare = GROUPING.sub("", re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", bare))
    return set(re.findall(r"(?<![\w.])[a-zA-Z_:][\w:]*", bare)) - PROMQL


def promtool(*arguments: str | Path) -> str:
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


EXPRESSIONS = [*((rule.get("alert") or rule["record"], rule["expr"]) for rule in rules()), *shown()]


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS)
def test_every_metric_exists(where, expression):
    named = metrics_in(expression)
    assert named
    assert named <= exposed() | RECORDED | STANDARD, where


def test_a_mistyped_metric_would_be_found():
    assert metrics_in('sum by (service) (rate(sangsaeng_relai_sent_total{a="b"}[5m])) > 0.5 and up') == {
        "sangsaeng_relai_sent_total",
        "up",
    }


@needs_promtool
def test_the_configuration_is_valid():
    promtool("check", "config", DEPLOYED / "prometheus.yml")


@needs_promtool
def test_every_expression_of_the_dashboard_parses(tmp_path):
    recorded = [{"record": f"panel:{number}", "expr": expression} for number, (_, expression) in enumerate(shown())]
    file = tmp_path / "dashboard.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": recorded}]}), encoding="utf-8")
    assert f"{len(recorded)} rules found" in promtool("check", "rules", file)


@needs_promtool
@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.stem)
def test_the_rules_do_as_they_should(path):
    promtool("test", "rules", path)


def test_every_alert_is_seen_firing_by_a_test():
    fired = set()
    for path in RULE_TESTS:
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]:
            fired |= {asked["alertname"] for asked in case.get("alert_rule_test", []) if asked.get("exp_alerts")}
            for asked in case.get("promql_expr_test", []):
                expected = asked["expr"] if asked["exp_samples"] else ""
                labels = " ".join([expected, *(sample["labels"] for sample in asked["exp_samples"])])
                fired |= set(re.findall(r'alertname="(\w+)",alertstate="firing"', labels))
    assert fired == set(ALERTS)


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_says_what_it_is_and_where_its_runbook_stands(name):
    alert = ALERTS[name]
    assert alert["labels"]["severity"] in {"warning", "critical"}
    assert alert["annotations"].keys() == {"summary", "description", "runbook_url"}
    assert alert["annotations"]["runbook_url"] == f"docs/runbooks.md#{name.lower()}"
    _, _, section = RUNBOOKS.partition(f"\n## {name}\n")
    said = re.findall(r"^- \*\*(\w+)\*\*:", section.partition("\n## ")[0], re.MULTILINE)
    assert tuple(said) == PARTS


def test_no_runbook_is_about_an_alert_that_does_not_exist():
    assert set(re.findall(r"^## (\w+)$", RUNBOOKS, re.MULTILINE)) == set(ALERTS)


def test_every_service_is_scraped_and_missed():
    jobs = yaml.safe_load((DEPLOYED / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    found = {job["job_name"]: job["dns_sd_configs"][0]["names"] for job in jobs if "dns_sd_configs" in job}
    names = [service.name for service in SERVICES]
    assert found == {role: [f"{name}-{role}" for name in names] for role in ("api", "worker")}
    for name in names:
        for role in found:
            assert f'absent(up{{job="{role}",service="{name}"}})' in ALERTS["ServiceDown"]["expr"]


def test_panels_are_told_apart_and_do_not_overlap():
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    assert all(panel["title"] for panel in DASHBOARD["panels"])
    for one, other in combinations([panel["gridPos"] for panel in DASHBOARD["panels"]], 2):
        apart = (
            one["x"] + one["w"] <= other["x"]
            or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"]
            or other["y"] + other["h"] <= one["y"]
        )
        assert apart, (one, other)


def test_panels_ask_the_data_source_that_is_provisioned():
    path = DEPLOYED / "grafana" / "provisioning" / "datasources" / "prometheus.yml"
    (source,) = yaml.safe_load(path.read_text(encoding="utf-8"))["datasources"]
    asked = {target["datasource"]["uid"] for panel in panels() for target in panel["targets"]}
    assert asked == {source["uid"]}


@pytest.mark.parametrize("name", ["prometheus", "grafana"])
def test_the_watchers_start_on_demand_with_pinned_images_on_loopback_only(name):
    found = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"][name]
    assert found["profiles"] == ["observability"]
    assert re.fullmatch(r"[a-z]+/[a-z]+:v?\d+\.\d+\.\d+", found["image"])
    assert all(port.startswith("127.0.0.1:") for port in found["ports"])
    assert found["read_only"] is True
    assert found["mem_limit"]


def test_the_password_of_grafana_is_drawn():
    found = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    (secret,) = found["services"]["grafana"]["secrets"]
    assert found["services"]["grafana"]["environment"]["GF_SECURITY_ADMIN_PASSWORD__FILE"] == f"/run/secrets/{secret}"
    assert f"\ndraw {secret} " in (ROOT / "deploy" / "secrets.sh").read_text(encoding="utf-8")
