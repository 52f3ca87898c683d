"""The whole job, run once as a user runs it, for all tests that look at what it left behind."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    # Not at the top: pytest reads this file before the project's filters of warnings are in force.
    from services.embedded.stack import Stack
    from services.rehearsal.records import read
    from services.rehearsal.running import scene_of
    from tests.e2e.rehearsed import Held, suite

    directory = tmp_path_factory.mktemp("fair-2023")
    told = suite("run", "--once", "--directory", str(directory), "--port", "0", LANG="ko_KR.UTF-8")
    assert told.code == 0, told.err
    stack = Stack(directory, port=0)
    stack.start()
    scene = scene_of(stack, read())
    try:
        yield Held(directory, told, stack, scene)
    finally:
        scene.client.close()
        stack.stop()
