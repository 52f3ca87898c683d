"""An auditor's replay beside a deployment that works on: it proves something and disturbs nothing."""

from pathlib import Path

import pytest

from tests.e2e.deployed.told_fair import committed, databases, rows, settle, small_fair
from tests.load.generator import Load
from tests.stack.composed import NAMES, Composed

pytestmark = [pytest.mark.docker, pytest.mark.long]
RATE = 10


@pytest.fixture(scope="module")
def held(deployed: Composed) -> Composed:
    fair = small_fair(deployed)
    fair.register()
    fair.answer()
    fair.publish()
    return deployed


def roles(deployed: Composed) -> list[str]:
    return [name for (name,) in rows(deployed, "postgres", "SELECT rolname FROM pg_roles ORDER BY 1")]


def test_at_rest_offsets_and_databases_stay_as_they_are(held: Composed):
    settle(held)
    before = committed(held), databases(held), roles(held)
    said = held.script("audit-replay.sh")
    assert "0 differences; no reaction fired, no consumer was disturbed" in said
    assert (committed(held), databases(held), roles(held)) == before


def test_under_load_nothing_fails_nothing_differs_and_everything_arrives(held: Composed, tmp_path: Path):
    load = Load(held.url, held.key("token_key"), tmp_path / "load.jsonl", rate=RATE, users=2)
    load.prepare()
    prepared = len(load.commands())
    load.start()
    try:
        said = held.script("audit-replay.sh")
    finally:
        load.stop()
    assert "0 differences; no reaction fired, no consumer was disturbed" in said
    worked = load.commands()[prepared:]
    assert worked
    assert {command.outcome for command in worked} <= {"acknowledged", "refused"}
    settle(held)


def test_a_touched_row_is_found_and_the_auditor_leaves_nothing_behind(held: Composed):
    settle(held)
    before = databases(held), roles(held)
    rows(held, "matching", "UPDATE meetings SET slot = slot + 1 WHERE status = 'placed' RETURNING 1")
    try:
        with pytest.raises(AssertionError, match=r"live: meetings .* differs in slot"):
            held.script("audit-replay.sh")
    finally:
        rows(held, "matching", "UPDATE meetings SET slot = slot - 1 WHERE status = 'placed' RETURNING 1")
    assert (databases(held), roles(held)) == before
    assert [rows(held, name, "SELECT count(*) FROM parked")[0][0] for name in NAMES] == [0] * len(NAMES)
