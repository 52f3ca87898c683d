"""Backups of a deployment that works, and every way to lose something afterwards. On an own stack: it is destroyed."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from services.chassis.relay import topic
from tests.e2e.deployed.told_fair import committed, databases, heads, kept, rows, settle, small_fair
from tests.integration.suite.small_fair import SmallFair
from tests.load.generator import Load
from tests.stack.composed import NAMES, Composed

pytestmark = [pytest.mark.docker, pytest.mark.long]
RATE = 10


@dataclass
class Story:
    """A deployment with a fair that is half told when the backup is taken, and goes on after it."""

    composed: Composed
    fair: SmallFair
    backups: Path
    load: list = field(default_factory=list)

    def script(self, name: str, **changed: str) -> str:
        return self.composed.script(name, BACKUPS_DIR=str(self.backups), YES="1", **changed)

    @property
    def first(self) -> Path:
        return self.backups / "first"

    def goes_on(self) -> None:
        """Commands are taken, and what they lead to arrives everywhere."""
        before = {name: len(found) for name, found in heads(self.composed).items()}
        again = small_fair(self.composed)
        again.open()
        settle(self.composed)
        after = {name: len(found) for name, found in heads(self.composed).items()}
        assert after["registration"] > before["registration"]
        for name in NAMES[1:]:
            taken = f"SELECT count(*) FROM inbox WHERE envelope LIKE '%{again.fair_id}%'"
            assert rows(self.composed, name, taken)[0][0] > 0, name


@pytest.fixture(scope="module")
def story(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    directory = tmp_path_factory.mktemp("backups")
    composed = Composed.prepared(directory, "backups")
    with composed.running():
        fair = small_fair(composed)
        fair.register()
        fair.answer()
        story = Story(composed, fair, directory / "backups")
        load = Load(composed.url, composed.key("token_key"), directory / "load.jsonl", rate=RATE, users=2)
        load.prepare()
        prepared = len(load.commands())
        load.start()
        try:
            story.script("backup.sh", NAME="first")
        finally:
            load.stop()
        story.load = load.commands()[prepared:]
        # What the backup does not know: a timetable, talks, commitments, and what the services did by themselves.
        fair.publish()
        fair.call()
        fair.hold()
        settle(composed)
        yield story


def test_a_backup_is_taken_while_people_work(story: Story):
    manifest = json.loads((story.first / "manifest.json").read_text())
    assert story.load
    assert {command.outcome for command in story.load} <= {"acknowledged", "refused"}
    assert [path.name for path in story.backups.iterdir() if path.name != ".lock"] == ["first"], (
        "nothing unfinished is left"
    )
    now = {name: sum(version for _, version, _ in found) for name, found in heads(story.composed).items()}
    for name, entry in manifest["services"].items():
        assert 0 < entry["events"] <= now[name] or name in {"consultation", "grants"}
    assert manifest["services"]["matching"]["events"] < now["matching"]
    everything = b"".join(path.read_bytes() for path in story.first.iterdir())
    for name in ("token_key", *(f"{service}_vault_key" for service in NAMES)):
        assert story.composed.secret(name).encode() not in everything
        assert story.composed.key(name) not in everything


def test_a_damaged_backup_is_refused_before_anything_happens(story: Story, tmp_path: Path):
    damaged = Path(shutil.copytree(story.first, story.backups / "damaged"))
    content = bytearray((damaged / "matching.dump").read_bytes())
    content[len(content) // 2] ^= 1
    (damaged / "matching.dump").write_bytes(content)
    running = story.composed.containers("matching-api")
    with pytest.raises(AssertionError, match=r"matching\.dump is damaged"):
        story.script("restore.sh", FROM=str(damaged))
    assert story.composed.containers("matching-api") == running
    assert set(databases(story.composed)) == {*NAMES, "postgres", "template0", "template1"}
    shutil.rmtree(damaged)


def test_an_older_backup_and_newer_topics_come_to_what_was(story: Story):
    before = heads(story.composed)
    said = story.script("restore.sh", FROM=str(story.first))
    assert said.count(" 0 faults, 0 differences to a replay") == len(NAMES)
    assert heads(story.composed) == before
    settle(story.composed)
    assert heads(story.composed) == before, "nothing was reacted to twice"
    assert [rows(story.composed, name, "SELECT count(*) FROM parked")[0][0] for name in NAMES] == [0] * len(NAMES)
    assert len([name for name in databases(story.composed) if "_before_" in name]) == len(NAMES)
    story.goes_on()


def test_lost_topics_are_filled_again_and_nobody_reacts_twice(story: Story):
    story.script("backup.sh", NAME="second")
    before = heads(story.composed)
    admin = KafkaAdminClient(bootstrap_servers=story.composed.kafka)
    admin.delete_topics([topic(name) for name in NAMES])
    admin.close()
    said = story.script("restore.sh", FROM=str(story.backups / "second"))
    # What others had taken in comes from their inboxes, the rest from the service's own store.
    assert said.count(" 0 faults, 0 differences to a replay") == len(NAMES)
    assert re.search(r"grants: \d+ events the topic lacked, 0 left to send", said), said
    settle(story.composed)
    assert heads(story.composed) == before
    assert all(any(offsets.values()) for offsets in committed(story.composed).values())
    story.goes_on()


def test_databases_and_topics_lost_come_back_as_of_the_backup(story: Story):
    story.script("backup.sh", NAME="third")
    before, private = heads(story.composed), kept(story.composed)
    composed = story.composed
    composed.compose("down", "--volumes", "--timeout", "3")
    story.script("restore.sh", FROM=str(story.backups / "third"))
    settle(composed)
    assert heads(composed) == before
    assert kept(composed) == private
    story.goes_on()


def test_all_databases_are_rebuilt_from_the_topics_alone(story: Story):
    before, private = heads(story.composed), kept(story.composed)
    said = story.script("replay-from-kafka.sh")
    assert said.count(" 0 newer events here, 0 faults, 0 differences") == len(NAMES)
    assert "0 differences between what the topics lead to and the backup" in said
    assert heads(story.composed) == before
    assert kept(story.composed) == private
    assert all(any(table in line for line in said.splitlines()) for table in ("vault_entries", "rejected_commands"))
    story.goes_on()


def test_a_wrong_key_is_noticed_before_the_services_work_with_it(story: Story):
    path = story.composed.directory / "secrets" / "registration_vault_key"
    right = path.read_text()
    assert rows(story.composed, "registration", "SELECT count(*) FROM vault_keys")[0][0] > 0
    path.write_text(story.composed.secret("grants_vault_key"))
    before = heads(story.composed)
    try:
        with pytest.raises(AssertionError, match="registration: the vault key is not the one"):
            story.script("restore.sh", FROM=str(story.backups / "third"), ONLY="registration")
        assert story.composed.containers("registration-api") == []
    finally:
        path.write_text(right)
    story.script("restore.sh", FROM=str(story.backups / "third"), ONLY="registration")
    assert heads(story.composed) == before
    story.goes_on()
