"""Backups of a deployment: sealing what was dumped with a manifest, and checking one before it is used."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from contracts.manifest import FILE_NAME, Head, root
from services.chassis.clock import instant
from services.chassis.facts import KEPT
from services.chassis.fitness import fits
from services.suite import SERVICES

FORMAT: Final = "sangsaeng-backup/1"
BLOCK: Final = 1_048_576
ENTRY: Final = {
    "file": str, "bytes": int, "sha256": str, "revision": str, "events": int, "streams": int, "inbox": int,
    "root": str, "types": list, "kept": dict,
}  # fmt: skip


class BackupError(Exception):
    """The backup cannot be used; one line for each reason."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def seal(directory: Path) -> Mapping[str, Any]:
    """Write the manifest over a directory of dumps, and remove what was only needed for it.

    Raises:
        BackupError: something that belongs to a backup is missing.
    """
    entries: dict[str, Any] = {}
    every: list[Head] = []
    for service in SERVICES:
        name = service.name
        try:
            facts: dict[str, Any] = json.loads((directory / f"{name}.facts").read_text(encoding="utf-8"))
            heads = [_head(line) for line in (directory / f"{name}.heads").read_text(encoding="utf-8").splitlines()]
            size, digest = _digest(directory / f"{name}.dump")
        except (OSError, ValueError) as error:
            raise BackupError(f"{directory.name} holds no whole dump of {name}: {error}") from error
        every += heads
        entries[name] = {
            "file": f"{name}.dump", "bytes": size, "sha256": digest, "revision": facts["revision"],
            "events": facts["events"], "streams": len(heads), "inbox": facts["inbox"], "root": root(heads),
            "types": facts["types"], "kept": facts["kept"],
        }  # fmt: skip
    manifest = {
        "format": FORMAT,
        "created_at": instant(datetime.now(UTC)),
        "services": entries,
        "root": root(every),
    }
    (directory / FILE_NAME).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for service in SERVICES:
        for ending in ("facts", "heads"):
            (directory / f"{service.name}.{ending}").unlink()
    return manifest


def check(directory: Path) -> Mapping[str, Any]:
    """The manifest of a backup whose files are as they were when it was made, and which this release can restore.

    Raises:
        BackupError: it is none, it is damaged, or it belongs to another release.
    """
    try:
        manifest = json.loads((directory / FILE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BackupError(f"{directory} is no backup: it has no readable {FILE_NAME}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BackupError(f"{directory}: this release reads backups of the format {FORMAT} only")
    wrong: list[str] = []
    for service in SERVICES:
        entry = manifest.get("services", {}).get(service.name)
        if not _whole(entry):
            wrong.append(f"{service.name}: the manifest has no whole entry for it")
            continue
        wrong += [f"{service.name}: {line}" for line in (*_damage(directory, entry), *fits(entry))]
    if wrong:
        raise BackupError(*wrong)
    return manifest


def _head(line: str) -> Head:
    service, stream, version, last = line.split(" ")
    return service, stream, int(version), last


def _whole(entry: Any) -> bool:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), kind) for name, kind in ENTRY.items()):
        return False
    whole: bool = entry["kept"].keys() == {table.name for table in KEPT} and Path(entry["file"]).name == entry["file"]
    return whole


def _damage(directory: Path, entry: Mapping[str, Any]) -> list[str]:
    try:
        size, digest = _digest(directory / entry["file"])
    except OSError as error:
        return [f"{entry['file']} cannot be read: {error.strerror}"]
    if (size, digest) != (entry["bytes"], entry["sha256"]):
        return [f"{entry['file']} is damaged: it is not the file that the manifest was made for"]
    return []


def _digest(path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()
