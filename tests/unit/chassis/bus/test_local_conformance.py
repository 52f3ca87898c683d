"""The local bus keeps the promises of the port."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.chassis.bus.conformance import BusConformance
from tests.unit.chassis.bus.local_stage import LocalStage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[LocalStage]:
    stage = LocalStage(tmp_path / "var" / "bus.sqlite")
    yield stage
    stage.bus.close()


class TestLocalBus(BusConformance):
    pass
