"""A new image replaces the old one while people work: nobody sees a failed request."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.load.generator import Load
from tests.stack.composed import NAMES, Composed

pytestmark = pytest.mark.docker
RATE = 15
"""Commands a second: what is asked is whether one of them fails, not how many there can be."""
ROLES = tuple(f"{name}-{role}" for name in NAMES for role in ("api", "worker"))


def revision(container: str) -> str:
    said = subprocess.run(["docker", "inspect", container], check=True, capture_output=True).stdout
    return json.loads(said)[0]["Config"]["Labels"]["org.opencontainers.image.revision"]


def test_an_upgrade_replaces_every_replica_without_a_failed_request(deployed: Composed, tmp_path: Path):
    before = {role: deployed.containers(role) for role in ROLES}
    load = Load(deployed.url, deployed.key("token_key"), tmp_path / "load.jsonl", rate=RATE, users=2)
    load.prepare()
    prepared = len(load.commands())
    load.start()
    try:
        said = deployed.script("upgrade.sh", REVISION="upgraded")
    finally:
        load.stop()
    assert said.splitlines()[-1] == "upgrade: all services run what was built"
    after = {role: deployed.containers(role) for role in ROLES}
    for role in ROLES:
        assert len(after[role]) == len(before[role])
        assert not set(after[role]) & set(before[role])
        assert {revision(container) for container in after[role]} == {"upgraded"}
    commands = load.commands()
    assert len(commands) > prepared
    assert {command.outcome for command in commands} <= {"acknowledged", "refused"}
    again = [command for command in commands if command.attempts > 1 and command.problem != "conflict"]
    assert again == []
