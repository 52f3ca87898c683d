"""The whole suite as it is deployed, started once for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.composed import ROOT, Composed


@pytest.fixture(scope="session")
def deployed(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """Every service of docker-compose.yml, healthy; the gateway on a loopback port of its own."""
    composed = Composed.prepared(tmp_path_factory.mktemp("deployed"), "deployed")
    with composed.running():
        yield composed


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    composed = getattr(item, "funcargs", {}).get("deployed")
    if report.failed and composed is not None:
        # What the containers said is gone with them.
        composed.keep_logs(ROOT / "var" / "test-logs" / Path(item.nodeid).name.replace("::", "-"))
    return report
