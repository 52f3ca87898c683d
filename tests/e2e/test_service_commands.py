"""`python -m services.<name> ...` of every service, on SQLite and the local bus, as settings in the environment say."""

import fcntl
import logging
import runpy
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.chassis.bus.abstract import Message
from services.chassis.cli import group
from services.chassis.relay import topic
from services.suite import SERVICES
from tests.e2e.suite_files import environment, query
from tests.e2e.suite_season import after_the_fair

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0
EACH = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Path:
    with after_the_fair(tmp_path_factory.mktemp("fair")) as (stage, _):
        return stage.directory


@pytest.fixture
def directory(held, tmp_path) -> Path:
    return Path(shutil.copytree(held, tmp_path / "var"))


@pytest.fixture(autouse=True)
def _logging_as_before():
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def run(service, directory: Path, *arguments: str, **changed: str) -> Result:
    return CliRunner().invoke(group(service), arguments, env={**environment(directory, service.name), **changed})


@EACH
def test_the_module_is_the_command(service, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [service.name, "--help"])
    with pytest.raises(SystemExit) as left:
        runpy.run_module(f"services.{service.name}", run_name="__main__")
    assert left.value.code == 0
    said = capsys.readouterr().out
    for command in (
        "api",
        "worker",
        "migrate",
        "replay",
        "verify",
        "compare",
        "parked",
        "republish",
        "restore",
        "erase-again",
    ):
        assert f"\n  {command} " in said


@EACH
def test_migrate_makes_an_empty_database_and_does_no_harm_twice(service, tmp_path):
    for _ in range(2):
        done = run(service, tmp_path, "migrate")
        assert (done.exit_code, done.stdout) == (0, f"{service.name}: tables and read models are current\n")
    names = {name for (name,) in query(tmp_path, service.name, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"events", "outbox", "inbox", *(table.name for table in service.read_models.tables)} <= names
    assert run(service, tmp_path, "verify").stdout == f"{service.name}: 0 events in 0 streams, 0 faults\n"


@EACH
def test_verify_and_replay_of_a_held_fair(service, directory):
    events, streams = query(directory, service.name, "SELECT count(*), count(DISTINCT stream_id) FROM events")[0]
    done = run(service, directory, "verify")
    assert (done.exit_code, done.stdout) == (0, f"{service.name}: {events} events in {streams} streams, 0 faults\n")
    done = run(service, directory, "replay")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, f"{service.name}: 0 differences")
    done = run(service, directory, "parked", "list")
    assert (done.exit_code, done.stdout) == (0, f"{service.name}: 0 parked\n")


@EACH
def test_what_was_touched_is_found(service, directory):
    table = service.read_models.tables[0].name
    query(directory, service.name, f"DELETE FROM {table}")
    done = run(service, directory, "replay")
    assert done.exit_code == 1
    assert f"  {table} " in done.stdout
    assert "is missing from the live table (event " in done.stdout
    assert run(service, directory, "replay", "--rebuild").exit_code == 0
    assert run(service, directory, "replay").exit_code == 0
    query(directory, service.name, "UPDATE events SET data = replace(data, '-', '0') WHERE position = 1")
    done = run(service, directory, "verify")
    (stream,) = query(directory, service.name, "SELECT stream_id FROM events WHERE position = 1")[0]
    assert done.exit_code == 1
    assert stream in done.stdout.splitlines()[0]
    assert "0 faults" not in done.stdout


@EACH
def test_a_lost_database_comes_back_from_the_bus(service, directory):
    before = query(directory, service.name, "SELECT stream_id, version, hash FROM events ORDER BY 1, 2")
    table = service.read_models.tables[-1].name
    rows = query(directory, service.name, f"SELECT count(*) FROM {table}")
    for path in directory.glob(f"{service.name}.db*"):
        path.unlink()
    done = run(service, directory, "restore")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{service.name}: {len(before)} own and ")
    assert query(directory, service.name, "SELECT stream_id, version, hash FROM events ORDER BY 1, 2") == before
    assert query(directory, service.name, f"SELECT count(*) FROM {table}") == rows
    assert query(directory, service.name, "SELECT count(*) FROM outbox") == [(0,)]
    assert run(service, directory, "restore").stdout.startswith(f"{service.name}: 0 own and 0 foreign events restored")


@EACH
def test_two_databases_are_compared(service, directory):
    copy = directory / "copy.db"
    shutil.copy(directory / f"{service.name}.db", copy)
    named = directory / "other"
    named.write_text(f"sqlite:///{copy}\n")
    done = run(service, directory, "compare", "--with-file", str(named))
    assert done.exit_code == 0, done.output
    assert " 0 newer events here, 0 faults, 0 differences\n" in done.stdout
    assert {"vault_entries", "rejected_commands", "idempotency"} <= set(done.stdout.split())
    query(directory, service.name, f"DELETE FROM {service.read_models.tables[0].name}")
    done = run(service, directory, "compare", "--with", f"sqlite:///{copy}")
    assert done.exit_code == 1
    assert "is missing from the live table" in done.stdout


def test_what_cannot_be_compared_is_said_in_one_line(directory):
    service = SERVICES[0]
    for arguments in (
        [],
        ["--with", "nothing"],
        ["--with-file", "/nowhere"],
        ["--with", f"sqlite:///{directory}/x.db"],
    ):
        done = run(service, directory, "compare", *arguments)
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), arguments


def test_a_worker_at_work_is_not_disturbed_by_a_restoration(directory):
    service = SERVICES[0]
    with (directory / f"{service.name}.db.relay").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = run(service, directory, "restore")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"a worker of {service.name} is at work on this database; stop it first\n"


def test_who_was_erased_meanwhile_is_erased_again(directory):
    service = SERVICES[0]
    shutil.copy(directory / f"{service.name}.db", directory / "newer.db")
    query(directory, "newer", "UPDATE vault_keys SET wrapped_key = NULL, erased_at = '2023-11-21T00:00:00.000000Z'")
    ((subjects,),) = query(directory, "newer", "SELECT count(*) FROM vault_keys")
    assert subjects > 0
    done = run(service, directory, "erase-again", "--with", f"sqlite:///{directory}/newer.db", "--by", "kim")
    assert (done.exit_code, done.stdout) == (0, f"{service.name}: {subjects} subjects erased again\n")
    assert query(directory, service.name, "SELECT count(*) FROM vault_entries") == [(0,)]


@EACH
def test_republish_sends_every_event_again(service, directory):
    ((events,),) = query(directory, service.name, "SELECT count(*) FROM events")
    done = run(service, directory, "republish")
    assert (done.exit_code, done.stdout) == (0, f"{service.name}: {events} events sent\n")


def test_what_was_parked_is_listed_retried_and_discarded(tmp_path):
    """A record on matching's way that is no event: parked by name, until an operator lets it go."""
    matching = next(service for service in SERVICES if service.name == "matching")
    with after_the_fair(tmp_path) as (stage, _):
        publisher = stage.bus.publisher()
        publisher.send([Message(topic("registration"), "fair-broken", b'{"no": "event"}', {})])
        publisher.close()
        station = stage.stations["matching"]
        assert station.consumer.step(0).parked == 1
        directory = stage.directory
    listed = run(matching, directory, "parked", "list")
    first, last = listed.stdout.splitlines()
    assert last == "matching: 1 parked"
    assert "fair-broken" in first
    assert "no event" not in first, "the content is not shown"
    assert run(matching, directory, "parked", "retry").stdout == "matching: 0 taken in, 1 parked again\n"
    assert run(matching, directory, "parked", "discard").exit_code == 1
    unknown = run(matching, directory, "parked", "discard", "--id", "nobody")
    assert (unknown.exit_code, len(unknown.stderr.splitlines())) == (1, 1)
    parked_id = run(matching, directory, "parked", "list").stdout.split()[0]
    assert run(matching, directory, "parked", "discard", "--id", parked_id, "--by", "kim").exit_code == 0
    assert run(matching, directory, "parked", "list").stdout == "matching: 0 parked\n"


@EACH
def test_wrong_settings_are_said_in_one_line_each(service, tmp_path):
    wrong = {"BUS_URL": "", "SERVICE_DATABASE_URL": "mysql://x", "TOKEN_KEY": "c2hvcnQ="}
    wrong |= {"PORT": "99999", "LOG_LEVEL": "LOUD"}
    for command in ("api", "worker", "migrate"):
        done = run(service, tmp_path, command, **wrong)
        assert (done.exit_code, done.stdout) == (1, "")
        assert [line.split(":")[0] for line in done.stderr.splitlines()] == list(wrong)
        assert "c2hvcnQ=" not in done.stderr, "a secret is not shown, not even a wrong one"
    assert list(tmp_path.iterdir()) == []


@EACH
def test_what_cannot_be_reached_is_said_in_one_line(service, tmp_path):
    done = run(service, tmp_path, "migrate", SERVICE_DATABASE_URL=f"sqlite:///{tmp_path}/missing/x.db")
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert "Traceback" not in done.output
