"""Faults of all kinds under load; then the checker looks for whatever was lost, doubled or out of order.

FAULT_SECONDS: how long (600; less than 300 is the short form). FAULT_SEED: to have a run again. FAULT_RATE: commands/s.
FAULT_ONLY: just the kinds whose names begin so (`freeze`, `kill Kafka`), once each.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.suite import SERVICES
from tests.load.record import Command, now, read

pytestmark = [pytest.mark.docker, pytest.mark.faults]

SECONDS = float(os.environ.get("FAULT_SECONDS", "600"))
RATE = float(os.environ.get("FAULT_RATE", "110"))
SEED = int(os.environ.get("FAULT_SEED", str(time.time_ns() % 1_000_000)))
ONLY = os.environ.get("FAULT_ONLY", "")
SETTLING_SECONDS = 600.0
PATIENCE_SECONDS = 300.0
MANY_SECONDS, MANY_KILLS, FEW_KILLS = 300.0, 20, 6
READERS = [service.name for service in SERVICES if "registration" in service.subscriptions]


@dataclass
class Outcome:
    """The run so far: the load goes on until the end is asked for."""

    load: Any
    tried: list[Any]
    began: float
    ended: float
    poison: Any = None
    poisoned_at: str = ""
    commands: dict[str, Command] = field(default_factory=dict)


@pytest.fixture(scope="module")
def outcome(stack: Any, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Outcome]:
    """All faults, under load. The load still runs."""
    from tests.faults.report import table
    from tests.faults.trial import run
    from tests.load.generator import Load

    terminal = request.config.get_terminal_writer()

    def said(line: str) -> None:
        terminal.line(line)
        terminal.flush()

    said(f"\nfaults for {SECONDS:.0f} s at {RATE:.0f} commands/s, FAULT_SEED={SEED}")
    load = Load(stack.url, stack.token_key, tmp_path_factory.mktemp("load") / "load.jsonl", rate=RATE, seed=SEED)
    load.prepare()
    load.start()
    began = now()
    found = Outcome(load, [], began, began)
    try:
        found.tried = run(stack, load, seed=SEED, seconds=SECONDS, only=ONLY, said=said)
        found.ended = now()
        said("")
        said(table(found.tried, load.commands(), began, found.ended))
        said(f"stories that ended early: {load.failures()}; restarts by the engine: {stack.machine.restarts()}")
        yield found
    finally:
        load.stop()


@pytest.fixture(scope="module")
def settled(stack: Any, outcome: Outcome) -> Outcome:
    """The load is over and everything has arrived."""
    from tests.faults.checker.verdict import settle

    outcome.load.stop()
    outcome.commands = read(outcome.load.record.path)
    foreign = {} if outcome.poison is None else {"registration": len(outcome.poison.kept)}
    assert settle(stack.applications(), SETTLING_SECONDS, foreign), "events are still on their way"
    return outcome


def test_everything_comes_back_by_itself(outcome: Outcome) -> None:
    assert [(one.kind.name, one.target, one.unreached) for one in outcome.tried if one.unreached] == []
    kills = sum(one.kind.kill for one in outcome.tried)
    assert ONLY or kills >= (MANY_KILLS if SECONDS >= MANY_SECONDS else FEW_KILLS)


def test_commands_are_accepted_while_kafka_is_away(outcome: Outcome) -> None:
    """Sent after the broker fell and acknowledged before anything was delivered again, by every service."""
    from tests.faults.kinds import KILL_KAFKA, SILENT_KAFKA

    away = [one for one in outcome.tried if one.kind in {KILL_KAFKA, SILENT_KAFKA}]
    assert away or ONLY
    for one in away:
        back = one.lifted + min(one.arrivals.values())
        accepted = {
            command.service
            for command in outcome.load.commands()
            if command.sent_at > one.began and command.answered_at < back and command.outcome == "acknowledged"
        }
        assert accepted == {service.name for service in SERVICES}, one.kind.name


@pytest.fixture(scope="module")
def poison(stack: Any, outcome: Outcome) -> Any:
    """One message of each kind that nobody would send, under the load."""
    from services.chassis.clock import SystemClock, instant
    from tests.faults.poison import spread

    outcome.poison = spread(stack.bootstrap)
    outcome.poisoned_at = instant(SystemClock().now())
    return outcome.poison


def test_the_broker_refuses_what_is_too_large(stack: Any, outcome: Outcome) -> None:
    from kafka.errors import MessageSizeTooLargeError

    from tests.faults.poison import oversized

    assert isinstance(oversized(stack.bootstrap), MessageSizeTooLargeError)


@pytest.mark.parametrize("service", READERS)
def test_poison_is_parked_and_the_others_flow_on(stack: Any, outcome: Outcome, poison: Any, service: str) -> None:
    from tests.faults.stack import until

    application = stack.applications()[service]
    for what, reached in (
        ("to park", lambda: parked(application) == poison.parked_records),
        ("to keep what it does not know", lambda: kept(application, poison.kept) == {"unhandled"}),
        ("to take in what comes behind", lambda: stack.newest(service, "registration") > outcome.poisoned_at),
    ):
        until(f"{service} {what}", reached, PATIENCE_SECONDS)


@pytest.mark.parametrize("service", READERS)
def test_an_operator_sees_retries_and_discards(stack: Any, poison: Any, service: str) -> None:
    worker = stack.machine.one(f"{service}-worker")
    assert stack.metric(worker, "parked_records") == poison.parked_records
    *lines, total = stack.cli(service, "parked", "list").splitlines()
    assert total == f"{service}: {poison.parked_records} parked"
    told = "\n".join(lines)
    for reason in (
        "not an event envelope", "the data does not fit the contract", "the hash does not fit the content",
        "an earlier event of its stream is parked",
    ):  # fmt: skip
        assert reason in told, reason
    stream = next(key for key, count in poison.parked.items() if count == 2)
    assert stack.cli(service, "parked", "retry", "--stream", stream) == f"{service}: 0 taken in, 2 parked again\n"
    for line in stack.cli(service, "parked", "list").splitlines()[:-1]:
        said = stack.cli(service, "parked", "discard", "--id", line.split()[0], "--by", "tester")
        assert said == f"{service}: discarded\n"
    assert stack.cli(service, "parked", "list") == f"{service}: 0 parked\n"
    assert stack.metric(worker, "parked_records") == 0


def test_nothing_is_lost_doubled_or_out_of_order(stack: Any, settled: Outcome) -> None:
    from tests.faults.checker.evidence import Evidence
    from tests.faults.checker.verdict import findings

    poison = settled.poison
    bus = stack.bus()
    evidence = Evidence(
        settled.commands, stack.applications(), bus,
        foreign=frozenset(poison.places if poison else ()), foreign_events=frozenset(poison.events if poison else ()),
    )  # fmt: skip
    try:
        found = findings(evidence)
    finally:
        bus.close()
    acknowledged = sum(command.outcome == "acknowledged" for command in settled.commands.values())
    print(f"checked: {acknowledged} acknowledged commands, {sum(map(len, evidence.events.values()))} events")
    assert [str(each) for each in found] == []


def parked(application: Any) -> int:
    from services.chassis.parking import parked_count

    return parked_count(application.database)


def kept(application: Any, event_ids: set[str]) -> set[str]:
    """How the events were taken in; empty as long as one of them was not."""
    from sqlalchemy import select

    from services.chassis import tables

    inbox = tables.inbox.c
    with application.database.reading() as connection:
        found = connection.execute(select(inbox.status).where(inbox.event_id.in_(sorted(event_ids)))).scalars().all()
    return set(found) if len(found) == len(event_ids) else set()
