from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.chassis.core.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path, lambda name: f"sqlite:///{tmp_path / name}.db")
    yield made
    made.close()
