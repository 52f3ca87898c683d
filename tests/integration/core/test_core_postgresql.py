"""The chassis on a real PostgreSQL: the same suites as on SQLite."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.chassis.core.comparison_conformance import ComparisonConformance
from tests.unit.chassis.core.execution_conformance import ExecutionConformance
from tests.unit.chassis.core.flow_conformance import FlowConformance
from tests.unit.chassis.core.gauges_conformance import GaugesConformance
from tests.unit.chassis.core.grouping_conformance import GroupingConformance
from tests.unit.chassis.core.restoration_conformance import RestorationConformance
from tests.unit.chassis.core.stage import Stage
from tests.unit.chassis.core.store_conformance import GuardConformance, StoreConformance
from tests.unit.chassis.core.vault_conformance import VaultConformance

pytestmark = pytest.mark.docker


@pytest.fixture
def stage(tmp_path: Path, postgres_url: Callable[[str], str]) -> Iterator[Stage]:
    run = uuid.uuid4().hex[:12]
    made = Stage(tmp_path, lambda name: postgres_url(f"core_{run}_{name}"))
    yield made
    made.close()


class TestGuards(GuardConformance):
    pass


class TestStore(StoreConformance):
    pass


class TestExecution(ExecutionConformance):
    pass


class TestVault(VaultConformance):
    pass


class TestFlow(FlowConformance):
    pass


class TestGrouping(GroupingConformance):
    pass


class TestGauges(GaugesConformance):
    pass


class TestRestoration(RestorationConformance):
    pass


class TestComparison(ComparisonConformance):
    pass
