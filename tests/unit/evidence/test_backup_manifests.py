"""A backup is what its manifest says, or it is refused with the reason."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contracts.manifest import root
from services.chassis.facts import KEPT
from services.chassis.fitness import known_revisions
from services.evidence.backup_commands import backup_group
from services.evidence.backups import BackupError, check, seal
from services.suite import SERVICES

NAMES = [service.name for service in SERVICES]


@pytest.fixture
def dumped(tmp_path: Path) -> Path:
    """What the dumps leave behind, before it is sealed."""
    for name in NAMES:
        (tmp_path / f"{name}.dump").write_bytes(b"a dump of " + name.encode() * 1_000)
        (tmp_path / f"{name}.heads").write_text(f"{name} a-1 2 {'0' * 64}\n{name} b-1 1 {'1' * 64}\n")
        facts = {
            "service": name, "revision": known_revisions()[0], "events": 3, "inbox": 5, "types": [],
            "kept": {table.name: 7 for table in KEPT},
        }  # fmt: skip
        (tmp_path / f"{name}.facts").write_text(json.dumps(facts))
    return tmp_path


@pytest.fixture
def sealed(dumped: Path) -> Path:
    seal(dumped)
    return dumped


def changed(directory: Path, service: str, **values: Any) -> None:
    manifest = json.loads((directory / "manifest.json").read_text())
    manifest["services"][service] |= values
    (directory / "manifest.json").write_text(json.dumps(manifest))


def refusal(directory: Path) -> str:
    with pytest.raises(BackupError) as refused:
        check(directory)
    return str(refused.value)


def test_a_sealed_backup_is_whole_and_says_what_it_holds(sealed):
    manifest = check(sealed)
    assert sorted(path.name for path in sealed.iterdir()) == sorted(
        [*(f"{name}.dump" for name in NAMES), "manifest.json"]
    )
    assert {name: (entry["events"], entry["streams"]) for name, entry in manifest["services"].items()} == dict.fromkeys(
        NAMES, (3, 2)
    )
    heads = [(name, *head) for name in NAMES for head in (("a-1", 2, "0" * 64), ("b-1", 1, "1" * 64))]
    assert manifest["root"] == root(heads)
    assert manifest["services"]["grants"]["root"] == root(heads[-2:])


def test_a_changed_byte_is_damage(sealed):
    path = sealed / "matching.dump"
    content = bytearray(path.read_bytes())
    content[500] ^= 1
    path.write_bytes(content)
    assert refusal(sealed) == "matching: matching.dump is damaged: it is not the file that the manifest was made for"


def test_a_missing_file_is_named(sealed):
    (sealed / "grants.dump").unlink()
    assert refusal(sealed) == "grants: grants.dump cannot be read: No such file or directory"


def test_a_backup_of_a_newer_release_is_refused(sealed):
    changed(sealed, "matching", revision="9999", types=["matching.from-the-future.v1"])
    assert refusal(sealed).splitlines() == [
        "matching: its tables are of version 9999, which this release does not know",
        "matching: it holds events that this release cannot read: matching.from-the-future.v1",
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "sangsaeng-backup/99"}', '{"format": "sangsaeng-backup/1"}']
)
def test_what_is_no_manifest_is_refused_in_so_many_words(sealed, text):
    (sealed / "manifest.json").write_text(text)
    assert refusal(sealed)
    done = CliRunner().invoke(backup_group, ["check", str(sealed)])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr


def test_a_manifest_cannot_lead_out_of_its_directory(sealed):
    changed(sealed, "grants", file="../grants.dump")
    assert refusal(sealed) == "grants: the manifest has no whole entry for it"


def test_without_all_dumps_nothing_is_sealed(dumped):
    (dumped / "consultation.dump").unlink()
    with pytest.raises(BackupError, match="holds no whole dump of consultation"):
        seal(dumped)
    assert not (dumped / "manifest.json").exists()
