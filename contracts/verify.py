"""Checks an export of events, alone: `python verify.py DIR [--root ROOT]`. Needs nothing but Python's standard library.

Every event carries the SHA-256 of its own content and of the event before it in its stream, so whatever is changed,
left out, put in or moved breaks a link. The manifest's root covers the last link of every stream, so that cut tails and
missing streams show too. Whoever can rewrite the whole export can rewrite its root: compare it (`--root`) with one that
was written down elsewhere when the export was made.

Exit status: 0 all holds, 1 a link is broken (the first one is named), 2 there is no export to check.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

FORMAT = "sangsaeng-export/1"
GENESIS = "0" * 64
KINDS: dict[str, type] = {
    "event_id": str, "source": str, "stream_id": str, "version": int, "type": str, "schema_version": int,
    "data": dict, "metadata": dict, "occurred_at": str, "recorded_at": str, "previous_hash": str, "hash": str,
}  # fmt: skip


class BrokenError(Exception):
    """The export is not what it says it is."""


class MalformedError(Exception):
    """What is there is not an export."""


@dataclass
class Verified:
    """What was checked so far: every event id, and the last (version, hash) per (service, stream)."""

    event_ids: set[str] = field(default_factory=set)
    heads: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)

    def root(self) -> str:
        """SHA-256 over the sorted lines `service stream version hash`."""
        lines = sorted(f"{service} {stream} {v} {last}\n" for (service, stream), (v, last) in self.heads.items())
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def verify(directory: Path, expected_root: str | None = None) -> Verified:
    """Check everything in the directory.

    Raises:
        BrokenError: something was changed; the message names the first broken link.
        MalformedError: there is no readable manifest.
    """
    manifest = read_manifest(directory)
    verified = Verified()
    for service, entry in sorted(manifest["services"].items()):
        check_service(directory, service, entry, verified)
    named = {entry["file"] for entry in manifest["services"].values()}
    for path in sorted(directory.glob("*.jsonl")):
        if path.name not in named:
            raise BrokenError(f"{path.name}: the manifest does not name this file")
    root = verified.root()
    if root != manifest["root"]:
        raise BrokenError(f"manifest.json: the root is {root}, the manifest says {manifest['root']}")
    if expected_root is not None and root != expected_root:
        raise BrokenError(f"the root is {root}, expected was {expected_root}: this is another export")
    return verified


def read_manifest(directory: Path) -> dict[str, Any]:
    try:
        manifest = parsed((directory / "manifest.json").read_bytes())
    except OSError as error:
        raise MalformedError(f"manifest.json cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise MalformedError("manifest.json is not JSON") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise MalformedError(f"manifest.json is not a manifest of format {FORMAT}")
    services = manifest.get("services")
    if not isinstance(services, dict) or not isinstance(manifest.get("root"), str):
        raise MalformedError("manifest.json lacks services or root")
    shape = {"file": str, "events": int, "streams": int, "sha256": str}
    for service, entry in services.items():
        if not isinstance(entry, dict) or any(not isinstance(entry.get(name), kind) for name, kind in shape.items()):
            raise MalformedError(f"manifest.json: the entry of {service} lacks file, events, streams or sha256")
        if Path(entry["file"]).name != entry["file"]:
            raise MalformedError(f"manifest.json: the file of {service} must be a plain file name")
    return manifest


def check_service(directory: Path, service: str, entry: dict[str, Any], verified: Verified) -> None:
    """Check one file, line by line, and then what the manifest says of it."""
    name = entry["file"]
    whole = hashlib.sha256()
    events = 0
    try:
        with (directory / name).open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                whole.update(line)
                check_line(service, f"{name} line {number}", line, verified)
                events += 1
    except OSError as error:
        raise BrokenError(f"{name}: cannot be read: {error.strerror}") from None
    streams = sum(1 for owner, _ in verified.heads if owner == service)
    for what, found, said in (("events", events, entry["events"]), ("streams", streams, entry["streams"])):
        if found != said:
            raise BrokenError(f"{name}: holds {found} {what}, the manifest says {said}")
    if whole.hexdigest() != entry["sha256"]:
        raise BrokenError(f"{name}: every event holds, but the file is not the one that was exported (its SHA-256)")


def check_line(service: str, where: str, line: bytes, verified: Verified) -> None:
    """Check one event against itself, its place in its stream, and all the others."""
    envelope = read_envelope(where, line)
    where = f"{where}, stream {envelope['stream_id']}, version {envelope['version']}"
    content = {name: value for name, value in envelope.items() if name != "hash"}
    if hashlib.sha256(canonical(where, content)).hexdigest() != envelope["hash"]:
        raise BrokenError(f"{where}: the hash does not fit the content")
    if envelope["source"] != service:
        raise BrokenError(f"{where}: an event of {envelope['source']} in the file of {service}")
    if envelope["stream_id"].split() != [envelope["stream_id"]]:
        raise BrokenError(f"{where}: the stream's id holds white space")
    if envelope["event_id"] in verified.event_ids:
        raise BrokenError(f"{where}: the event id {envelope['event_id']} was there before")
    version, last = verified.heads.get((service, envelope["stream_id"]), (0, GENESIS))
    if envelope["version"] != version + 1:
        raise BrokenError(f"{where}: version {version + 1} should follow here")
    if envelope["previous_hash"] != last:
        raise BrokenError(f"{where}: does not continue the event before it")
    verified.event_ids.add(envelope["event_id"])
    verified.heads[service, envelope["stream_id"]] = (envelope["version"], envelope["hash"])


def read_envelope(where: str, line: bytes) -> dict[str, Any]:
    try:
        envelope = parsed(line)
    except (ValueError, RecursionError):
        raise BrokenError(f"{where}: not a line of JSON") from None
    if not line.endswith(b"\n"):
        raise BrokenError(f"{where}: the line has no end")
    if not isinstance(envelope, dict) or set(envelope) != set(KINDS):
        raise BrokenError(f"{where}: not an event with the fields {', '.join(KINDS)}")
    for name, kind in KINDS.items():
        if type(envelope[name]) is not kind:
            raise BrokenError(f"{where}: {name} has the wrong type")
    return envelope


def parsed(text: bytes) -> Any:
    """JSON, read strictly: a name given twice could show one reader what another does not see."""
    return json.loads(text.decode("utf-8"), object_pairs_hook=unique, parse_float=refused, parse_constant=refused)


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def refused(_: str) -> NoReturn:
    raise ValueError("events hold no fractions")


def canonical(where: str, content: dict[str, Any]) -> bytes:
    """RFC 8785, for what events hold: no fractions, integers below 2^53, ASCII names."""
    try:
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise BrokenError(f"{where}: holds half a character") from None


def summary(verified: Verified) -> Iterator[str]:
    services = {service for service, _ in verified.heads}
    yield f"ok: {len(verified.event_ids)} events in {len(verified.heads)} streams of {len(services)} services hold"
    yield f"root {verified.root()}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks every hash chain of an export of events.")
    parser.add_argument("directory", type=Path, help="the directory with manifest.json")
    parser.add_argument("--root", help="the root that was written down when the export was made")
    given = parser.parse_args()
    try:
        verified = verify(given.directory, given.root)
    except BrokenError as broken:
        sys.stdout.write(f"broken: {broken}\n")
        return 1
    except MalformedError as malformed:
        sys.stdout.write(f"no export: {malformed}\n")
        return 2
    sys.stdout.write("\n".join(summary(verified)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
