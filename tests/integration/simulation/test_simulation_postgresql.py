"""The simulation on a real PostgreSQL: the same scheduler, the server's own locks."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.simulation.grounds import FileGround
from tests.simulation.run import Simulator
from tests.simulation.server import ServerGround

pytestmark = pytest.mark.docker
SEEDS = range(1, 9)


@pytest.fixture
def simulator(tmp_path: Path, postgres_url: Callable[[str], str]) -> Iterator[Simulator]:
    ground: FileGround = ServerGround(tmp_path, postgres_url("simulator"))
    yield Simulator(ground)
    ground.close()


def test_every_promise_is_kept_on_a_server(simulator: Simulator) -> None:
    for seed in SEEDS:
        outcome = simulator.run(seed, steps=300)
        assert outcome.violation is None, f"seed {seed}: {outcome.violation}"
