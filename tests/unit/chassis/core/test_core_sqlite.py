"""The chassis on SQLite."""

from tests.unit.chassis.core.comparison_conformance import ComparisonConformance
from tests.unit.chassis.core.execution_conformance import ExecutionConformance
from tests.unit.chassis.core.flow_conformance import FlowConformance
from tests.unit.chassis.core.gauges_conformance import GaugesConformance
from tests.unit.chassis.core.grouping_conformance import GroupingConformance
from tests.unit.chassis.core.restoration_conformance import RestorationConformance
from tests.unit.chassis.core.store_conformance import GuardConformance, StoreConformance
from tests.unit.chassis.core.vault_conformance import VaultConformance


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
