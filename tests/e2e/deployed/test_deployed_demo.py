"""The 2023 fair through the gateway: every figure as in one process, and what is left behind is sound."""

import re
from pathlib import Path

import pytest

from services.chassis.tokens import mint
from services.rehearsal.client import Client
from services.rehearsal.distant import Distant
from services.rehearsal.records import read
from services.rehearsal.scene import AUDITOR
from tests.e2e.rehearsed import Told, suite
from tests.stack.composed import NAMES, Composed

pytestmark = pytest.mark.docker
PATIENCE_SECONDS = 590
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PLACE = re.compile(r"http://(localhost|127\.0\.0\.1):\d+")


@pytest.fixture(scope="module")
def told(deployed: Composed) -> Told:
    key = str(deployed.directory / "secrets" / "token_key")
    return suite("demo", "--url", deployed.url, "--lang", "en", seconds=PATIENCE_SECONDS, TOKEN_KEY_FILE=key)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Told:
    directory = tmp_path_factory.mktemp("embedded")
    options = ("--once", "--directory", str(directory), "--port", "0", "--lang", "en")
    return suite("run", *options, seconds=PATIENCE_SECONDS)


def comparable(told: Told) -> list[str]:
    """What was printed, without what differs each time: ids made on the way, and the address."""
    assert told.code == 0, told.err
    lines = told.out.splitlines()
    # Each table has its title above it.
    first = next(number for number, line in enumerate(lines) if line.startswith("┏")) - 1
    kept = [line for line in lines[first:] if "TOKEN=" not in line]
    return [PLACE.sub("", IDENTIFIER.sub("", line)).strip() for line in kept]


def test_the_same_is_printed_as_in_one_process(told: Told, embedded: Told):
    ours, theirs = comparable(told), comparable(embedded)
    assert len(ours) > 150
    assert ours == theirs


def test_it_is_known_the_second_time(told: Told, deployed: Composed):
    assert told.code == 0
    distant = Distant(deployed.url, deployed.key("token_key"))
    before = distant.events()
    key = str(deployed.directory / "secrets" / "token_key")
    again = suite("demo", "--url", deployed.url, "--lang", "en", seconds=PATIENCE_SECONDS, TOKEN_KEY_FILE=key)
    assert comparable(again) == comparable(told)
    assert distant.events() == before
    distant.client.close()


def test_stores_and_read_models_are_sound(told: Told, deployed: Composed):
    assert told.code == 0
    for name in NAMES:
        verified = deployed.compose("run", "--rm", "--no-deps", "-T", f"{name}-migrate", *_line(name, "verify"))
        assert verified.splitlines()[-1].endswith(" 0 faults"), verified
        replayed = deployed.compose("run", "--rm", "--no-deps", "-T", f"{name}-migrate", *_line(name, "replay"))
        assert replayed.splitlines()[-1] == f"{name}: 0 differences", replayed


def test_what_is_printed_can_be_looked_up_behind_the_gateway(told: Told, deployed: Composed):
    assert told.code == 0
    client = Client(deployed.url, lambda actor: mint(actor, deployed.key("token_key")))
    address = f"/matching/events?type=matching.meeting-placed&fair_id={read().fair_id}&limit=1"
    matched = re.search(r"│ matched before the fair \(synthetic\) +│ +219 │ +(\d+) │", told.out)
    assert matched is not None
    assert client.get(AUDITOR, address)["total"] == int(matched[1])
    client.close()


def _line(name: str, command: str) -> tuple[str, ...]:
    return "python", "-m", f"services.{name}", command


def test_without_a_gateway_the_demo_says_so_in_one_line(tmp_path: Path):
    key = tmp_path / "token_key"
    key.write_text("c" * 43 + "=")
    refused = suite("demo", "--url", "http://127.0.0.1:9", TOKEN_KEY_FILE=str(key))
    assert refused.code == 1
    assert refused.err.count("\n") == 1
    assert "was not answered" in refused.err
