"""A bus that does not answer costs one thread, however often readiness is asked for."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from services.chassis.assembly import BusCheck
from services.chassis.bus.abstract import BusError
from services.chassis.bus.local import LocalBus
from services.chassis.clock import SystemClock
from services.chassis.effects import DirectEffects


class SilentBus(LocalBus):
    """Keeps every ping waiting until it is told to give up."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, clock=SystemClock(), effects=DirectEffects())
        self.asked, self.give_up = threading.Event(), threading.Event()

    def ping(self) -> None:
        self.asked.set()
        assert self.give_up.wait(10)
        raise BusError("silent")


def test_only_one_waits_for_a_silent_bus(tmp_path: Path) -> None:
    bus = SilentBus(tmp_path / "bus.db")
    check = BusCheck(bus)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(check)
        assert bus.asked.wait(10)
        assert [check() for _ in range(3)] == ["not known yet"] * 3
        bus.give_up.set()
        assert waiting.result() == "cannot be reached (BusError)"
    assert check() == "cannot be reached (BusError)"
    bus.close()


def test_a_bus_that_answers_is_ready(tmp_path: Path) -> None:
    bus = LocalBus(tmp_path / "bus.db", clock=SystemClock(), effects=DirectEffects())
    assert BusCheck(bus)() == "ok"
    bus.close()
