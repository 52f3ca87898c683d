"""One broker of three is killed under load, another one later: nothing acknowledged is lost, topics come whole again.

Times are measured and written down, under var/production/; nothing is asserted about them.
"""

import json
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.e2e.production.overlay import Overlay, until
from tests.load.figures import figures, first_success, longest_silence
from tests.load.generator import SHARES, Load
from tests.load.record import Command, now
from tests.stack.composed import ROOT

pytestmark = [pytest.mark.docker, pytest.mark.production]

RATE: Final = 25
CALM_SECONDS: Final = 10
KILLED: Final = ("kafka", "kafka-3")
PATIENCE_SECONDS: Final = 240
MEASURED: Final = ROOT / "var" / "production" / "measured.txt"


class Trial:
    """What happened, with the times it happened at."""

    def __init__(self) -> None:
        self.outages: list[dict[str, Any]] = []
        self.commands: list[Command] = []
        self.failures: dict[str, int] = {}
        self.examined: dict[str, Any] = {}
        self.began = self.ended = 0.0


@pytest.fixture(scope="module")
def trial(overlay: Overlay) -> Trial:
    """The load with both kills in it, then everything looked at from inside."""
    trial = Trial()
    load = Load(overlay.url, overlay.composed.key("token_key"), overlay.record, rate=RATE, users=2)
    load.prepare()
    trial.began = now()
    load.start()
    try:
        for broker in KILLED:
            time.sleep(CALM_SECONDS)
            trial.outages.append(outage(overlay, broker))
        time.sleep(CALM_SECONDS)
    finally:
        load.stop()
    trial.ended = now()
    trial.commands, trial.failures = load.commands(), load.failures()
    until("everything to arrive", overlay.settled, PATIENCE_SECONDS)
    trial.examined = overlay.inside("examination")
    MEASURED.parent.mkdir(parents=True, exist_ok=True)
    MEASURED.write_text("\n".join(measured(trial)) + "\n", encoding="utf-8")
    return trial


def outage(overlay: Overlay, broker: str) -> dict[str, Any]:
    """Kills a broker, leaves it dead until two are enough for all again, and brings it back."""
    overlay.composed.compose("kill", "--signal", "KILL", broker)
    killed = now()
    time.sleep(1)
    recorded = overlay.progress()
    until(f"events to be taken without {broker}", lambda: overlay.acknowledged(recorded), PATIENCE_SECONDS)
    taking = now()
    until(f"events to arrive without {broker}", lambda: overlay.arrived(recorded), PATIENCE_SECONDS)
    flowing = now()
    time.sleep(CALM_SECONDS)
    started = now()
    overlay.composed.compose("start", broker)
    until(f"all copies after {broker} is back", lambda: copies_are_whole(overlay), PATIENCE_SECONDS)
    return {
        "broker": broker,
        "killed": killed,
        "taking": taking,
        "flowing": flowing,
        "started": started,
        "whole": now(),
    }


def measured(trial: Trial) -> Iterator[str]:
    """Lines for people."""
    yield f"all: {figures(trial.commands, trial.began, trial.ended)}"
    for each in trial.outages:
        killed, commands = each["killed"], trial.commands
        silent = {name: round(longest_silence(commands, name, killed, each["started"]), 2) for name in SHARES}
        first = {name: round(first_success(commands, name, killed) or -1.0, 2) for name in SHARES}
        yield f"{each['broker']} killed; two brokers take all events again after {each['taking'] - killed:.1f} s"
        yield f"  and what had waited has arrived everywhere after {each['flowing'] - killed:.1f} s"
        yield f"  first command after, seconds: {first}; longest silence: {silent}"
        yield f"  started after {each['started'] - killed:.1f} s; in step {each['whole'] - each['started']:.1f} s later"
    yield f"stories that ended early: {json.dumps(trial.failures)}"
    yield f"topics: {json.dumps(trial.examined['replicas'])}"
    yield f"findings: {len(trial.examined['findings'])}"


def copies_are_whole(overlay: Overlay) -> bool:
    found = overlay.inside("replicas")
    return bool(found["whole"] == found["partitions"])


def test_commands_are_taken_while_a_broker_is_dead(trial: Trial) -> None:
    for each in trial.outages:
        taken = [
            command.service
            for command in trial.commands
            if command.outcome == "acknowledged" and each["killed"] <= command.sent_at < each["started"]
        ]
        assert set(taken) == set(SHARES)


def test_every_command_is_answered(trial: Trial) -> None:
    assert [command for command in trial.commands if command.outcome == "unanswered"] == []


def test_nothing_acknowledged_is_lost_and_everything_is_where_it_belongs(trial: Trial) -> None:
    assert trial.examined["findings"] == []


def test_every_partition_has_three_copies_in_step_and_wants_two(trial: Trial) -> None:
    replicas = trial.examined["replicas"]
    assert {"__consumer_offsets", *(f"sangsaeng.{name}" for name in SHARES)} <= set(replicas["topics"])
    assert replicas["whole"] == replicas["partitions"] >= 12 * (len(SHARES) + 1)
    assert replicas["in_step"] == ["2"]
