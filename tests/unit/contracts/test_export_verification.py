"""The stand-alone verifier finds whatever is done to an export, and names where."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts import manifest, verify
from contracts.envelope import GENESIS, Envelope, canonical, sealed
from contracts.identity import derived_id

VERIFIER = Path(verify.__file__)
Lines = list[bytes]
Change = Callable[[Lines], Lines]
STREAMS = {"matching": (("floor-f1", 4), ("answers-b1", 2)), "registration": (("fair-f1", 3), ("company-c1", 1))}


def chain(service: str, stream_id: str, length: int) -> list[Envelope]:
    events: list[Envelope] = []
    for version in range(1, length + 1):
        event = Envelope(
            event_id=derived_id(service, stream_id, str(version)), source=service, stream_id=stream_id,
            version=version, type=f"{service}.happened", schema_version=1,
            data={"name": "㈜바이컴", "n": version, "ok": True, "list": [None]}, metadata={"actor": "a"},
            occurred_at="2023-11-21T01:00:00.000000Z", recorded_at="2023-11-21T01:00:00.000001Z",
            previous_hash=events[-1].hash if events else GENESIS,
        )  # fmt: skip
        events.append(sealed(event))
    return events


def export(directory: Path, streams: dict[str, tuple[tuple[str, int], ...]] = STREAMS) -> Path:
    services = []
    for service, kept in streams.items():
        # The streams of a store are interleaved.
        events = sorted((e for name, length in kept for e in chain(service, name, length)), key=lambda e: e.version)
        exported = manifest.ServiceExport(service)
        (directory / exported.file).write_bytes(b"".join(exported.line(event) for event in events))
        services.append(exported)
    text = json.dumps(manifest.manifest(services, created_at="2023-11-22T00:00:00.000000Z"))
    (directory / manifest.FILE_NAME).write_text(text, encoding="utf-8")
    return directory


def tampered(directory: Path, change: Change, *, file: str = "matching.jsonl", cover_up: bool = False) -> str:
    """What the verifier says after the change; `cover_up` makes counts and digest in the manifest fit."""
    export(directory)
    path = directory / file
    lines = change(path.read_bytes().splitlines(keepends=True))
    path.write_bytes(b"".join(lines))
    if cover_up:
        described = json.loads((directory / "manifest.json").read_bytes())
        entry = described["services"][path.stem]
        entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        entry["events"] = len(lines)
        entry["streams"] = len({json.loads(line)["stream_id"] for line in lines})
        (directory / "manifest.json").write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(verify.BrokenError) as broken:
        verify.verify(directory)
    return str(broken.value)


def edited(line: bytes, *, resealed: bool = False, **changes: object) -> bytes:
    value = {**json.loads(line), **changes}
    if resealed:
        value["hash"] = hashlib.sha256(canonical({k: v for k, v in value.items() if k != "hash"})).hexdigest()
    return canonical(value) + b"\n"


def test_an_untouched_export_holds(tmp_path):
    verified = verify.verify(export(tmp_path))
    assert len(verified.event_ids) == 10
    assert {name: version for (_, name), (version, _) in verified.heads.items()} == {
        "floor-f1": 4,
        "answers-b1": 2,
        "fair-f1": 3,
        "company-c1": 1,
    }


def test_exporter_and_verifier_agree_on_the_root(tmp_path):
    said = json.loads((export(tmp_path) / "manifest.json").read_bytes())["root"]
    assert verify.verify(tmp_path).root() == said
    heads = [(s, name, length, chain(s, name, length)[-1].hash) for s, kept in STREAMS.items() for name, length in kept]
    assert manifest.root(heads) == manifest.root(reversed(heads)) == said
    assert manifest.root(heads[1:]) != said


def test_an_export_of_nothing_holds(tmp_path):
    assert not verify.verify(export(tmp_path, {})).heads
    assert not verify.verify(export(tmp_path, {"grants": ()})).heads


def test_one_flipped_bit_anywhere_in_any_byte_is_found_even_when_the_manifest_is_made_to_fit(tmp_path):
    export(tmp_path)
    path = tmp_path / "matching.jsonl"
    original = path.read_bytes()
    said = json.loads((tmp_path / "manifest.json").read_bytes())
    for position in range(len(original)):
        flipped = bytearray(original)
        flipped[position] ^= 1 << (position % 8)
        path.write_bytes(flipped)
        said["services"]["matching"]["sha256"] = hashlib.sha256(flipped).hexdigest()
        (tmp_path / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
        with pytest.raises(verify.BrokenError):
            verify.verify(tmp_path)


@pytest.mark.parametrize("cover_up", [False, True])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [*lines[:2], edited(lines[2], data={"name": "x"}), *lines[3:]], "line 3, .*hash does not fit"),
        (
            lambda lines: [*lines[:2], edited(lines[2], data={"n": 9}, resealed=True), *lines[3:]],
            "matching.jsonl line 5, stream floor-f1, version 3: does not continue",
        ),
        (lambda lines: [lines[0], *lines[2:]], "line 3, stream answers-b1, version 2: version 1 should follow"),
        (lambda lines: [*lines[:2], *lines[3:]], "line 4, stream floor-f1, version 3: version 2 should follow"),
        (lambda lines: [*lines[:4], lines[5], lines[4]], "line 5, stream floor-f1, version 4: version 3 should"),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], "line 4, .*event id .* was there before"),
        (
            lambda lines: [*lines, edited(lines[-1], event_id="new", version=5, resealed=True)],
            "line 7, stream floor-f1, version 5: does not continue",
        ),
        (
            lambda lines: [*lines, edited(lines[0], stream_id="floor-f2", resealed=True)],
            "line 7, stream floor-f2, version 1: the event id .* was there before",
        ),
        (lambda lines: [*lines, edited(lines[0], event_id="n", stream_id="a b", resealed=True)], "white space"),
        (lambda lines: [edited(lines[0], source="grants", resealed=True), *lines[1:]], "an event of grants in the"),
        (lambda lines: [edited(lines[0], extra=1), *lines[1:]], "line 1: not an event with the fields"),
        (lambda lines: [edited(lines[0], version="1"), *lines[1:]], "line 1: version has the wrong type"),
        (lambda lines: [edited(lines[0], version=True), *lines[1:]], "line 1: version has the wrong type"),
    ],
)  # fmt: skip
def test_broken_links_are_named(tmp_path, change, said, cover_up):
    message = tampered(tmp_path, change, cover_up=cover_up)
    assert re.search(said, message), message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[:-1], "holds 5 events, the manifest says 6"),
        (lambda lines: [line for line in lines if b"answers-b1" not in line], "holds 4 events, the manifest says 6"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "not the one that was exported"),
        (lambda lines: [lines[0].replace(b'":', b'": '), *lines[1:]], "not the one that was exported"),
        (lambda lines: [lines[0].replace(b"\xe3\x88\x9c", b"\\u321c"), *lines[1:]], "not the one that was exported"),
        (lambda lines: [b"\n", *lines], "line 1: not a line of JSON"),
        (lambda lines: [b"[" * 100_000 + b"\n", *lines], "line 1: not a line of JSON"),
        (lambda lines: [b"[]\n", *lines], "line 1: not an event"),
        (lambda lines: [b"\xff" + lines[0], *lines[1:]], "line 1: not a line of JSON"),
        (lambda lines: [lines[0].replace(b"{", b'{"hash":"x",', 1), *lines[1:]], "line 1: not a line of JSON"),
        (lambda lines: [lines[0].replace(b'"n":1', b'"n":1.0'), *lines[1:]], "line 1: not a line of JSON"),
        (lambda lines: [lines[0].replace(b'"n":1', b'"n":NaN'), *lines[1:]], "line 1: not a line of JSON"),
        (lambda lines: [lines[0].replace(b'"n":1', b'"n":"\\ud800"'), *lines[1:]], "half a character"),
        (lambda lines: [*lines[:-1], lines[-1].rstrip(b"\n")], "line 6: the line has no end"),
    ],
)
def test_other_changes_are_found_too(tmp_path, change, said):
    assert said in tampered(tmp_path, change)


@pytest.mark.parametrize(
    "change", [lambda lines: lines[:-1], lambda lines: [line for line in lines if b"answers-b1" not in line]]
)
def test_a_cut_tail_and_a_missing_stream_are_found_by_the_root_when_the_manifest_is_made_to_fit(tmp_path, change):
    assert "the root is" in tampered(tmp_path, change, cover_up=True)


def test_swapped_files_are_found(tmp_path):
    export(tmp_path)
    one, other = tmp_path / "matching.jsonl", tmp_path / "registration.jsonl"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    with pytest.raises(verify.BrokenError, match="an event of registration in the file of matching"):
        verify.verify(tmp_path)


def test_a_missing_file_and_an_extra_one_are_found(tmp_path):
    (export(tmp_path) / "grants.jsonl").write_bytes(b"")
    with pytest.raises(verify.BrokenError, match="does not name this file"):
        verify.verify(tmp_path)
    (tmp_path / "grants.jsonl").unlink()
    (tmp_path / "matching.jsonl").unlink()
    with pytest.raises(verify.BrokenError, match=r"matching\.jsonl: cannot be read"):
        verify.verify(tmp_path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("root", "0" * 64),
        ("services/matching/events", 7),
        ("services/matching/streams", 1),
        ("services/matching/sha256", ""),
    ],
)
def test_a_wrong_manifest_is_found(tmp_path, path, value):
    assert rewritten(tmp_path, path, value) == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "sangsaeng-export/2"),
        ("services", []),
        ("root", None),
        ("services/matching", {}),
        ("services/matching/events", "6"),
        ("services/matching/file", "../matching.jsonl"),
    ],
)
def test_a_malformed_manifest_is_said_to_be_one(tmp_path, path, value):
    assert rewritten(tmp_path, path, value) == 2


def rewritten(directory: Path, path: str, value: object) -> int:
    """1 or 2, as the verifier would end after this change in the manifest."""
    described = json.loads((export(directory) / "manifest.json").read_bytes())
    *steps, last = path.split("/")
    place = described
    for step in steps:
        place = place[step]
    place[last] = value
    (directory / "manifest.json").write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises((verify.BrokenError, verify.MalformedError)) as found:
        verify.verify(directory)
    return 1 if found.type is verify.BrokenError else 2


def alone(*arguments: str) -> tuple[int, list[str]]:
    """Run the file as an auditor would: no packages (-S), none of our modules (-I)."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


def test_stand_alone(tmp_path):
    root = json.loads((export(tmp_path) / "manifest.json").read_bytes())["root"]
    good = ["ok: 10 events in 4 streams of 2 services hold", f"root {root}"]
    assert alone(str(tmp_path)) == (0, good)
    assert alone(str(tmp_path), "--root", root) == (0, good)
    status, said = alone(str(tmp_path), "--root", "0" * 64)
    assert (status, len(said)) == (1, 1)
    path = tmp_path / "registration.jsonl"
    path.write_bytes(path.read_bytes().replace("㈜바이컴".encode(), "㈜바이켬".encode(), 1))
    assert alone(str(tmp_path)) == (
        1,
        ["broken: registration.jsonl line 1, stream fair-f1, version 1: the hash does not fit the content"],
    )
    (tmp_path / "manifest.json").write_bytes(b"{")
    assert alone(str(tmp_path)) == (2, ["no export: manifest.json is not JSON"])
    assert alone(str(tmp_path / "nowhere"))[0] == 2
