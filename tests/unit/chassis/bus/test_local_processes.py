"""One file, several processes: what a process was told is kept when it dies, and the others go on."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.chassis.bus.abstract import BusError, Message
from services.chassis.bus.local import LocalBus
from services.chassis.clock import SystemClock
from services.chassis.effects import DirectEffects, Effect, T
from tests.unit.chassis.bus.stage import next_offsets, texts

TOPIC, GROUP = "events", "readers"
PRELUDE = f"""
import sys, pathlib
from services.chassis.bus.abstract import Message
from services.chassis.bus.local import LocalBus
from services.chassis.clock import SystemClock
from services.chassis.effects import DirectEffects
bus = LocalBus(pathlib.Path(sys.argv[1]), clock=SystemClock(), effects=DirectEffects(), lease_seconds=1.0)
bus.ensure_topics([{TOPIC!r}], partitions=12)
"""
WRITER = """
publisher = bus.publisher()
for turn in range(50):
    outcomes = publisher.send([Message("events", f"{sys.argv[2]}-{key}", str(turn).encode(), {}) for key in range(5)])
    assert not any(outcomes), outcomes
"""
READER = """
subscriber = bus.subscriber("readers", ["events"])
while True:
    records = subscriber.poll(max_records=100, timeout=1)
    if records:
        print(len(records), flush=True)
"""


class RecordingEffects:
    def __init__(self) -> None:
        self.seen: list[tuple[Effect, str]] = []

    def perform(self, effect: Effect, where: str, action: Callable[[], T]) -> T:
        self.seen.append((effect, where))
        return action()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bus.sqlite"


@pytest.fixture
def bus(path: Path) -> Iterator[LocalBus]:
    bus = LocalBus(path, clock=SystemClock(), effects=DirectEffects(), lease_seconds=1.0)
    yield bus
    bus.close()


def start(script: str, *arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PRELUDE + script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_that_open_a_new_file_together_write_everything_in_order(path: Path, bus: LocalBus) -> None:
    writers = [start(WRITER, path, name) for name in ("a", "b", "c")]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    for writer in writers:
        writer.communicate()
    ends = bus.end_offsets(TOPIC)
    assert sum(ends.values()) == 750
    turns: dict[str | None, list[str]] = {}
    for partition, end in ends.items():
        records = bus.read(TOPIC, partition, 0, 1_000)
        assert [record.offset for record in records] == list(range(end))
        for record in records:
            turns.setdefault(record.key, []).extend(texts([record]))
    assert len(turns) == 15
    assert all(order == [str(turn) for turn in range(50)] for order in turns.values())


def test_a_killed_process_loses_its_partitions_and_its_uncommitted_records_are_read_again(
    path: Path, bus: LocalBus
) -> None:
    bus.ensure_topics([TOPIC], partitions=12)
    publisher = bus.publisher()
    assert not any(publisher.send([Message(TOPIC, f"key-{number}", b"value", {}) for number in range(20)]))
    publisher.close()
    reader = start(READER, path)
    assert reader.stdout is not None
    assert int(reader.stdout.readline()) > 0
    reader.send_signal(signal.SIGKILL)
    reader.communicate()
    heir = bus.subscriber(GROUP, [TOPIC])
    heir.poll(max_records=1, timeout=0)
    deadline = time.monotonic() + 20
    read: list[str | None] = []
    while len(read) < 20:
        assert time.monotonic() < deadline
        records = heir.poll(max_records=100, timeout=0.2)
        read.extend(record.key for record in records)
        if records:
            heir.commit(next_offsets(records))
    assert sorted(key for key in set(read) if key) == sorted(f"key-{number}" for number in range(20))
    heir.close()


def test_every_effect_passes_the_hook(path: Path) -> None:
    effects = RecordingEffects()
    bus = LocalBus(path, clock=SystemClock(), effects=effects)
    bus.ensure_topics([TOPIC], partitions=1)
    publisher, subscriber = bus.publisher(), bus.subscriber(GROUP, [TOPIC])
    publisher.send([Message(TOPIC, "key", b"value", {})])
    records = subscriber.poll(max_records=1, timeout=1)
    assert subscriber.commit(next_offsets(records))
    assert effects.seen == [("send", "bus.local"), ("poll", "bus.local"), ("offset-commit", "bus.local")]
    publisher.close()
    subscriber.close()
    bus.close()


def test_a_file_that_is_no_log_is_an_error_of_the_bus(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("이 파일은 데이터베이스가 아니다. " * 100)
    bus = LocalBus(path, clock=SystemClock(), effects=DirectEffects())
    with pytest.raises(BusError):
        bus.ping()
    publisher, subscriber = bus.publisher(), bus.subscriber(GROUP, [TOPIC])
    assert isinstance(publisher.send([Message(TOPIC, "key", b"value", {})])[0], BusError)
    with pytest.raises(BusError):
        subscriber.poll(max_records=1, timeout=0)
    publisher.close()
    subscriber.close()
    bus.close()


def test_what_was_acknowledged_is_there_when_the_file_is_opened_again(path: Path, bus: LocalBus) -> None:
    bus.ensure_topics([TOPIC], partitions=3)
    publisher = bus.publisher()
    publisher.send([Message(TOPIC, "key", b"value", {"name": "text"})])
    publisher.close()
    bus.close()
    again = LocalBus(path, clock=SystemClock(), effects=DirectEffects())
    (partition,) = [number for number, end in again.end_offsets(TOPIC).items() if end]
    (record,) = again.read(TOPIC, partition, 0, 10)
    assert (record.key, record.value, record.headers) == ("key", b"value", {"name": "text"})
    again.close()
