"""Every benchmark runs and prints its ratios, on SQLite and at tiny sizes; how fast is not tested."""

import pytest

from tests.benchmarks import bench_bus, bench_replay, bench_store
from tests.benchmarks.rounds import Run, take_turns, verdict


def test_store(capsys: pytest.CaptureFixture[str]) -> None:
    bench_store.main(["--only", "sqlite", "--seconds", "0.6", "--rounds", "1", "--most-writers", "8", "--no-http"])
    said = capsys.readouterr().out
    assert "synchronous=FULL" in said
    assert "ratio" in said
    assert "goal length of the stream" in said


def test_replay(capsys: pytest.CaptureFixture[str]) -> None:
    bench_replay.main(["--only", "sqlite", "--events", "200", "--rounds", "1"])
    said = capsys.readouterr().out
    assert "of the bare loop" in said
    assert "rebuilt" in said


def test_bus(capsys: pytest.CaptureFixture[str]) -> None:
    bench_bus.main(["--embedded-only", "--seconds", "0.2"])
    assert "goal p50: at most 50 ms" in capsys.readouterr().out


def test_rivals_take_turns_and_medians_count() -> None:
    order: list[str] = []
    seconds = iter([1.0, 2.0, 2.0, 4.0, 4.0, 8.0])

    def turn(name: str) -> Run:
        order.append(name)
        return Run(8, next(seconds))

    found = take_turns({"a": lambda: turn("a"), "b": lambda: turn("b")}, 3)
    assert "".join(order) == "abbaab"
    assert (found["a"].rate, found["b"].rate) == (2.0, 4.0)


def test_a_missed_goal_says_by_how_much() -> None:
    assert verdict("x", 0.35, 0.7).endswith("NOT met, by a factor of 2.00")
    assert verdict("x", 60, 50, at_most=True).endswith("NOT met, by a factor of 1.20")
    assert verdict("x", 0.7, 0.7).endswith("met")
