"""What an auditor does with a held fair: replays it, exports it, has the export checked, finds what was touched."""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.evidence.commands import export_command, replay_command
from tests.e2e.suite_season import after_the_fair

VERIFY = Path(__file__).parents[2] / "contracts" / "verify.py"


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Path:
    """The directory of a suite at rest."""
    with after_the_fair(tmp_path_factory.mktemp("fair")) as (stage, _):
        return stage.directory


@pytest.fixture
def directory(held, tmp_path) -> Path:
    return Path(shutil.copytree(held, tmp_path / "var"))


def replayed(directory: Path):
    return CliRunner().invoke(replay_command, ["--directory", str(directory)], env={"COLUMNS": "200"})


def exported(directory: Path, out: Path):
    return CliRunner().invoke(export_command, ["--directory", str(directory), "--out", str(out)])


def verified(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(VERIFY), str(out), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def in_database(directory: Path, service: str, statement: str, *values: object) -> list[tuple]:
    with sqlite3.connect(directory / f"{service}.db") as connection:
        found = connection.execute(statement, values).fetchall()
    connection.close()
    return found


def test_a_replay_of_an_untouched_suite_differs_nowhere(directory):
    done = replayed(directory)
    assert done.exit_code == 0, done.output
    assert "0 differences; no reaction fired" in done.output
    for service in ("registration", "matching", "consultation", "grants"):
        rows = [line for line in done.output.splitlines() if service in line]
        assert len(rows) == 2, "once from its own store, once from the bus alone"
        assert all(" 0 " in row for row in rows)
    stored = in_database(directory, "matching", "SELECT count(*) FROM events")[0][0]
    assert stored == in_database(directory, "matching", "SELECT max(position) FROM events")[0][0]


def test_a_planted_difference_is_shown_by_read_model_row_and_event(directory):
    ((meeting_id, event_id),) = in_database(directory, "matching", "SELECT meeting_id, _event_id FROM meetings LIMIT 1")
    in_database(directory, "matching", "UPDATE meetings SET slot = slot + 1 WHERE meeting_id = ?", meeting_id)
    done = replayed(directory)
    assert done.exit_code == 1
    shown = [line for line in done.output.splitlines() if line.startswith("matching")]
    assert f"matching: meetings {meeting_id}: differs in slot (event {event_id})" in shown
    assert f"matching from the bus: meetings {meeting_id}: differs in slot (event {event_id})" in shown
    assert done.output.splitlines()[-1] == "2 differences; no reaction fired"


def test_a_missing_row_and_one_too_many_are_found(directory):
    ((held_one,),) = in_database(
        directory, "consultation", "SELECT meeting_id FROM consultations WHERE status = 'held'"
    )
    in_database(directory, "consultation", "DELETE FROM consultations WHERE meeting_id = ?", held_one)
    ((commitment,),) = in_database(directory, "grants", "SELECT commitment_id FROM commitments")
    planted = commitment[:-4] + "0000"
    columns = [name for _, name, *_ in in_database(directory, "grants", "PRAGMA table_info(commitments)")]
    copied = ", ".join("?" if name == "commitment_id" else f'"{name}"' for name in columns)
    in_database(directory, "grants", f"INSERT INTO commitments SELECT {copied} FROM commitments", planted)
    done = replayed(directory)
    assert done.exit_code == 1
    assert f"consultation: consultations {held_one}: is missing from the live table" in done.output
    assert f"grants: commitments {planted}: is in the live table only" in done.output


def test_an_event_that_the_bus_does_not_lead_to_is_found(directory):
    """Somebody wrote into the store behind the service's back: the topic tells another history."""
    ((stream, version),) = in_database(
        directory, "grants", "SELECT stream_id, version FROM events WHERE type = 'grants.payment-made'"
    )
    in_database(directory, "grants", "UPDATE events SET hash = ? WHERE type = 'grants.payment-made'", "0" * 64)
    done = replayed(directory)
    assert done.exit_code == 1
    assert (
        f"grants from the bus: {stream}: version {version} is stored, the bus leads to version {version}" in done.output
    )


def test_what_cannot_be_replayed_is_said_in_one_line(tmp_path):
    done = replayed(tmp_path / "nowhere")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert not (tmp_path / "nowhere").exists()


@pytest.fixture
def out(directory, tmp_path) -> Path:
    done = exported(directory, tmp_path / "export")
    assert done.exit_code == 0, done.output
    return tmp_path / "export"


def test_an_export_holds(directory, out, tmp_path):
    done = verified(out)
    assert done.returncode == 0, done.stdout
    first, root = done.stdout.splitlines()
    services = ("registration", "matching", "consultation", "grants")
    counts = {name: in_database(directory, name, "SELECT count(*) FROM events")[0][0] for name in services}
    streams = sum(
        in_database(directory, name, "SELECT count(DISTINCT stream_id) FROM events")[0][0] for name in services
    )
    assert first == f"ok: {sum(counts.values())} events in {streams} streams of 4 services hold"
    assert verified(out, "--root", root.removeprefix("root ")).returncode == 0
    assert verified(out, "--root", "0" * 64).returncode == 1
    # The same events give the same root, whenever they are exported.
    again = exported(directory, tmp_path / "again")
    assert root in again.output
    for service in services:
        assert (tmp_path / "again" / f"{service}.jsonl").read_bytes() == (out / f"{service}.jsonl").read_bytes()


def test_an_export_never_overwrites(directory, out):
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    done = exported(directory, out)
    assert (done.exit_code, done.stderr.strip()) == (1, f"{out} is not empty; name a new directory with OUT=...")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    occupied = out / "manifest.json" / "deeper"
    assert exported(directory, occupied).exit_code == 1


def lines_of(out: Path, service: str = "matching") -> list[bytes]:
    return (out / f"{service}.jsonl").read_bytes().splitlines(keepends=True)


def write(out: Path, lines: list[bytes], service: str = "matching") -> None:
    (out / f"{service}.jsonl").write_bytes(b"".join(lines))


def link(line: bytes) -> tuple[str, int]:
    envelope = json.loads(line)
    return envelope["stream_id"], envelope["version"]


def in_one_stream(lines: list[bytes]) -> list[int]:
    """Where the events of the longest stream are."""
    streams: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        streams.setdefault(link(line)[0], []).append(index)
    return max(streams.values(), key=len)


def assert_broken(out: Path, line: int, stream: str, version: int) -> None:
    done = verified(out)
    assert done.returncode == 1
    assert done.stdout.startswith(f"broken: matching.jsonl line {line}, stream {stream}, version {version}: "), (
        done.stdout
    )


def test_one_byte_flipped(out):
    lines = lines_of(out)
    index = in_one_stream(lines)[1]
    place = lines[index].index(b'"data":{') + lines[index][lines[index].index(b'"data":{') :].index(b"-")
    flipped = bytearray(lines[index])
    flipped[place + 1] = ord("0") if flipped[place + 1] != ord("0") else ord("1")
    write(out, [*lines[:index], bytes(flipped), *lines[index + 1 :]])
    assert_broken(out, index + 1, *link(lines[index]))


def test_an_event_dropped(out):
    lines = lines_of(out)
    places = in_one_stream(lines)
    write(out, [*lines[: places[1]], *lines[places[1] + 1 :]])
    # The first line that does not follow any more is the next one of its stream, one line further up now.
    assert_broken(out, places[2], *link(lines[places[2]]))


def test_a_tail_cut_and_a_stream_left_out(out):
    lines = lines_of(out)
    last = in_one_stream(lines)[-1]
    write(out, [*lines[:last], *lines[last + 1 :]])
    assert verified(out).stdout.startswith(f"broken: matching.jsonl: holds {len(lines) - 1} events")
    (out / "grants.jsonl").unlink()
    write(out, lines)
    assert verified(out).stdout.startswith("broken: grants.jsonl: cannot be read")


def test_events_in_another_order(out):
    lines = lines_of(out)
    first, second, *_ = in_one_stream(lines)
    swapped = list(lines)
    swapped[first], swapped[second] = lines[second], lines[first]
    write(out, swapped)
    assert_broken(out, first + 1, *link(lines[second]))


def test_an_event_put_in(out):
    """One that is forged well: its own hash is right. What it cannot do is stand between two others."""
    lines = lines_of(out)
    places = in_one_stream(lines)
    forged = json.loads(lines[places[1]])
    forged["event_id"] = "0190a5c0-0000-7000-8000-000000000000"
    forged.pop("hash")
    content = json.dumps(forged, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    forged["hash"] = hashlib.sha256(content).hexdigest()
    line = json.dumps(forged, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    write(out, [*lines[: places[1] + 1], line, *lines[places[1] + 1 :]])
    assert_broken(out, places[1] + 2, *link(line))
    write(out, [*lines[: places[1]], line, *lines[places[1] + 1 :]])
    assert_broken(out, places[2] + 1, *link(lines[places[2]]))


def test_what_is_no_export(tmp_path):
    done = verified(tmp_path)
    assert (done.returncode, done.stdout.startswith("no export: ")) == (2, True)
